/**
 * Reports of the cadre, in IndexedDB: what was said, and apart from it the bytes of voice and picture.
 *
 * @typedef {import("../model/types.js").Draft} Draft
 * @typedef {import("../model/types.js").Feedback} Feedback
 * @typedef {import("./database.js").Database} Database
 * @typedef {"voice"|"picture"} Medium
 */
import { getFact, putFact } from "./database.js";

/** @type {Medium[]} In which order they are sent. */
export const MEDIA = ["voice", "picture"];
/** What is being written: a phone that is short of memory ends the page while its camera is open. */
const DRAFT = "draft";

/** @param {Database} database @returns {Promise<Draft|undefined>} */
export function findDraft(database) {
  return getFact(database, DRAFT);
}

/** @param {Database} database @param {Draft} draft */
export function keepDraft(database, draft) {
  return putFact(database, DRAFT, draft);
}

/** The report with its files, and the end of the draft: all or none.
 * @param {Database} database @param {Feedback} report @param {Record<Medium, ArrayBuffer|null>} files */
export async function saveFeedback(database, report, files) {
  const transaction = database.transaction(["feedback", "feedback_files", "facts"], "readwrite", { durability: "strict" });
  await Promise.all([
    transaction.objectStore("feedback").put(report),
    ...MEDIA.filter((each) => files[each]).map((each) =>
      transaction.objectStore("feedback_files").put(files[each], fileKey(report.feedback_id, each)),
    ),
    transaction.objectStore("facts").delete(DRAFT),
    transaction.done,
  ]);
}

/** @param {Database} database @param {string} feedbackId @param {Medium} medium @returns {Promise<ArrayBuffer|undefined>} */
export function readFile(database, feedbackId, medium) {
  return database.get("feedback_files", fileKey(feedbackId, medium));
}

/** Changes what is known of a report. @param {Database} database @param {string} feedbackId @param {Partial<Feedback>} change */
export async function changeFeedback(database, feedbackId, change) {
  const transaction = database.transaction("feedback", "readwrite");
  const present = await transaction.store.get(feedbackId);
  if (present) await transaction.store.put({ ...present, ...change });
  await transaction.done;
}

/** The door has all of it: only now the voice and the picture leave the phone. @param {Database} database @param {string} feedbackId */
export async function settleFeedback(database, feedbackId) {
  const transaction = database.transaction(["feedback", "feedback_files"], "readwrite");
  const present = await transaction.objectStore("feedback").get(feedbackId);
  if (present) await transaction.objectStore("feedback").put({ ...present, state: "sent", problem: null });
  for (const each of MEDIA) await transaction.objectStore("feedback_files").delete(fileKey(feedbackId, each));
  await transaction.done;
}

/** A report that the cadre lets go, or one that is done with. @param {Database} database @param {string} feedbackId */
export async function dropFeedback(database, feedbackId) {
  const transaction = database.transaction(["feedback", "feedback_files"], "readwrite");
  await transaction.objectStore("feedback").delete(feedbackId);
  for (const each of MEDIA) await transaction.objectStore("feedback_files").delete(fileKey(feedbackId, each));
  await transaction.done;
}

/** Removes what was answered more than `days` ago. @param {Database} database @param {number} nowMs @param {number} [days] */
export async function tidyFeedback(database, nowMs, days = 30) {
  const oldest = nowMs - days * 86_400_000;
  for (const each of /** @type {Feedback[]} */ (await database.getAll("feedback")))
    if (each.answered_at && Date.parse(each.answered_at) < oldest) await dropFeedback(database, each.feedback_id);
}

/** @param {string} feedbackId @param {Medium} medium */
function fileKey(feedbackId, medium) {
  return `${feedbackId} ${medium}`;
}
