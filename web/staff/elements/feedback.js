/** What cadres report: read, passed on to who can mend it, answered (docs/feedback.md). */
import { html, nothing } from "../vendor/lit.js";
import { AskingElement } from "./asking_element.js";
import { notice } from "./notice.js";
import { named, spoken, t } from "../language.js";
import { fetchFile, fetchJson, session } from "../session.js";
import { shortDay } from "../days.js";
import { cell, table } from "./table.js";
import { openedReport, whoText } from "./report.js";

/**
 * @typedef {{part: "voice"|"picture", media_type: string, state: "coming"|"here"|"gone"}} File
 * @typedef {{step: string, office: string, agency: string|null, said: string|null, taken_on: string}} Step
 * @typedef {object} Report What the door says of one (services/gateway/feedback/views.py).
 * @property {string} feedback_id
 * @property {string} kind
 * @property {string} state
 * @property {string|null} agency
 * @property {string} village_code
 * @property {string|null} village
 * @property {number} version
 * @property {string} recorded_on
 * @property {File[]} files
 * @property {string|null} [text] Of an opened one.
 * @property {Step[]} [steps]
 */
const PATH = "/v1/feedback";
const PAGE = 100;
const HEADS = ["came", "kind", "village", "state", "files", "open"];
const STATES = ["received", "with_agency", "with_joint_group", "answered"];
/** What an agency sees. */
const OF_AGENCY = ["with_agency", "answered"];
/** @type {Record<string, string>} */
const SIGN = { received: "warn", with_agency: "", with_joint_group: "", answered: "good" };

export class FeedbackView extends AskingElement {
  /** @type {Report[]|null} */
  reports = null;
  /** @type {string|null} */
  next = null;
  /** @type {string[]} */
  agencies = [];
  state = "received";
  isAgency = session.holder?.role === "agency";
  /** @type {Report|null} */
  opened = null;
  /** Files that were opened, as object addresses. @type {Record<string, string>} */
  files = {};
  done = "";

  connectedCallback() {
    super.connectedCallback();
    if (this.isAgency) this.state = "with_agency";
    void this.read();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.close();
  }

  /** Reads the first page, or (`more`) the next one. @param {boolean} [more] */
  read = (more = false) =>
    this.ask(async () => {
      const query = new URLSearchParams({ limit: String(PAGE) });
      if (this.state) query.set("state", this.state);
      if (more && this.next) query.set("cursor", this.next);
      const page = await fetchJson(`${PATH}?${query}`);
      this.reports = more ? [...(this.reports ?? []), ...page.items] : page.items;
      this.next = page.next_cursor;
      this.agencies = page.agencies;
    });

  /** Each opening is a line of the audit log, so nothing is opened that was not asked for. @param {Report} report */
  open = async (report) => {
    this.close();
    await this.ask(async () => {
      this.opened = await fetchJson(`${PATH}/${report.feedback_id}`);
    });
    await this.updateComplete;
    /** @type {HTMLElement|null} */ (this.querySelector("#report h2"))?.focus();
  };

  /** What was opened leaves the page. */
  close = () => {
    for (const url of Object.values(this.files)) URL.revokeObjectURL(url);
    this.files = {};
    this.opened = null;
    this.done = "";
    this.redraw();
  };

  /** @param {"voice"|"picture"} part */
  openFile = (part) =>
    this.ask(async () => {
      const { opened } = this;
      if (!opened) return;
      const content = await fetchFile(`${PATH}/${opened.feedback_id}/${part}`);
      if (this.opened === opened) this.files = { ...this.files, [part]: URL.createObjectURL(content) };
    });

  /** Who has it now takes the row's place; what was given back is not there any more. @param {"passing-on"|"giving-back"|"answer"} act @param {object} body @param {string} done */
  act = (act, body, done) =>
    this.ask(async () => {
      const { opened } = this;
      if (!opened) return;
      const told = await fetchJson(`${PATH}/${opened.feedback_id}/${act}`, { method: "POST", body: { version: opened.version, ...body } });
      const others = (/** @type {Report} */ each) => each.feedback_id !== opened.feedback_id;
      this.reports = told ? (this.reports ?? []).map((each) => (others(each) ? each : told)) : (this.reports ?? []).filter(others);
      this.dispatchEvent(new Event("settled", { bubbles: true }));
      this.close();
      this.done = done;
    });

  /** @param {string|null} agency @param {string} note */
  pass = (agency, note) => this.act("passing-on", { agency, note }, t("feedback.passed", { who: whoText(agency ? "agency" : "joint_group", agency) }));

  /** @param {string} reason */
  giveBack = (reason) => this.act("giving-back", { reason }, t("feedback.gave_back"));

  /** @param {string} text */
  answer = (text) => this.act("answer", { text }, t("feedback.answered"));

  /** @param {Event} event */
  choose = (event) => {
    this.state = /** @type {HTMLSelectElement} */ (event.currentTarget).value;
    this.close();
    void this.read();
  };

  render() {
    const { reports, opened } = this;
    return html`<section class="page">
      <h1>${t("feedback.title")}</h1>
      <p class="lead">${t(this.isAgency ? "feedback.lead_agency" : "feedback.lead")}</p>
      <div class="row panel">
        <label class="row"
          >${t("feedback.state")}
          <select data-state @change=${this.choose}>
            ${(this.isAgency ? OF_AGENCY : STATES).map((each) => html`<option value=${each} ?selected=${each === this.state}>${named("feedback.state", each)}</option>`)}
            <option value="" ?selected=${!this.state}>${t("feedback.state.all")}</option>
          </select></label
        >
        <button type="button" class="small" ?disabled=${this.busy} @click=${() => this.read()}>${t("feedback.reload")}</button>
      </div>
      ${notice(this.error)} ${this.done ? html`<p class="note good" role="status">${this.done}</p>` : nothing}
      ${opened ? openedReport(this, opened) : nothing}
      ${reports === null
        ? html`<p role="status">${t("staff.loading")}</p>`
        : reports.length
          ? html`<div class="panel scroll" tabindex="0" role="region" aria-label=${t("feedback.title")}>${this.table(reports)}</div>`
          : html`<p class="note good">${t("feedback.none")}</p>`}
      ${this.next ? html`<button type="button" ?disabled=${this.busy} @click=${() => this.read(true)}>${t("feedback.more")}</button>` : nothing}
    </section>`;
  }

  /** @param {Report[]} reports */
  table(reports) {
    return table(t("feedback.title"), HEADS.map((each) => named("feedback.head", each)), reports, (each) => this.row(each));
  }

  /** @param {Report} each */
  row(each) {
    const cells = [
      shortDay(each.recorded_on, spoken()),
      named("feedback.kind", each.kind),
      each.village ?? each.village_code,
      html`<span class="badge ${SIGN[each.state] ?? ""}">${named("feedback.state", each.state)}</span>
        ${each.agency ? html`<small>${named("agency", each.agency)}</small>` : nothing}`,
      each.files.map((file) => html`<small>${fileText(file)}</small> `),
      html`<button type="button" class="small" data-open ?disabled=${this.busy} @click=${() => this.open(each)}>${t("feedback.open")}</button>`,
    ];
    return html`<tr data-report=${each.feedback_id}>
      ${cells.map((one, index) => cell(named("feedback.head", HEADS[index] ?? ""), one))}
    </tr>`;
  }
}
customElements.define("staff-feedback", FeedbackView);

/** @param {File} file */
function fileText({ part, state }) {
  const name = named("feedback.part", part);
  return state === "here" ? name : t(`feedback.part.${state}`, { part: name });
}
