/** Stops of a half-day put into another order: dragged among each other, or step by step by two buttons. The same check as any move. */
import { html, nothing } from "../../staff/vendor/lit.js";
import { t } from "../../staff/language.js";
import { readPlace, readShow } from "../address.js";
import { desk } from "../desk.js";
import { isSamePlace } from "../model/carrying.js";
import { arranged, isCarried, isOrdering, orderAt } from "../model/ordering.js";
import { carryBar } from "./carry_bar.js";
import { loadOfRoute, loadOfStop } from "./stop_card.js";

/** @typedef {import("../model/types.js").Route} Route @typedef {import("../model/types.js").Stop} Stop */

/** The stops as they are, or as they would be with what is let go among them. @param {Route} route */
export function shownStops(route) {
  const { carrying } = desk;
  return carrying && isOrdering(carrying, route) ? arranged(route.stops, carrying.visitIds, carrying.at?.order ?? 0) : route.stops;
}

/** What is carried, unless the card in the drawer says it. */
export function carryBarBeside() {
  const { cadre, day, half } = readShow(readPlace(location.hash).asked.show) ?? {};
  const at = desk.carrying?.at;
  const isThere = at && isOrdering(desk.carrying, at) && at.cadreId === cadre && at.day === day && at.half === half;
  return isThere ? nothing : carryBar();
}

/** Asks what it would cost to have a stop at a place of the order; where it stands already, it is let go. @param {Route} route @param {Stop} stop @param {number} order */
function ask(route, stop, order) {
  const load = loadOfStop({ stop, route, unplanned: null });
  if (orderAt(route.stops, load.visitIds, stop.key, false) === order) return desk.letGo();
  desk.lift(load, false);
  void desk.drop({ cadreId: route.cadreId, day: route.day, half: route.half, order });
}

/** Below a card: one place up, one place down; and what it would cost, when this is the stop that moves.
 * @param {Route} route @param {Stop[]} shown @param {Stop} stop */
export function orderActs(route, shown, stop) {
  const { carrying } = desk;
  const at = shown.indexOf(stop);
  const name = stop.people.map((each) => each.name || each.visitId.slice(0, 8)).join(t("staff.comma"));
  const button = (/** @type {"up"|"down"} */ way, /** @type {string} */ sign, /** @type {number} */ order) =>
    html`<button type="button" data-order=${way} ?disabled=${order < 0 || order >= shown.length} aria-label=${t(`order.${way}_of`, { name })} @click=${() => ask(route, stop, order)}>
      <span aria-hidden="true">${sign}</span> ${t(`order.${way}`)}
    </button>`;
  return html`<div class="row order">${button("up", "↑", at - 1)} ${button("down", "↓", at + 1)}</div>
    ${carrying && isOrdering(carrying, route) && isCarried(stop, carrying.visitIds) ? carryBar() : nothing}`;
}

/** What is kept of the order that somebody chose, what it costs, and a way out of it. @param {Route} route */
export function orderKept(route) {
  if (route.orderGivenUp) return html`<p class="note warn" data-order-lost>${t("order.given_up")}</p>`;
  if (!route.stops.some((each) => each.ordered)) return nothing;
  const minutes = Math.round(route.longerMinutes);
  return html`<div class="note row spread" data-order-kept>
    <span>${t("order.kept")} ${minutes ? t("order.longer", { minutes }) : t("order.shortest")}</span>
    ${minutes && !desk.carrying ? html`<button type="button" class="small" data-order-let-go @click=${() => letGo(route)}>${t("order.let_go")}</button>` : nothing}
  </div>`;
}

/** The half-day put onto itself: the planner chooses the order again. @param {Route} route */
function letGo(route) {
  desk.lift(loadOfRoute(route), false);
  void desk.drop({ cadreId: route.cadreId, day: route.day, half: route.half });
}

/** The card of a list before which what is carried would go; after the last one when the pointer is below its middle. @param {DragEvent} event */
function under(event) {
  const cards = /** @type {HTMLElement[]} */ ([.../** @type {Element} */ (event.currentTarget).querySelectorAll("[data-stop]")]);
  const isBelow = (/** @type {HTMLElement} */ each) => each.getBoundingClientRect().top + each.offsetHeight / 2 > event.clientY;
  const next = cards.find(isBelow);
  const card = next ?? cards.at(-1);
  return card ? { card, key: String(card.dataset.stop), after: !next } : null;
}

/** Takes the line away that shows where it would go. @param {Event} event */
export function unmark(event) {
  const list = /** @type {HTMLElement} */ (event.currentTarget);
  for (const each of list.querySelectorAll("[data-drop]")) each.removeAttribute("data-drop");
}

/** Shows where what is carried would go. @param {DragEvent} event */
export function dragged(event) {
  const at = under(event);
  unmark(event);
  if (!at || !desk.carrying || desk.carrying.whole) return;
  event.preventDefault();
  at.card.dataset.drop = at.after ? "after" : "before";
}

/** Lets go of it there: of a stop of this half-day, or of one from elsewhere. @param {DragEvent} event @param {Route} route */
export function droppedAmong(event, route) {
  const { carrying } = desk;
  const at = under(event);
  unmark(event);
  if (!at || !carrying || carrying.whole) return;
  event.preventDefault();
  const order = orderAt(route.stops, carrying.visitIds, at.key, at.after);
  const mine = isSamePlace(carrying.from, route) && route.stops.find((each) => isCarried(each, carrying.visitIds));
  if (mine) ask(route, mine, order);
  else void desk.drop({ cadreId: route.cadreId, day: route.day, half: route.half, order });
}
