/** A photo for a report: drawn anew, small, and without anything beside it (place, time, phone). */
import { bareJpeg } from "./jpeg.js";

/** As services/gateway/domain/feedback.py takes it: a page of A4 is readable. */
export const LONG_SIDE = 1600;
/** As the door takes it (DoorPolicy.feedback_file_bytes). */
export const MOST_BYTES = 1_000_000;
export const TYPE = "image/jpeg";
/** What a village's network carries in about a minute, at 50 kbit/s; a page of print is smaller. */
const WANTED_BYTES = 400_000;
/** From good to what still shows what is meant. */
const QUALITIES = [0.8, 0.65, 0.5, 0.35];

/** @param {Blob} file Whatever the camera or the gallery gave. @returns {Promise<ArrayBuffer>} A JPEG.
 * @throws {Error} When this browser cannot open it. */
export async function redraw(file) {
  const image = await open(file);
  try {
    const scale = Math.min(1, LONG_SIDE / Math.max(image.naturalWidth, image.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
    const context = canvas.getContext("2d");
    if (!context) throw new Error("no canvas");
    context.fillStyle = "#fff"; // what is see-through would be black
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    let bytes = new ArrayBuffer(0);
    for (const quality of QUALITIES) {
      bytes = bareJpeg(await encode(canvas, quality));
      if (bytes.byteLength <= WANTED_BYTES) break;
    }
    if (bytes.byteLength > MOST_BYTES) throw new Error("too large");
    return bytes;
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

/** Upright as it was taken: an image element heeds what the file says of it. @param {Blob} file */
async function open(file) {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  await image.decode();
  return image;
}

/** @param {HTMLCanvasElement} canvas @param {number} quality @returns {Promise<ArrayBuffer>} */
function encode(canvas, quality) {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob?.type === TYPE ? resolve(blob.arrayBuffer()) : reject(new Error("no JPEG"))), TYPE, quality);
  });
}
