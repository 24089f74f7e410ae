/** The page of an agency's people: what reaches the agency, what waits for it, its certificates and campaigns (docs/agency-page.md). */
import { html } from "../staff/vendor/lit.js";
import { isSignedIn } from "../staff/elements/sign_in.js";
import { StaffElement } from "../staff/elements/staff_element.js";
import { topBar } from "../staff/elements/top_bar.js";
import { addTexts, named, speak, spoken, t } from "../staff/language.js";
import { linkTo, readPlace } from "../staff/place.js";
import { session } from "../staff/session.js";
import { en } from "./strings/en.js";
import { zh } from "./strings/zh.js";
import "./views/campaigns.js";
import "./views/certificates.js";
import "./views/deliveries.js";
import "./views/todo.js";

addTexts({ zh, en });

/** @type {Record<string, (asked: Record<string, string>) => unknown>} */
const VIEWS = {
  todo: (asked) => html`<agency-todo .asked=${asked}></agency-todo>`,
  deliveries: (asked) => html`<agency-deliveries .asked=${asked}></agency-deliveries>`,
  certificates: (asked) => html`<agency-certificates .asked=${asked}></agency-certificates>`,
  campaigns: () => html`<agency-campaigns></agency-campaigns>`,
};

class AgencyApp extends StaffElement {
  connectedCallback() {
    super.connectedCallback();
    addEventListener("hashchange", this.redraw);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener("hashchange", this.redraw);
  }

  render() {
    const { person } = session;
    if (!person || !isSignedIn(["agency"]))
      return html`${topBar(t("agency.title"))}<main id="main" tabindex="-1"><staff-sign-in .personal=${true}></staff-sign-in></main>`;
    const { view, asked } = readPlace(location.hash);
    const shown = view in VIEWS ? view : String(Object.keys(VIEWS)[0]);
    const places = Object.keys(VIEWS).map((each) => ({ href: linkTo(each), name: named("view", each), here: each === shown }));
    return html`${topBar(t("agency.of", { agency: named("agency", person.agency ?? "") }), places)}
      <main id="main" tabindex="-1">${VIEWS[shown]?.(asked)}</main>`;
  }
}
speak(spoken());
customElements.define("agency-app", AgencyApp);
