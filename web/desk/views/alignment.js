/** Window alignment: ask, see what was found as a table and as a picture, and who has answered. Which one is in the address, as all
 * that is looked at: nothing of it stays on a computer that others use. */
import { html, nothing, svg } from "../../staff/vendor/lit.js";
import { notice } from "../../staff/elements/notice.js";
import { changeText, proposalAnswers } from "../../staff/elements/proposal.js";
import { StaffElement } from "../../staff/elements/staff_element.js";
import { named, spoken, t } from "../../staff/language.js";
import { fetchJson, Refused, UNATTENDED } from "../../staff/session.js";
import { linkTo, readPlace } from "../address.js";
import { desk } from "../desk.js";
import { placeName } from "../parts/names.js";
import { shortDay, windowText } from "../../staff/days.js";
import { timelineOf } from "../model/timeline.js";

const POLL_MS = 1500;
const LIMIT_MS = 120_000;
const ROW = 38;
const NAMES = 300;
const WIDE = 1000;

export class AlignmentView extends StaffElement {
  /** @type {any} The door's answer. */
  found = null;
  /** @type {unknown} */
  error = null;
  busy = false;
  slow = false;
  /** @type {string|null} Which proposal the picture shows. */
  chosen = null;
  /** By which figure the table is ordered; null: as found, what saves most for a day moved first.
   * @type {"people"|"visits_saved"|"trips_saved"|null} */
  by = null;
  /** Which alignment is looked at. */
  #id = "";
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;

