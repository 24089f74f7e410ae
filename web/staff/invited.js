/** The page of an invitation: makes the passkey by which its owner signs in from now on. */
import { html } from "./vendor/lit.js";
import { notice } from "./elements/notice.js";
import { PersonSignIn } from "./elements/person_sign_in.js";
import { topBar } from "./elements/top_bar.js";
import { named, t } from "./language.js";
import { registerPasskey } from "./person_session.js";
import { session } from "./session.js";

/** Where each role works; the others have no page yet. @type {Record<string, string>} */
const PAGES = { scheduler: "/desk/", auditor: "/desk/", reviewer: "/review/", joint_group: "/desk/", agency: "/agency/" };

class InvitedApp extends PersonSignIn {
  /** From the fragment, which leaves the address at once: it shall not stay in a history. */
  code = new URLSearchParams(location.hash.slice(1)).get("code") ?? "";
  done = false;

  connectedCallback() {
    super.connectedCallback();
    history.replaceState(null, "", location.pathname);
  }

  make = async () => {
    await registerPasskey(this.code);
    this.done = true;
  };

  render() {
    const { holder } = session;
    const page = holder && PAGES[holder.role];
    return html`${topBar(t("app.title"))}
      <main id="main" tabindex="-1">
        <div class="sign-in panel">
          <h1>${t("invited.title")}</h1>
          ${this.done
            ? html`<p class="note good" role="status">${t("invited.done", { role: named("role", holder?.role ?? "") })}</p>
                ${page ? html`<p><a href=${page}>${t("invited.go")}</a></p>` : ""}`
            : html`<p>${t("invited.lead")}</p>
                <button type="button" class="main" ?disabled=${this.busy} @click=${() => this.try(this.make)}>
                  ${t("invited.make")}
                </button>
                ${this.cancelled ? html`<p class="note bad" role="alert">${t("person.cancelled")}</p>` : notice(this.error)}`}
        </div>
      </main>`;
  }
}
customElements.define("invited-app", InvitedApp);
