/** `<staff-lapses>`: which requests are near a lapse, who has taken what was escalated, and what was decided (docs/ladder.md). */
import { html, nothing } from "../vendor/lit.js";
import { shortDay } from "../days.js";
import { named, spoken, t } from "../language.js";
import { fetchJson, Refused, session } from "../session.js";
import { notice } from "./notice.js";
import { StaffElement } from "./staff_element.js";
import { cell, table } from "./table.js";

/**
 * @typedef {object} Matter What the door says of one (services/gateway/desk/lapse_views.py).
 * @property {string} lapse_id
 * @property {string} agency
 * @property {string} request_id
 * @property {string} programme
 * @property {string} visit_id
 * @property {string} due_date
 * @property {string} counts_until
 * @property {string} step
 * @property {string} since
 * @property {string|null} next_step
 * @property {string|null} next_on
 * @property {string} office
 * @property {string|null} taken_by
 * @property {string|null} decision
 */
const PATH = "/v1/lapses";
const PAGE = 100;
const HEADS = ["due", "counts_until", "request", "step", "next", "taken", "decision"];
/** What the township may say; the agency says of its own that it gives more time or has suspended. */
const DECISIONS = ["VISIT_ARRANGED", "OTHER_PATH_ARRANGED", "LIFE_EVENT_REPORTED", "AGENCY_EXTENDED", "AGENCY_SUSPENDED"];
/** What an agency says of its own, without taking the matter. */
const AGENCYS = ["AGENCY_EXTENDED", "AGENCY_SUSPENDED"];
/** @type {Record<string, string>} */
const SIGN = { remind: "", offer_paths: "warn", grace: "warn", escalate: "bad" };

export class Lapses extends StaffElement {
  /** Only those on which this office must act; null: all. @type {"county"|null} */
  office = null;
  /** Where a matter's visit is shown; null: not on this page. @type {((matter: Matter) => string)|null} */
  hrefOf = null;
  /** @type {Matter[]|null} */
  matters = null;
  /** @type {string|null} */
  next = null;
  /** @type {number|null} */
  saved = null;
  mine = true;
  /** How many questions to the door are on their way. */
  running = 0;
  /** @type {unknown} */
  error = null;
  /** Ends a reading that is not wanted any more. */
  #reading = new AbortController();

  connectedCallback() {
    super.connectedCallback();
    void this.read();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#reading.abort();
  }

  get isAgency() {
    return session.holder?.role === "agency";
  }

  get busy() {
    return this.running > 0;
  }

  /** Reads the first page, or (`more`) the next one; of two readings the later one counts. @param {boolean} [more] */
  read = async (more = false) => {
    this.#reading.abort();
    this.#reading = new AbortController();
    const { signal } = this.#reading;
    await this.ask(async () => {
      const query = new URLSearchParams({ limit: String(PAGE) });
      if (this.office) query.set("office", this.office);
      if (this.mine) {
        query.set("step", "escalate");
        query.set("undecided", "true");
      }
      if (more && this.next) query.set("cursor", this.next);
      const [page, figures] = await Promise.all([fetchJson(`${PATH}?${query}`, { signal }), fetchJson(`${PATH}/figures`, { signal })]);
      this.matters = more ? [...(this.matters ?? []), ...page.items] : page.items;
      this.next = page.next_cursor;
      this.saved = figures.saved;
    }, signal);
  };

  /** @param {() => Promise<void>} work @param {AbortSignal} [signal] When it is aborted, nobody wants to know how the work ends. */
  async ask(work, signal) {
    this.running += 1;
    this.error = null;
    this.redraw();
    try {
      await work();
    } catch (error) {
      if (!signal?.aborted) {
        if (!(error instanceof Refused)) reportError(error);
        this.error = error;
      }
    }
    this.running -= 1;
    this.redraw();
  }

  /** What the door answers takes the row's place, and the focus goes to what can be done next with it.
   * @param {Matter} matter @param {string} act @param {object} body */
  async say(matter, act, body) {
    await this.ask(async () => {
      const told = await fetchJson(`${PATH}/${matter.lapse_id}/${act}`, { method: "POST", body });
      this.matters = (this.matters ?? []).map((each) => (each.lapse_id === told.lapse_id ? told : each));
      this.dispatchEvent(new Event("settled", { bubbles: true }));
    });
    await this.updateComplete;
    const next = this.querySelector(`tr[data-lapse="${matter.lapse_id}"] :is(select, button)`);
    if (next instanceof HTMLElement) next.focus();
  }

