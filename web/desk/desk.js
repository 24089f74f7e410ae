/**
 * What the desk's views share: the plan as the door has it, what is being carried, which dialog is open. Every change goes to the
 * door first; what is shown is what the door says.
 *
 * @typedef {import("./model/types.js").Place} Place
 * @typedef {import("./model/plan.js").Index} Index
 * @typedef {object} Carrying
 * @property {string[]} visitIds
 * @property {Place|null} from
 * @property {Place|null} at Where the keyboard points, or where it was dropped.
 * @property {boolean} byKeyboard
 * @property {boolean} busy
 * @property {any} answer What the drop would cost.
 */
import { Refused } from "../staff/session.js";
import { readPlace } from "./address.js";
import * as door from "./door.js";
import { indexOf } from "./model/plan.js";

class Desk extends EventTarget {
  /** @type {Index|null} */
  index = null;
  /** @type {unknown} */
  error = null;
  /** @type {"on"|"off"} */
  live = "off";
  busy = false;
  canUndo = false;
  /** @type {{url: string, attribution: string}|null} */
  tiles = null;
  /** @type {Carrying|null} */
  carrying = null;
  /** @type {string|null} */
  dialog = null;
  /** @type {AbortController|null} */
  #following = null;

  changed() {
    this.dispatchEvent(new Event("change"));
  }

  /** What is asked for in the address, with changes; null takes a word out. @param {Record<string, string|null>} changes */
  asked(changes) {
    return { ...readPlace(location.hash).asked, ...changes };
  }

  start() {
    if (this.#following) return;
    this.#following = new AbortController();
    void this.reload();
  }

  stop() {
    this.#following?.abort();
    this.#following = null;
    this.index = null;
    this.carrying = null;
    this.live = "off";
  }

  async reload() {
    await this.#try(async () => {
      this.index = indexOf(await door.readPlan());
    });
  }

  /** @param {() => Promise<void>} act */
  async #try(act) {
    this.busy = true;
    this.error = null;
    this.changed();
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.error = error;
    } finally {
      this.busy = false;
      this.changed();
    }
  }

  /** @param {{visitIds: string[], from: Place|null}} load @param {boolean} byKeyboard */
  lift(load, byKeyboard) {
    const { index } = this;
    const first = index?.plan.cadres[0];
    const at = load.from ?? (first && index ? { cadreId: first.id, day: index.plan.first, half: /** @type {const} */ ("am") } : null);
    this.carrying = { ...load, at, byKeyboard, busy: false, answer: null };
    this.changed();
  }

  /** @param {Place} place */
  pointAt(place) {
    if (this.carrying) this.carrying = { ...this.carrying, at: place };
    this.changed();
  }

  letGo() {
    this.carrying = null;
    this.changed();
  }

  /** Asks what it would cost to put down what is carried. @param {Place} place */
  async drop(place) {
    const { carrying } = this;
    if (!carrying) return;
    this.carrying = { ...carrying, at: place, busy: true };
    await this.#try(async () => {
      this.carrying = { ...carrying, at: place, busy: false, answer: await door.checkMove(carrying.visitIds, place) };
    });
    if (this.error) this.letGo();
  }

  /** @param {string|null} dialog */
  open(dialog) {
    this.dialog = dialog;
    this.changed();
  }

  async undo() {}
}
export const desk = new Desk();
