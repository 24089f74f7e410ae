/** What waits for the agency: a count of each, and the list behind it; what can be done with a click is done here. */
import { html, nothing } from "../../staff/vendor/lit.js";
import { AskingElement } from "../../staff/elements/asking_element.js";
import "../../staff/elements/feedback.js";
import "../../staff/elements/lapses.js";
import { notice } from "../../staff/elements/notice.js";
import { named, t } from "../../staff/language.js";
import { linkTo } from "../../staff/place.js";
import { fetchJson, Refused } from "../../staff/session.js";
import { lifeEvents } from "../parts/life_events.js";
import { proposals } from "../parts/proposals.js";
import { records, recordsTable } from "../parts/records.js";
import { rejected, unanswered } from "../parts/receipts.js";

/**
 * @typedef {{items: any[], more: string|null}} Waiting What was read of a list; `more`: what to ask for the next page.
 * @typedef {object} List
 * @property {string} path What the door is asked.
 * @property {(page: any) => string|null} more The query of the page behind this one.
 * @property {(view: ToDo, items: any[]) => unknown} show
 * @property {() => unknown} [above] What stands there whatever waits.
 */
const byCursor = (/** @type {any} */ page) => (page.next_cursor ? `cursor=${encodeURIComponent(page.next_cursor)}` : null);
/** @type {Record<string, List>} */
const LISTS = {
  life_events: { path: "/v1/life-events?unacknowledged=true&limit=100", more: byCursor, show: lifeEvents },
  proposals: { path: "/v1/alignment-proposals?limit=100", more: byCursor, show: proposals },
  records: { path: "/v1/record-checks?limit=100", more: (page) => (page.next_after ? `after=${encodeURIComponent(page.next_after)}` : null), show: records, above: recordsTable },
  feedback: { path: "/v1/feedback?state=with_agency&limit=100", more: byCursor, show: () => html`<staff-feedback></staff-feedback>` },
  unanswered: { path: "/v1/receipts/unanswered?limit=100", more: (page) => (page.more ? `after=${page.next_after}` : null), show: unanswered },
  rejected: { path: "/v1/receipts?limit=100", more: byCursor, show: rejected },
  lapses: { path: "/v1/lapses?step=escalate&undecided=true&limit=100", more: byCursor, show: () => html`<staff-lapses></staff-lapses>` },
};
/** Those whose element reads its list, and has a heading, of its own. */
const APART = ["feedback", "lapses"];

export class ToDo extends AskingElement {
  static properties = { asked: { attribute: false } };
  /** @type {Record<string, Waiting>} */
  waiting = {};
  /** Webhooks that do not run; null: not read yet. @type {number|null} */
  troubled = null;
  done = "";

  constructor() {
    super();
    /** Which list is shown. @type {Record<string, string>} */
    this.asked = {};
  }

  connectedCallback() {
    super.connectedCallback();
    this.addEventListener("settled", this.settled);
    void this.read();
  }

  /** @param {Map<string, unknown>} changes */
  willUpdate(changes) {
    if (changes.has("asked") && changes.get("asked")) this.done = "";
  }

  get shown() {
    const { list = "" } = this.asked;
    return list in LISTS ? list : (Object.keys(LISTS).find((each) => this.waiting[each]?.items.length) ?? "life_events");
  }

  read = () =>
    this.ask(async () => {
      const webhooks = fetchJson("/v1/webhooks");
      await Promise.all(Object.keys(LISTS).map((each) => this.#load(each)));
      this.troubled = (await webhooks).items.filter((/** @type {any} */ each) => each.state !== "active" || each.failing_since).length;
    });

  /** Reads the first page of a list, or (`more`) the next one. @param {string} name @param {string|null} [more] */
  async #load(name, more = null) {
    const list = /** @type {List} */ (LISTS[name]);
    const page = await fetchJson(more ? `${list.path}&${more}` : list.path);
    const before = more ? (this.waiting[name]?.items ?? []) : [];
    this.waiting = { ...this.waiting, [name]: { items: [...before, ...page.items], more: list.more(page) } };
    this.redraw();
  }

  /** Something was settled in a list that an element keeps by itself: its count is another one. */
  settled = () => this.ask(() => this.#load(this.shown));

  /** Does something with one of the list; then it waits no longer. @param {any} item @param {() => Promise<unknown>} act @param {string} done */
  settle = async (item, act, done) => {
    const name = this.shown;
    await this.ask(async () => {
      await act();
      const held = this.waiting[name];
      if (held) this.waiting = { ...this.waiting, [name]: { ...held, items: held.items.filter((each) => each !== item) } };
      this.done = done;
    });
    await this.updateComplete;
    if (!this.error) /** @type {HTMLElement|null} */ (this.querySelector("#list"))?.focus();
  };

  /** A receipt of one certificate. @param {any} item @param {{outcome: string, code?: string}} said @param {string} done */
  answer = (item, said, done) =>
    this.settle(
      item,
      async () => {
        const receipt = { certificate_id: item.certificate_id, receipt_id: `page-${crypto.randomUUID()}`, ...said };
        const [told] = (await fetchJson("/v1/receipts", { method: "POST", body: { items: [receipt] } })).items;
        if (!told.taken) throw new Refused(409, told);
      },
      done,
    );

  render() {
    const { shown } = this;
    const list = this.waiting[shown];
    return html`<section class="page">
      <div class="row spread">
        <h1>${t("todo.title")}</h1>
        <button type="button" class="small" ?disabled=${this.busy} @click=${this.read}>${t("delivery.reload")}</button>
      </div>
      ${notice(this.error, this.read)}
      <ul class="tiles">
        ${Object.keys(LISTS).map((each) => this.tile(each, shown))}
        ${this.troubled === null ? nothing : html`<li>${tile("deliveries", linkTo("deliveries"), String(this.troubled), false)}</li>`}
      </ul>
      ${APART.includes(shown) ? (list ? LISTS[shown]?.show(this, []) : nothing) : this.list(shown, list)}
    </section>`;
  }

  /** @param {string} name @param {string} shown */
  tile(name, shown) {
    const list = this.waiting[name];
    const count = list ? `${list.items.length}${list.more ? "+" : ""}` : "…";
    return html`<li>${tile(name, linkTo("todo", { list: name }), count, name === shown)}</li>`;
  }

  /** @param {string} name @param {Waiting|undefined} list */
  list(name, list) {
    if (!list) return this.error ? nothing : html`<p role="status">${t("staff.loading")}</p>`;
    return html`<section class="panel stack" aria-labelledby="list" data-list=${name}>
      <h2 id="list" tabindex="-1">${named("todo", name)}</h2>
      <p class="lead">${named("todo.lead", name)}</p>
      ${LISTS[name]?.above?.()} ${this.done ? html`<p class="note good" role="status">${this.done}</p>` : nothing}
      ${list.items.length ? LISTS[name]?.show(this, list.items) : html`<p class="note good">${t("todo.none")}</p>`}
      ${list.more ? html`<p><button type="button" ?disabled=${this.busy} @click=${() => this.ask(() => this.#load(name, list.more))}>${t("log.more")}</button></p>` : nothing}
    </section>`;
  }
}
customElements.define("agency-todo", ToDo);

/** @param {string} name @param {string} href @param {string} count @param {boolean} here */
function tile(name, href, count, here) {
  return html`<a class="tile ${count === "0" ? "none" : ""}" href=${href} data-tile=${name} aria-current=${here ? "true" : nothing}>
    <b>${count}</b> <span>${named("todo", name)}</span>
  </a>`;
}
