/** The phone is not anybody's yet, or was locked out: the desk's QR code makes it a cadre's. */
import { app } from "../app.js";
import { Refused } from "../outbox/door.js";
import { whyUnkept } from "../store/database.js";
import { said, t } from "../strings/index.js";
import { html, nothing } from "../vendor/lit.js";
import { opensOffline } from "../versions.js";
import { Screen, leave } from "./screen.js";

class Enrol extends Screen {
  static properties = { code: {}, phase: { state: true }, problem: { state: true } };

  constructor() {
    super();
    this.code = "";
    /** @type {"ask"|"busy"|"elsewhere"|"replace"} */
    this.phase = "ask";
    this.problem = "";
  }

  connectedCallback() {
    super.connectedCallback();
    if (!this.code) return;
    if (app.device && !app.lockedOut) this.phase = "replace";
    else if (!opensOffline()) this.phase = "elsewhere";
    else void this.enrol();
  }

  async enrol() {
    this.phase = "busy";
    this.problem = "";
    history.replaceState(history.state, "", `${location.pathname}#enrol`);
    try {
      await app.enrol(this.code.trim());
      leave("today");
    } catch (error) {
      this.phase = "ask";
      this.problem = 
        error instanceof Refused ? said(error.stated) : whyUnkept(error) === "storage_full" ? t("fail.storage_full") : t("enrol.away");
    }
  }

  /** @param {SubmitEvent} event */
  typed(event) {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (this.querySelector("#code"));
    const text = field.value.trim();
    this.code = text.split("#enrol=").slice(-1)[0] ?? "";
    if (this.code) void this.enrol();
    else this.problem = t("enrol.no_code");
  }

  render() {
    return html`<header class="brand">
        <img src="./icon.svg" alt="" width="64" height="64" />
        <h1 tabindex="-1">${t("app.title")}</h1>
      </header>
      ${app.lockedOut
        ? html`<div class="note bad" role="alert">
            <strong>${t("enrol.locked_out")}</strong>
            <p>${said(app.lockedOut)}</p>
            ${this.unsent()}
          </div>`
        : nothing}
      ${this.problem ? html`<p class="note bad" role="alert">${this.problem}</p>` : nothing} ${this.body()}`;
  }

  unsent() {
    const count = app.captures.filter((each) => each.state !== "received").length;
    return count ? html`<p>${t("enrol.unsent", { count })}</p>` : nothing;
  }

  /** What the present key has signed, and the door has not. */
  waiting() {
    const captures = app.captures.filter((each) => each.state === "saved" || each.state === "sending");
    return captures.length + app.outcomes.filter((each) => each.state === "saved").length;
  }

  sendFirst() {
    const count = this.waiting();
    return count
      ? html`<p class="note bad" role="alert">${t("enrol.send_first", { count })}</p>
          <a class="button main" href="#sending">${t("sending.send")}</a>`
      : nothing;
  }

  /** Before a phone is enrolled in a browser that would not open in the mountains. */
  elsewhere() {
    return opensOffline() ? nothing : html`<p class="note warn" role="status">${t("enrol.elsewhere")}</p>`;
  }

  body() {
    if (this.phase === "busy") return html`<p class="note" role="status">${t("enrol.busy")}</p>`;
    if (this.phase === "replace")
      return html`<div class="stack">
        <p class="note warn">${t("enrol.replace", { name: app.device?.cadre_name ?? "" })}</p>
        ${this.sendFirst()}
        <button data-aimed class=${this.waiting() ? "" : "main"} @click=${() => this.enrol()}>${t("enrol.replace_yes")}</button>
        <a class="button" href="#today">${t("cancel")}</a>
      </div>`;
    if (this.phase === "elsewhere")
      return html`<div class="stack">
        ${this.elsewhere()}
        <button @click=${() => this.enrol()}>${t("enrol.here")}</button>
      </div>`;
    return html`<form class="stack" @submit=${this.typed}>
      <p class="lead">${t("enrol.lead")}</p>
      ${this.elsewhere()}
      <label for="code">${t("enrol.code")}</label>
      <input id="code" name="code" autocomplete="off" autocapitalize="off" spellcheck="false" .value=${this.code} />
      <button class="main">${t("enrol.go")}</button>
      <button type="button" @click=${() => app.set({ lang: app.settings.lang === "zh" ? "en" : "zh" })}>
        ${app.settings.lang === "zh" ? "English" : "中文"}
      </button>
    </form>`;
  }
}
customElements.define("phone-enrol", Enrol);
