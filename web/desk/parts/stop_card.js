/** One dwelling with everybody in it: what is due, within which days, what was told; and where it stands. */
import { html, nothing } from "../../staff/vendor/lit.js";
import { named, said, spoken, t } from "../../staff/language.js";
import { linkTo } from "../address.js";
import { desk } from "../desk.js";
import { dayText, windowText } from "../../staff/days.js";
import { periodOf } from "../period.js";
import { cadreName, placeName } from "./names.js";

/** @typedef {import("../model/plan.js").Found} Found */

/** That an agency has not looked yet: nothing speaks against the visit. */
const UNCHECKED = "record_not_checked";

/** What is carried when this dwelling is. @param {Found} found */
export function loadOfStop({ stop, route }) {
  return { visitIds: stop.people.map((each) => each.visitId), from: route && { cadreId: route.cadreId, day: route.day, half: route.half }, whole: false };
}

/** All of a half-day, to be carried. @param {import("../model/types.js").Route} route */
export function loadOfRoute(route) {
  return { visitIds: route.stops.flatMap((stop) => stop.people.map((each) => each.visitId)), from: { cadreId: route.cadreId, day: route.day, half: route.half }, whole: true };
}

/** Picks a dwelling up and goes to the board, where it can be put down: to its cadre, or to one who rides to its village.
 * @param {Found} found */
function carry(found) {
  const { index } = desk;
  if (!index) return;
  const { route, unplanned, stop } = found;
  const nearest = index.plan.cadres.find((each) => each.id === unplanned?.cadreId) ?? index.plan.cadres.find((each) => each.villages.includes(stop.village));
  desk.lift(loadOfStop(found), true);
  if (!route && nearest) desk.pointAt({ cadreId: nearest.id, day: index.plan.first, half: "am" });
  const at = desk.carrying?.at;
  if (!at) return;
  const { days, first } = periodOf();
  const township = index.cadres.get(at.cadreId)?.township ?? null;
  location.hash = linkTo("board", desk.asked({ show: null, township, week: days.includes(at.day) ? first : at.day }));
}

/** @param {Found} found @param {number|null} [number] Its place in the route. @param {{clock?: string, held?: boolean, below?: unknown}} [ordering] When it can be put into another order. */
export function stopCard(found, number = null, { clock = found.stop.arrive ?? "", held = false, below = nothing } = {}) {
  const { stop, route, unplanned } = found;
  const today = desk.index?.plan.today ?? "";
  const due = stop.window[1];
  const late = route !== null && route.day > due;
  return html`<li
    class=${held ? "stop held" : "stop"}
    draggable="true"
    data-stop=${stop.key}
    @dragstart=${(/** @type {DragEvent} */ event) => {
      event.dataTransfer?.setData("text/plain", stop.key);
      setTimeout(() => desk.lift(loadOfStop(found), false));
    }}
    @dragend=${() => desk.carrying?.answer || desk.carrying?.busy || desk.letGo()}
  >
    <div class="row spread">
      <h3>
        ${number === null ? nothing : html`<span class="number">${number}</span>`}
        ${clock && route ? html`<span class="clock">${clock}</span>` : nothing} ${placeName(stop.village)}
      </h3>
      <button type="button" class="small" data-carry @click=${() => carry(found)}>${t("stop.move")}</button>
    </div>
    ${route
      ? html`<p class="small-text">
          ${t("place.text", { cadre: cadreName(route.cadreId), day: dayText(route.day, spoken()), half: named("half", route.half) })}
        </p>`
      : nothing}
    <ul class="people">
      ${stop.people.map(
        (each) => html`<li>
          <b>${each.name || each.visitId.slice(0, 8)}</b>
          ${each.programmes.map((one) => html`<span class="badge ${one}">${named("programme", one)}</span> `)}
          ${each.frail ? html`<span class="badge">${t("stop.frail")}</span>` : nothing}
          <small>${t("stop.window", { window: windowText(each.window[0], each.window[1], spoken()) })}</small>
          ${each.records.map((one) => html`<p class=${one.code === UNCHECKED ? "record" : "record bad"}>${said(one.words)}</p>`)}
        </li>`,
      )}
    </ul>
    <p class="row">
      ${stop.toldOn ? html`<span class="badge told">${t("stop.told", { day: dayText(stop.toldOn, spoken()) })}</span>` : nothing}
      ${stop.pinned ? html`<span class="badge">${t("stop.pinned")}</span>` : nothing}
      ${stop.ofVillage ? html`<span class="badge">${t("stop.of_village")}</span>` : nothing}
      ${late ? html`<span class="badge bad">${t("stop.late", { day: dayText(due, spoken()) })}</span>` : nothing}
      ${due < today ? html`<span class="badge bad">${t("stop.overdue", { day: dayText(due, spoken()) })}</span>` : nothing}
    </p>
    ${unplanned ? html`<p class="why">${said(unplanned.why)} <code>${unplanned.code}</code></p>` : nothing}
    ${below}
  </li>`;
}
