/** Looks at the camera's picture four times a second, small and grey, and says what is wrong with it. */
import { advise, change, middleLuma } from "./guidance.js";

const WIDTH = 48;
const HEIGHT = 64;
const EVERY_MS = 250;
/** Advice is shown when it held for so many looks: one shaky moment does no harm. */
const LOOKS = 2;
/** `FaceDetector` costs more: asked at every other look. */
const FACES_EVERY = 2;

/** @param {HTMLVideoElement} shown @param {(advice: import("./guidance.js").Advice|null) => void} tell @returns {() => void} Ends it. */
export function watch(shown, tell) {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const detector = makeDetector();
  /** @type {Uint8ClampedArray|null} */
  let before = null;
  /** @type {import("./guidance.js").Box[]|null} */
  let faces = null;
  /** @type {(string|null)[]} */
  let held = [];
  let looks = 0;
  const timer = setInterval(() => {
    if (!pen || shown.readyState < 2) return;
    pen.drawImage(shown, 0, 0, WIDTH, HEIGHT);
    const { data } = pen.getImageData(0, 0, WIDTH, HEIGHT);
    if (detector && looks++ % FACES_EVERY === 0) void detector(shown).then((found) => (faces = found));
    const advice = advise({ luma: middleLuma(data, WIDTH, HEIGHT), motion: before && change(before, data), faces });
    before = data;
    held = [...held.slice(1 - LOOKS), advice];
    if (held.length === LOOKS && held.every((each) => each === advice)) tell(advice);
  }, EVERY_MS);
  return () => clearInterval(timer);
}

/** @returns {((shown: HTMLVideoElement) => Promise<import("./guidance.js").Box[]|null>)|null} */
function makeDetector() {
  const Detector = /** @type {any} */ (globalThis).FaceDetector;
  if (!Detector) return null;
  let works = true;
  const detector = new Detector({ maxDetectedFaces: 3, fastMode: true });
  return async (shown) => {
    if (!works) return null;
    try {
      const found = await detector.detect(shown);
      return found.map((/** @type {any} */ { boundingBox: box }) => ({
        x: box.x / shown.videoWidth,
        y: box.y / shown.videoHeight,
        width: box.width / shown.videoWidth,
        height: box.height / shown.videoHeight,
      }));
    } catch {
      works = false; // the class is there, the system's detector is not
      return null;
    }
  };
}
