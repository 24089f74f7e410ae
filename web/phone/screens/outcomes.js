/** What else can be found at the door: first tap which, second tap yes. */
import { app } from "../app.js";
import { findVisit } from "../model/visits.js";
import { t } from "../strings/index.js";
import { html, nothing } from "../vendor/lit.js";
import { Screen, bar } from "./screen.js";

/** In the order of how often it happens. */
const KINDS = ["not_at_home", "hospital", "moved", "refused", "unable", "wrong_person", "deceased"];

class OutcomesScreen extends Screen {
  static properties = { visit: {} };

  constructor() {
    super();
    this.visit = "";
  }

  render() {
    const person = findVisit(app.today, this.visit)?.person;
    if (!person) return html`${bar(t("person.gone_title"))}<p class="note">${t("person.gone")}</p>`;
    const family = person.requests.some((each) => each.programme === "family_planning");
    const tile = (/** @type {string} */ kind) =>
      html`<li><a class="tile" href="#outcome/${this.visit}/${kind}">${t(`outcome.${kind}`)}</a></li>`;
    return html`${bar(t("outcomes.title"), `person/${this.visit}`)}
      <p class="lead">${person.name}</p>
      <ul class="tiles">
        ${KINDS.map(tile)} ${family ? tile("eligibility") : nothing}
      </ul>
      <a class="button" href="#paths/${this.visit}">${t("paths.title")}</a>`;
  }
}
customElements.define("phone-outcomes", OutcomesScreen);
