/** The reviewers' page: one case at a time, clip and photo side by side, keyboard first. Nothing of a case outlives it. */
import { html, nothing } from "../staff/vendor/lit.js";
import { notice } from "../staff/elements/notice.js";
import { isSignedIn } from "../staff/elements/sign_in.js";
import { StaffElement } from "../staff/elements/staff_element.js";
import { topBar } from "../staff/elements/top_bar.js";
import { addTexts, named, said, speak, spoken, t } from "../staff/language.js";
import { readZone } from "../staff/moments.js";
import { Refused, session } from "../staff/session.js";
import * as door from "./door.js";
import { actOf, isReady, minutesOf, yearsOf } from "./model.js";
import "./parts/clip.js";
import { decisionPanel } from "./parts/decision.js";
import { facts } from "./parts/facts.js";
import { places, ROLES } from "./places.js";
import { en } from "./strings/en.js";
import { zh } from "./strings/zh.js";

/** @typedef {import("./model.js").Case} Case */
/** @typedef {import("./model.js").Decision} Decision */
/** @typedef {import("./parts/clip.js").ReviewClip} ReviewClip */

addTexts({ zh, en });

class ReviewApp extends StaffElement {
  /** @type {Case|null} */
  case = null;
  /** @type {number|null} How many wait; null before the first look. */
  waiting = null;
  /** @type {{waiting: number, median_s: number|null}|null} */
  figures = null;
  /** @type {{address: string|null, photo: import("./model.js").Photo, error: unknown}[]} */
  photos = [];
  /** @type {Decision|null} */
  chosen = null;
  /** @type {Set<string>} */
  reasons = new Set();
  /** What the last decision has come to. @type {{settled: boolean, outcome: string|null, note: import("./model.js").Stated|null}|null} */
  done = null;
  /** @type {unknown} */
  error = null;
  busy = false;
  /** Single keys can be switched off: for whoever speaks to the computer (WCAG 2.1.4). */
  keysOn = true;
  /** Addresses of what is opened, to be revoked. @type {string[]} */
  #opened = [];
  /** Ends what is still on its way when a case is let go. */
  #leaving = new AbortController();

  connectedCallback() {
    super.connectedCallback();
    addEventListener("keydown", this.pressed);
    session.addEventListener("change", this.entered);
    this.entered();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener("keydown", this.pressed);
    session.removeEventListener("change", this.entered);
    this.forget();
  }

  /** @returns {ReviewClip|null} */
  get clip() {
    return this.querySelector("review-clip");
  }

  entered = () => {
    if (isSignedIn(ROLES)) void readZone().then(this.redraw);
    if (isSignedIn(ROLES) && !this.case && !this.busy) void this.next();
    if (!isSignedIn(ROLES)) this.forget();
  };

