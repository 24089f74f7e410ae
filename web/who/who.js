/**
 * For the family: who is coming, for what, and that it is free. No account, nothing kept, one question to the door.
 *
 * @typedef {{cadre_name: string, village_names: string[], on: string|null, for: (string|{zh: string, en: string})[], free: boolean, valid_until: string}} Visitor
 */
import { Refused, ask } from "../phone/outbox/door.js";
import { dayText, momentText, said, speak, spoken, t } from "../phone/strings/index.js";
import { LitElement, html, nothing } from "../phone/vendor/lit.js";

class Who extends LitElement {
  static properties = { phase: { state: true }, visitor: { state: true }, problem: { state: true } };

  constructor() {
    super();
    /** @type {"ask"|"busy"|"yes"|"no"} */
    this.phase = "ask";
    /** @type {Visitor|null} */
    this.visitor = null;
    this.problem = "";
  }

  createRenderRoot() {
    return this;
  }

  /** @param {SubmitEvent} event */
  async check(event) {
    event.preventDefault();
    const code = /** @type {HTMLInputElement} */ (this.querySelector("#code")).value.replace(/\s/g, "");
    this.problem = code ? "" : t("who.empty");
    if (!code) return;
    this.phase = "busy";
    try {
      this.visitor = (await ask(`/v1/visitors/${encodeURIComponent(code)}`)).json;
      this.phase = "yes";
    } catch (error) {
      const refused = error instanceof Refused && error.status < 500;
      this.phase = refused ? "no" : "ask";
      this.problem = refused ? said(error.stated) : t("who.away");
    }
  }

  other() {
    speak(spoken() === "zh" ? "en" : "zh");
    document.title = t("who.title");
    this.requestUpdate();
  }

  render() {
    return html`<header class="brand">
        <img src="../phone/icon.svg" alt="" width="64" height="64" />
        <h1>${t("who.title")}</h1>
      </header>
      <div role="status" aria-live="polite">${this.answer()}</div>
      <form class="stack" @submit=${this.check}>
        <p class="lead">${t("who.lead")}</p>
        <label for="code">${t("who.code")}</label>
        <input id="code" name="code" autocomplete="off" autocapitalize="characters" spellcheck="false" />
        <button class="main" ?disabled=${this.phase === "busy"}>${this.phase === "busy" ? t("who.busy") : t("who.check")}</button>
        <button type="button" @click=${this.other}>${spoken() === "zh" ? "English" : "中文"}</button>
      </form>`;
  }

  answer() {
    if (this.phase === "no")
      return html`<div class="answer bad">
        <span class="sign" aria-hidden="true">✕</span>
        <h2>${t("who.no")}</h2>
        <p>${this.problem}</p>
        <p>${t("who.no_next")}</p>
      </div>`;
    if (this.phase === "yes" && this.visitor) return this.confirmed(this.visitor);
    return this.problem ? html`<p class="note bad">${this.problem}</p>` : nothing;
  }

  /** @param {Visitor} visitor */
  confirmed(visitor) {
    const list = (/** @type {(string|{zh: string, en: string})[]} */ each) => each.map(said).join(t("comma"));
    return html`<div class="answer good">
      <span class="sign" aria-hidden="true">✓</span>
      <h2>${t("who.is")}</h2>
      <dl>
        <dt>${t("who.name")}</dt>
        <dd>${visitor.cadre_name}</dd>
        ${visitor.on ? html`<dt>${t("who.on")}</dt><dd>${dayText(visitor.on)}</dd>` : nothing}
        <dt>${t("who.villages")}</dt>
        <dd>${list(visitor.village_names)}</dd>
        <dt>${t("who.for")}</dt>
        <dd>${list([visitor.for].flat())}</dd>
      </dl>
      ${visitor.free ? html`<strong>${t("who.free")}</strong>` : nothing}
      <p>${t("who.until", { when: momentText(visitor.valid_until) })}</p>
    </div>`;
  }
}
customElements.define("who-page", Who);
speak(navigator.language.startsWith("zh") ? "zh" : "en");
document.title = t("who.title");
document.querySelector("main")?.replaceChildren(document.createElement("who-page"));
document.getElementById("closed")?.remove();
