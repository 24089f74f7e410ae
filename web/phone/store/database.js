/**
 * Everything that the page keeps, in IndexedDB: the phone may be closed or run out of battery at any moment.
 *
 * The bytes of a recording lie apart from what is known of it, so that a list never loads a video. They are an
 * ArrayBuffer: Safari has lost blobs.
 *
 * @typedef {import("../model/types.js").Bundle} Bundle
 * @typedef {import("../model/types.js").Capture} Capture
 * @typedef {import("../model/types.js").Outcome} Outcome
 * @typedef {import("../vendor/idb.js").IDBPDatabase<any>} Database
 */
import { openDB } from "../vendor/idb.js";

const NAME = "onevisit";
const VERSION = 2;

/** @param {string} [name] @returns {Promise<Database>} */
export function openStore(name = NAME) {
  return openDB(name, VERSION, {
    upgrade(database, from) {
      if (from < 1) {
        database.createObjectStore("facts");
        database.createObjectStore("bundles", { keyPath: "challenge_id" });
        database.createObjectStore("captures", { keyPath: "challenge_id" });
        database.createObjectStore("recordings");
        database.createObjectStore("outcomes", { keyPath: "outcome_id" });
      }
      database.createObjectStore("feedback", { keyPath: "feedback_id" });
      database.createObjectStore("feedback_files");
    },
    blocking(_old, _new, event) {
      /** @type {IDBDatabase} */ (event.target).close();
    },
  });
}

/** Why the store did not take it. @param {unknown} error @returns {"storage_full"|"save_failed"} */
export function whyUnkept(error) {
  return error instanceof DOMException && error.name === "QuotaExceededError" ? "storage_full" : "save_failed";
}

/** Single facts: device, key, today, etag, settings, cursor, clock, lastSync. @param {Database} database @param {string} name */
export function getFact(database, name) {
  return database.get("facts", name);
}

/** @param {Database} database @param {string} name @param {unknown} value */
export async function putFact(database, name, value) {
  await database.put("facts", value, name);
}

/** Notes that a challenge was begun: from its first prompt on it is no secret any more, recorded or not.
 * @param {Database} database @param {string} challengeId @param {string} at
 * @returns {Promise<boolean>} False when it was begun before, as by another tab. */
export async function useBundle(database, challengeId, at) {
  const transaction = database.transaction("bundles", "readwrite");
  const present = /** @type {Bundle|undefined} */ (await transaction.store.get(challengeId));
  const isFree = present !== undefined && present.used_at === null;
  await Promise.all([isFree && transaction.store.put({ ...present, used_at: at }), transaction.done]);
  return isFree;
}

/** The recording and what is known of it, both or none. @param {Database} database @param {Capture} capture @param {ArrayBuffer} bytes */
export async function saveCapture(database, capture, bytes) {
  const transaction = database.transaction(["captures", "recordings"], "readwrite", { durability: "strict" });
  await Promise.all([
    transaction.objectStore("captures").put(capture),
    transaction.objectStore("recordings").put(bytes, capture.challenge_id),
    transaction.done,
  ]);
}

/** Changes what is known of a recording. @param {Database} database @param {string} challengeId @param {Partial<Capture>} change */
export async function changeCapture(database, challengeId, change) {
  const transaction = database.transaction("captures", "readwrite");
  const present = await transaction.store.get(challengeId);
  if (present) await transaction.store.put({ ...present, ...change });
  await transaction.done;
}

/** The door has it, whole and equal: only now the phone's copy goes.
 * @param {Database} database @param {string} challengeId @param {import("../model/types.js").CaptureStatus} status */
export async function settleCapture(database, challengeId, status) {
  try {
    return await settle(database, challengeId, status);
  } catch (error) {
    if (whyUnkept(error) !== "storage_full") throw error;
    // Full: what is removed makes the room to write. Ended in between, the next sync hears of it again.
    const present = /** @type {Capture|undefined} */ (await database.get("captures", challengeId));
    if (present?.sha256 === status.sha256) await database.delete("recordings", challengeId);
    return settle(database, challengeId, status);
  }
}

