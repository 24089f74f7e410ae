/** The board: townships, their cadres, the half-days of two weeks. A half-day is carried by drag and drop, by Space and arrows, or by two clicks. */
import { html, nothing, repeat } from "../../staff/vendor/lit.js";
import { StaffElement } from "../../staff/elements/staff_element.js";
import { named, spoken, t } from "../../staff/language.js";
import { linkTo, showText } from "../address.js";
import { desk } from "../desk.js";
import { isSamePlace, step } from "../model/carrying.js";
import { dayText, shortDay, weekdayOf } from "../../staff/days.js";
import { loadOf, peopleOf, slotKey, townshipsOf } from "../model/plan.js";
import { openTownship, periodOf } from "../period.js";
import { cadreName, placeName } from "../parts/names.js";
import { loadOfRoute } from "../parts/stop_card.js";

/** @typedef {import("../model/types.js").Cadre} Cadre @typedef {import("../model/types.js").Place} Place @typedef {import("../model/types.js").Route} Route */
const HALVES = /** @type {const} */ (["am", "pm"]);

export class BoardView extends StaffElement {
  connectedCallback() {
    super.connectedCallback();
    this.addEventListener("keydown", this.pressed);
  }

  /** Keeps the focus on the half-day that the keyboard points at. */
  updated() {
    const { carrying } = desk;
    if (carrying?.byKeyboard && carrying.at && !carrying.answer) this.focusOn(carrying.at);
  }

