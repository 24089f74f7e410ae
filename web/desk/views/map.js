/** The map of a day: villages, homes, routes. It needs no tile server; with one (a setting of the county) its tiles lie below. */
import { html, nothing } from "../../staff/vendor/lit.js";
import { StaffElement } from "../../staff/elements/staff_element.js";
import { named, spoken, t } from "../../staff/language.js";
import { linkTo, readPlace, showText } from "../address.js";
import { desk } from "../desk.js";
import { addDays, dayText, weekdayOf } from "../../staff/days.js";
import { peopleOf, townshipsOf } from "../model/plan.js";
import { colourOf } from "../parts/colours.js";
import { DayMap } from "../parts/day_map.js";
import { cadreName, placeName } from "../parts/names.js";
import { chosenTownship, townshipChoice } from "../parts/township_choice.js";
import { periodOf } from "../period.js";

/** @typedef {import("../model/types.js").Route} Route @typedef {import("../parts/day_map.js").MapRoute} MapRoute */

export class MapView extends StaffElement {
  /** @type {DayMap|null} */
  #map = null;
  #shown = "";
  /** Whether the routes are listed where they would take the map's place. */
  #listed = false;

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#map?.remove();
    this.#map = null;
    this.#shown = "";
  }

  /** The day of the address, else the first one on which somebody rides. */
  day() {
    const { asked } = readPlace(location.hash);
    const { first } = periodOf();
    return asked.day || desk.index?.plan.routes.map((each) => each.day).filter((each) => each >= first).sort()[0] || first;
  }

  townships() {
    const { index } = desk;
    const { first, last } = periodOf();
    return index ? townshipsOf(index, first, last).map((each) => each.code) : [];
  }

  township() {
    return chosenTownship(this.townships());
  }

  /** The routes of the day in the township, with the colour of their cadre. */
  routes() {
    const { index } = desk;
    const ids = index?.plan.cadres.filter((each) => each.township === this.township()).map((each) => each.id) ?? [];
    return (index?.plan.routes ?? [])
      .filter((each) => each.day === this.day() && ids.includes(each.cadreId))
      .map((route) => ({ route, colour: colourOf(ids.indexOf(route.cadreId)) }));
  }

  render() {
    const { index } = desk;
    if (!index) return nothing;
    const day = this.day();
    const routes = this.routes();
    const people = routes.reduce((sum, { route }) => sum + peopleOf(route.stops), 0);
    const go = (/** @type {number} */ count) => linkTo("map", desk.asked({ day: addDays(day, count) }));
    return html`<section class="map-view ${this.#listed ? "listed" : ""}">
      <div class="map-side">
        <h1 class=${this.townships().length > 1 ? "unseen" : ""}>${t("map.title", { township: placeName(this.township()) })}</h1>
        ${townshipChoice("map", this.townships())}
        <p class="row">
          <a class="button small" href=${go(-1)} aria-label=${t("map.before")}>‹</a>
          <b>${dayText(day, spoken())} ${named("weekday", String(weekdayOf(day)))}</b>
          <a class="button small" href=${go(1)} aria-label=${t("map.after")}>›</a>
        </p>
        ${routes.length
          ? html`<button type="button" class="small list" aria-expanded=${this.#listed} aria-controls="routes" @click=${this.list}>${t("map.routes", { routes: routes.length, people })}</button>`
          : html`<p class="note">${t("map.none")}</p>`}
        <div class="legend-box" id="routes">
          <ul class="legend">
            ${routes.map(({ route, colour }) => this.legend(route, colour))}
          </ul>
          <p class="small-text">${t(desk.tiles ? "map.tiles" : "map.plain")}</p>
        </div>
      </div>
      <div class="map" role="region" aria-label=${t("map.label", { day: dayText(day, spoken()) })}></div>
    </section>`;
  }

  list = () => {
    this.#listed = !this.#listed;
    this.redraw();
  };

  /** @param {Route} route @param {string} colour */
  legend(route, colour) {
    return html`<li>
      <span class="line ${route.half}" style="--colour: ${colour}" aria-hidden="true"></span>
      <a href=${linkToRoute(route)}>${cadreName(route.cadreId)} · ${named("half", route.half)}</a>
      <small>${route.start}–${route.end} · ${t("map.route", { people: peopleOf(route.stops), stops: route.stops.length, ride: Math.round(route.rideMinutes) })}</small>
    </li>`;
  }

  updated() {
    const { index } = desk;
    const ground = /** @type {HTMLElement|null} */ (this.querySelector(".map"));
    if (!index || !ground || !this.isConnected) return; // drawn once more after one has gone to another view
    const township = this.township();
    const codes = new Set(index.plan.cadres.filter((each) => each.township === township).flatMap((each) => each.villages));
    const villages = [...codes].flatMap((code) => {
      const at = pointOf(index.plan.places[code]);
      return at ? [{ at, name: placeName(code) }] : [];
    });
    const shown = { villages, routes: this.routes().map(drawn), tiles: desk.tiles, words: { in: t("map.in"), out: t("map.out") } };
    this.#map ??= new DayMap(ground, shown);
    const what = `${township} ${this.day()}`;
    this.#map.draw(shown, what !== this.#shown);
    this.#shown = what;
  }
}
customElements.define("desk-map", MapView);

/** @param {{route: Route, colour: string}} each @returns {MapRoute} */
function drawn({ route, colour }) {
  const { cadreId, half } = route;
  const home = pointOf(desk.index?.cadres.get(cadreId));
  return {
    ...{ colour, half },
    home: home && { at: home, said: t("map.home", { name: cadreName(cadreId) }) },
    stops: route.stops.flatMap((stop, order) => {
      const at = pointOf(stop);
      const names = stop.people.map((each) => each.name || each.visitId).join(t("staff.comma"));
      return at ? [{ at, number: order + 1, said: `${order + 1}. ${stop.arrive ?? ""} ${names}` }] : [];
    }),
    open: () => {
      location.hash = linkToRoute(route);
    },
  };
}

/** @param {Route} route */
function linkToRoute({ cadreId, day, half }) {
  return linkTo("map", desk.asked({ show: showText({ cadre: cadreId, day, half }) }));
}

/** @param {{lat: number|null, lon: number|null}|undefined} place @returns {[number, number]|null} */
function pointOf(place) {
  return place && place.lat !== null && place.lon !== null ? [place.lat, place.lon] : null;
}
