/** What reaches the agency, and by which way: its webhooks with their log, and how far pull, topics and files are (docs/delivery.md). */
import { html, nothing } from "../../staff/vendor/lit.js";
import { AskingElement } from "../../staff/elements/asking_element.js";
import { notice } from "../../staff/elements/notice.js";
import { named, t } from "../../staff/language.js";
import { momentText } from "../../staff/moments.js";
import { linkTo } from "../../staff/place.js";
import { fetchJson } from "../../staff/session.js";
import "../parts/log.js";

/**
 * @typedef {object} Webhook What the door says of one (services/gateway/agencies/webhook_views.py).
 * @property {string} webhook_id
 * @property {string} url
 * @property {string[]} kinds
 * @property {string} state
 * @property {string|null} failing_since
 * @property {string|null} not_before
 * @property {string|null} fault
 * @property {number} waiting
 * @typedef {{newest: number, kafka: string, files: {on: boolean, file_number: number|null, up_to: number|null, written_at: string|null}}} Ways
 */
const PATH = "/v1/webhooks";
/** @type {Record<string, string>} */
const SIGN = { active: "good", paused: "warn", stopped: "", gone: "bad" };

class Deliveries extends AskingElement {
  static properties = { asked: { attribute: false } };
  /** @type {Webhook[]|null} */
  webhooks = null;
  /** @type {Ways|null} */
  ways = null;

  constructor() {
    super();
    /** Which webhook's log is shown, and what of it. @type {Record<string, string>} */
    this.asked = {};
  }

  connectedCallback() {
    super.connectedCallback();
    void this.read();
  }

  /** @returns {import("../parts/log.js").DeliveryLog|null} */
  get log() {
    return this.querySelector("agency-log");
  }

  /** Reads the webhooks, and anew the log that is shown. */
  read = () =>
    this.ask(async () => {
      const [{ items }, ways] = await Promise.all([fetchJson(PATH), fetchJson("/v1/delivery-ways")]);
      this.webhooks = items;
      this.ways = ways;
      await this.log?.read();
    });

  /** What the door answers takes the webhook's place. @param {Webhook} told */
  changed = (told) => {
    this.webhooks = (this.webhooks ?? []).map((each) => (each.webhook_id === told.webhook_id ? told : each));
    this.redraw();
  };

  /** @param {Webhook} webhook */
  resume = (webhook) =>
    this.ask(async () => {
      this.changed(await fetchJson(`${PATH}/${webhook.webhook_id}/resume`, { method: "POST" }));
      await this.log?.read();
    });

  render() {
    const { webhooks, ways } = this;
    const shown = webhooks?.find((each) => each.webhook_id === this.asked.webhook) ?? webhooks?.[0];
    return html`<section class="page">
      <div class="row spread">
        <h1>${t("delivery.title")}</h1>
        <button type="button" class="small" ?disabled=${this.busy} @click=${this.read}>${t("delivery.reload")}</button>
      </div>
      ${notice(this.error, this.read)} ${webhooks === null && !this.error ? html`<p role="status">${t("staff.loading")}</p>` : nothing}
      ${webhooks?.length === 0 ? html`<p class="note">${t("hook.none")}</p>` : nothing}
      ${webhooks?.length ? html`<ul class="hooks">${webhooks.map((each) => this.hook(each, each === shown))}</ul>` : nothing}
      ${shown ? html`<agency-log .webhook=${shown} .newest=${ways?.newest ?? 0} .status=${this.asked.status ?? ""} .changed=${this.changed}></agency-log>` : nothing}
      ${ways ? this.others(ways) : nothing}
    </section>`;
  }

  /** @param {Webhook} each @param {boolean} shown */
  hook(each, shown) {
    const since = each.failing_since && each.state !== "gone" ? t("hook.failing", { since: momentText(each.failing_since) }) : "";
    const why = each.fault ? named("fault", each.fault) : "";
    const next = each.state === "paused" && each.not_before ? t("hook.probe", { at: momentText(each.not_before) }) : "";
    const waits = each.waiting ? t("hook.waiting", { count: each.waiting }) : t("hook.nothing_waits");
    return html`<li class="panel hook ${shown ? "shown" : ""}" data-webhook=${each.webhook_id}>
      <div class="row spread">
        <p class="row"><span class="badge ${SIGN[each.state] ?? ""}">${named("hook.state", each.state)}</span> <b class="address">${each.url}</b></p>
        <p>${waits}</p>
      </div>
      ${each.state !== "active" || each.failing_since
        ? html`<div class="note ${each.state === "gone" ? "bad" : "warn"}">
            <span>${[named("hook.means", each.state), since, why, next].filter(Boolean).join(" ")}</span>
            <button type="button" class="small" data-resume ?disabled=${this.busy} @click=${() => this.resume(each)}>${t("hook.resume")}</button>
          </div>`
        : nothing}
      <p class="row spread">
        <small>${each.kinds.length ? each.kinds.map((kind) => named("kind", kind)).join(t("staff.comma")) : t("hook.all_kinds")}</small>
        ${shown ? nothing : html`<a class="button small" href=${linkTo("deliveries", { webhook: each.webhook_id })}>${t("hook.log")}</a>`}
      </p>
    </li>`;
  }

  /** @param {Ways} ways */
  others({ newest, kafka, files }) {
    const written =
      files.file_number === null
        ? t("ways.files_none")
        : t("ways.files_to", { file: files.file_number, number: files.up_to ?? 0, at: momentText(files.written_at ?? "") });
    return html`<section class="panel stack" aria-labelledby="ways">
      <h2 id="ways">${t("ways.title")}</h2>
      <p class="lead">${t("ways.lead", { newest })}</p>
      <dl class="ways">
        <div><dt>${t("ways.pull")}</dt><dd>${t("ways.pull_how")}</dd></div>
        <div><dt>${t("ways.kafka")}</dt><dd>${t("ways.kafka_how", { address: kafka })}</dd></div>
        <div><dt>${t("ways.files")}</dt><dd>${files.on || files.file_number !== null ? written : t("ways.files_off")}</dd></div>
      </dl>
    </section>`;
  }
}
customElements.define("agency-deliveries", Deliveries);
