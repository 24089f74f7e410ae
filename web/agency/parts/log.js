/** `<agency-log>`: what was sent to one webhook, the newest first; one click sends one again, or all from a point on. */
import { html, nothing } from "../../staff/vendor/lit.js";
import { AskingElement } from "../../staff/elements/asking_element.js";
import { notice } from "../../staff/elements/notice.js";
import { named, t } from "../../staff/language.js";
import { momentText } from "../../staff/moments.js";
import { linkTo } from "../../staff/place.js";
import { fetchJson, Refused, UNATTENDED } from "../../staff/session.js";

/**
 * @typedef {import("../views/deliveries.js").Webhook} Webhook
 * @typedef {object} Sent One delivery in the log.
 * @property {number} number
 * @property {string} kind
 * @property {string} recorded_at
 * @property {string} status
 * @property {number} attempts
 * @property {string} due_at
 * @property {string|null} last_attempt_at
 * @property {number|null} response_code
 * @property {string|null} fault
 */
const PAGE = 50;
const STATES = ["failed", "waiting", "delivered"];
/** @type {Record<string, string>} */
const SIGN = { delivered: "good", waiting: "warn", failed: "bad" };
/** After sending again the page looks so often, so many milliseconds apart, how it went. */
const LOOKS = 20;
const LOOK_MS = 1_500;

export class DeliveryLog extends AskingElement {
  static properties = { webhook: { attribute: false }, newest: { attribute: false }, status: { attribute: false } };
  /** @type {Sent[]|null} */
  items = null;
  /** @type {number|null} */
  next = null;
  /** From which number on everything is to be sent again, once that is confirmed. @type {number|null} */
  from = null;
  done = "";
  /** Tells the view of the webhook as it is now. @type {(told: Webhook) => void} */
  changed = () => {};
  /** What is looked after, until it was taken or the view is left. */
  #looking = new AbortController();

  constructor() {
    super();
    /** @type {Webhook|null} */
    this.webhook = null;
    this.newest = 0;
    this.status = "";
  }

  get path() {
    return `/v1/webhooks/${this.webhook?.webhook_id}`;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#looking.abort();
  }

  /** @param {Map<string, unknown>} changes */
  willUpdate(changes) {
    const before = /** @type {Webhook|null|undefined} */ (changes.get("webhook"));
    const other = changes.has("webhook") && before?.webhook_id !== this.webhook?.webhook_id;
    if (!other && !changes.has("status")) return;
    Object.assign(this, { items: null, next: null, from: null, done: "" });
    void this.read();
  }

  /** Reads the first page, or (`more`) the next one. @param {boolean} [more] */
  read = (more = false) => this.ask(() => this.#load(more));

  /** @param {boolean} more @param {Record<string, string>} [headers] */
  async #load(more, headers = {}) {
    const { path, status } = this;
    const query = new URLSearchParams({ limit: String(PAGE) });
    if (STATES.includes(status)) query.set("status", status);
    if (more && this.next !== null) query.set("before", String(this.next));
    const page = await fetchJson(`${path}/deliveries?${query}`, { headers });
    if (path !== this.path || status !== this.status) return; // something else is shown meanwhile
    this.items = more ? [...(this.items ?? []), ...page.items] : page.items;
    this.next = page.next_before;
  }

  /** @param {Sent} sent */
  again = (sent) =>
    this.ask(async () => {
      const told = await fetchJson(`${this.path}/deliveries/${sent.number}/resend`, { method: "POST" });
      this.#replace(told);
      this.done = t("log.sent_again", { number: sent.number });
      void this.#follow();
    });

  allFrom = () =>
    this.ask(async () => {
      const { from } = this;
      if (from === null) return;
      this.changed(await fetchJson(`${this.path}/send-from`, { method: "POST", body: { after: from - 1 } }));
      this.done = t("log.sent_from", { number: from });
      this.from = null;
      await this.#load(false);
      void this.#follow();
    });

