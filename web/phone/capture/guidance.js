/**
 * What is wrong with the picture, in one word; from a small grey picture, so that a cheap phone keeps up.
 *
 * @typedef {"too_dark"|"too_bright"|"too_shaky"|"two_faces"|"no_face"|"too_far"|"too_near"} Advice
 * @typedef {{x: number, y: number, width: number, height: number}} Box As shares of the picture.
 * @typedef {{luma: number, motion: number|null, faces: Box[]|null}} Look
 */

/** Grey levels (0–255). certify asks the same of the face (`too_dark` below about 50); here of the middle of the picture. */
export const DARK = 45;
export const BRIGHT = 225;
/** Mean change of the small picture within a quarter of a second, in grey levels: a phone held in two hands stays below 10. */
export const SHAKY = 26;
/** Share of the picture's width. Below, the eyes are nearer than certify's net can read; above, a nod leaves the picture. */
export const FAR = 0.18;
export const NEAR = 0.85;
/** A second face counts when it is not much smaller: somebody passing behind does no harm. */
const COMPARABLE = 0.5;

/** The most urgent advice, or null when the picture is good. @param {Look} look @returns {Advice|null} */
export function advise({ luma, motion, faces }) {
  if (luma < DARK) return "too_dark";
  if (luma > BRIGHT) return "too_bright";
  if (motion !== null && motion > SHAKY) return "too_shaky";
  if (faces === null) return null;
  const widths = faces.map((each) => each.width).sort((a, b) => b - a);
  const [widest = 0, second = 0] = widths;
  if (widest === 0) return "no_face";
  if (second > COMPARABLE * widest) return "two_faces";
  if (widest < FAR) return "too_far";
  return widest > NEAR ? "too_near" : null;
}

/** Mean grey level of the middle of an RGBA picture. @param {Uint8ClampedArray} rgba @param {number} width @param {number} height */
export function middleLuma(rgba, width, height) {
  let sum = 0;
  let count = 0;
  for (let y = Math.floor(height / 4); y < (height * 3) / 4; y += 1) {
    for (let x = Math.floor(width / 4); x < (width * 3) / 4; x += 1) {
      sum += grey(rgba, (y * width + x) * 4);
      count += 1;
    }
  }
  return count ? sum / count : 0;
}

/** Mean change from one picture to the next, in grey levels. @param {Uint8ClampedArray} before @param {Uint8ClampedArray} after */
export function change(before, after) {
  let sum = 0;
  for (let at = 0; at < after.length; at += 4) sum += Math.abs(grey(before, at) - grey(after, at));
  return sum / (after.length / 4);
}

/** @param {Uint8ClampedArray} rgba @param {number} at */
function grey(rgba, at) {
  return 0.299 * (rgba[at] ?? 0) + 0.587 * (rgba[at + 1] ?? 0) + 0.114 * (rgba[at + 2] ?? 0);
}
