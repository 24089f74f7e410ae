/** A map of routes: drawn once on its ground, its pins and names set anew for each scale. It knows no plan and no address. */
import { circleMarker, control, divIcon, latLngBounds, layerGroup, map, marker, polyline, tileLayer } from "../../staff/vendor/leaflet.js";
import { groupMarks, numbersText, placeNames, spread } from "../model/map_layout.js";

/**
 * @typedef {import("../model/map_layout.js").Box} Box
 * @typedef {[number, number]} At Latitude and longitude.
 * @typedef {{at: At, name: string}} Village
 * @typedef {{at: At, number: number, said: string}} MapStop
 * @typedef {{colour: string, half: "am"|"pm", home: {at: At, said: string}|null, stops: MapStop[], open: () => void}} MapRoute
 * @typedef {{villages: Village[], routes: MapRoute[], tiles: {url: string, attribution: string}|null, words: {in: string, out: string}}} Shown
 */
/** Where the villages' names lie: over the lines and below the pins, which one must be able to point at. */
const NAMES = "villages";
const PIN = 26;
/** Of a pin for each sign more than one. */
const SIGN = 8;
const DOT = 10;
/** Around all that is shown. */
const ROOM = 44;
/** Nowhere in particular: the middle of the country. @type {At} */
const SOMEWHERE = [30, 105];

export class DayMap {
  /** @type {Shown} */
  #shown;
  /** Whether somebody has chosen what is looked at; until then all is. */
  #chosen = false;
  #fitting = false;
  #lines = layerGroup();
  #pins = layerGroup();
  /** @type {Box[]} */
  #boxes = [];
  /** @type {ReturnType<typeof circleMarker>[]} */
  #dots = [];