  /** @param {Place} place */
  focusOn(place) {
    const target = /** @type {HTMLElement|null} */ (this.querySelector(`[data-slot="${CSS.escape(slotKey(place))}"] .target`));
    target?.focus();
    target?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** @param {KeyboardEvent} event */
  pressed = (event) => {
    const { carrying } = desk;
    if (!carrying || carrying.answer || !carrying.at) return;
    if (!event.key.startsWith("Arrow")) return;
    const { days } = periodOf();
    desk.pointAt(step(carrying.at, event.key, this.shownCadres(), days));
    event.preventDefault();
  };

  /** In the order of the board. */
  shownCadres() {
    return [...this.querySelectorAll("tr[data-cadre]")].map((each) => String(/** @type {HTMLElement} */ (each).dataset.cadre));
  }

  render() {
    const { index, carrying } = desk;
    if (!index) return nothing;
    const { days, first, last } = periodOf();
    const townships = townshipsOf(index, first, last);
    const open = openTownship(townships.map((each) => each.code));
    return html`<div class="board ${carrying ? "carrying" : ""}">
      <table>
        <caption class="unseen">${t("board.caption")}</caption>
        <thead>
          <tr>
            <th class="corner" scope="col">${t("board.cadre")}</th>
            ${days.map((day) => this.head(day))}
          </tr>
        </thead>
        ${repeat(
          townships,
          (each) => each.code,
          (each) => html`<tbody>
            ${this.townshipRow(each, days, each.code === open)}
            ${each.code === open ? repeat(each.cadres, (cadre) => cadre.id, (cadre) => this.cadreRow(cadre, days)) : nothing}
          </tbody>`,
        )}
      </table>
    </div>`;
  }

  /** @param {string} day */
  head(day) {
    const { index } = desk;
    const works = index?.plan.cadres.some((cadre) => cadre.slots.some((slot) => slot.day === day));
    const today = day === index?.plan.today;
    return html`<th scope="col" class="day ${works ? "" : "free"} ${today ? "today" : ""}">
      <a href=${linkTo("board", desk.asked({ show: showText({ day }) }))}>
        <span>${named("weekday", String(weekdayOf(day)))}</span> <b>${works ? shortDay(day, spoken()) : Number(day.slice(8))}</b>
        ${works ? nothing : html`<span class="unseen">${t("board.free")}</span>`}
      </a>
    </th>`;
  }

  /** @param {ReturnType<typeof townshipsOf>[number]} township @param {string[]} days @param {boolean} open */
  townshipRow(township, days, open) {
    const { code } = township;
    const { first, last } = periodOf();
    const show = (/** @type {Record<string, string>} */ filter) => linkTo("board", desk.asked({ show: showText({ township: code, from: first, to: last, ...filter }) }));
    return html`<tr class="township">
      <th scope="row">
        <a class="name" href=${linkTo("board", desk.asked({ township: open ? "-" : code }))} aria-expanded=${open}>
          <span aria-hidden="true">${open ? "▾" : "▸"}</span>${placeName(code)}
        </a>
        <small>
          <a href=${show({ state: "planned" })}>${t("town.share", { percent: Math.round(township.share * 100) })}</a>
          ${township.over ? html`<a class="badge bad" href=${show({ state: "over" })}>${t("town.over", { count: township.over })}</a>` : nothing}
          ${township.unplanned
            ? html`<a class="badge bad" href=${linkTo("board", desk.asked({ show: showText({ township: code, state: "unplanned" }) }))}>${t("town.unplanned", { count: township.unplanned })}</a>`
            : nothing}
        </small>
      </th>
      ${days.map((day) => {
        const on = township.days.get(day);
        if (!on?.people) return html`<td></td>`;
        const percent = Math.round(on.share * 100);
        const label = t("town.day", { township: placeName(code), day: dayText(day, spoken()), people: on.people, percent });
        return html`<td>
          <a class=${on.share > 1 ? "over" : ""} style="--share: ${Math.min(1, on.share)}" href=${show({ day })} title=${label} aria-label=${label}>${on.people}</a>
        </td>`;
      })}
    </tr>`;
  }

  /** @param {Cadre} cadre @param {string[]} days */
  cadreRow(cadre, days) {
    const { first, last } = periodOf();
    return html`<tr data-cadre=${cadre.id}>
      <th scope="row" class="cadre">
        <a href=${linkTo("board", desk.asked({ show: showText({ cadre: cadre.id, from: first, to: last }) }))}>${cadreName(cadre.id)}</a>
        <small>${cadre.villages.map(placeName).join(t("staff.comma"))}</small>
      </th>
      ${days.map((day) => html`<td class=${day === desk.index?.plan.today ? "today" : ""}>${HALVES.map((half) => this.half({ cadreId: cadre.id, day, half }))}</td>`)}
    </tr>`;
  }

  /** @param {Place} place */
  half(place) {
    const { index, carrying } = desk;
    const key = slotKey(place);
    const route = index?.routes.get(key);
    const slot = index?.slots.get(key);
    const at = isSamePlace(carrying?.at ?? null, place);
    const from = isSamePlace(carrying?.from ?? null, place);
    const classes = ["half", slot ? "" : "off", slot?.market ? "market" : "", at ? "at" : "", from ? "from" : ""].join(" ");
    return html`<div class=${classes} data-slot=${key} @dragover=${over} @drop=${(/** @type {DragEvent} */ event) => dropped(event, place)}>
      ${route ? this.chip(place, route) : slot?.market ? html`<small title=${t("board.market")}>${t("board.market_sign")}</small>` : nothing}
      ${carrying && !carrying.answer
        ? html`<button type="button" class="target" tabindex=${at ? 0 : -1} @click=${() => desk.drop(place)}>
            <span class="unseen">${t("board.drop", { where: this.placeText(place) })}</span>
          </button>`
        : nothing}
    </div>`;
  }

  /** @param {Place} place */
  placeText(place) {
    return t("place.text", { cadre: cadreName(place.cadreId), day: dayText(place.day, spoken()), half: named("half", place.half) });
  }

  /** @param {Place} place @param {Route} route */
  chip(place, route) {
    const { index } = desk;
    if (!index) return nothing;
    const { share, word } = loadOf(index, route);
    const people = peopleOf(route.stops);
    const told = route.stops.some((each) => each.toldOn);
    const minutes = Math.round(route.minutes);
    const label = `${this.placeText(place)}: ${t("chip.label", { people, stops: route.stops.length, minutes })} ${t(`load.${word}`)}${told ? ` ${t("chip.told")}` : ""}`;
    return html`<a
      class="chip ${word}"
      draggable="true"
      style="--share: ${Math.min(1, share)}"
      href=${linkTo("board", desk.asked({ show: showText({ cadre: place.cadreId, day: place.day, half: place.half }) }))}
      title=${label}
      aria-describedby="carry-help"
      @dragstart=${(/** @type {DragEvent} */ event) => lifted(event, route)}
      @dragend=${() => desk.carrying?.answer || desk.carrying?.busy || desk.letGo()}
      @keydown=${(/** @type {KeyboardEvent} */ event) => {
        if (event.key !== " ") return;
        event.preventDefault();
        event.stopPropagation();
        desk.lift(loadOfRoute(route), true);
      }}
    >
      <span class="unseen">${label}</span>
      <b aria-hidden="true">${people}</b><span aria-hidden="true">${t("chip.minutes", { minutes })}</span>${told ? html`<i aria-hidden="true"></i>` : nothing}
    </a>`;
  }
}
customElements.define("desk-board", BoardView);

/** @param {DragEvent} event @param {Route} route */
function lifted(event, route) {
  event.dataTransfer?.setData("text/plain", slotKey(route));
  setTimeout(() => desk.lift(loadOfRoute(route), false));
}

/** @param {DragEvent} event */
function over(event) {
  if (desk.carrying) event.preventDefault();
}

/** @param {DragEvent} event @param {Place} place */
function dropped(event, place) {
  event.preventDefault();
  void desk.drop(place);
}
