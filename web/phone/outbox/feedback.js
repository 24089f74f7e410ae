/**
 * Reports of the cadre, sent and heard of: text first, then voice and picture; what became of them; the answer.
 *
 * @typedef {import("../model/types.js").Device} Device
 * @typedef {import("../model/types.js").Feedback} Feedback
 * @typedef {import("../store/database.js").Database} Database
 */
import { MEDIA, changeFeedback, readFile, settleFeedback } from "../store/feedback.js";
import { Away, Refused, ask } from "./door.js";

const REPORTS = "/v1/feedback";
const OWN = "/v1/own-feedback";
/** A megabyte takes its time on a village's network. */
const FILE_LIMIT_MS = 180_000;
/** What travelled badly: sent again. */
const DAMAGED = "FEEDBACK_FILE_DAMAGED";
/** This phone has sent very many today: the rest waits, and nothing else waits for it. */
const TOO_MANY = "FEEDBACK_TOO_MANY";
const LOST = {
  code: "FEEDBACK_FILE_LOST",
  zh: "手机上的语音或照片已被系统清理。文字已发送；如需要请重新反馈。",
  en: "The system has cleared the voice or the picture on this phone. The text was sent; report again if it is needed.",
};

/** @param {Database} database @param {Device} device @param {() => void} changed @param {(error: unknown) => Refused} ownFault */
export async function sendFeedback(database, device, changed, ownFault) {
  const waiting = /** @type {Feedback[]} */ (await database.getAll("feedback"))
    .filter((each) => each.state === "saved")
    .sort((a, b) => (a.body.written_at < b.body.written_at ? -1 : 1));
  for (const report of waiting) {
    try {
      await sendOne(database, device, report);
    } catch (error) {
      if (error instanceof Refused && error.stated.code === TOO_MANY) return;
      if (error instanceof Refused && error.stated.code === DAMAGED) throw new Away(DAMAGED);
      await changeFeedback(database, report.feedback_id, { state: "refused", problem: ownFault(error).stated });
    }
    changed();
  }
}

/** @param {Database} database @param {Device} device @param {Feedback} report */
async function sendOne(database, device, { feedback_id, body }) {
  const address = `${REPORTS}/${feedback_id}`;
  let { json } = await ask(address, { method: "PUT", body, token: device.token });
  for (const medium of MEDIA.filter((each) => json.missing.includes(each))) {
    const bytes = await readFile(database, feedback_id, medium);
    if (!bytes) throw new Refused(410, LOST);
    const file = { bytes, type: body[medium]?.media_type ?? "" };
    ({ json } = await ask(`${address}/${medium}`, { method: "PUT", file, token: device.token, limitMs: FILE_LIMIT_MS }));
  }
  if (json.missing.length === 0) await settleFeedback(database, feedback_id);
}

/** Asks only while something is open; an answer is fetched once. @param {Database} database @param {Device} device */
export async function fetchFeedback(database, device) {
  const all = /** @type {Feedback[]} */ (await database.getAll("feedback"));
  const open = new Map(all.filter((each) => each.state === "sent" && !each.answered_at).map((each) => [each.feedback_id, each]));
  if (open.size === 0) return;
  const { json } = await ask(OWN, { token: device.token });
  for (const { feedback_id, state, agency } of json.items) {
    if (!open.has(feedback_id)) continue;
    const answer = state === "answered" ? await fetchAnswer(device, feedback_id) : null;
    const heard = answer === null ? {} : { answer, answered_at: new Date().toISOString(), seen: false };
    await changeFeedback(database, feedback_id, { status: { state, agency }, ...heard });
  }
}

/** @param {Device} device @param {string} feedbackId @returns {Promise<string>} Nothing when its time was over before it was fetched. */
async function fetchAnswer(device, feedbackId) {
  try {
    return (await ask(`${OWN}/${feedbackId}/answer`, { token: device.token })).json.answer;
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return "";
    throw error;
  }
}
