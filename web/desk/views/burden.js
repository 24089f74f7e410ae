/** The burden that agencies cause, by month: ranks, what lies behind each number, letters, and what the joint group must settle
 * (docs/burden.md). Agencies are ranked, cadres never. The month and what is looked into are in the address. */
import { html, nothing } from "../../staff/vendor/lit.js";
import { AskingElement } from "../../staff/elements/asking_element.js";
import { notice } from "../../staff/elements/notice.js";
import { named, spoken, t } from "../../staff/language.js";
import { fetchJson, saveFile, session } from "../../staff/session.js";
import { linkTo, readPlace } from "../address.js";
import { desk } from "../desk.js";
import { shortDay } from "../../staff/days.js";
import "../../staff/elements/campaigns.js";
import "../parts/escalations.js";

/**
 * @typedef {object} Component What the door says of one (services/gateway/burden/views.py).
 * @property {string} component
 * @property {number} count
 * @property {number} per_1000_people
 * @property {number} points
 *
 * @typedef {object} Agency
 * @property {string} agency
 * @property {number} people
 * @property {Component[]} components
 * @property {number} index
 * @property {number} avoidable
 * @property {string|null} heaviest
 * @property {number|null} rank
 * @property {boolean} letter
 *
 * @typedef {object} Behind
 * @property {number} number
 * @property {string[]} request_ids
 * @property {string} programme
 * @property {string} on
 * @property {string} note
 * @property {number} share
 */
const PATH = "/v1/burden";
const PAGE = 100;

export class BurdenView extends AskingElement {
  /** @type {any} The door's answer. */
  found = null;
  /** @type {Behind[]|null} */
  behind = null;
  /** @type {number|null} Where the next page of it begins. */
  next = null;
  /** What is shown, as in the address. */
  #shown = "";

  connectedCallback() {
    super.connectedCallback();
    addEventListener("hashchange", this.look);
    this.look();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener("hashchange", this.look);
  }

  /** The month and the number that are asked for. */
  get asked() {
    const { month = "", behind = "" } = readPlace(location.hash).asked;
    const [agency = "", component = ""] = behind.split(":");
    return { month, agency, component };
  }