  /** @param {HTMLElement} ground @param {Shown} shown */
  constructor(ground, shown) {
    this.#shown = shown;
    const { tiles, words } = shown;
    this.map = map(ground, { zoomControl: false, attributionControl: Boolean(tiles), zoomSnap: 0.25 });
    control.zoom({ zoomInTitle: words.in, zoomOutTitle: words.out }).addTo(this.map);
    control.scale({ imperial: false }).addTo(this.map);
    if (tiles) tileLayer(tiles.url, { attribution: tiles.attribution, maxZoom: 18 }).addTo(this.map);
    this.map.createPane(NAMES).style.zIndex = "450";
    this.#lines.addTo(this.map);
    this.#pins.addTo(this.map);
    this.map.on("zoomstart dragstart", () => {
      this.#chosen ||= !this.#fitting;
    });
    this.map.on("zoomend", this.#drawPins);
    this.map.on("moveend", this.#placeNames);
    this.seen = new ResizeObserver(() => this.#resized());
    this.seen.observe(ground);
  }

  /** Nothing of it stays. */
  remove() {
    this.seen.disconnect();
    this.map.remove();
  }

  /** @param {Shown} shown @param {boolean} anew Whether it is another day or township, to be looked at whole. */
  draw(shown, anew) {
    this.#shown = shown;
    this.#lines.clearLayers();
    this.#dots = shown.villages.map(({ at, name }) => {
      const dot = circleMarker(at, { radius: DOT / 2, color: "#4f5a55", weight: 2, fillColor: "#ffffff", fillOpacity: 1, interactive: false });
      return dot.bindTooltip(name, { permanent: true, direction: "center", className: "village", pane: NAMES });
    });
    for (const { colour, half, home, stops } of shown.routes) {
      const way = stops.map((each) => each.at);
      const round = home && way.length ? [home.at, ...way, home.at] : way;
      this.#lines.addLayer(polyline(round, { color: colour, weight: 3, opacity: 0.85, dashArray: half === "pm" ? "7 7" : undefined, interactive: false }));
      for (const at of way) this.#lines.addLayer(circleMarker(at, { radius: 3.5, color: "#ffffff", weight: 1, fillColor: colour, fillOpacity: 1, interactive: false }));
    }
    for (const each of this.#dots) this.#lines.addLayer(each);
    if (anew) this.#chosen = false;
    if (this.#chosen) this.#drawPins();
    else this.#fit();
    this.#placeNames();
  }

  #resized() {
    this.map.invalidateSize({ pan: false });
    if (!this.#chosen) this.#fit();
    this.#placeNames();
  }

  /** All that is shown, as large as it goes. */
  #fit() {
    const { villages, routes } = this.#shown;
    const all = [...villages.map((each) => each.at), ...routes.flatMap(({ home, stops }) => [...(home ? [home.at] : []), ...stops.map((each) => each.at)])];
    this.#fitting = true;
    if (all.length) this.map.fitBounds(latLngBounds(all), { padding: [ROOM, ROOM], maxZoom: 15, animate: false });
    else this.map.setView(SOMEWHERE, 6, { animate: false });
    this.#fitting = false;
    this.#drawPins();
  }

  /** Pins with the numbers of their stops: what is near shares one, what covers another one stands beside its place, with a line to it. */
  #drawPins = () => {
    const { routes } = this.#shown;
    this.#pins.clearLayers();
    const point = (/** @type {At} */ at) => this.map.latLngToLayerPoint(at);
    const marks = routes.flatMap(({ stops }, route) => stops.map(({ at, number }) => ({ route, number, x: point(at).x, y: point(at).y })));
    const homes = routes.flatMap(({ home }, route) => (home ? [{ route, text: "⌂", kind: "home", said: home.said, ...boxOf(point(home.at), "⌂") }] : []));
    const stops = groupMarks(marks).map((group) => {
      const numbers = group.marks.map((each) => each.number);
      const text = numbersText(numbers);
      const said = routes[group.route]?.stops.filter((each) => numbers.includes(each.number)).map((each) => each.said).join("\n") ?? "";
      return { route: group.route, text, kind: numbers.length > 1 ? "several" : "", said, ...boxOf(group, text) };
    });
    const pins = [...uniqueHomes(homes), ...stops];
    this.#boxes = spread(pins);
    for (const [at, pin] of pins.entries()) {
      const route = routes[pin.route];
      const box = this.#boxes[at];
      if (!route || !box) continue;
      const place = this.map.layerPointToLatLng([box.x, box.y]);
      if (Math.hypot(box.x - pin.x, box.y - pin.y) > PIN / 2)
        this.#pins.addLayer(polyline([this.map.layerPointToLatLng([pin.x, pin.y]), place], { color: "#1b2421", weight: 1, opacity: 0.7, interactive: false }));
      const made = marker(place, { icon: iconOf(pin, route), title: pin.said, alt: pin.said });
      made.on("click", route.open).on("keypress", (event) => {
        if (/** @type {{originalEvent: KeyboardEvent}} */ (/** @type {unknown} */ (event)).originalEvent.key === "Enter") route.open();
      });
      this.#pins.addLayer(made);
    }
  };

  /** The names of the villages, where there is room for them on what is looked at. */
  #placeNames = () => {
    const { x: width, y: height } = this.map.getSize();
    const middle = this.map.containerPointToLayerPoint([width / 2, height / 2]);
    const frame = { x: middle.x, y: middle.y, width: width - 8, height: height - 8 };
    const names = this.#dots.map((dot) => {
      const { x, y } = this.map.latLngToLayerPoint(dot.getLatLng());
      const { offsetWidth = 0, offsetHeight = 0 } = dot.getTooltip()?.getElement() ?? {};
      return { dot: { x, y, width: DOT, height: DOT }, width: offsetWidth, height: offsetHeight };
    });
    const placed = placeNames(names, [...this.#boxes, ...this.#controls()], frame);
    for (const [at, dot] of this.#dots.entries()) {
      const [spot, name, tooltip] = [placed[at], names[at], dot.getTooltip()];
      const shown = tooltip?.getElement();
      if (!tooltip || !name || !shown) continue;
      shown.classList.toggle("unwritten", !spot);
      tooltip.options.offset = spot ? [spot.x - name.dot.x, spot.y - name.dot.y] : [0, 0];
      tooltip.update();
    }
  };

  /** What lies over the map: zoom and scale. @returns {Box[]} */
  #controls() {
    const ground = this.map.getContainer().getBoundingClientRect();
    return [...this.map.getContainer().querySelectorAll(".leaflet-control")].map((each) => {
      const { left, top, width, height } = each.getBoundingClientRect();
      const { x, y } = this.map.containerPointToLayerPoint([left - ground.left + width / 2, top - ground.top + height / 2]);
      return { x, y, width, height };
    });
  }
}

/** @param {{x: number, y: number}} at @param {string} text @returns {Box} */
function boxOf({ x, y }, text) {
  return { x, y, width: PIN + SIGN * (text.length - 1), height: PIN };
}

/** A cadre who rides twice that day has one home. @template {Box & {said: string}} T @param {T[]} homes @returns {T[]} */
function uniqueHomes(homes) {
  return homes.filter((each, at) => homes.findIndex((other) => other.said === each.said && other.x === each.x && other.y === each.y) === at);
}

/** @param {Box & {text: string, kind: string}} pin @param {MapRoute} route */
function iconOf({ text, kind, width }, { colour, half }) {
  const mark = document.createElement("span");
  mark.textContent = text;
  mark.style.setProperty("--colour", colour);
  return divIcon({ html: mark, className: `pin ${half} ${kind}`, iconSize: [width, PIN] });
}
