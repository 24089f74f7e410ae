/**
 * What the desk's views share: the draft as the door has it, what is being carried, which search runs, which dialog is open. Every
 * change goes to the door first; what is shown is what the door says.
 *
 * @typedef {import("./model/types.js").Place} Place
 * @typedef {import("./model/plan.js").Index} Index
 * @typedef {import("./model/types.js").Load} Load
 * @typedef {import("./model/types.js").Carrying} Carrying
 * @typedef {import("./model/types.js").Job} Job
 */
import { follow } from "../staff/events.js";
import { Refused, UNATTENDED } from "../staff/session.js";
import { readPlace } from "./address.js";
import * as door from "./door.js";
import { indexOf } from "./model/plan.js";
import { readBoard } from "./model/read.js";

const ENDED = new Set(["done", "failed", "cancelled"]);
/** How often a running search is asked after, beside what the stream says of it. */
const LOOK_MS = 2_000;
/** How long news waits while something else is under way. */
const BUSY_MS = 300;

class Desk extends EventTarget {
  /** @type {Index|null} */
  index = null;
  /** @type {unknown} */
  error = null;
  /** What was done last, in words. @type {string|null} */
  done = null;
  /** @type {"on"|"off"} */
  live = "off";
  busy = false;
  /** @type {{url: string, attribution: string}|null} */
  tiles = null;
  /** @type {Carrying|null} */
  carrying = null;
  /** @type {Job|null} */
  job = null;
  /** @type {string|null} */
  dialog = null;
  /** @type {AbortController|null} */
  #following = null;
  /** What the door has said, of which `index` is made; the next reading is of what has changed since. @type {any} */
  #board = null;

  changed() {
    this.dispatchEvent(new Event("change"));
  }

  /** What is asked for in the address, with changes; null takes a word out. @param {Record<string, string|null>} changes */
  asked(changes) {
    return { ...readPlace(location.hash).asked, ...changes };
  }

  get plan() {
    return this.index?.plan ?? null;
  }

  get isSearching() {
    return this.job?.state === "waiting" || this.job?.state === "running";
  }

  start() {
    if (this.#following) return;
    this.#following = new AbortController();
    void this.reload();
    void follow(door.EVENTS, this.#following.signal, this.hear, (on) => {
      if (on && this.live === "off" && this.index) void this.#catchUp();
      this.live = on ? "on" : "off";
      this.changed();
    });
  }

  stop() {
    this.#following?.abort();
    this.#following = null;
    this.#board = null;
    Object.assign(this, { index: null, carrying: null, job: null, dialog: null, error: null, done: null, live: "off" });
  }

  /** @param {import("../staff/events.js").Told} told */
  hear = (told) => {
    const data = JSON.parse(told.data || "{}");
    if (told.event === "job") void this.#hearJob(data);
    else if (this.busy) setTimeout(() => this.hear(told), BUSY_MS);
    else if (told.event === "published" ? data.published_version !== this.plan?.published : this.#isNews(data.version)) void this.#catchUp();
  };

  /** @param {number|null|undefined} version Of the draft; nothing when the event says none. */
  #isNews(version) {
    return version !== undefined && (version ?? 0) !== this.plan?.version;
  }

