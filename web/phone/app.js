/**
 * What the screens share: the state read from the store, and the acts that change it. Nothing here draws.
 *
 * @typedef {import("./model/types.js").Bundle} Bundle
 * @typedef {import("./model/types.js").Capture} Capture
 * @typedef {import("./model/types.js").Device} Device
 * @typedef {import("./model/types.js").Feedback} Feedback
 * @typedef {import("./model/types.js").Outcome} Outcome
 * @typedef {import("./model/types.js").Settings} Settings
 * @typedef {import("./model/types.js").Stated} Stated
 * @typedef {import("./model/types.js").Today} Today
 */
import { withoutTakenBack } from "./model/basis.js";
import { findVisit } from "./model/visits.js";
import { pauseMs } from "./outbox/backoff.js";
import { Refused, ask } from "./outbox/door.js";
import { alone, locksOut, syncOnce } from "./outbox/sync.js";
import { FIRST_DIALECT } from "./outbox/voices.js";
import { getFact, openStore, putFact, whyUnkept } from "./store/database.js";
import { dropFeedback } from "./store/feedback.js";
import { makeKey, newId, sign } from "./store/keys.js";
import { liveIn, speak, t } from "./strings/index.js";

const SYNC_LOCK = "onevisit-sync";
const REDRAW_MS = 120;
/** @type {Settings} */
const FIRST_SETTINGS = { lang: "zh", size: 20, dialect: FIRST_DIALECT };

class App extends EventTarget {
  /** @type {import("./store/database.js").Database} */
  database = /** @type {any} */ (null);
  /** @type {Device|null} */
  device = null;
  /** @type {CryptoKey|null} */
  privateKey = null;
  /** @type {Today|null} */
  today = null;
  /** @type {Capture[]} */
  captures = [];
  /** @type {Outcome[]} */
  outcomes = [];
  /** @type {Feedback[]} */
  feedback = [];
  /** @type {Bundle[]} */
  bundles = [];
  /** @type {Record<string, Stated>} Visits for which the door drew no challenge, and why. */
  noBundle = {};
  /** @type {Record<string, number>} Recordings that failed on this phone after their first prompt, by visit. */
  failed = {};
  /** @type {Settings} */
  settings = FIRST_SETTINGS;
  /** @type {import("./model/types.js").Dialect[]} Voices that the door offers. */
  dialects = [];
  /** Which of them lies on this phone besides Mandarin: id and version. */
  voice = "";
  /** @type {string|null} */
  lastSync = null;
  /** @type {Stated|null} Why this phone is locked out. */
  lockedOut = null;
  clockMs = 0;
  /** What the door's clock said when it was heard last. */
  heardMs = 0;
  busy = false;
  /** Asked for while one was under way. */
  #again = false;
  away = false;
  failures = 0;
  /** @type {{left: number|null, kept: boolean}} */
  storage = { left: null, kept: false };
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #redraw;
  #sent = 0;
  /** What the store did not take, and what to do: one sentence for whatever was asked. @type {"storage_full"|"unkept"|null} */
  unkept = null;
  /** Settings that a full phone could not keep: they hold until the page is closed. @type {Partial<Settings>} */
  #unkeptSettings = {};
  /** Failures by visit that a full phone could not keep: they count until the page is closed. @type {Record<string, number>} */
  #unkept = {};

