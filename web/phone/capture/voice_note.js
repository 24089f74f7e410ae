/** A voice note for a report: at most a minute, small enough for a thin line. */
import { closeCamera } from "./camera.js";
import { MOST_BYTES } from "./picture.js";

export const LONGEST_S = 60;
/** What the door takes; the first that this browser records (Chromium and Firefox WebM, Safari MP4). */
const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
/** Opus is clear at this rate: a minute has 180 kB. */
const BITS_PER_SECOND = 24_000;
const SLICE_MS = 1000;

/** @typedef {{bytes: ArrayBuffer, type: string}} Note */

/** The media type that this browser records, or null: then the report is written. */
export function noteType() {
  if (typeof MediaRecorder === "undefined" || !navigator.mediaDevices?.getUserMedia) return null;
  return TYPES.find((each) => MediaRecorder.isTypeSupported(each)) ?? null;
}

/** Records until `stop`, a minute is over, or it is as large as the door takes.
 * @param {string} type @param {(seconds: number) => void} tick Told each second.
 * @returns {Promise<{whole: Promise<Note>, stop: () => void}>} @throws {DOMException} When the microphone is refused. */
export async function recordNote(type, tick) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: BITS_PER_SECOND });
  /** @type {Blob[]} */
  const parts = [];
  let size = 0;
  let seconds = 0;
  const stop = () => {
    if (recorder.state !== "inactive") recorder.stop();
  };
  recorder.addEventListener("dataavailable", ({ data }) => {
    if (!data.size || size + data.size > MOST_BYTES) return stop();
    size += data.size;
    parts.push(data);
  });
  const timer = setInterval(() => {
    seconds += 1;
    tick(seconds);
    if (seconds >= LONGEST_S) stop();
  }, 1000);
  /** @type {Promise<Note>} */
  const whole = new Promise((resolve, reject) => {
    recorder.addEventListener("error", () => reject(new Error("the recorder failed")), { once: true });
    recorder.addEventListener("stop", () => resolve(new Blob(parts).arrayBuffer().then((bytes) => ({ bytes, type: baseType(type) }))), {
      once: true,
    });
  });
  const end = () => {
    clearInterval(timer);
    closeCamera(stream);
  };
  whole.then(end, end);
  recorder.start(SLICE_MS);
  return { whole, stop };
}

/** @param {string} type */
function baseType(type) {
  return type.split(";")[0] ?? type;
}
