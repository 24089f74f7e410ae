/**
 * What is sent and fetched whenever there is a signal, under a lock: one tab of this phone at a time.
 *
 * The order is that of a cadre who has little time on a hill: what was done first, then what comes next.
 *
 * @typedef {import("../model/types.js").Capture} Capture
 * @typedef {import("../model/types.js").CaptureStatus} CaptureStatus
 * @typedef {import("../model/types.js").Outcome} Outcome
 * @typedef {import("../model/types.js").Bundle} Bundle
 * @typedef {import("../model/types.js").Device} Device
 * @typedef {import("../model/types.js").Today} Today
 * @typedef {import("../store/database.js").Database} Database
 */
import { ableKey } from "../model/abilities.js";
import { withoutTakenBack } from "../model/basis.js";
import { wantedBundles } from "../model/visits.js";
import { changeCapture, getFact, markLost, putFact, settleCapture, tellAgain, tidy } from "../store/database.js";
import { tidyFeedback } from "../store/feedback.js";
import { sha256 } from "../store/keys.js";
import { Away, Refused, ask, isPassing } from "./door.js";
import { fetchFeedback, sendFeedback } from "./feedback.js";
import { UPLOADS, upload } from "./upload.js";
import { FIRST_DIALECT, fetchDialects } from "./voices.js";

/** Refusals of this phone itself: nothing that it sends is taken any more. */
const LOCKED_OUT = new Set(["DEVICE_REVOKED", "TOKEN_INVALID", "TOKEN_MISSING"]);
/** What travelled badly, or what the door has forgotten: sent again from the start. */
const AGAIN = new Set(["RECORDING_DAMAGED", "UPLOAD_UNKNOWN", "UPLOAD_EXPIRED"]);
/** What a phone sent under another name, before it was enrolled anew, and sends once more. */
const OF_BEFORE = new Set(["OUTCOME_ID_USED", "SIGNATURE_WRONG"]);
/** The door has more than this page believed: asked again where it stands, and sent on from there. */
const RESUMED = "UPLOAD_OFFSET_DIFFERS";
const BUNDLES_A_REQUEST = 50;
/** The door tells its time in whole seconds, and it travels: clocks that differ by less agree. */
const CLOCK_EXACT_MS = 2000;
/** Where each kind of what happened at a visit is sent. */
const ROUTES = /** @type {const} */ ({
  outcome: { method: "POST", name: "outcomes" },
  abilities: { method: "PUT", name: "abilities" },
  withdrawal: { method: "POST", name: "consent-withdrawal" },
});

/** Runs `work` unless another tab does so already. @param {string} name @param {() => Promise<void>} work
 * @returns {Promise<boolean>} Whether it ran. */
export async function alone(name, work) {
  if (!("locks" in navigator)) {
    await work();
    return true;
  }
  return navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
    if (lock) await work();
    return lock !== null;
  });
}

/** Sends and fetches everything once. @param {Database} database @param {Device} device @param {() => void} changed
 * @throws {Away|Refused} Away: try again later. Refused: this phone is locked out. */
export async function syncOnce(database, device, changed) {
  await sendOutcomes(database, device, changed);
  await sendCaptures(database, device, changed);
  await fetchStatuses(database, device);
  await sendOutcomes(database, device, changed); // what is told again after a restore
  changed();
  await fetchToday(database, device);
  await fetchBundles(database, device);
  await fetchDialects(database, /** @type {any} */ (await getFact(database, "settings"))?.dialect ?? FIRST_DIALECT);
  await putFact(database, "lastSync", new Date().toISOString());
  await tidy(database, Date.now() + ((await getFact(database, "clock")) ?? 0));
  await tidyFeedback(database, Date.now());
  changed();
  await fetchFeedback(database, device); // last: no list waits for a picture on a thin line
  await sendFeedback(database, device, changed, ownFault);
}

/** @param {Refused} refused */
export function locksOut(refused) {
  return refused.status === 401 || LOCKED_OUT.has(refused.stated.code);
}

/** @param {unknown} error @returns {Refused} What is said of this one thing; whatever concerns all is thrown on. */
function ownFault(error) {
  if (error instanceof Refused && !locksOut(error) && !isPassing(error.status)) return error;
  throw error;
}

/** @param {Database} database @param {Device} device @param {() => void} changed */
async function sendOutcomes(database, device, changed) {
  const waiting = /** @type {Outcome[]} */ (await database.getAll("outcomes"))
    .filter((each) => each.state === "saved")
    .sort((a, b) => (a.made_at < b.made_at ? -1 : 1));
  for (const outcome of waiting) {
    const { method, name } = ROUTES[outcome.kind];
    try {
      await ask(`/v1/visits/${outcome.visit_id}/${name}`, { method, body: outcome.body, token: device.token });
      if (outcome.kind === "withdrawal")
        await putFact(database, "today", withoutTakenBack((await getFact(database, "today")) ?? null, [outcome]));
      await database.put("outcomes", { ...outcome, state: "received", problem: null });
    } catch (error) {
      const problem = ownFault(error).stated;
      const known = outcome.again && OF_BEFORE.has(problem.code);
      await database.put("outcomes", { ...outcome, ...(known ? { state: "received" } : { state: "refused", problem }) });
    }
    changed();
  }
}

