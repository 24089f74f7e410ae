/**
 * In which words a report is: on this phone → sent → with somebody → answered. Pure.
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
