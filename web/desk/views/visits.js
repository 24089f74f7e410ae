/** The drawer beside every view: the visits behind the number that was clicked. */
import { html, nothing, repeat } from "../../staff/vendor/lit.js";
import { StaffElement } from "../../staff/elements/staff_element.js";
import { named, spoken, t } from "../../staff/language.js";
import { linkTo, readPlace, readShow } from "../address.js";
import { desk } from "../desk.js";
import { dayText, windowText } from "../../staff/days.js";
import { arrivals, isCarried, isOrdering } from "../model/ordering.js";
import { peopleOf, select, slotKey } from "../model/plan.js";
import { cadreName, placeName } from "../parts/names.js";
import { dragged, droppedAmong, orderActs, orderKept, shownStops, unmark } from "../parts/ordering.js";
import { stopCard } from "../parts/stop_card.js";

const MOST = 200;

export class VisitsDrawer extends StaffElement {
  /** The stop whose buttons were pressed last, and which of them. @type {{key: string, way: string}|null} */
  #hand = null;

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("pointerdown", this.elsewhere);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("pointerdown", this.elsewhere);
  }

  /** @param {Event} event */
  elsewhere = (event) => {
    if (!this.contains(/** @type {Node} */ (event.target))) this.#hand = null;
  };

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
      ${route ? this.ordered(route) : this.listed(found)}
      ${found.length > MOST ? html`<p class="note">${t("visits.more", { count: found.length - MOST })}</p>` : nothing}
    </aside>`;
  }

  /** @param {import("../model/plan.js").Found[]} found */
  listed(found) {
    return html`<ol class="stops">
      ${repeat(
        found.slice(0, MOST),
        (each) => each.stop.key,
        (each) => stopCard(each),
      )}
    </ol>`;
  }

  /** The stops of a half-day, to be put into another order. @param {import("../model/types.js").Route} route */
  ordered(route) {
    const { carrying } = desk;
    const shown = shownStops(route);
    const times = arrivals(carrying, route);
    const moving = isOrdering(carrying, route);
    const card = (/** @type {import("../model/types.js").Stop} */ stop, /** @type {number} */ number) =>
      stopCard({ stop, route, unplanned: null }, number + 1, {
        clock: moving ? (times.get(stop.key) ?? "") : (stop.arrive ?? ""),
        held: moving && isCarried(stop, carrying?.visitIds ?? []),
        below: shown.length > 1 ? orderActs(route, shown, stop) : nothing,
      });
    return html`${shown.length > 1 ? html`<p class="small-text">${t("order.help")}</p>` : nothing} ${orderKept(route)}
      <ol
        class="stops"
        @click=${this.pressed}
        @dragover=${dragged}
        @dragleave=${unmark}
        @dragend=${unmark}
        @drop=${(/** @type {DragEvent} */ event) => droppedAmong(event, route)}
      >
        ${repeat(shown, (each) => each.key, card)}
      </ol>`;
  }

  /** Remembers which button has the hand: its card goes to another place, and may lose the focus by it. @param {Event} event */
  pressed = (event) => {
    const button = /** @type {Element} */ (event.target).closest("button");
    const key = /** @type {HTMLElement|null} */ (button?.closest("[data-stop]"))?.dataset.stop;
    this.#hand = button && key ? { key, way: button.dataset.order ?? this.#hand?.way ?? "up" } : null;
  };

  updated() {
    if (!this.#hand || (document.activeElement !== document.body && document.activeElement !== null)) return;
    const card = this.querySelector(`[data-stop="${CSS.escape(this.#hand.key)}"]`);
    const button = card?.querySelector(`[data-order=${this.#hand.way}]:not(:disabled)`) ?? card?.querySelector("[data-order]:not(:disabled)");
    /** @type {HTMLElement|null|undefined} */ (button)?.focus();
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
