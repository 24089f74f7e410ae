/** `<person-sign-in>`: by passkey, or by the county's single sign-on. Nothing where the door has not said how. */
import { html, nothing } from "../vendor/lit.js";
import { t } from "../language.js";
import { readWays, signInByPasskey } from "../person_session.js";
import { Refused, session } from "../session.js";
import { notice } from "./notice.js";
import { StaffElement } from "./staff_element.js";

export class PersonSignIn extends StaffElement {
  /** @type {import("../person_session.js").Ways|null} */
  ways = null;
  /** @type {unknown} */
  error = null;
  cancelled = false;
  busy = false;

  connectedCallback() {
    super.connectedCallback();
    void this.try(async () => {
      this.ways = await readWays();
    });
  }

  /** @param {() => Promise<void>} act */
  async try(act) {
    this.error = null;
    this.cancelled = false;
    this.busy = true;
    this.redraw();
    try {
      await act();
    } catch (error) {
      this.cancelled = error instanceof DOMException;
      if (!this.cancelled && !(error instanceof Refused)) reportError(error);
      this.error = this.cancelled ? null : error;
    } finally {
      this.busy = false;
      this.redraw();
    }
  }

  render() {
    const { ways } = this;
    if (!ways) return notice(this.error);
    const here = location.origin === ways.origin;
    const page = location.pathname.split("/")[1];
    return html`
      ${here
        ? html`<button type="button" class="main passkey" ?disabled=${this.busy} @click=${() => this.try(signInByPasskey)}>
            ${t("person.passkey")}
          </button>`
        : html`<p><a href="${ways.origin}${location.pathname}">${t("person.elsewhere", { address: ways.origin })}</a></p>`}
      ${ways.sso ? html`<p><a class="sso" href="${ways.origin}/v1/sign-in/sso?page=${page}" @click=${() => session.take(null)}>${t("person.sso")}</a></p>` : nothing}
      ${this.cancelled ? html`<p class="note bad" role="alert">${t("person.cancelled")}</p>` : notice(this.error)}
    `;
  }
}
customElements.define("person-sign-in", PersonSignIn);
