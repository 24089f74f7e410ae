/** `<staff-sign-in>`: id and secret; shown while nobody is signed in, or somebody whose role the page does not serve. */
import { html, nothing } from "../vendor/lit.js";
import { named, t } from "../language.js";
import { Refused, session, signIn } from "../session.js";
import { notice } from "./notice.js";
import "./person_sign_in.js";
import { StaffElement } from "./staff_element.js";

/** Whether somebody is signed in whom the page serves. @param {string[]} roles */
export function isSignedIn(roles) {
  return session.holder !== null && roles.includes(session.holder.role);
}

export class SignIn extends StaffElement {
  /** @type {unknown} */
  error = null;
  missing = false;
  /** Whether the page serves people alone, and no program's id and secret. */
  personal = false;
  busy = false;

  /** @param {SubmitEvent} event */
  submit = async (event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    const clientId = String(form.get("client_id") ?? "").trim();
    const secret = String(form.get("secret") ?? "").trim();
    this.error = null;
    this.missing = !clientId || !secret;
    if (!this.missing) {
      this.busy = true;
      this.redraw();
      try {
        await signIn(clientId, secret);
      } catch (error) {
        if (!(error instanceof Refused)) reportError(error);
        this.error = error;
      }
      this.busy = false;
    }
    this.redraw();
  };

  render() {
    const { holder, ended } = session;
    return html`<form class="sign-in panel" @submit=${this.submit}>
      <h1>${t("app.title")}</h1>
      <p>${t(this.personal ? "sign_in.personal" : "sign_in.lead")}</p>
      ${ended ? html`<p class="note warn" role="status">${t("sign_in.expired")}</p>` : nothing}
      ${holder ? html`<p class="note warn" role="status">${t("sign_in.role", { role: named("role", holder.role) })}</p>` : nothing}
      <person-sign-in></person-sign-in>
      ${this.personal ? nothing : this.byClient()}
    </form>`;
  }

  byClient() {
    return html`<label for="client_id">${t("sign_in.id")}</label>
      <input id="client_id" name="client_id" autocomplete="username" autocapitalize="off" spellcheck="false" />
      <label for="secret">${t("sign_in.secret")}</label>
      <input id="secret" name="secret" type="password" autocomplete="current-password" />
      ${this.missing ? html`<p class="note bad" role="alert">${t("sign_in.missing")}</p>` : notice(this.error)}
      <button class="main" ?disabled=${this.busy}>${t(this.busy ? "sign_in.busy" : "sign_in.go")}</button>`;
  }
}
customElements.define("staff-sign-in", SignIn);