  /** @param {Event} event */
  choose = (event) => {
    this.mine = /** @type {HTMLInputElement} */ (event.currentTarget).checked;
    void this.read();
  };

  render() {
    const { matters } = this;
    return html`<section class="page">
      <h1>${t("lapse.title")}</h1>
      <p class="lead">${t(this.isAgency ? "lapse.lead_agency" : "lapse.lead")}</p>
      <div class="row panel">
        <label><input type="checkbox" .checked=${this.mine} @change=${this.choose} /> ${t("lapse.mine")}</label>
        <button type="button" class="small" ?disabled=${this.busy} @click=${() => this.read()}>${t("lapse.reload")}</button>
        ${this.saved === null ? nothing : html`<span>${t("lapse.saved", { count: this.saved })}</span>`}
      </div>
      ${notice(this.error)}
      ${matters === null
        ? html`<p role="status">${t("staff.loading")}</p>`
        : matters.length
          ? html`<div class="panel scroll" tabindex="0" role="region" aria-label=${t("lapse.title")}>${this.table(matters)}</div>`
          : html`<p class="note good">${t("lapse.none")}</p>`}
      ${this.next ? html`<button type="button" ?disabled=${this.busy} @click=${() => this.read(true)}>${t("lapse.more")}</button>` : nothing}
    </section>`;
  }

  /** @param {Matter[]} matters */
  table(matters) {
    return table(t("lapse.title"), HEADS.map((each) => named("lapse.head", each)), matters, (each) => this.row(each));
  }

  /** @param {Matter} each */
  row(each) {
    const day = (/** @type {string} */ one) => shortDay(one, spoken());
    const cells = [
      day(each.due_date),
      day(each.counts_until),
      html`<span class="badge ${each.programme}">${named("programme", each.programme)}</span>
        <small>${named("agency", each.agency)} ${this.hrefOf ? html`<a href=${this.hrefOf(each)}>${each.request_id}</a>` : each.request_id}</small>`,
      html`<span class="badge ${SIGN[each.step] ?? ""}">${named("lapse.step", each.step)}</span> <small>${day(each.since)}</small>`,
      each.next_step && each.next_on ? `${named("lapse.step", each.next_step)} ${day(each.next_on)}` : "",
      this.taken(each),
      this.decided(each),
    ];
    return html`<tr data-request=${each.request_id} data-lapse=${each.lapse_id}>
      ${cells.map((one, index) => cell(named("lapse.head", HEADS[index] ?? ""), one))}
    </tr>`;
  }

  /** @param {Matter} each */
  taken(each) {
    if (each.step !== "escalate") return nothing;
    if (this.isAgency) return each.taken_by ?? nothing;
    if (each.office === "county" && this.office !== "county") return t("lapse.of_county");
    const isMine = each.taken_by === session.holder?.clientId;
    if (isMine && !each.decision) return t("lapse.is_mine");
    const over = Boolean(each.taken_by && !isMine && !each.decision);
    return html`${each.taken_by ? html`<small>${each.taken_by}</small>` : nothing}
      <button type="button" class="small" data-take ?disabled=${this.busy} @click=${() => this.say(each, "take", { take_over: over })}>
        ${t(over ? "lapse.take_over" : each.decision ? "lapse.take_again" : "lapse.take")}
      </button>`;
  }

  /** @param {Matter} each */
  decided(each) {
    if (each.decision) return html`<span class="badge good">${named("lapse.decision", each.decision)}</span>`;
    if (each.step !== "escalate" || (!this.isAgency && each.taken_by !== session.holder?.clientId)) return nothing;
    const close = (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      const decision = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget)).get("decision");
      void this.say(each, "close", { decision });
    };
    return html`<form class="row" @submit=${close}>
      <select name="decision" required aria-label=${t("lapse.decide")} ?disabled=${this.busy}>
        <option value="">${t("lapse.decide")}</option>
        ${(this.isAgency ? AGENCYS : DECISIONS).map((code) => html`<option value=${code}>${named("lapse.decision", code)}</option>`)}
      </select>
      <button class="small" ?disabled=${this.busy}>${t("lapse.say")}</button>
    </form>`;
  }
}
customElements.define("staff-lapses", Lapses);
