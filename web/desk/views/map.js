/** The map of a day: villages, homes, routes. It needs no tile server; with one (a setting of the county) its tiles lie below. */
import { html, nothing } from "../../staff/vendor/lit.js";
import { circleMarker, control, divIcon, latLngBounds, layerGroup, map, marker, polyline, tileLayer } from "../../staff/vendor/leaflet.js";
import { StaffElement } from "../../staff/elements/staff_element.js";
import { named, spoken, t } from "../../staff/language.js";
import { linkTo, readPlace, showText } from "../address.js";
import { desk } from "../desk.js";
import { addDays, dayText, weekdayOf } from "../../staff/days.js";
import { peopleOf, townshipsOf } from "../model/plan.js";
import { colourOf } from "../parts/colours.js";
import { cadreName, placeName } from "../parts/names.js";
import { openTownship, periodOf } from "../period.js";

/** @typedef {import("../model/types.js").Route} Route */
/** Where the villages' names lie: over the lines and below the pins, which one must be able to point at. */
const NAMES = "villages";

export class MapView extends StaffElement {
  /** @type {import("../../staff/vendor/leaflet.js").Map|null} */
  #map = null;
  #drawn = layerGroup();
  #shown = "";

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#map?.remove();
    this.#map = null;
  }

  /** The day of the address, else the first one on which somebody rides. */
  day() {
    const { asked } = readPlace(location.hash);
    const { first } = periodOf();
    return asked.day || desk.index?.plan.routes.map((each) => each.day).filter((each) => each >= first).sort()[0] || first;
  }

  township() {
    const { index } = desk;
    const { first, last } = periodOf();
    return (index && openTownship(townshipsOf(index, first, last).map((each) => each.code))) ?? "";
  }

  /** The routes of the day in the township, with the number of their cadre. */
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
    const go = (/** @type {number} */ count) => linkTo("map", desk.asked({ day: addDays(day, count) }));
    return html`<section class="map-view">
      <div class="map-side">
        <h1>${t("map.title", { township: placeName(this.township()) })}</h1>
        <p class="row">
          <a class="button small" href=${go(-1)} aria-label=${t("map.before")}>‹</a>
          <b>${dayText(day, spoken())} ${named("weekday", String(weekdayOf(day)))}</b>
          <a class="button small" href=${go(1)} aria-label=${t("map.after")}>›</a>
        </p>
        ${routes.length ? nothing : html`<p class="note">${t("map.none")}</p>`}
        <ul class="legend">
          ${routes.map(({ route, colour }) => this.legend(route, colour))}
        </ul>
        <p class="small-text">${t(desk.tiles ? "map.tiles" : "map.plain")}</p>
      </div>
      <div class="map" role="region" aria-label=${t("map.label", { day: dayText(day, spoken()) })}></div>
    </section>`;
  }

  /** @param {Route} route @param {string} colour */
  legend(route, colour) {
    const { cadreId, day, half } = route;
    return html`<li>
      <span class="line ${half}" style="--colour: ${colour}" aria-hidden="true"></span>
      <a href=${linkTo("map", desk.asked({ show: showText({ cadre: cadreId, day, half }) }))}>
        ${cadreName(cadreId)} · ${named("half", half)}
      </a>
      <small>${route.start}–${route.end} · ${t("map.route", { people: peopleOf(route.stops), stops: route.stops.length, ride: Math.round(route.rideMinutes) })}</small>
    </li>`;
  }

  updated() {
    const ground = /** @type {HTMLElement|null} */ (this.querySelector(".map"));
    if (!ground) return;
    if (!this.#map) {
      this.#map = map(ground, { zoomControl: false, attributionControl: Boolean(desk.tiles), zoomSnap: 0.25 });
      control.zoom({ zoomInTitle: t("map.in"), zoomOutTitle: t("map.out") }).addTo(this.#map);
      control.scale({ imperial: false }).addTo(this.#map);
      if (desk.tiles) tileLayer(desk.tiles.url, { attribution: desk.tiles.attribution, maxZoom: 18 }).addTo(this.#map);
      this.#map.createPane(NAMES).style.zIndex = "450";
      this.#drawn.addTo(this.#map);
    }
    this.draw();
  }

  draw() {
    const { index } = desk;
    if (!index || !this.#map) return;
    const township = this.township();
    this.#drawn.clearLayers();
    /** @type {[number, number][]} */
    const seen = [];
    const own = index.plan.cadres.filter((each) => each.township === township);
    for (const code of new Set(own.flatMap((each) => each.villages))) {
      const { lat, lon } = index.plan.places[code] ?? { lat: null, lon: null };
      if (lat === null || lon === null) continue;
      seen.push([lat, lon]);
      const ring = circleMarker([lat, lon], { radius: 16, color: "#7d857f", weight: 1, fillColor: "#ffffff", fillOpacity: 0.7, interactive: false });
      ring.bindTooltip(placeName(code), { permanent: true, direction: "bottom", className: "village", offset: [0, 14], pane: NAMES });
      this.#drawn.addLayer(ring);
    }
    for (const { route, colour } of this.routes()) this.drawRoute(route, colour, seen);
    const what = `${township} ${this.day()}`;
    if (seen.length && what !== this.#shown) {
      this.#shown = what;
      this.#map.invalidateSize();
      this.#map.fitBounds(latLngBounds(seen), { padding: [40, 40], maxZoom: 15, animate: false });
    }
    if (!seen.length && !this.#shown) this.#map.setView([30, 105], 6, { animate: false });
  }

  /** @param {Route} route @param {string} colour @param {[number, number][]} seen */
  drawRoute(route, colour, seen) {
    const cadre = desk.index?.cadres.get(route.cadreId);
    /** @type {[number, number][]} */
    const line = [];
    if (cadre?.lat != null && cadre.lon != null) {
      line.push([cadre.lat, cadre.lon]);
      this.#drawn.addLayer(marker([cadre.lat, cadre.lon], { icon: pin("⌂", colour, "home"), title: t("map.home", { name: cadreName(cadre.id) }) }));
    }
    route.stops.forEach((stop, order) => {
      if (stop.lat === null || stop.lon === null) return;
      line.push([stop.lat, stop.lon]);
      const names = stop.people.map((each) => each.name || each.visitId).join(t("staff.comma"));
      this.#drawn.addLayer(marker([stop.lat, stop.lon], { icon: pin(String(order + 1), colour, route.half), title: `${stop.arrive ?? ""} ${names}` }));
    });
    seen.push(...line);
    if (cadre && line.length) line.push(/** @type {[number, number]} */ (line[0]));
    this.#drawn.addLayer(polyline(line, { color: colour, weight: 3, opacity: 0.85, dashArray: route.half === "pm" ? "7 7" : undefined, interactive: false }));
  }
}
customElements.define("desk-map", MapView);

/** @param {string} text @param {string} colour @param {string} kind */
function pin(text, colour, kind) {
  const mark = document.createElement("span");
  mark.textContent = text;
  mark.style.setProperty("--colour", colour);
  return divIcon({ html: mark, className: `pin ${kind}`, iconSize: [26, 26] });
}