  /** Lets go of everything of a case. */
  forget() {
    this.#leaving.abort();
    this.#leaving = new AbortController();
    for (const each of this.#opened) URL.revokeObjectURL(each);
    this.#opened = [];
    this.case = null;
    this.photos = [];
    this.chosen = null;
    this.reasons = new Set();
    this.clip?.show(null, []);
    this.redraw();
  }

  /** @param {() => Promise<void>} work */
  async doing(work) {
    if (this.busy) return;
    this.busy = true;
    this.error = null;
    this.redraw();
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Refused)) reportError(error);
      else if (error.stated.code === "REVIEW_NOT_YOURS") this.forget();
      this.error = error;
    }
    this.busy = false;
    this.redraw();
  }

  next = () =>
    this.doing(async () => {
      this.forget();
      this.done = null;
      const { token, person } = session;
      const { case: taken, waiting } = await door.takeNext();
      if (session.token !== token || session.person !== person) return; // somebody else, or nobody, sits here now
      this.waiting = waiting;
      this.case = taken;
      void this.count();
      this.redraw();
      await this.updateComplete;
      if (taken) void this.open(taken);
    });

  /** @param {Case} taken */
  async open(taken) {
    const { signal } = this.#leaving;
    const photos = taken.photos.map(async (photo) => ({ photo, ...(await this.keep(taken, door.openPhoto(taken.case_id, photo.kind, signal))) }));
    const { address, error } = await this.keep(taken, door.openClip(taken.case_id, signal));
    if (this.case !== taken) return;
    this.clip?.show(address, taken.moments, error);
    const opened = await Promise.all(photos);
    if (this.case !== taken) return;
    this.photos = opened;
    this.redraw();
  }

  /** The address of what is opened, unless its case was let go meanwhile. @param {Case} taken @param {Promise<string>} opening */
  async keep(taken, opening) {
    try {
      const address = await opening;
      if (this.case === taken) this.#opened.push(address);
      else URL.revokeObjectURL(address);
      return { address, error: null };
    } catch (error) {
      if (!(error instanceof Refused)) reportError(error);
      return { address: null, error };
    }
  }

  /** @param {Decision} decision */
  choose = (decision) => {
    this.chosen = decision;
    this.reasons = new Set();
    this.redraw();
  };

  /** @param {string} code */
  toggle = (code) => {
    if (!this.reasons.delete(code)) this.reasons.add(code);
    this.redraw();
  };

  back = () => {
    this.chosen = null;
    this.redraw();
  };

  confirm = () =>
    this.doing(async () => {
      const { case: shown, chosen, reasons } = this;
      if (!shown || !chosen || !isReady(chosen, reasons)) return;
      const taken = await door.decide(shown.case_id, chosen, [...reasons]);
      this.forget();
      this.done = taken;
      void this.count();
    });

  /** How much waits and how long it takes; nice to know, so a failure is not told. */
  async count() {
    try {
      this.figures = await door.readFigures();
      this.waiting = this.figures.waiting;
      this.redraw();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }

  giveBack = () =>
    this.doing(async () => {
      if (!this.case) return;
      await door.giveBack(this.case.case_id);
      this.forget();
      this.waiting = null;
    }).then(() => (this.error ? undefined : this.next()));

  /** @param {KeyboardEvent} event */
  pressed = (event) => {
    if (!this.keysOn || !isSignedIn(ROLES) || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.closest("select, textarea, input:not([type=checkbox])")) return;
    if ([" ", "Enter"].includes(event.key) && target.closest("button, a, input")) return;
    const act = actOf(event.key, { hasCase: this.case !== null, chosen: this.chosen, done: this.done !== null });
    if (!act) return;
    event.preventDefault();
    this.perform(act);
  };

  /** @param {import("./model.js").Act} act */
  perform(act) {
    if (act.kind === "play") this.clip?.play();
    else if (act.kind === "step") this.clip?.step(act.by);
    else if (act.kind === "moment") this.clip?.goTo(act.index);
    else if (act.kind === "slow") this.clip?.slow();
    else if (act.kind === "choose") this.choose(act.decision);
    else if (act.kind === "reason") this.toggleAt(act.index);
    else if (act.kind === "confirm") void this.confirm();
    else if (act.kind === "back") this.back();
    else if (act.kind === "give_back") void this.giveBack();
    else void this.next();
  }

  /** @param {number} index */
  toggleAt(index) {
    const code = this.chosen && this.case?.reasons[this.chosen][index]?.code;
    if (code) this.toggle(code);
  }

  toggleKeys = () => {
    this.keysOn = !this.keysOn;
    this.redraw();
  };

  render() {
    if (!isSignedIn(ROLES)) return html`${topBar(t("review.title"))}<main id="main" tabindex="-1"><staff-sign-in></staff-sign-in></main>`;
    const keys = html`<button type="button" class="plain" aria-pressed=${this.keysOn} @click=${this.toggleKeys}>${t(this.keysOn ? "keys.on" : "keys.off")}</button>`;
    return html`${topBar(t("review.title"), places("cases"), keys)}
      <main id="main" tabindex="-1" class="review">
        ${this.strip()} ${notice(this.error)}
        ${this.case ? this.work(this.case) : this.between()}
      </main>`;
  }

  strip() {
    const median = minutesOf(this.figures?.median_s ?? null);
    return html`<div class="strip row spread">
      <h1>${this.case ? t("review.case", { round: this.case.round }) : t("review.title")}</h1>
      <p class="small-text" role="status">
        ${this.waiting === null ? t("staff.loading") : t("review.waiting", { count: this.waiting })}
        ${median === null ? nothing : t("review.median", { minutes: median })}
      </p>
    </div>`;
  }

  between() {
    return html`<section class="panel stack between">
      ${this.done
        ? html`<div class="note good" role="status"><span><b>${t(this.done.settled ? "done.settled" : "done.another", { decision: named("decision", this.done.outcome ?? "") })}</b> ${said(this.done.note)}</span></div>`
        : this.error
          ? nothing
          : html`<p>${this.busy || this.waiting === null ? t("staff.loading") : t("review.nothing")}</p>`}
      <div class="row"><button type="button" class="main" ?disabled=${this.busy} @click=${this.next}>${t("review.next")} <kbd>Enter</kbd></button></div>
    </section>`;
  }

  /** @param {Case} shown */
  work(shown) {
    return html`<div class="work">
      <div class="pictures"><review-clip></review-clip>${this.references(shown)}</div>
      ${facts(shown, (seconds) => this.clip?.seek(seconds))} ${decisionPanel(shown, this)}
    </div>`;
  }

  /** @param {Case} shown */
  references(shown) {
    return html`<div class="references">
      ${shown.photos.length ? nothing : html`<p class="note warn">${t("photo.none")}</p>`}
      ${this.photos.map(({ address, photo, error }) => {
        const years = yearsOf(photo.age_days);
        const age = years === null ? t("photo.days", { days: photo.age_days }) : t("photo.years", { years });
        return html`<figure>
          <figcaption>${named("photo", photo.kind)} · ${photo.taken_on ? age : photo.age_days ? t("photo.at_least", { age }) : t("photo.undated")}</figcaption>
          ${notice(error)} ${address ? html`<img src=${address} alt=${named("photo", photo.kind)} />` : nothing}
        </figure>`;
      })}
    </div>`;
  }
}
speak(spoken());
customElements.define("review-app", ReviewApp);