  /** @param {Sent} told */
  #replace(told) {
    this.items = (this.items ?? []).map((each) => (each.number === told.number ? told : each));
  }

  /** Looks how it goes on while anything that is shown is due; nobody has asked for it, so a refusal is not told. */
  async #follow() {
    this.#looking.abort();
    this.#looking = new AbortController();
    const { signal } = this.#looking;
    for (let look = 0; look < LOOKS && this.items?.some((each) => each.status === "waiting"); look += 1) {
      await new Promise((done) => setTimeout(done, LOOK_MS));
      if (signal.aborted) return;
      try {
        await this.#load(false, UNATTENDED);
        this.changed(await fetchJson(this.path, { headers: UNATTENDED }));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        return;
      }
      this.redraw();
    }
  }

  /** @param {number|null} from */
  askFrom = async (from) => {
    this.from = from;
    this.redraw();
    await this.updateComplete;
    /** @type {HTMLElement|null} */ (this.querySelector("[data-confirm] button"))?.focus();
  };

  render() {
    const { webhook, items } = this;
    if (!webhook) return nothing;
    return html`<section class="panel stack" aria-labelledby="log">
      <div class="row spread">
        <h2 id="log">${t("log.title")} <small class="address">${new URL(webhook.url).host}</small></h2>
        <nav class="row filter" aria-label=${t("log.filter")}>
          ${["", ...STATES].map((each) => {
            const href = linkTo("deliveries", { webhook: webhook.webhook_id, status: each });
            return html`<a class="button small" href=${href} aria-current=${each === this.status ? "true" : nothing}>${named("log.status", each || "all")}</a>`;
          })}
        </nav>
      </div>
      ${notice(this.error)} ${this.done ? html`<p class="note good" role="status">${this.done}</p>` : nothing}
      ${this.from === null ? nothing : this.confirming(this.from)}
      ${items === null
        ? html`<p role="status">${t("staff.loading")}</p>`
        : items.length
          ? this.table(items)
          : html`<p class="note good">${t("log.none")}</p>`}
      ${this.next === null ? nothing : html`<p><button type="button" ?disabled=${this.busy} @click=${() => this.read(true)}>${t("log.more")}</button></p>`}
    </section>`;
  }

  /** @param {number} from */
  confirming(from) {
    return html`<div class="note warn" data-confirm role="group" aria-label=${t("log.from")}>
      <span>${t("log.from_asks", { from, to: Math.max(this.newest, from) })}</span>
      <span class="row">
        <button type="button" class="small main" ?disabled=${this.busy} @click=${this.allFrom}>${t("log.from_go")}</button>
        <button type="button" class="small" @click=${() => this.askFrom(null)}>${t("log.from_not")}</button>
      </span>
    </div>`;
  }

  /** @param {Sent[]} items */
  table(items) {
    const heads = ["number", "kind", "recorded", "attempts", "answer", "status", "acts"];
    return html`<table class="cards">
      <caption class="unseen">${t("log.title")}</caption>
      <thead>
        <tr>${heads.map((each) => html`<th scope="col">${named("log.head", each)}</th>`)}</tr>
      </thead>
      <tbody>
        ${items.map((each) => this.row(each))}
      </tbody>
    </table>`;
  }

  /** @param {Sent} each */
  row(each) {
    const answer = [each.response_code ? `HTTP ${each.response_code}` : "", each.fault ? named("fault", each.fault) : ""].filter(Boolean).join(" · ");
    return html`<tr data-number=${each.number} data-status=${each.status}>
      <td data-head=${t("log.head.number")}><b>${each.number}</b></td>
      <td data-head=${t("log.head.kind")}>${named("kind", each.kind)}</td>
      <td data-head=${t("log.head.recorded")}>${momentText(each.recorded_at)}</td>
      <td data-head=${t("log.head.attempts")}>${each.attempts}</td>
      <td data-head=${t("log.head.answer")}>${answer || "–"}${each.last_attempt_at ? html` <small>${momentText(each.last_attempt_at)}</small>` : nothing}</td>
      <td data-head=${t("log.head.status")}>
        <span class="badge ${SIGN[each.status] ?? ""}">${named("log.status", each.status)}</span>
        ${each.status === "waiting" && each.attempts ? html`<small>${t("log.next", { at: momentText(each.due_at) })}</small>` : nothing}
      </td>
      <td class="acts">
        <button type="button" class="small ${each.status === "failed" ? "main" : ""}" data-again ?disabled=${this.busy} @click=${() => this.again(each)}>
          ${t("log.again")} <span class="unseen">${t("log.number", { number: each.number })}</span>
        </button>
        <button type="button" class="small plain" data-from ?disabled=${this.busy} @click=${() => this.askFrom(each.number)}>
          ${t("log.from")} <span class="unseen">${t("log.number", { number: each.number })}</span>
        </button>
      </td>
    </tr>`;
  }
}
customElements.define("agency-log", DeliveryLog);
