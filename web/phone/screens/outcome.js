/** One outcome, with what belongs to it already filled in: the second tap keeps it. */
import { app } from "../app.js";
import { findVisit } from "../model/visits.js";
import { isoDay, said, spoken, t } from "../strings/index.js";
import { html, nothing } from "../vendor/lit.js";
import { basisOf } from "./person.js";
import { Screen, bar, leave } from "./screen.js";

class OutcomeScreen extends Screen {
  static properties = { visit: {}, kind: {}, problem: { state: true } };

  constructor() {
    super();
    this.visit = "";
    this.kind = "";
    this.problem = "";
    this.busy = false;
  }

  render() {
    const person = findVisit(app.today, this.visit)?.person;
    if (!person) return html`${bar(t("person.gone_title"))}<p class="note">${t("person.gone")}</p>`;
    const legal = app.today?.legal;
    return html`${bar(t(`outcome.${this.kind}`), `outcomes/${this.visit}`)}
      <p class="lead">${person.name}</p>
      <form class="stack" @submit=${(/** @type {SubmitEvent} */ event) => this.keep(event, person.name)}>
        <p>${t(`outcome.${this.kind}_says`)}</p>
        ${this.fields()} ${this.problem ? html`<p class="note bad" role="alert">${this.problem}</p>` : nothing}
        <details class="card">
          <summary>${t("person.notice")}</summary>
          <p>${legal ? (spoken() === "zh" ? legal.zh : legal.en) : ""}</p>
        </details>
        <div class="foot">
          <button class="main" data-aimed>${t("outcome.keep")}</button>
        </div>
      </form>`;
  }

  fields() {
    switch (this.kind) {
      case "not_at_home":
        return html`${this.day("come_again_on", t("outcome.come_again"), isoDay(app.now() + 86_400_000), isoDay(app.now()), "")}
        ${radios("come_again_half_day", t("outcome.half_day"), [
          ["am", t("half_day.am")],
          ["pm", t("half_day.pm")],
        ])}`;
      case "deceased":
        return html`${this.day("died_on", t("outcome.died_on"), isoDay(app.now()), "", isoDay(app.now()))}
        ${radios("precision", t("outcome.precision"), [
          ["day", t("precision.day")],
          ["month", t("precision.month")],
          ["year", t("precision.year")],
        ])}
        ${radios("source", t("outcome.source"), [
          ["family", t("source.family")],
          ["neighbour", t("source.neighbour")],
          ["document", t("source.document")],
        ])}`;
      case "moved":
        return html`<label for="to_village">${t("outcome.to_village")}</label>
          <input id="to_village" name="to_village" autocomplete="off" maxlength="100" />`;
      case "eligibility":
        return radios("children_changed", t("outcome.children_changed"), YES_OR_NO(), false);
      default:
        return nothing;
    }
  }

  /** @param {string} name @param {string} label @param {string} value @param {string} min @param {string} max */
  day(name, label, value, min, max) {
    return html`<label for=${name}>${label}</label>
      <input id=${name} name=${name} type="date" required .value=${value} min=${min || nothing} max=${max || nothing} />`;
  }

  /** @param {SubmitEvent} event @param {string} name */
  async keep(event, name) {
    event.preventDefault();
    if (this.busy) return; // a second tap while a slow phone writes
    this.busy = true;
    const given = Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (event.target)));
    const { died_on, precision, children_changed, ...rest } = given;
    /** @type {Record<string, any>} */
    const body = { outcome: this.kind, legal_basis: basisOf(findVisit(app.today, this.visit)?.person ?? null).chosen };
    if (app.today) body.notice_version = app.today.legal.notice_version;
    for (const [field, value] of Object.entries(rest)) if (value) body[field] = value;
    if (died_on) body.died_on = { day: died_on, precision };
    if (children_changed) body.answers = { children_changed: children_changed === "yes" };
    try {
      await app.note("outcome", this.visit, name, body);
      leave(this.kind === "eligibility" ? `person/${this.visit}` : "today");
    } catch {
      this.busy = false;
      this.problem = said({ zh: t("fail.storage_full"), en: t("fail.storage_full") });
    }
  }
}
customElements.define("phone-outcome", OutcomeScreen);

/** @returns {[string, string][]} */
const YES_OR_NO = () => [
  ["no", t("no")],
  ["yes", t("yes")],
];

/** A declaration has no answer beforehand; elsewhere the first choice is the usual one.
 * @param {string} name @param {string} legend @param {[string, string][]} choices @param {boolean} [usual] */
function radios(name, legend, choices, usual = true) {
  return html`<fieldset class="choices">
    <legend>${legend}</legend>
    ${choices.map(
      ([value, label], index) =>
        html`<label class="choice"
          ><input type="radio" name=${name} value=${value} required ?checked=${usual && index === 0} /> <span>${label}</span></label
        >`,
    )}
  </fieldset>`;
}
