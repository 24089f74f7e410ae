/** Where the stops lie: a drawing that needs no signal, and the way to the phone's own map app. */
import { app } from "../app.js";
import { toGcj02 } from "../map/gcj02.js";
import { layOut, scaleMetres } from "../map/layout.js";
import { t } from "../strings/index.js";
import { html, nothing, svg } from "../vendor/lit.js";
import { Screen, bar } from "./screen.js";

const WIDTH = 320;
const HEIGHT = 300;
const MARGIN = 30;
const SCALE_UNITS = 90;

class MapScreen extends Screen {
  render() {
    const stops = app.today?.stops ?? [];
    const placed = stops.flatMap((stop) => {
      const { lat, lon } = placeOf(stop);
      return lat === null || lon === null ? [] : [{ id: stop.stop_id, lat, lon }];
    });
    return html`${bar(t("map.title"))} ${placed.length ? this.drawing(placed) : html`<p class="note">${t("map.none")}</p>`}
      <p class="hint">${t("map.schematic")}</p>
      <ol class="places">
        ${stops.map((stop, index) => this.place(stop, index))}
      </ol>`;
  }

  /** @param {import("../map/layout.js").Place[]} places */
  drawing(places) {
    const numbers = new Map((app.today?.stops ?? []).map((stop, index) => [stop.stop_id, index + 1]));
    const { spots, metresPerUnit } = layOut(places, WIDTH, HEIGHT, MARGIN);
    const metres = scaleMetres(metresPerUnit, SCALE_UNITS);
    const length = metres / metresPerUnit;
    return html`<svg class="map" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${t("map.label", { count: spots.length })}>
      <polyline class="way" points=${spots.map((each) => `${each.x},${each.y}`).join(" ")} />
      ${spots.map(
        (each) => svg`<g transform="translate(${each.x} ${each.y})">
          <circle r="16"></circle><text y="6">${numbers.get(each.id)}</text></g>`,
      )}
      <g class="north" transform="translate(${WIDTH - 22} 26)"><path d="M0-14 6 6 0 2-6 6z" /><text y="22">${t("map.north")}</text></g>
      ${spots.length > 1
        ? svg`<g class="scale" transform="translate(14 ${HEIGHT - 10})"><path d="M0-6V0H${length}V-6" /><text x="4" y="-6">${
            metres >= 1000 ? `${metres / 1000} km` : `${metres} m`
          }</text></g>`
        : nothing}
    </svg>`;
  }

  /** @param {import("../model/types.js").Stop} stop @param {number} index */
  place(stop, index) {
    const village = villageOf(stop);
    const { lat, lon } = placeOf(stop);
    const names = stop.people.map((each) => each.name).join(t("comma"));
    return html`<li>
      <span class="number" aria-hidden="true">${index + 1}</span>
      <span class="what"><strong>${names}</strong><small>${village?.name ?? ""} ${stop.address ?? ""}</small></span>
      ${lat !== null && lon !== null
        ? html`<a class="button" href=${mapLink(lat, lon, `${village?.name ?? ""}${stop.address ?? ""}`)} target="_blank" rel="noreferrer"
            >${t("map.lead_me")}<span class="unseen"> ${names}</span></a
          >`
        : nothing}
    </li>`;
  }
}
customElements.define("phone-map", MapScreen);

/** @param {import("../model/types.js").Stop} stop */
function villageOf(stop) {
  return app.today?.villages.find((each) => each.village_code === stop.village_code);
}

/** Of the dwelling, or else the middle of its village. @param {import("../model/types.js").Stop} stop
 * @returns {{lat: number|null, lon: number|null}} */
function placeOf(stop) {
  return stop.lat !== null && stop.lon !== null ? stop : (villageOf(stop) ?? stop);
}

/** The hand-off: only the place travels, in the coordinates of Chinese map apps, never a person's name.
 * @param {number} lat @param {number} lon @param {string} label */
export function mapLink(lat, lon, label) {
  const there = toGcj02(lat, lon);
  const to = `${there.lon.toFixed(6)},${there.lat.toFixed(6)},${label || "stop"}`;
  return `https://uri.amap.com/navigation?to=${encodeURIComponent(to)}&mode=car&coordinate=gaode&callnative=1`;
}