  async start() {
    this.database = await openStore();
    await this.reload();
    addEventListener("online", () => this.sync());
    addEventListener("pageshow", () => this.sync());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.sync());
    void this.askToKeep();
    void this.sync();
  }

  /** By the door's clock, in ms; never before what it was when the door was heard last: a phone's clock that has jumped back
   * since would date a recording before its challenge, and the door would refuse it. */
  now() {
    return Math.max(Date.now() + this.clockMs, this.heardMs);
  }

  /** Days since the last sync by this phone's own clock; below 0 that clock has jumped. */
  get daysAlone() {
    return this.lastSync ? Math.floor((Date.now() - Date.parse(this.lastSync)) / 86_400_000) : 0;
  }

  async reload() {
    const { database } = this;
    const fact = (/** @type {string} */ name) => getFact(database, name);
    this.captures = await database.getAll("captures");
    this.outcomes = await database.getAll("outcomes");
    this.feedback = await database.getAll("feedback");
    this.bundles = await database.getAll("bundles");
    this.device = (await fact("device")) ?? null;
    this.privateKey = (await fact("key"))?.privateKey ?? null;
    const unheard = this.outcomes.filter((each) => each.state !== "received");
    this.today = withoutTakenBack((await fact("today")) ?? null, unheard);
    this.noBundle = (await fact("noBundle")) ?? {};
    this.dialects = (await fact("dialects")) ?? [];
    this.voice = (await fact("voice")) ?? "";
    this.failed = { ...(await fact("failed")), ...this.#unkept };
    this.clockMs = (await fact("clock")) ?? 0;
    this.heardMs = (await fact("heard")) ?? 0;
    this.lastSync = (await fact("lastSync")) ?? null;
    this.lockedOut = (await fact("lockedOut")) ?? null;
    this.settings = { ...FIRST_SETTINGS, ...(await fact("settings")), ...this.#unkeptSettings };
    speak(this.settings.lang);
    liveIn(this.today?.timezone);
    document.documentElement.dataset.size = String(this.settings.size);
    for (const { people } of this.today?.stops ?? []) for (const person of people) person.name ||= t("person.no_name");
    this.dispatchEvent(new Event("change"));
  }

  /** Reads the store again soon; many calls, one redraw. */
  changed = () => {
    this.#redraw ??= setTimeout(() => {
      this.#redraw = undefined;
      void this.reload();
    }, REDRAW_MS);
  };

  /** Asks the browser not to clear the store, and how much room is left. */
  async askToKeep() {
    if (!navigator.storage) return;
    const kept = (await navigator.storage.persisted?.()) || (this.device ? await navigator.storage.persist?.() : false);
    const { quota, usage } = (await navigator.storage.estimate?.()) ?? {};
    this.storage = { left: quota === undefined ? null : quota - (usage ?? 0), kept: Boolean(kept) };
    this.dispatchEvent(new Event("change"));
  }

  /** Writes what somebody asked for. It never throws: what was not kept is said on whatever screen is shown (main.js).
   * @param {() => Promise<unknown>} write @returns {Promise<boolean>} Whether it is kept. */
  async keep(write) {
    let why = null;
    try {
      await write();
    } catch (error) {
      why = error;
    }
    this.#say(why);
    await this.reload();
    return why === null;
  }

  /** @param {unknown} why Null: the store takes again what it is given. */
  #say(why) {
    this.unkept = why === null ? null : whyUnkept(why) === "storage_full" ? "storage_full" : "unkept";
    this.dispatchEvent(new Event("change"));
  }

  /** @param {Partial<Settings>} change */
  async set(change) {
    const settings = { ...this.settings, ...change };
    this.#unkeptSettings = {};
    if (await this.keep(() => putFact(this.database, "settings", settings))) return;
    this.#unkeptSettings = settings;
    await this.reload();
  }

  /** Makes this phone the cadre's. The key is kept before it is shown, so that a second try shows the same one.
   * @param {string} code @throws {Refused|import("./outbox/door.js").Away} */
  async enrol(code) {
    const key = this.lockedOut ? await makeKey() : ((await getFact(this.database, "newKey")) ?? (await makeKey()));
    await putFact(this.database, "newKey", key);
    const { json } = await ask("/v1/devices", { method: "POST", body: { code, public_key: key.jwk } });
    await this.database.clear("bundles"); // the door takes no recording for what it gave to another device
    const gone = { newKey: undefined, lockedOut: undefined, today: undefined, etag: undefined, cursor: undefined, visitorCode: undefined };
    for (const [name, value] of Object.entries({ device: json, key, ...gone })) await putFact(this.database, name, value);
    await this.reload();
    void this.askToKeep();
    await this.sync();
  }

  /** Sends and fetches, now; and again later, or at once when it was asked for meanwhile: what was saved in the middle of a
   * sync does not wait for the next one. Never throws: what went wrong is part of the state. */
  async sync() {
    const { device } = this;
    if (!device || this.lockedOut) return;
    if (this.busy) {
      this.#again = true;
      return;
    }
    this.#again = false;
    clearTimeout(this.#timer);
    this.busy = true;
    this.dispatchEvent(new Event("change"));
    try {
      const ran = await alone(SYNC_LOCK, () => syncOnce(this.database, device, this.changed));
      // Another tab is at it, or this one has only just ended and the browser still holds its lock: asked again soon.
      this.failures = ran ? 0 : 1;
      this.away = false;
      this.unkept = null;
    } catch (error) {
      this.failures = (await this.#hasSentMore()) ? 1 : this.failures + 1;
      const full = whyUnkept(error) === "storage_full";
      this.away = !full;
      if (full) this.#say(error);
      if (error instanceof Refused && locksOut(error)) await this.keep(() => this.#lockOut(error.stated));
    }
    this.busy = false;
    await this.reload();
    void this.askToKeep();
    this.#timer = setTimeout(() => void this.sync(), this.#again ? 0 : pauseMs(this.failures, Math.random()));
  }

  /** This phone may be in anybody's hands: names and challenges go, and reports that were sent. What was not sent stays, for
   * whoever asks what was lost.
   * @param {Stated} stated */
  async #lockOut(stated) {
    for (const name of ["today", "etag", "visitorCode"]) await putFact(this.database, name, undefined);
    await this.database.clear("bundles");
    for (const each of this.feedback) if (each.state === "sent") await dropFeedback(this.database, each.feedback_id);
    await putFact(this.database, "lockedOut", stated);
  }

  /** Whether bytes went out since the last attempt that broke: then the network is there, and the pause stays short. */
  async #hasSentMore() {
    const captures = /** @type {Capture[]} */ (await this.database.getAll("captures"));
    const before = this.#sent;
    this.#sent = captures.reduce((sum, each) => sum + each.sent, 0);
    return this.#sent > before;
  }

  /** Keeps what happened, to be sent; with it the list that it changes, both or none.
   * @param {Outcome["kind"]} kind @param {string} visitId @param {string} name @param {Record<string, any>} body @param {Today|null} [today] */
  async note(kind, visitId, name, body, today = null) {
    const outcome_id = newId();
    const made_at = new Date(this.now()).toISOString();
    /** @type {Record<string, any>} */
    const stamped = kind === "outcome" ? { outcome_id, happened_at: made_at, ...body } : { ...body };
    if (kind === "outcome" && this.privateKey)
      stamped.signature = await sign(this.privateKey, "outcome", outcome_id, visitId, body.outcome);
    const noted = { outcome_id, visit_id: visitId, name, kind, body: stamped, state: "saved", problem: null, made_at };
    const transaction = this.database.transaction(["outcomes", "facts"], "readwrite");
    await Promise.all([
      transaction.objectStore("outcomes").put(noted),
      today && transaction.objectStore("facts").put(today, "today"),
      transaction.done,
    ]);
    await this.reload();
    void this.sync();
  }

  /** Ticks what a person can do: it holds on this phone at once, and the door hears of it.
   * @param {string} visitId @param {string[]} abilities @param {string[]} unable @returns {Promise<boolean>} Whether it is kept. */
  async tick(visitId, abilities, unable) {
    if (!this.today) return false;
    const name = findVisit(this.today, visitId)?.person.name ?? "";
    const ticked = (/** @type {import("./model/types.js").Person} */ person) =>
      person.visit_id === visitId ? { ...person, abilities, unable } : person;
    const today = { ...this.today, stops: this.today.stops.map((stop) => ({ ...stop, people: stop.people.map(ticked) })) };
    return this.keep(() => this.note("abilities", visitId, name, { abilities, unable }, today));
  }

  /** The person takes the consent to be filmed back: it holds on this phone at once, and the door hears of it.
   * @param {string} visitId @param {string} name */
  async withdraw(visitId, name) {
    await this.note("withdrawal", visitId, name, { said_by: "person", withdrawn_at: new Date(this.now()).toISOString() });
  }

  /** A recording failed after its first prompt. @param {string} visitId */
  async countFailure(visitId) {
    const failed = { ...this.failed, [visitId]: (this.failed[visitId] ?? 0) + 1 };
    try {
      await putFact(this.database, "failed", failed);
    } catch {
      this.#unkept = failed;
    }
    await this.reload();
  }
}

export const app = new App();