  /** @param {any} data */
  async #hearJob(data) {
    const { job } = this;
    if (!job || data.job_id !== job.id || !this.isSearching) return;
    if (ENDED.has(data.state)) return this.#look(job.id);
    this.job = { ...job, state: data.state, done: data.done, of: data.of };
    this.changed();
  }

  /** Looks at the search until it ends: the stream may be away. @param {string} id */
  async #watch(id) {
    while (this.job?.id === id && this.isSearching) {
      await new Promise((done) => setTimeout(done, LOOK_MS));
      await this.#look(id);
    }
  }

  /** Reads how far a search is; it has ended only when its answer, and the plan that it made, are here. @param {string} id */
  async #look(id) {
    if (this.job?.id !== id || !this.isSearching) return;
    await this.#quietly(async () => {
      const seen = await door.readJob(id).catch((error) => {
        if (error instanceof Refused && error.status === 404 && this.job?.id === id) this.job = null; // the door knows it no more
        throw error;
      });
      if (this.job?.id !== id) return;
      if (ENDED.has(seen.state) && seen.kind === "plan") await this.#read(UNATTENDED);
      if (this.job?.id === id) this.job = seen;
    });
  }

  /** Reads what others have changed, without taking the buttons out of the hand. */
  #catchUp() {
    return this.#quietly(() => this.#read(UNATTENDED));
  }

  /** Does something that nobody has asked for: no button waits for it, and a refusal is not told: it is asked again. @param {() => Promise<void>} act */
  async #quietly(act) {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
    this.changed();
  }

  /** Reads the draft anew. What is carried stays in the hand. */
  async reload() {
    await this.#try(() => this.#read());
  }

  /** @param {Record<string, string>} [headers] */
  async #read(headers = {}) {
    const mine = this.#following;
    const had = this.#board;
    const [tiles, board] = await Promise.all([this.tiles ?? door.readTiles(), door.readBoard(headers, had)]);
    this.tiles = tiles;
    if (this.#following !== mine) return; // signed out meanwhile
    if (this.#board !== had && this.#board?.revision > board.revision) return; // a later reading was answered first
    this.#board = board;
    this.index = indexOf(readBoard(board));
    const job = board.job?.job_id;
    if (!job || job === this.job?.id) return;
    const seen = await door.readJob(job);
    if (this.#following !== mine) return;
    this.job = seen;
    void this.#watch(job);
  }

  /** Does something at the door; a refusal, or a fault of the page, is shown in words. @param {() => Promise<unknown>} act */
  async #try(act) {
    this.busy = true;
    this.error = null;
    this.changed();
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Refused)) reportError(error);
      this.error = error;
    } finally {
      this.busy = false;
      this.changed();
    }
  }

  /** A change of the draft of this version; afterwards it is read anew, whatever came of it: somebody else may have changed it.
   * @param {(version: number) => Promise<string|null>} act @param {number} [version] */
  async #change(act, version = this.plan?.version ?? 0) {
    await this.#try(async () => {
      this.done = await act(version);
    });
    const { error } = this;
    await this.reload();
    this.error = error ?? this.error;
    this.changed();
  }

  /** @param {Load} load @param {boolean} byKeyboard */
  lift(load, byKeyboard) {
    const first = this.plan?.cadres[0];
    const at = load.from ?? (first && this.plan ? { cadreId: first.id, day: this.plan.first, half: /** @type {const} */ ("am") } : null);
    this.carrying = { ...load, at, byKeyboard, busy: false, answer: null, version: 0, again: false };
    this.done = null;
    this.changed();
  }

  /** @param {Place} place */
  pointAt(place) {
    if (this.carrying) this.carrying = { ...this.carrying, at: place, busy: false };
    this.changed();
  }

  letGo() {
    this.carrying = null;
    this.changed();
  }

  /** Asks what it would cost to put down what is carried; nothing is changed yet. @param {Place} place @param {boolean} [again] */
  async drop(place, again = false) {
    const { carrying, plan } = this;
    if (!carrying || !plan) return;
    const { version } = plan;
    const mine = { ...carrying, at: place, busy: true, answer: null, version, again };
    this.carrying = mine;
    await this.#try(async () => {
      const answer = await door.move(version, mine, place, true);
      if (this.carrying === mine) this.carrying = { ...mine, busy: false, answer };
    });
    if (this.carrying === mine) this.letGo();
  }

  /** Puts down what is carried, in the draft for which it was checked; when that was changed meanwhile, it is checked anew. */
  async apply() {
    const { carrying } = this;
    if (!carrying?.at || !carrying.answer) return;
    const { at } = carrying;
    let isStale = false;
    this.carrying = null;
    await this.#change(async (version) => {
      try {
        await door.move(version, carrying, at, false);
      } catch (error) {
        isStale = door.isChanged(error);
        if (!isStale) throw error;
      }
      return null;
    }, carrying.version);
    if (!isStale || this.error || this.carrying) return;
    this.carrying = carrying;
    await this.drop(at, true);
  }

  undo = () => this.#step("undo");
  redo = () => this.#step("redo");

  /** Undoes, or does again. When the draft was mended meanwhile and the step is still the same one, it is meant all the same.
   * @param {"undo"|"redo"} which */
  async #step(which) {
    const step = this.plan?.[`${which}Step`];
    await this.#change(async (version) => {
      try {
        return await door[which](version);
      } catch (error) {
        if (!door.isChanged(error)) throw error;
        await this.#read();
        if (!this.plan || this.plan[`${which}Step`] !== step) throw error;
        return door[which](this.plan.version);
      }
    });
  }

  /** The sheet to be printed, of a day or of all that are still to come. @param {string} cadreId @param {string} [day] */
  async saveSheet(cadreId, day) {
    const { index } = this;
    if (!index) return;
    const mine = index.plan.routes.filter((each) => each.cadreId === cadreId && each.day >= index.plan.today);
    const days = [...new Set(mine.map((each) => each.day))].sort();
    await this.#try(() => door.saveSheet(cadreId, index.cadres.get(cadreId)?.name ?? cadreId, day ? [day] : days));
  }

  async publish() {
    await this.#change((version) => door.publish(version));
  }

  /** @param {"plan"|"what_if"} kind @param {object} order */
  async search(kind, order) {
    await this.#try(async () => {
      this.job = await door.search(kind, order);
      void this.#watch(this.job.id);
    });
  }

  async cancelSearch() {
    const { job } = this;
    if (job) await this.#try(() => door.cancelSearch(job.id));
  }

  /** @param {string|null} dialog */
  open(dialog) {
    this.dialog = dialog;
    this.error = null;
    this.changed();
  }
}
export const desk = new Desk();
