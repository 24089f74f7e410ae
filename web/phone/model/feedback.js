/**
 * In which words a report is: on this phone → sent → with somebody → answered; and what its text may not hold. Pure.
 *
 * @typedef {import("./types.js").Feedback} Feedback
 * @typedef {"on_phone"|"received"|"with_agency"|"with_joint_group"|"answered"|"refused"} ReportWord
 */

/** @param {Feedback} report @returns {ReportWord} */
export function reportWord(report) {
  if (report.state === "saved") return "on_phone";
  if (report.state === "refused") return "refused";
  if (report.answered_at) return "answered";
  const state = report.status?.state;
  return state === "with_agency" || state === "with_joint_group" ? state : "received";
}

/** How many reports still have to travel, how many bytes, and how many answers nobody has read.
 * @param {readonly Feedback[]} reports */
export function countReports(reports) {
  const waiting = reports.filter((each) => each.state === "saved");
  const bytes = waiting.reduce((sum, { body }) => sum + (body.voice?.size ?? 0) + (body.picture?.size ?? 0), 0);
  return { waiting: waiting.length, bytes, unread: reports.filter((each) => !each.seen).length };
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const NUMBER = /(?=(\d{6}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]))/g;

/** Whether an ID number of 18 characters stands in a text (GB 11643-1999), also in full-width digits or with gaps: so that
 * the cadre hears it while the text can still be changed. The door decides (schemas/id_in_text.py). @param {string} text */
export function holdsIdNumber(text) {
  const close = text.normalize("NFKC").replace(/[\s.·'"`\p{Pd}\p{Zs}\p{Cc}\p{Cf}]/gu, "");
  return [...close.matchAll(NUMBER)].some(([, number = ""]) => {
    const sum = WEIGHTS.reduce((all, weight, at) => all + weight * Number(number[at]), 0);
    return "10X98765432"[sum % 11] === number[17]?.toUpperCase();
  });
}
