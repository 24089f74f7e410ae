/** Looks at the camera's picture about four times a second while the cadre aims, and says what is wrong with it. */
import { loadFinder } from "./faces.js";
import { advise, change, middleLuma, nothingSaid, settle } from "./guidance.js";

const WIDTH = 48;
const HEIGHT = 64;
/** From the end of one look to the next: a phone on which a look takes long still draws and hears taps. */
const PAUSE_MS = 250;

/** @param {HTMLVideoElement} shown @param {(advice: import("./guidance.js").Advice|null) => void} tell @returns {() => void} Ends it. */
export function watch(shown, tell) {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  /** @type {Awaited<ReturnType<typeof loadFinder>>|null} */
  let findIn = null;
  loadFinder().then(
    (finder) => (findIn = finder),
    () => undefined, // not on this phone yet and no signal: light and shaking are watched all the same
  );
  /** @type {Uint8ClampedArray|null} */
  let before = null;
  let said = nothingSaid();
  const look = () => {
    if (!pen || shown.readyState < 2) return;
    pen.drawImage(shown, 0, 0, WIDTH, HEIGHT);
    const { data } = pen.getImageData(0, 0, WIDTH, HEIGHT);
    const faces = findIn && findIn(shown, shown.videoWidth, shown.videoHeight);
    const advice = advise({ luma: middleLuma(data, WIDTH, HEIGHT), motion: before && change(before, data), faces }, said.advice);
    before = data;
    const next = settle(said, advice, performance.now());
    if (next.advice !== said.advice) tell(next.advice);
    said = next;
  };
  const again = () => {
    look();
    timer = setTimeout(again, PAUSE_MS);
  };
  let timer = setTimeout(again, PAUSE_MS);
  return () => clearTimeout(timer);
}
