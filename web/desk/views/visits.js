/** The drawer beside every view: the visits behind the number that was clicked. */
import { html, nothing, repeat } from "../../staff/vendor/lit.js";
import { StaffElement } from "../../staff/elements/staff_element.js";
import { named, spoken, t } from "../../staff/language.js";
import { linkTo, readPlace, readShow } from "../address.js";
import { desk } from "../desk.js";
import { dayText, windowText } from "../model/days.js";
import { peopleOf, select, slotKey } from "../model/plan.js";
import { cadreName, placeName } from "../parts/names.js";
import { stopCard } from "../parts/stop_card.js";

const MOST = 200;

export class VisitsDrawer extends StaffElement {
  render() {
    const { view, asked } = readPlace(location.hash);
    const filter = readShow(asked.show);
    const { index } = desk;
    if (!filter || !index) return nothing;
    const found = select(index, filter);
    const route = filter.cadre && filter.day && filter.half ? index.routes.get(slotKey({ cadreId: filter.cadre, day: filter.day, half: filter.half })) : null;
    return html`<aside class="drawer" aria-labelledby="drawer-title">
      <div class="row spread">
        <h2 id="drawer-title">${this.titleOf(filter)}</h2>
        <span class="row">
          ${filter.cadre
            ? html`<button type="button" class="small" data-sheet ?disabled=${desk.busy} @click=${() => desk.saveSheet(filter.cadre ?? "", filter.day)}>${t("visits.sheet")}</button>`
            : nothing}
          <a class="button small" href=${linkTo(view, desk.asked({ show: null }))}>${t("staff.close")}</a>
        </span>
      </div>
      <p class="small-text">
        ${t("visits.count", { people: peopleOf(found.map((each) => each.stop)), stops: found.length })}
        ${route ? t("visits.route", { start: route.start, end: route.end, ride: Math.round(route.rideMinutes) }) : nothing}
      </p>
      ${found.length ? nothing : html`<p class="note">${t("visits.none")}</p>`}
      <ol class="stops">
        ${repeat(
          found.slice(0, MOST),
          (each) => each.stop.key,
          (each, number) => stopCard(each, route ? number + 1 : null),
        )}
      </ol>
      ${found.length > MOST ? html`<p class="note">${t("visits.more", { count: found.length - MOST })}</p>` : nothing}
    </aside>`;
  }

  /** @param {import("../model/types.js").Filter} filter */
  titleOf(filter) {
    const said = [
      filter.state ? named("state", filter.state) : "",
      filter.cadre ? cadreName(filter.cadre) : "",
      filter.township ? placeName(filter.township) : "",
      filter.village ? placeName(filter.village) : "",
      filter.day ? dayText(filter.day, spoken()) : "",
      filter.half ? named("half", filter.half) : "",
      filter.due ? t("visits.due", { day: dayText(filter.due, spoken()) }) : "",
      filter.due_to ? t("visits.due_to", { day: dayText(filter.due_to, spoken()) }) : "",
      filter.visit ? t("visits.one") : "",
      filter.from && filter.to ? windowText(filter.from, filter.to, spoken()) : "",
    ];
    return said.filter(Boolean).join(" · ") || t("visits.all");
  }
}
customElements.define("desk-visits", VisitsDrawer);
