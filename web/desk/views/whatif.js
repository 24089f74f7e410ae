/** What the plan would be with one cadre more in a township, or with one who is away: computed beside the draft, which stays. */
import "../../staff/elements/day_words.js";
import { html, nothing } from "../../staff/vendor/lit.js";
import { notice } from "../../staff/elements/notice.js";
import { spoken, t } from "../../staff/language.js";
import { desk } from "../desk.js";
import { addDays } from "../../staff/days.js";
import { DialogElement } from "../parts/dialog.js";
import { jobProgress } from "../parts/job.js";
import { cadreName, placeName } from "../parts/names.js";

const FIGURES = ["half_days", "trips", "ride_minutes", "km", "planned", "unplanned", "due_missed"];

export class WhatIfDialog extends DialogElement {
  kind = "extra";

  heading() {
    return t("whatif.title");
  }

  content() {
    const { index } = desk;
    if (!index) return nothing;
    const job = desk.job?.kind === "what_if" ? desk.job : null;
    const townships = [...new Set(index.plan.cadres.map((each) => each.township))].sort();
    const { first } = index.plan;
    return html`<p>${t("whatif.lead")}</p>
      <form class="stack" @submit=${this.ask}>
        <label class="row"><input type="radio" name="kind" value="extra" .checked=${this.kind === "extra"} @change=${this.choose} /> ${t("whatif.extra")}</label>
        <label class="row"><input type="radio" name="kind" value="away" .checked=${this.kind === "away"} @change=${this.choose} /> ${t("whatif.away")}</label>
        ${this.kind === "extra"
          ? html`<div class="row">
              <label for="township">${t("whatif.township")}</label>
              <select id="township" name="township">${townships.map((each) => html`<option value=${each}>${placeName(each)}</option>`)}</select>
              <label for="count">${t("whatif.count")}</label>
              <input id="count" name="count" type="number" min="1" max="10" value="1" required />
            </div>`
          : html`<div class="row">
              <label for="cadre">${t("whatif.cadre")}</label>
              <select id="cadre" name="cadre">${index.plan.cadres.map((each) => html`<option value=${each.id}>${cadreName(each.id)}</option>`)}</select>
              <label for="away_first">${t("whatif.first")}</label>
              <span class="day-field"><input id="away_first" name="first" type="date" value=${first} required /><day-words class="small-text" for="away_first" lang=${spoken()}></day-words></span>
              <label for="away_last">${t("whatif.last")}</label>
              <span class="day-field"><input id="away_last" name="last" type="date" value=${addDays(first, 6)} required /><day-words class="small-text" for="away_last" lang=${spoken()}></day-words></span>
            </div>`}
        <div class="row"><button class="main" ?disabled=${desk.isSearching}>${t("whatif.go")}</button>${jobProgress(job)}</div>
      </form>
      ${notice(desk.error)} ${job?.state === "done" && job.answer ? this.answer(job.answer) : nothing}`;
  }

  /** @param {Event} event */
  choose = (event) => {
    this.kind = /** @type {HTMLInputElement} */ (event.currentTarget).value;
    this.redraw();
  };

  /** @param {SubmitEvent} event */
  ask = (event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    const text = (/** @type {string} */ name) => String(form.get(name));
    const order =
      this.kind === "extra"
        ? { extra_cadres: [{ township: text("township"), count: Number(form.get("count")) }] }
        : { away: [{ cadre_id: text("cadre"), first: text("first"), last: text("last") }] };
    void desk.search("what_if", order);
  };

  /** @param {any} answer */
  answer(answer) {
    const rows = [
      ...FIGURES.map((name) => [name, answer.now.totals[name], answer.then.totals[name]]),
      ["overtime_half_days", answer.now.overtime_half_days, answer.then.overtime_half_days],
    ];
    return html`<table data-whatif>
        <thead>
          <tr><th>${t("whatif.figure")}</th><th class="number">${t("whatif.now")}</th><th class="number">${t("whatif.then")}</th><th class="number">${t("whatif.difference")}</th></tr>
        </thead>
        <tbody>
          ${rows.map(([name, now, then]) => {
            const more = Math.round((then - now) * 10) / 10;
            return html`<tr>
              <th scope="row">${t(`figure.${name}`)}</th>
              <td class="number">${now}</td>
              <td class="number">${then}</td>
              <td class="number"><b>${more > 0 ? "+" : more < 0 ? "−" : "±"}${Math.abs(more)}</b></td>
            </tr>`;
          })}
        </tbody>
      </table>
      <p class="small-text">${t("whatif.moved", { moved: answer.moved, told: answer.told_moved })}</p>`;
  }
}
customElements.define("desk-whatif", WhatIfDialog);
