/** A photo for a report: drawn anew, small, and without anything beside it (place, time, phone). */
import { bareJpeg } from "./jpeg.js";

/** As services/gateway/domain/feedback.py takes it: a page of A4 is readable. */
export const LONG_SIDE = 1600;
/** As the door takes it (DoorPolicy.feedback_file_bytes). */
export const MOST_BYTES = 1_000_000;
export const TYPE = "image/jpeg";
/** Twelve seconds at 200 kbit/s: a file is sent in one go, and begins anew when it was cut. A dense page of print needs so many. */
const WANTED_BYTES = 300_000;
/** Long side and quality, from good to what still shows what is meant; a page of print stays readable longest by its side. */
const STEPS = /** @type {const} */ ([[LONG_SIDE, 0.8], [LONG_SIDE, 0.65], [LONG_SIDE, 0.5], [LONG_SIDE, 0.35], [1280, 0.35], [960, 0.35], [640, 0.35]]);

/** @param {Blob} file Whatever the camera or the gallery gave. @returns {Promise<ArrayBuffer>} A JPEG.
 * @throws {Error} When this browser cannot open it. */
export async function redraw(file) {
  const image = await open(file);
  try {
    let bytes = new ArrayBuffer(0);
    for (const [side, quality] of STEPS) {
      bytes = bareJpeg(await encode(draw(image, side), quality));
      if (bytes.byteLength <= WANTED_BYTES) break;
    }
    if (bytes.byteLength > MOST_BYTES) throw new Error("too large");
    return bytes;
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

/** @param {HTMLImageElement} image @param {number} side At most so many pixels long. */
function draw(image, side) {
  const scale = Math.min(1, side / Math.max(image.naturalWidth, image.naturalHeight));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
  canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  context.fillStyle = "#fff"; // what is see-through would be black
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
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
