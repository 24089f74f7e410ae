/** `<staff-campaigns>`: the plan of campaigns; the joint group accepts, or rejects with a reason (docs/burden.md). */
import { html, nothing } from "../vendor/lit.js";
import { AskingElement } from "./asking_element.js";
import { notice } from "./notice.js";
import { cell, table } from "./table.js";
import { named, spoken, t } from "../language.js";
import { fetchJson, session } from "../session.js";
import { windowText } from "../days.js";

/**
 * @typedef {object} Campaign
 * @property {string} campaign_id
 * @property {string} agency
 * @property {string} programme
 * @property {number} year
 * @property {string} first_day
 * @property {string} last_day
 * @property {string} why
 * @property {string} state
 * @property {string} reason
 */
const PATH = "/v1/campaigns";
const HEADS = ["what", "days", "why", "state"];
/** @type {Record<string, string>} */
const SIGN = { proposed: "warn", accepted: "good", rejected: "bad" };

export class CampaignsPart extends AskingElement {
  /** @type {Campaign[]|null} */
  campaigns = null;
  /** @type {string|null} */
  next = null;

  connectedCallback() {
    super.connectedCallback();
    void this.read();
  }

  /** Reads the first page, or (`more`) the next one. @param {boolean} [more] */
  read = (more = false) =>
    this.ask(async () => {
      const query = new URLSearchParams({ limit: "100" });
      if (more && this.next) query.set("cursor", this.next);
      const page = await fetchJson(`${PATH}?${query}`);
      this.campaigns = more ? [...(this.campaigns ?? []), ...page.items] : page.items;
      this.next = page.next_cursor;
    });

  /** What the door answers takes the row's place. @param {SubmitEvent} event @param {Campaign} campaign */
  decide = (event, campaign) => {
    event.preventDefault();
    const { submitter } = event;
    const reason = String(new FormData(/** @type {HTMLFormElement} */ (event.currentTarget)).get("reason") ?? "");
    const accepted = submitter instanceof HTMLButtonElement && submitter.value === "accept";
    void this.ask(async () => {
      const body = { accepted, reason };
      const told = await fetchJson(`${PATH}/${campaign.campaign_id}/decision`, { method: "POST", body });
      this.campaigns = (this.campaigns ?? []).map((each) => (each.campaign_id === told.campaign_id ? told : each));
    });
  };

  render() {
    const { campaigns } = this;
    return html`<div class="panel stack">
      <h2>${t("campaign.title")}</h2>
      <p class="lead">${t("campaign.lead")}</p>
      ${notice(this.error)}
      ${campaigns === null
        ? html`<p role="status">${t("staff.loading")}</p>`
        : campaigns.length
          ? html`<div class="scroll" tabindex="0" role="region" aria-label=${t("campaign.title")}>${this.table(campaigns)}</div>`
          : html`<p class="note">${t("campaign.none")}</p>`}
      ${this.next ? html`<p><button type="button" ?disabled=${this.busy} @click=${() => this.read(true)}>${t("lapse.more")}</button></p>` : nothing}
    </div>`;
  }

  /** @param {Campaign[]} campaigns */
  table(campaigns) {
    return table(t("campaign.title"), HEADS.map((each) => named("campaign.head", each)), campaigns, (each) => this.row(each));
  }

  /** @param {Campaign} each */
  row(each) {
    const cells = [
      html`<span class="badge ${each.programme}">${named("programme", each.programme)}</span> <small>${named("agency", each.agency)} ${each.year}</small>`,
      windowText(each.first_day, each.last_day, spoken()),
      each.why,
      html`<span class="badge ${SIGN[each.state] ?? ""}">${named("campaign.state", each.state)}</span> <small>${each.reason}</small>
        ${each.state === "proposed" && session.holder?.role === "joint_group" ? this.form(each) : nothing}`,
    ];
    return html`<tr data-campaign=${each.campaign_id}>
      ${cells.map((one, index) => cell(named("campaign.head", HEADS[index] ?? ""), one))}
    </tr>`;
  }

  /** @param {Campaign} each */
  form(each) {
    return html`<form class="row" @submit=${(/** @type {SubmitEvent} */ event) => this.decide(event, each)}>
      <input name="reason" maxlength="400" aria-label=${t("campaign.reason")} placeholder=${t("campaign.reason")} />
      <button class="small" value="accept" ?disabled=${this.busy}>${t("campaign.accept")}</button>
      <button class="small danger" value="reject" ?disabled=${this.busy}>${t("campaign.reject")}</button>
    </form>`;
  }
}
customElements.define("staff-campaigns", CampaignsPart);
