/**
 * What the reviewers' page computes: where moments lie on the timeline, what a key does, how old a photo is. Nothing here touches the page.
 *
 * @typedef {import("../staff/language.js").Stated} Stated
 * @typedef {"certified"|"retry"|"refused"} Decision
 * @typedef {{action: string, zh: string, en: string, asked_s: [number, number]|null, seen_s: [number, number]|null}} Moment
 * @typedef {{kind: string, taken_on: string|null, age_days: number}} Photo
 * @typedef {{code: string, tone: "for"|"against"|"open", zh: string, en: string, at_s: number|null}} Signal
 * @typedef {object} Case
 * @property {string} case_id
 * @property {number} round
 * @property {string} until
 * @property {"machine"|"sample"|null} cause
 * @property {string[]} programmes
 * @property {string} captured_at
 * @property {number|null} longest_s
 * @property {Moment[]} moments
 * @property {Photo[]} photos
 * @property {Signal[]|null} signals
 * @property {Stated[]|null} machine_reasons
 * @property {{decision: Decision, reasons: Stated[]}[]|null} earlier
 * @property {{appealed_by: string, ground: Stated}|null} appeal
 * @property {Record<Decision, Stated[]>} reasons
 * @typedef {{kind: "play"}|{kind: "step", by: number}|{kind: "moment", index: number}|{kind: "choose", decision: Decision}
 *   |{kind: "reason", index: number}|{kind: "confirm"}|{kind: "back"}|{kind: "give_back"}|{kind: "next"}|{kind: "slow"}} Act
 */

/** @type {Decision[]} */
export const DECISIONS = ["certified", "retry", "refused"];
/** The key of each decision. @type {Record<Decision, string>} */
export const DECISION_KEYS = { certified: "C", retry: "R", refused: "X" };
/** Seconds of one step: three pictures of a clip of 15 a second. */
export const STEP_S = 0.2;

/** Left edge and width of a stretch on the timeline, in per cent. @param {[number, number]} span @param {number} length Seconds. */
export function placeOf([from, until], length) {
  if (!(length > 0)) return { left: 0, width: 0 };
  const left = Math.min(100, Math.max(0, (from / length) * 100));
  const right = Math.min(100, Math.max(left, (until / length) * 100));
  return { left, width: right - left };
}

/** Where to look at a moment: where it was asked, else where it was seen. @param {Moment} moment @returns {number|null} */
export function startOf(moment) {
  return moment.asked_s?.[0] ?? moment.seen_s?.[0] ?? null;
}

/** What a key does. While a decision is chosen, digits are its reasons; before, they are the moments.
 * @param {string} key @param {{hasCase: boolean, chosen: Decision|null, done: boolean}} state @returns {Act|null} */
export function actOf(key, { hasCase, chosen, done }) {
  if (!hasCase || done) return key === "Enter" || key.toLowerCase() === "n" ? { kind: "next" } : null;
  if (key === " ") return { kind: "play" };
  if (key === "ArrowLeft" || key === "ArrowRight") return { kind: "step", by: key === "ArrowLeft" ? -STEP_S : STEP_S };
  if (/^[1-9]$/.test(key)) return { kind: chosen ? "reason" : "moment", index: Number(key) - 1 };
  if (chosen && key === "Enter") return { kind: "confirm" };
  if (chosen && key === "Escape") return { kind: "back" };
  const letter = key.toUpperCase();
  const decision = DECISIONS.find((each) => DECISION_KEYS[each] === letter);
  if (decision) return { kind: "choose", decision };
  if (letter === "S") return { kind: "slow" };
  return letter === "G" ? { kind: "give_back" } : null;
}

/** Whether a decision may be sent: only certifying needs no reason. @param {Decision|null} chosen @param {Set<string>} reasons */
export function isReady(chosen, reasons) {
  return chosen !== null && (chosen === "certified" || reasons.size > 0);
}

/** Age in whole years, or null below one. @param {number} days */
export function yearsOf(days) {
  return days >= 365 ? Math.floor(days / 365.25) || 1 : null;
}

/** Seconds as minutes of waiting, rounded up. @param {number|null} seconds */
export function minutesOf(seconds) {
  return seconds === null ? null : Math.max(1, Math.ceil(seconds / 60));
}
