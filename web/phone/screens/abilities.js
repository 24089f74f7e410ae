/** What a person can do, ticked in a cadre's words; the next challenges are drawn to fit. */
import { app } from "../app.js";
import { ABILITIES } from "../model/abilities.js";
import { findVisit } from "../model/visits.js";
import { named, t } from "../strings/index.js";
import { html } from "../vendor/lit.js";
import { Screen, bar, leave } from "./screen.js";

class AbilitiesScreen extends Screen {
  static properties = { visit: {} };

  constructor() {
    super();
    this.visit = "";
  }

  render() {
    const person = findVisit(app.today, this.visit)?.person;
    if (!person) return html`${bar(t("person.gone_title"))}<p class="note">${t("person.gone")}</p>`;
    return html`${bar(t("able.title", { name: person.name }), `person/${this.visit}`)}
      <p class="lead">${t("able.lead")}</p>
      <form class="stack" @submit=${(/** @type {SubmitEvent} */ event) => this.keep(event, person)}>
        <fieldset class="choices">
          <legend class="unseen">${t("able.title", { name: person.name })}</legend>
          ${ABILITIES.map(
            (each) =>
              html`<label class="choice"
                ><input type="checkbox" name="able" value=${each} ?checked=${person.abilities.includes(each)} />
                <span>${named("ability", each)}</span></label
              >`,
          )}
        </fieldset>
        <div class="foot"><button class="main">${t("save")}</button></div>
      </form>`;
  }

  /** @param {SubmitEvent} event @param {import("../model/types.js").Person} person */
  async keep(event, person) {
    event.preventDefault();
    const ticked = [...this.querySelectorAll("input")].filter((each) => each.checked).map((each) => each.value);
    if (await app.tick(person.visit_id, ticked, person.unable)) leave(`person/${person.visit_id}`);
  }
}
customElements.define("phone-abilities", AbilitiesScreen);
