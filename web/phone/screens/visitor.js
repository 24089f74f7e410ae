/** Shown to the family at the door: a code with which they can check who has come, for what, and that it is free. */
import { app } from "../app.js";
import { Refused, ask } from "../outbox/door.js";
import { momentText, said, t } from "../strings/index.js";
import { html, nothing } from "../vendor/lit.js";
import { Screen, bar } from "./screen.js";
import { getFact, putFact } from "../store/database.js";

class VisitorScreen extends Screen {
  static properties = { given: { state: true }, problem: { state: true }, busy: { state: true } };

  constructor() {
    super();
    /** @type {{code: string, valid_until: string}|null} */
    this.given = null;
    this.problem = "";
    this.busy = false;
  }

  connectedCallback() {
    super.connectedCallback();
    void getFact(app.database, "visitorCode").then((held) => {
      if (held && Date.parse(held.valid_until) > app.now()) this.given = held;
      else void this.fetchCode();
    });
  }

  async fetchCode() {
    this.busy = true;
    this.problem = "";
    try {
      const { json } = await ask("/v1/visitor-codes", { method: "POST", token: app.device?.token });
      this.given = json;
      await app.keep(() => putFact(app.database, "visitorCode", json));
    } catch (error) {
      this.problem = error instanceof Refused ? said(error.stated) : t("visitor.away");
    }
    this.busy = false;
  }

  render() {
    return html`${bar(t("visitor.title"))}
      <p class="lead">${t("visitor.lead")}</p>
      ${this.given
        ? html`<div class="card code">
            <output aria-label=${t("visitor.code")}>${this.given.code}</output>
            <p>${t("visitor.where")}</p>
            <strong class="address">${location.host}/who/</strong>
            <p>${t("visitor.until", { when: momentText(this.given.valid_until) })}</p>
          </div>`
        : nothing}
      ${this.busy ? html`<p class="note" role="status">${t("visitor.busy")}</p>` : nothing}
      ${this.problem ? html`<p class="note bad" role="alert">${this.problem}</p>` : nothing}
      <button class=${this.given ? "" : "main"} @click=${() => this.fetchCode()} ?disabled=${this.busy}>${t("visitor.new")}</button>`;
  }
}
customElements.define("phone-visitor", VisitorScreen);