  connectedCallback() {
    super.connectedCallback();
    addEventListener("hashchange", this.look);
    this.look();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener("hashchange", this.look);
    clearTimeout(this.#timer);
  }

  /** Shows the alignment of the address. */
  look = () => {
    const id = readPlace(location.hash).asked.alignment ?? "";
    if (id === this.#id) return;
    clearTimeout(this.#timer);
    Object.assign(this, { found: null, error: null, busy: false, slow: false, chosen: null });
    this.#id = id;
    if (id) void this.follow(id, Date.now());
    this.redraw();
  };

  /** @param {SubmitEvent} event */
  ask = async (event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    const body = { max_days: Number(form.get("max_days")), save: String(form.get("save")), by: String(form.get("by")) };
    this.error = null;
    this.busy = true;
    this.redraw();
    try {
      const { alignment_id } = await fetchJson("/v1/alignments", { method: "POST", body });
      this.#id = "";
      location.hash = linkTo("alignment", desk.asked({ alignment: alignment_id }));
      this.look();
    } catch (error) {
      if (!(error instanceof Refused)) reportError(error);
      this.error = error;
      this.busy = false;
      this.redraw();
    }
  };

  /** Asks until there is an answer; the scheduler's stream finds it. @param {string} id @param {number} since */
  follow = async (id, since) => {
    let again = true;
    try {
      const found = await fetchJson(`/v1/alignments/${id}`, { headers: UNATTENDED });
      if (id !== this.#id) return;
      this.found = found;
      this.error = null;
      this.busy = !found.found_at;
      this.slow = this.busy && Date.now() - since > LIMIT_MS;
      again = this.busy || found.proposals.some((/** @type {any} */ each) => each.state === "proposed");
    } catch (error) {
      if (id !== this.#id) return;
      if (!(error instanceof Refused)) reportError(error);
      this.error = error;
      this.busy = false;
      again = error instanceof Refused && (error.status === 0 || error.status >= 500);
    }
    if (again && this.isConnected) this.#timer = setTimeout(() => this.follow(id, since), POLL_MS * (this.busy ? 1 : 10));
    this.redraw();
  };

  render() {
    const { found } = this;
    return html`<section class="page">
      <h1>${t("align.title")}</h1>
      <p class="lead">${t("align.lead")}</p>
      <form class="row panel" @submit=${this.ask}>
        <label for="max_days">${t("align.max_days")}</label>
        <input id="max_days" name="max_days" type="number" min="1" max="60" value="30" required />
        <label for="save">${t("align.save")}</label>
        <select id="save" name="save">
          ${["visits", "trips"].map((each) => html`<option value=${each}>${named("align.save", each)}</option>`)}
        </select>
        <label for="by">${t("align.by")}</label>
        <select id="by" name="by">
          ${["auto", "programme", "town", "village"].map((each) => html`<option value=${each}>${named("align.by", each)}</option>`)}
        </select>
        <button class="main" ?disabled=${this.busy}>${t(this.busy ? "align.busy" : "align.go")}</button>
      </form>
      ${notice(this.error)} ${this.slow ? html`<p class="note warn">${t("align.slow")}</p>` : nothing}
      ${found?.found_at ? this.answer(found) : nothing}
    </section>`;
  }

  /** @param {any} found */
  answer(found) {
    const chosen = found.proposals.find((/** @type {any} */ each) => each.proposal_id === this.chosen) ?? found.proposals[0] ?? null;
    const figures = [
      ["requests", found.requests],
      ["people", found.people],
      ["visits", found.visits],
      ["trips", found.trips],
      ["overdue", found.overdue],
    ];
    return html`<dl class="figures">
        ${figures.map(([name, value]) => html`<div><dt>${named("align.figure", String(name))}</dt><dd>${value}</dd></div>`)}
      </dl>
      ${found.proposals.length
        ? html`<div class="panel scroll">${this.table(found.proposals, chosen)}</div>`
        : html`<p class="note">${t("align.none")}</p>`}
      ${found.campaigns.length ? html`<figure class="panel">${this.picture(found.campaigns, chosen)}</figure>` : nothing}`;
  }

  /** @param {any[]} proposals @param {any} chosen */
  table(proposals, chosen) {
    const { by } = this;
    const ordered = by ? [...proposals].sort((a, b) => b[by] - a[by]) : proposals;
    const most = Math.max(1, ...proposals.map((each) => each.visits_saved));
    return html`<table>
      <caption class="unseen">${t("align.table")}</caption>
      <thead>
        <tr>
          <th>${t("align.change")}</th>
          ${this.head("people", t("align.figure.people"), "number")} ${this.head("visits_saved", t("align.saved_visits"))}
          ${this.head("trips_saved", t("align.saved_trips"), "number")}
          <th>${t("align.answers")}</th>
          <th><span class="unseen">${t("align.show")}</span></th>
        </tr>
      </thead>
      <tbody>
        ${ordered.map(
          (each) => html`<tr class=${each === chosen ? "chosen" : ""}>
            <td><ul>${each.changes.map((/** @type {any} */ one) => html`<li>${changeText(one, placeName)}</li>`)}</ul></td>
            <td class="number">${each.people}</td>
            <td><span class="saved" style="--share: ${each.visits_saved / most}"><b>${each.visits_saved}</b></span></td>
            <td class="number">${each.trips_saved}</td>
            <td>${proposalAnswers(each)}</td>
            <td>
              <button type="button" class="small" aria-pressed=${each === chosen} @click=${() => this.choose(each)}>${t("align.show")}</button>
            </td>
          </tr>`,
        )}
      </tbody>
    </table>`;
  }

  /** A head by which the table is ordered, and back. @param {"people"|"visits_saved"|"trips_saved"} key @param {string} name @param {string} [kind] */
  head(key, name, kind = "") {
    const on = this.by === key;
    return html`<th class=${kind} aria-sort=${on ? "descending" : "none"}>
      <button type="button" class="sort" data-by=${key} @click=${() => this.orderBy(on ? null : key)}>${name}<span aria-hidden="true">${on ? "▼" : "↕"}</span></button>
    </th>`;
  }

  /** @param {AlignmentView["by"]} key */
  orderBy(key) {
    this.by = key;
    this.redraw();
  }

  /** @param {any} proposal */
  choose(proposal) {
    this.chosen = proposal.proposal_id;
    this.redraw();
  }

  /** @param {import("../model/timeline.js").Campaign[]} campaigns @param {any} chosen */
  picture(campaigns, chosen) {
    const { bars, ticks } = timelineOf(campaigns, chosen?.changes ?? []);
    const height = bars.length * ROW + 34;
    const x = (/** @type {number} */ share) => NAMES + share * (WIDE - NAMES - 10);
    const w = (/** @type {number} */ share) => share * (WIDE - NAMES - 10);
    return html`<figcaption>
        <h2>${t("align.picture")}</h2>
        ${chosen ? html`<p>${t("align.picture_saves", { visits: chosen.visits_saved, trips: chosen.trips_saved })}</p>` : nothing}
      </figcaption>
      <svg class="timeline" viewBox="0 0 ${WIDE} ${height}" role="img" aria-label=${t("align.picture")}>
        ${ticks.map(
          (each) => svg`<line x1=${x(each.left)} x2=${x(each.left)} y1="0" y2=${height - 24}></line>
            <text class="tick" x=${x(each.left) + 3} y=${height - 8}>${shortDay(each.day, spoken())}</text>`,
        )}
        ${bars.map((bar, index) => {
          const y = index * ROW + 6;
          const { campaign } = bar;
          return svg`<text class="name" x="0" y=${y + 11}>${named("agency", campaign.agency)} · ${named("programme", campaign.programme)}</text>
            <text class="window" x="0" y=${y + 26}>${campaign.area ? `${placeName(campaign.area)} · ` : ""}${windowText(campaign.first_day, campaign.last_day, spoken())}</text>
            <rect class="bar" x=${x(bar.left)} y=${y + 3} width=${w(bar.width)} height="20" rx="4"></rect>
            ${bar.earlier ? svg`<rect class="more" x=${x(bar.left - bar.earlier)} y=${y + 3} width=${w(bar.earlier)} height="20" rx="4"></rect>` : nothing}
            ${bar.later ? svg`<rect class="more" x=${x(bar.left + bar.width)} y=${y + 3} width=${w(bar.later)} height="20" rx="4"></rect>` : nothing}
            <text class="inside" x=${x(bar.left) + 8} y=${y + 17}>${t("align.requests", { count: campaign.requests })}</text>`;
        })}
      </svg>`;
  }
}
customElements.define("desk-alignment", AlignmentView);
