/**
 * The rear camera and the recorder: silent, upright as filmed, never mirrored, one file.
 *
 * @typedef {import("./machine.js").Failure} Failure
 */

/** In this order: MP4 where the browser can, as most agencies' programs read it. */
const TYPES = ["video/mp4;codecs=avc1.42E01E", "video/mp4", "video/webm;codecs=vp8", "video/webm"];
/** About 0.9 Mbit/s: 10 seconds are 1.1 MB, a minute and a half on a village's edge network. */
const BITS_PER_SECOND = 900_000;
/** What the recorder hands over while it runs: a crash of the recorder then shows early. */
const SLICE_MS = 1000;

/** The media type that this browser records, or null: then the phone's own camera program films. */
export function recordedType() {
  if (typeof MediaRecorder === "undefined" || !navigator.mediaDevices?.getUserMedia) return null;
  return TYPES.find((each) => MediaRecorder.isTypeSupported(each)) ?? null;
}

/** @returns {Promise<MediaStream>} @throws {DOMException} as `failureOf` reads it. */
export function openCamera() {
  return navigator.mediaDevices.getUserMedia({
    audio: false,
    video: {
      facingMode: { ideal: "environment" },
      width: { ideal: 1280 },
      height: { ideal: 720 },
      frameRate: { ideal: 30, max: 30 },
    },
  });
}

/** @param {MediaStream|null} stream */
export function closeCamera(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** What a refusal of the camera means. @param {unknown} error @returns {Failure} */
export function failureOf(error) {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "camera_denied";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "camera_missing";
  return "camera_busy";
}

/** Records `stream`. `firstPicture` is kept when the first picture that is recorded has been shown: second 0.
 * @param {MediaStream} stream @param {HTMLVideoElement} shown @param {string} type */
export function record(stream, shown, type) {
  const recorder = new MediaRecorder(stream, { mimeType: type, videoBitsPerSecond: BITS_PER_SECOND });
  /** @type {Blob[]} */
  const parts = [];
  recorder.addEventListener("dataavailable", (event) => event.data.size && parts.push(event.data));
  /** @type {Promise<number>} */
  const firstPicture = new Promise((resolve) => {
    recorder.addEventListener("start", () => nextPicture(shown, resolve), { once: true });
  });
  /** @type {Promise<ArrayBuffer>} */
  const whole = new Promise((resolve, reject) => {
    recorder.addEventListener("error", () => reject(new Error("the recorder failed")), { once: true });
    recorder.addEventListener("stop", () => resolve(new Blob(parts, { type }).arrayBuffer()), { once: true });
  });
  whole.catch(() => undefined); // said by whoever waits for it
  recorder.start(SLICE_MS);
  const stop = () => {
    if (recorder.state !== "inactive") recorder.stop();
  };
  return { firstPicture, whole, stop };
}

/** @param {HTMLVideoElement} shown @param {(at: number) => void} tell Given performance.now(). */
function nextPicture(shown, tell) {
  if ("requestVideoFrameCallback" in shown) shown.requestVideoFrameCallback((now) => tell(now));
  else requestAnimationFrame(tell);
}