  /** Shows what the address says. */
  look = () => {
    const { month, agency, component } = this.asked;
    const now = [month, agency, component].join(" ");
    if (now === this.#shown && this.found) return;
    this.#shown = now;
    this.behind = null;
    void this.ask(async () => {
      const found = await fetchJson(month ? `${PATH}?month=${encodeURIComponent(month)}` : PATH);
      if (now !== this.#shown) return;
      this.found = found;
      if (agency && component) await this.readBehind();
    });
  };

  /** Reads the first page of what lies behind the number, or the next one. */
  readBehind = async () => {
    const { agency, component } = this.asked;
    const query = new URLSearchParams({ month: this.found.month, component, limit: String(PAGE) });
    if (this.behind && this.next) query.set("after", String(this.next));
    const page = await fetchJson(`${PATH}/${encodeURIComponent(agency)}/behind?${query}`);
    this.behind = [...(this.behind ?? []), ...page.items];
    this.next = page.more ? page.next_after : null;
  };

  /** @param {Event} event */
  chooseMonth = (event) => {
    const { value } = /** @type {HTMLSelectElement} */ (event.currentTarget);
    location.hash = linkTo("burden", desk.asked({ month: value, behind: null }));
  };

  render() {
    const { found } = this;
    return html`<section class="page">
      <h1>${t("burden.title")}</h1>
      <p class="lead">${t("burden.lead")}</p>
      ${notice(this.error)}
      ${found ? this.month(found) : this.busy ? html`<p role="status">${t("staff.loading")}</p>` : nothing}
      <desk-escalations></desk-escalations>
      <staff-campaigns></staff-campaigns>
    </section>`;
  }

  /** @param {any} found */
  month(found) {
    const months = [...new Set([...found.months, ...(found.closed_at ? [] : [found.month])])].sort().reverse();
    const state = found.closed_at ? "burden.closed" : "burden.open";
    return html`<div class="row panel">
        <label for="burden-month">${t("burden.month")}</label>
        <select id="burden-month" ?disabled=${this.busy} @change=${this.chooseMonth}>
          <option value="" ?selected=${!this.asked.month}>${t("burden.now")}</option>
          ${months.map((/** @type {string} */ each) => html`<option value=${each} ?selected=${each === found.month && Boolean(this.asked.month)}>${each}</option>`)}
        </select>
        <span>${t(state, { day: shortDay((found.closed_at ?? found.closes_on).slice(0, 10), spoken()) })}</span>
      </div>
      <div class="panel scroll" tabindex="0" role="region" aria-label=${t("burden.table", { month: found.month })}>${this.table(found)}</div>
      <p><small>${t("burden.legend", { points: found.letter_from })}</small></p>
      ${this.behind ? this.list(this.behind) : nothing}`;
  }

  /** @param {any} found */
  table(found) {
    const components = found.agencies[0]?.components.map((/** @type {Component} */ each) => each.component) ?? [];
    return html`<table class="burden">
      <caption class="unseen">${t("burden.table", { month: found.month })}</caption>
      <thead>
        <tr>
          <th scope="col" class="number">${t("burden.rank")}</th>
          <th scope="col">${t("burden.agency")}</th>
          ${components.map((/** @type {string} */ each) => html`<th scope="col" class="number">${named("component", each)}</th>`)}
          <th scope="col" class="number">${t("burden.people")}</th>
          <th scope="col" class="number">${t("burden.index")}</th>
          <th scope="col" class="number">${t("burden.avoidable")}</th>
          <th scope="col">${t("burden.letter")}</th>
        </tr>
      </thead>
      <tbody>
        ${found.agencies.map((/** @type {Agency} */ each) => this.row(each, found))}
      </tbody>
    </table>`;
  }

  /** @param {Agency} each @param {any} found */
  row(each, found) {
    return html`<tr data-agency=${each.agency}>
      <td class="number"><b>${each.rank ?? "—"}</b></td>
      <th scope="row">${named("agency", each.agency)}</th>
      ${each.components.map((one) => this.cell(each, one, found.month))}
      <td class="number">${each.people}</td>
      <td class="number"><b>${each.index}</b></td>
      <td class="number">${each.avoidable}</td>
      <td>${each.letter ? this.letter(each.agency, found) : ""}</td>
    </tr>`;
  }

  /** A number, which leads to what lies behind it. @param {Agency} each @param {Component} one @param {string} month */
  cell(each, one, month) {
    const where = linkTo("burden", desk.asked({ month, behind: `${each.agency}:${one.component}` }));
    const heaviest = one.component === each.heaviest ? "heaviest" : "";
    if (!one.count) return html`<td class="number">0</td>`;
    const label = t("burden.behind", { agency: named("agency", each.agency), component: named("component", one.component) });
    return html`<td class="number ${heaviest}">
      <a class="count" href=${where} aria-label="${label} ${one.count}">${one.count}</a>
      <small>${t("burden.rate", { rate: one.per_1000_people })}</small>
    </td>`;
  }

  /** @param {string} agency @param {any} found */
  letter(agency, found) {
    if (!found.closed_at) return html`<span class="badge warn">${t("burden.would")}</span>`;
    if (session.holder?.role !== "joint_group") return html`<span class="badge bad">${t("burden.has_letter")}</span>`;
    const file = () => saveFile(`${PATH}/${agency}/letters/${found.month}.pdf`, `${found.month}-${agency}.pdf`);
    return html`<button type="button" class="small" data-letter ?disabled=${this.busy} @click=${() => this.ask(file)}>${t("burden.print")}</button>`;
  }

  /** @param {Behind[]} behind */
  list(behind) {
    const { agency, component } = this.asked;
    const title = t("burden.behind", { agency: named("agency", agency), component: named("component", component) });
    const note = (/** @type {Behind} */ each) =>
      each.note ? t(`burden.note.${component}`, { note: each.note }) : each.share > 1 ? t("burden.shared", { share: each.share }) : "";
    return html`<div class="panel stack" data-behind>
      <h2>${title}</h2>
      <ul class="behind">
        ${behind.map(
          (each) => html`<li>
            ${shortDay(each.on, spoken())} <span class="badge ${each.programme}">${named("programme", each.programme)}</span>
            ${each.request_ids.join(t("staff.comma"))} <small>${note(each)}</small>
          </li>`,
        )}
      </ul>
      ${this.next ? html`<p><button type="button" ?disabled=${this.busy} @click=${() => this.ask(this.readBehind)}>${t("lapse.more")}</button></p>` : nothing}
    </div>`;
  }
}
customElements.define("desk-burden", BurdenView);
