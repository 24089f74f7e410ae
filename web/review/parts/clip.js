/** `<review-clip>`: the clip, and under it the timeline with the challenge's moments; a click on one goes there. */
import { html, nothing } from "../../staff/vendor/lit.js";
import { notice } from "../../staff/elements/notice.js";
import { StaffElement } from "../../staff/elements/staff_element.js";
import { said, t } from "../../staff/language.js";
import { placeOf, startOf } from "../model.js";

/** @typedef {import("../model.js").Moment} Moment */

const SLOW = 0.5;
/** Why a clip does not begin to play: it was stopped first, or cannot be shown, which `broken` says. */
const KNOWN = ["AbortError", "NotSupportedError"];

export class ReviewClip extends StaffElement {
  /** Address of the opened clip. @type {string|null} */
  address = null;
  /** @type {Moment[]} */
  moments = [];
  /** Why it was not opened. @type {unknown} */
  error = null;
  length = 0;
  at = 0;
  isSlow = false;
  isBroken = false;

  /** @returns {HTMLVideoElement|null} */
  get video() {
    return this.querySelector("video");
  }

  /** @param {string|null} address @param {Moment[]} moments @param {unknown} [error] */
  show(address, moments, error = null) {
    Object.assign(this, { address, moments, error, length: 0, at: 0, isBroken: false });
    this.redraw();
  }

  play() {
    const { video } = this;
    if (!video || this.isBroken) return;
    if (!video.paused) video.pause();
    else video.play().catch((error) => KNOWN.includes(error.name) || reportError(error));
  }

  /** @param {number} seconds */
  seek(seconds) {
    const { video } = this;
    if (!video || !this.length) return;
    video.currentTime = Math.min(Math.max(0, seconds), this.length);
    this.at = video.currentTime;
    this.redraw();
  }

  /** @param {number} by Seconds. */
  step(by) {
    this.video?.pause();
    this.seek((this.video?.currentTime ?? 0) + by);
  }

  /** @param {number} index */
  goTo(index) {
    const moment = this.moments[index];
    const start = moment ? startOf(moment) : null;
    if (start !== null) this.seek(start);
  }

  slow() {
    this.isSlow = !this.isSlow;
    if (this.video) this.video.playbackRate = this.isSlow ? SLOW : 1;
    this.redraw();
  }

  /** A clip from a browser's recorder does not say how long it is until its end was looked for. */
  measured = () => {
    const { video } = this;
    if (!video) return;
    if (Number.isFinite(video.duration)) this.length = video.duration;
    else {
      video.addEventListener("seeked", () => (video.currentTime = 0), { once: true });
      video.currentTime = 1e6;
    }
    video.playbackRate = this.isSlow ? SLOW : 1;
    this.redraw();
  };

  moved = () => {
    this.at = this.video?.currentTime ?? 0;
    this.redraw();
  };

  broken = () => {
    this.isBroken = true;
    this.redraw();
  };

  render() {
    return html`<figure class="clip">
        <figcaption>${t("clip.title")}</figcaption>
        ${notice(this.error)}
        ${this.isBroken ? html`<p class="note warn" role="alert">${t("clip.broken")}</p>` : nothing}
        ${this.address
          ? html`<video .src=${this.address} playsinline muted preload="auto" aria-label=${t("clip.title")} @click=${() => this.play()}
              @loadedmetadata=${this.measured} @durationchange=${this.measured} @timeupdate=${this.moved} @error=${this.broken}></video>`
          : html`<div class="empty" aria-hidden="true"></div>`}
      </figure>
      ${this.timeline()}`;
  }

  timeline() {
    const now = this.length ? (this.at / this.length) * 100 : 0;
    return html`<div class="timeline">
      <div class="bands">
        ${this.moments.map((each, index) => this.band(each, index))}
        <span class="head" style=${`left:${now}%`} aria-hidden="true"></span>
      </div>
      <input type="range" min="0" max=${this.length || 1} step="0.05" .value=${String(this.at)} ?disabled=${!this.length}
        aria-label=${t("clip.position")} @input=${(/** @type {InputEvent} */ event) => this.seek(Number(/** @type {HTMLInputElement} */ (event.target).value))} />
      <div class="row spread small-text">
        <span class="row">
          <button type="button" class="small" @click=${() => this.play()} ?disabled=${!this.length}>${t("clip.play")} <kbd>${t("key.space")}</kbd></button>
          <button type="button" class="small" aria-pressed=${this.isSlow} @click=${() => this.slow()}>${t("clip.slow")} <kbd>S</kbd></button>
          <span>${t("clip.step")} <kbd>←</kbd> <kbd>→</kbd></span>
        </span>
        <span class="clock">${this.at.toFixed(1)} / ${this.length.toFixed(1)} ${t("clip.seconds")}</span>
      </div>
      <p class="legend small-text"><span class="swatch asked"></span>${t("clip.asked")} <span class="swatch seen"></span>${t("clip.seen")}</p>
    </div>`;
  }

  /** @param {Moment} moment @param {number} index */
  band(moment, index) {
    const asked = moment.asked_s && placeOf(moment.asked_s, this.length);
    const seen = moment.seen_s && placeOf(moment.seen_s, this.length);
    const place = asked ?? seen;
    if (!place || !this.length) return nothing;
    const [from, until] = /** @type {[number, number]} */ (moment.asked_s ?? moment.seen_s);
    const label = t("clip.moment", { number: index + 1, action: said(moment), from: from.toFixed(1), until: until.toFixed(1) });
    return html`<button type="button" class="band" style=${`left:${place.left}%;width:${place.width}%`} title=${label} aria-label=${label}
        @click=${() => this.goTo(index)}><kbd>${index + 1}</kbd> ${said(moment)}</button>
      ${seen ? html`<span class="seen" style=${`left:${seen.left}%;width:${Math.max(seen.width, 0.5)}%`} aria-hidden="true"></span>` : nothing}`;
  }
}
customElements.define("review-clip", ReviewClip);
