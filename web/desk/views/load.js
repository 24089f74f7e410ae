/** How full each cadre's half-days are: one chart a cadre; a bar opens its half-day. */
import { html, nothing, repeat } from "../../staff/vendor/lit.js";
import { UPlot } from "../../staff/vendor/uplot.js";
import { StaffElement } from "../../staff/elements/staff_element.js";
import { named, spoken, t } from "../../staff/language.js";
import { linkTo, showText } from "../address.js";
import { desk } from "../desk.js";
import { shortDay, windowText } from "../../staff/days.js";
import { loadsOf, townshipsOf } from "../model/plan.js";
import { cadreName, placeName } from "../parts/names.js";
import { chosenTownship, townshipChoice } from "../parts/township_choice.js";
import { periodOf } from "../period.js";

/** @typedef {import("../model/types.js").Cadre} Cadre */
const HEIGHT = 150;

export class LoadView extends StaffElement {
  /** @type {Map<string, InstanceType<typeof UPlot>>} */
  #charts = new Map();

  connectedCallback() {
    super.connectedCallback();
    addEventListener("resize", this.redraw);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener("resize", this.redraw);
    for (const chart of this.#charts.values()) chart.destroy();
    this.#charts.clear();
  }

  shown() {
    const { index } = desk;
    const { first, longer: days } = periodOf();
    const townships = index ? townshipsOf(index, first, days.at(-1) ?? first) : [];
    const codes = townships.map((each) => each.code);
    return { days, codes, township: townships.find((each) => each.code === chosenTownship(codes)) };
  }

  render() {
    const { index } = desk;
    const { days, codes, township } = this.shown();
    if (!index || !township) return nothing;
    const [from = "", to = ""] = [days[0], days.at(-1)];
    return html`<section class="page wide">
      <div class="row spread"><h1>${t("load.title", { township: placeName(township.code) })}</h1>${townshipChoice("load", codes)}</div>
      <p class="lead">${t("period.longer", { days: windowText(from, to, spoken()) })} ${t("load.lead")}</p>
      <p class="row small-text"><span class="load-key am" aria-hidden="true"></span>${named("half", "am")} <span class="load-key pm" aria-hidden="true"></span>${named("half", "pm")} <span class="load-key room" aria-hidden="true"></span>${t("load.room")}</p>
      <div class="charts">${repeat(township.cadres, (each) => each.id, (each) => this.card(each, days, from, to))}</div>
    </section>`;
  }

  /** @param {Cadre} cadre @param {string[]} days @param {string} from @param {string} to */
  card(cadre, days, from, to) {
    const { index } = desk;
    if (!index) return nothing;
    const { am, pm } = loadsOf(index, cadre, days);
    const rides = [...am, ...pm].filter((each) => each !== null);
    const most = Math.round(Math.max(0, ...rides));
    const minutes = Math.round(rides.reduce((sum, each) => sum + each, 0));
    return html`<figure class="panel">
      <figcaption class="row spread">
        <a href=${linkTo("load", desk.asked({ show: showText({ cadre: cadre.id, from, to }) }))}><b>${cadreName(cadre.id)}</b></a>
        <small>${t("load.sum", { halves: rides.length, hours: (minutes / 60).toFixed(1), most })}</small>
      </figcaption>
      <div class="chart" data-cadre=${cadre.id} role="img" aria-label=${t("load.chart", { name: cadreName(cadre.id), halves: rides.length, most })}></div>
    </figure>`;
  }

  updated() {
    const { index } = desk;
    const { days, township } = this.shown();
    for (const chart of this.#charts.values()) chart.destroy();
    this.#charts.clear();
    if (!index || !township) return;
    for (const cadre of township.cadres) {
      const place = /** @type {HTMLElement|null} */ (this.querySelector(`.chart[data-cadre="${CSS.escape(cadre.id)}"]`));
      if (place) this.#charts.set(cadre.id, chartOf(place, cadre, days, loadsOf(index, cadre, days)));
    }
  }
}
customElements.define("desk-load", LoadView);

/** @param {HTMLElement} place @param {Cadre} cadre @param {string[]} days @param {ReturnType<typeof loadsOf>} loads */
function chartOf(place, cadre, days, { am, pm, room }) {
  const x = days.map((_, number) => number);
  /** @param {number} side */
  const bars = (side) => UPlot.paths.bars?.({ size: [0.42, 22], align: /** @type {1|-1} */ (side), gap: 1 });
  const axis = { stroke: "#4f5a55", font: "11px system-ui, sans-serif", grid: { stroke: "#e7e3d8", width: 1 }, ticks: { show: false } };
  const chart = new UPlot(
    {
      width: Math.max(260, place.clientWidth),
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: { x: { time: false, range: [-0.6, days.length - 0.4] }, y: { range: (_, __, most) => [0, Math.max(200, Math.ceil(most / 20) * 20)] } },
      axes: [
        { ...axis, size: 30, splits: () => x.filter((each) => each % 7 === 0), values: (_, at) => at.map((each) => shortDay(days[each] ?? "", spoken())) },
        { ...axis, size: 40, values: (_, at) => at.map((each) => `${each}′`) },
      ],
      series: [
        {},
        { stroke: "#0b5d4e", fill: "#0b5d4e", paths: bars(-1), points: { show: false } },
        { stroke: "#7fb8a8", fill: "#7fb8a8", paths: bars(1), points: { show: false } },
        { stroke: "#b36b00", width: 1.5, dash: [5, 4], paths: UPlot.paths.stepped?.({ align: 1 }), points: { show: false }, spanGaps: false },
      ],
    },
    [x, am, pm, room],
    place,
  );
  chart.over.addEventListener("click", () => {
    const number = chart.cursor.idx;
    const day = number == null ? undefined : days[number];
    if (day) location.hash = linkTo("load", desk.asked({ show: showText({ cadre: cadre.id, day }) }));
  });
  return chart;
}
