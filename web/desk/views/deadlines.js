/** The heat map of deadlines: villages by days, how many people are due, and how many of them have no day in time. */
import { html, nothing } from "../../staff/vendor/lit.js";
import { StaffElement } from "../../staff/elements/staff_element.js";
import { named, spoken, t } from "../../staff/language.js";
import { linkTo, showText } from "../address.js";
import { desk } from "../desk.js";
import { dayText, weekdayOf, windowText } from "../../staff/days.js";
import { deadlinesOf, townshipsOf } from "../model/plan.js";
import { periodOf } from "../period.js";
import { placeName } from "../parts/names.js";
import { chosenTownship, townshipChoice } from "../parts/township_choice.js";

export class DeadlinesView extends StaffElement {
  render() {
    const { index } = desk;
    if (!index) return nothing;
    const { first, longer: days } = periodOf();
    const last = days.at(-1) ?? first;
    const codes = townshipsOf(index, first, last).map((each) => each.code);
    const township = chosenTownship(codes);
    const { rows, most } = deadlinesOf(index, days, township);
    return html`<section class="page wide">
      <div class="row spread"><h1>${t("deadlines.title", { township: placeName(township) })}</h1>${townshipChoice("deadlines", codes)}</div>
      <p class="lead">${t("period.longer", { days: windowText(first, last, spoken()) })} ${t("deadlines.lead")}</p>
      <div class="panel scroll">
        <table class="heat">
          <caption class="unseen">${t("deadlines.lead")}</caption>
          <thead>
            <tr>
              <th scope="col">${t("deadlines.village")}</th>
              ${days.map((day, number) => html`<th scope="col" class=${weekdayOf(day) > 5 ? "free" : ""}>
                <abbr title=${dayText(day, spoken())}>${number === 0 || day.endsWith("-01") ? `${Number(day.slice(5, 7))}/` : ""}${Number(day.slice(8))}</abbr>
                <small>${named("weekday", String(weekdayOf(day)))}</small>
              </th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows.map((row) => html`<tr>
              <th scope="row"><a href=${linkTo("deadlines", desk.asked({ show: showText({ village: row.village }) }))}>${placeName(row.village)}</a></th>
              ${days.map((day) => this.cell(row.village, day, row.cells.get(day), most))}
            </tr>`)}
          </tbody>
        </table>
      </div>
      <p class="row small-text"><span class="heat-key" aria-hidden="true"></span>${t("deadlines.key", { most })} <span class="open-key" aria-hidden="true">!</span>${t("deadlines.open_key")}</p>
    </section>`;
  }

  /** @param {string} village @param {string} day @param {{due: number, open: number, filter: Record<string, string>}|undefined} cell @param {number} most */
  cell(village, day, cell, most) {
    if (!cell) return html`<td></td>`;
    const label = t("deadlines.cell", { village: placeName(village), day: dayText(day, spoken()), due: cell.due, open: cell.open });
    return html`<td>
      <a class=${cell.open ? "open" : ""} style="--share: ${cell.due / most}" title=${label} aria-label=${label} href=${linkTo("deadlines", desk.asked({ show: showText(cell.filter) }))}>
        ${cell.due}${cell.open ? html`<sup aria-hidden="true">!</sup>` : nothing}
      </a>
    </td>`;
  }
}
customElements.define("desk-deadlines", DeadlinesView);