/** @param {Database} database @param {string} challengeId @param {import("../model/types.js").CaptureStatus} status */
async function settle(database, challengeId, status) {
  const transaction = database.transaction(["captures", "recordings"], "readwrite");
  const present = /** @type {Capture|undefined} */ (await transaction.objectStore("captures").get(challengeId));
  if (present && present.sha256 === status.sha256) {
    await transaction
      .objectStore("captures")
      .put({ ...present, state: "received", sent: present.size, problem: null, status });
    await transaction.objectStore("recordings").delete(challengeId);
  }
  await transaction.done;
  return present !== undefined && present.sha256 === status.sha256;
}

/** What the county has received and lost since is to be made again: the phone's copy went when it was received. What was
 * lost and need not be made again, as the door says no more of it, goes.
 * @param {Database} database @param {readonly import("../model/types.js").LostCapture[]} lost All of this phone. */
export async function markLost(database, lost) {
  const because = new Map(lost.map((each) => [each.capture_id, each.because]));
  const transaction = database.transaction("captures", "readwrite");
  for (const capture of /** @type {Capture[]} */ (await transaction.store.getAll())) {
    if (capture.state !== "received" && capture.state !== "lost") continue;
    const problem = because.get(capture.status?.capture_id ?? "");
    if (problem) await transaction.store.put({ ...capture, state: "lost", problem });
    else if (capture.state === "lost") await transaction.store.delete(capture.challenge_id);
  }
  await transaction.done;
}

/** The county was restored from a backup: what was told before is sent once more, as it may be lost; the door knows by its id
 * what is not. @param {Database} database @param {string} restoredAt */
export async function tellAgain(database, restoredAt) {
  const transaction = database.transaction(["outcomes", "facts"], "readwrite");
  const facts = transaction.objectStore("facts");
  if ((await facts.get("restored")) !== restoredAt) {
    await facts.put(restoredAt, "restored");
    for (const outcome of /** @type {Outcome[]} */ (await transaction.objectStore("outcomes").getAll())) {
      if (outcome.kind !== "outcome" || outcome.state !== "received" || Date.parse(outcome.made_at) > Date.parse(restoredAt)) continue;
      await transaction.objectStore("outcomes").put({ ...outcome, state: "saved", again: true });
    }
  }
  await transaction.done;
}

/** A refused recording that the cadre lets go. @param {Database} database @param {string} challengeId */
export async function dropCapture(database, challengeId) {
  const transaction = database.transaction(["captures", "recordings"], "readwrite");
  await Promise.all([
    transaction.objectStore("captures").delete(challengeId),
    transaction.objectStore("recordings").delete(challengeId),
    transaction.done,
  ]);
}

/** Removes what is of no use any more: challenges long expired, what was settled more than `days` ago.
 * @param {Database} database @param {number} nowMs @param {number} [days] */
export async function tidy(database, nowMs, days = 30) {
  const oldest = nowMs - days * 86_400_000;
  const transaction = database.transaction(["bundles", "captures", "outcomes"], "readwrite");
  for (const bundle of /** @type {Bundle[]} */ (await transaction.objectStore("bundles").getAll())) {
    if (Date.parse(bundle.challenge.expires_at) < oldest) await transaction.objectStore("bundles").delete(bundle.challenge_id);
  }
  for (const capture of /** @type {Capture[]} */ (await transaction.objectStore("captures").getAll())) {
    const settled = ["received", "lost"].includes(capture.state) && Date.parse(capture.captured_at) < oldest;
    if (settled) await transaction.objectStore("captures").delete(capture.challenge_id);
  }
  for (const outcome of /** @type {Outcome[]} */ (await transaction.objectStore("outcomes").getAll())) {
    const settled = outcome.state === "received" && Date.parse(outcome.made_at) < oldest;
    if (settled) await transaction.objectStore("outcomes").delete(outcome.outcome_id);
  }
  await transaction.done;
}
