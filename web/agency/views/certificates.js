/** One certificate by the number of its request: what it says, on paper, and revoked with a reason (docs/certificates.md). */
import { html, nothing } from "../../staff/vendor/lit.js";
import { AskingElement } from "../../staff/elements/asking_element.js";
import { notice } from "../../staff/elements/notice.js";
import { named, t } from "../../staff/language.js";
import { momentText } from "../../staff/moments.js";
import { linkTo } from "../../staff/place.js";
import { fetchJson, saveFile } from "../../staff/session.js";

/**
 * @typedef {object} Certificate
 * @property {string} certificate_id
 * @property {string} request_id
 * @property {string} programme
 * @property {string} proved_at
 * @property {string} evidence
 * @property {string} issued_at
 * @property {string|null} revoked
 * @property {string|null} revoked_at
 */
const PATH = "/v1/certificates";
/** Each reason, and whether somebody is sent again (schemas/revocation.py). */
const REASONS = { WRONG_PERSON: true, EVIDENCE_FALSE: true, ISSUED_IN_ERROR: true, DEAD_BEFORE_PROOF: false, NOT_NEEDED: false };

class Certificates extends AskingElement {
  static properties = { asked: { attribute: false } };
  /** @type {Certificate|null} */
  found = null;
  /** The reason that was chosen and is to be confirmed. @type {keyof typeof REASONS|null} */
  reason = null;
  done = "";

  constructor() {
    super();
    /** Of which request. @type {Record<string, string>} */
    this.asked = {};
  }

  get request() {
    return this.asked.request ?? "";
  }

  /** @param {Map<string, unknown>} changes */
  willUpdate(changes) {
    if (!changes.has("asked") || this.request === (this.found?.request_id ?? "")) return;
    Object.assign(this, { found: null, reason: null, done: "" });
    if (this.request) void this.read();
  }

  read = () =>
    this.ask(async () => {
      const { request } = this;
      const found = await fetchJson(`${PATH}/${encodeURIComponent(request)}`);
      if (request === this.request) this.found = found;
    });

  /** What is looked for stands in the address. @param {SubmitEvent} event */
  find = (event) => {
    event.preventDefault();
    const request = String(new FormData(/** @type {HTMLFormElement} */ (event.currentTarget)).get("request")).trim();
    if (request && request === this.request) void this.read();
    else if (request) location.hash = linkTo("certificates", { request });
  };

  print = () => this.ask(() => saveFile(`${PATH}/${encodeURIComponent(this.request)}.pdf`, `${this.request}.pdf`));

  revoke = () =>
    this.ask(async () => {
      const { found, reason } = this;
      if (!found || !reason) return;
      const told = await fetchJson(`${PATH}/${found.certificate_id}/revocation`, { method: "POST", body: { reason } });
      this.found = { ...found, revoked: told.reason, revoked_at: told.ordered_at };
      this.reason = null;
      this.done = t("cert.done");
    });

  /** @param {keyof typeof REASONS|null} reason */
  choose = async (reason) => {
    this.reason = reason;
    this.redraw();
    if (reason) return; // the focus stays where the choice is made
    await this.updateComplete;
    /** @type {HTMLElement|null} */ (this.querySelector("[data-reason]"))?.focus();
  };

  render() {
    return html`<section class="page">
      <h1>${t("cert.title")}</h1>
      <p class="lead">${t("cert.lead")}</p>
      <form class="row panel" @submit=${this.find}>
        <label for="request">${t("cert.request")}</label>
        <input id="request" name="request" required maxlength="64" autocomplete="off" spellcheck="false" .value=${this.request} />
        <button class="main" ?disabled=${this.busy}>${t("cert.find")}</button>
      </form>
      ${notice(this.error)} ${this.done ? html`<p class="note good" role="status">${this.done}</p>` : nothing}
      ${this.found ? this.certificate(this.found) : nothing}
    </section>`;
  }

  /** @param {Certificate} found */
  certificate(found) {
    const state = found.revoked
      ? html`<span class="badge bad">${t("cert.revoked", { reason: named("revocation", found.revoked), at: momentText(found.revoked_at ?? "") })}</span>`
      : html`<span class="badge good">${t("cert.holds")}</span>`;
    const facts = [
      ["cert.programme", named("programme", found.programme)],
      ["cert.evidence", named("evidence", found.evidence)],
      ["cert.proved", momentText(found.proved_at)],
      ["cert.issued", momentText(found.issued_at)],
      ["cert.id", found.certificate_id],
    ];
    return html`<section class="panel stack" aria-labelledby="found" data-certificate=${found.certificate_id}>
      <div class="row spread"><h2 id="found">${found.request_id}</h2>${state}</div>
      <dl class="ways">
        ${facts.map(([name = "", value]) => html`<div><dt>${t(name)}</dt><dd>${value}</dd></div>`)}
      </dl>
      <p class="row">
        <button type="button" class="main" data-pdf ?disabled=${this.busy} @click=${this.print}>${t("cert.pdf")}</button>
        <a class="button" href="/verify/">${t("cert.check")}</a>
      </p>
      ${found.revoked ? nothing : this.revoking()}
    </section>`;
  }

  revoking() {
    const { reason } = this;
    const chosen = (/** @type {Event} */ event) => this.choose(/** @type {any} */ (/** @type {HTMLSelectElement} */ (event.currentTarget).value || null));
    return html`<div class="row revoking">
        <label for="reason">${t("cert.revoke")}</label>
        <select id="reason" data-reason ?disabled=${this.busy} .value=${reason ?? ""} @change=${chosen}>
          <option value="">${t("cert.reason")}</option>
          ${Object.keys(REASONS).map((each) => html`<option value=${each}>${named("revocation", each)}</option>`)}
        </select>
      </div>
      ${reason
        ? html`<div class="note warn" data-confirm role="group" aria-label=${t("cert.revoke")}>
            <span>${t("cert.final", { follows: t(REASONS[reason] ? "cert.reopens" : "cert.stays") })}</span>
            <span class="row">
              <button type="button" class="small danger" data-revoke ?disabled=${this.busy} @click=${this.revoke}>${t("cert.revoke_go")}</button>
              <button type="button" class="small" @click=${() => this.choose(null)}>${t("cert.revoke_not")}</button>
            </span>
          </div>`
        : nothing}`;
  }
}
customElements.define("agency-certificates", Certificates);
