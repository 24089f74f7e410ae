/**
 * What is wrong with the picture, in one word; from small pictures, so that a cheap phone keeps up.
 *
 * It helps and never blocks: nothing here decides whether somebody may be filmed.
 *
 * @typedef {"too_dark"|"too_bright"|"too_shaky"|"two_faces"|"no_face"|"too_far"|"too_near"} Advice
 * @typedef {{ofLong: number, ofShort: number, score: number}} Face Its size as a share of the picture's longer and shorter side.
 * @typedef {{luma: number, motion: number|null, faces: Face[]|null}} Look
 * @typedef {{advice: Advice|null, sinceMs: number, next: Advice|null, nextMs: number}} Shown What stands on the screen and since
 *   when; what is to be said instead, and since when that is seen.
 */

/** Grey levels (0–255). certify asks the same of the face (`too_dark` below about 50); here of the middle of the picture. */
export const DARK = 45;
export const BRIGHT = 225;
/** Mean change of the small picture within a quarter of a second, in grey levels: a phone held in two hands stays below 10. */
export const SHAKY = 26;
/** Share of the picture's longer side, 1.4 times what certify needs at the least: eyes 24 pixels apart in a picture of 640, where
 * the cascade's square is 2.8 times as wide as the eyes are apart (`make bench-guidance`). */
export const FAR = 0.15;
/** Share of the shorter side: in a larger face a nod leaves the picture. */
export const NEAR = 0.9;
/** A second face counts when it is not much smaller (certify: 0.3 of the area): somebody passing behind does no harm. */
const COMPARABLE = 0.55;
/** … and when the cascade is surer of it than it was of anything that is no face (5 at most). */
export const SURE = 8;
/** What is said already holds until the picture is better by this share: a face at the limit does not make the sentence flicker. */
const SLACK = 0.12;
/** A sentence that has just come can be read before it changes, and one look alone (a shake, a face that was missed) says nothing. */
const STAYS_MS = 1200;
const SEEN_MS = 500;
const MISSED_MS = 1000;

/** The most urgent advice, or null when the picture is good. @param {Look} look @param {Advice|null} [said] What is said already.
 * @returns {Advice|null} */
export function advise({ luma, motion, faces }, said = null) {
  const more = (/** @type {Advice} */ advice) => (said === advice ? 1 + SLACK : 1);
  if (luma < DARK * more("too_dark")) return "too_dark";
  if (luma > BRIGHT / more("too_bright")) return "too_bright";
  if (motion !== null && motion > SHAKY / more("too_shaky")) return "too_shaky";
  if (faces === null) return null;
  const sure = faces.filter((each) => each.score >= SURE).sort((a, b) => b.ofLong - a.ofLong);
  const face = sure[0] ?? faces[0];
  if (!face) return "no_face";
  if (sure[1] && sure[1].ofLong * more("two_faces") > COMPARABLE * face.ofLong) return "two_faces";
  if (face.ofLong < FAR * more("too_far")) return "too_far";
  return face.ofShort > NEAR / more("too_near") ? "too_near" : null;
}

/** Before the first look. @returns {Shown} */
export function nothingSaid() {
  return { advice: null, sinceMs: -Infinity, next: null, nextMs: 0 };
}

/** One look later: the sentence changes when another one was right for a while, and when it stood long enough to be read.
 * @param {Shown} shown @param {Advice|null} advice @param {number} nowMs @returns {Shown} */
export function settle(shown, advice, nowMs) {
  if (advice === shown.advice) return { ...shown, next: advice };
  const nextMs = advice === shown.next ? shown.nextMs : nowMs;
  const seen = nowMs - nextMs >= (advice === "no_face" ? MISSED_MS : SEEN_MS);
  if (seen && nowMs - shown.sinceMs >= STAYS_MS) return { advice, sinceMs: nowMs, next: advice, nextMs };
  return { ...shown, next: advice, nextMs };
}

/** Mean grey level of the middle of an RGBA picture. @param {Uint8ClampedArray} rgba @param {number} width @param {number} height */
export function middleLuma(rgba, width, height) {
  let sum = 0;
  let count = 0;
  for (let y = Math.floor(height / 4); y < (height * 3) / 4; y += 1) {
    for (let x = Math.floor(width / 4); x < (width * 3) / 4; x += 1) {
      sum += greyOf(rgba, (y * width + x) * 4);
      count += 1;
    }
  }
  return count ? sum / count : 0;
}

/** Mean change from one picture to the next, in grey levels. @param {Uint8ClampedArray} before @param {Uint8ClampedArray} after */
export function change(before, after) {
  let sum = 0;
  for (let at = 0; at < after.length; at += 4) sum += Math.abs(greyOf(before, at) - greyOf(after, at));
  return sum / (after.length / 4);
}

/** @param {Uint8ClampedArray} rgba @param {number} at */
export function greyOf(rgba, at) {
  return 0.299 * (rgba[at] ?? 0) + 0.587 * (rgba[at + 1] ?? 0) + 0.114 * (rgba[at + 2] ?? 0);
}