/** @param {Database} database @param {Device} device @param {() => void} changed */
async function sendCaptures(database, device, changed) {
  const all = /** @type {Capture[]} */ (await database.getAll("captures"));
  const waiting = all
    .filter((each) => each.state === "saved" || each.state === "sending")
    .sort((a, b) => (a.captured_at < b.captured_at ? -1 : 1));
  for (const capture of waiting) {
    try {
      await sendOne(database, device, capture, changed);
    } catch (error) {
      if (error instanceof Refused && AGAIN.has(error.stated.code)) {
        await changeCapture(database, capture.challenge_id, { state: "saved", upload_url: null, sent: 0 });
        throw new Away(error.stated.code);
      }
      await changeCapture(database, capture.challenge_id, { state: "saved" });
      if (error instanceof Refused && error.stated.code === RESUMED) throw new Away(RESUMED);
      const { stated } = ownFault(error);
      await changeCapture(database, capture.challenge_id, { state: "refused", problem: stated });
    } finally {
      changed();
    }
  }
}

/** @param {Database} database @param {Device} device @param {Capture} capture @param {() => void} changed */
async function sendOne(database, device, capture, changed) {
  const id = capture.challenge_id;
  const bytes = /** @type {ArrayBuffer|undefined} */ (await database.get("recordings", id));
  if (!bytes || (await sha256(bytes)) !== capture.sha256) throw new Refused(410, LOST);
  // How far it is stands on the screen; a phone that is too full to write that down sends all the same.
  const tell = (/** @type {Partial<Capture>} */ change) => changeCapture(database, id, change).then(changed, () => undefined);
  await tell({ state: "sending" });
  const bundle = /** @type {Bundle|undefined} */ (await database.get("bundles", id));
  const captureId = await upload(capture, bytes, bundle?.jws, device.token, {
    onUrl: (url) => void tell({ upload_url: new URL(url, location.href).pathname }),
    onBytes: (sent) => void tell({ sent }),
  });
  const { json } = await ask(`${UPLOADS}/${captureId}`, { token: device.token });
  const status = /** @type {CaptureStatus} */ ({ certificates: [], ...json, challenge_id: id });
  if (!Array.isArray(status.certificates)) status.certificates = [];
  const settled = await settleCapture(database, id, status);
  if (!settled) throw new Refused(409, DIFFERENT);
}

const LOST = {
  code: "RECORDING_LOST",
  zh: "手机上的录像已损坏或被系统清理。请重新拍摄。",
  en: "The recording on this phone is damaged, or the system has cleared it. Film again.",
};
const DIFFERENT = {
  code: "RECORDING_DIFFERS",
  zh: "服务器收到的录像与手机上的不同。请联系后台人员。",
  en: "The server has another recording than this phone. Ask the desk.",
};

/** @param {Database} database @param {Device} device */
async function fetchStatuses(database, device) {
  /** @type {{lost?: import("../model/types.js").LostCapture[], restored_at?: string|null}} A door of before says nothing of it. */
  let heard = {};
  for (let more = true; more; ) {
    const since = /** @type {string|undefined} */ (await getFact(database, "cursor"));
    const query = since ? `?since=${encodeURIComponent(since)}` : "";
    const { json } = await ask(`${UPLOADS}${query}`, { token: device.token });
    for (const status of /** @type {CaptureStatus[]} */ (json.items)) {
      if (!(await settleCapture(database, status.challenge_id, status))) continue;
    }
    heard = json;
    more = Boolean(json.next_cursor) && json.next_cursor !== since && json.items.length > 0;
    if (json.next_cursor) await putFact(database, "cursor", json.next_cursor);
  }
  if (heard.lost) await markLost(database, heard.lost);
  if (heard.restored_at) await tellAgain(database, heard.restored_at);
}

/** @param {Database} database @param {Device} device */
async function fetchToday(database, device) {
  const etag = (await getFact(database, "today")) ? await getFact(database, "etag") : undefined;
  const answer = await ask("/v1/today", { token: device.token, etag });
  if (answer.date) {
    const heard = Date.parse(answer.date);
    const clock = heard - Date.now();
    const known = (await getFact(database, "clock")) ?? 0;
    // Left alone where both agree: what is written before a sync must not be dated after what is written behind it.
    if (Math.abs(clock - known) > CLOCK_EXACT_MS) await putFact(database, "clock", clock);
    await putFact(database, "heard", heard - CLOCK_EXACT_MS);
  }
  if (answer.status === 304) return;
  await putFact(database, "today", answer.json);
  await putFact(database, "etag", answer.etag ?? undefined);
}

/** @param {Database} database @param {Device} device */
async function fetchBundles(database, device) {
  const today = /** @type {Today|undefined} */ (await getFact(database, "today"));
  if (!today) return;
  const clock = /** @type {number} */ ((await getFact(database, "clock")) ?? 0);
  const held = /** @type {Bundle[]} */ (await database.getAll("bundles"));
  const wanted = wantedBundles(today, held, Date.now() + clock);
  const able = new Map(wanted.map((each) => [each.visit_id, ableKey(each.abilities, each.unable)]));
  /** @type {Record<string, import("../model/types.js").Stated>} */
  const refused = {};
  for (let at = 0; at < wanted.length; at += BUNDLES_A_REQUEST) {
    const visits = wanted.slice(at, at + BUNDLES_A_REQUEST);
    const { json } = await ask("/v1/challenge-bundles", { method: "POST", body: { visits }, token: device.token });
    for (const { visit_id, challenge, jws, send_by } of json.bundles) {
      const bundle = { challenge_id: challenge.challenge_id, visit_id, challenge, jws, send_by, used_at: null };
      await database.put("bundles", { ...bundle, able_key: able.get(visit_id) ?? "" });
    }
    for (const { visit_id, ...stated } of json.refused) refused[visit_id] = stated;
  }
  if (wanted.length) await putFact(database, "noBundle", refused);
}
