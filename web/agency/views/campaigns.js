/** The agency's plan of campaigns: filed as a table, row by row; what the joint group has said of each (docs/burden.md). */
import { html, nothing } from "../../staff/vendor/lit.js";
import { AskingElement } from "../../staff/elements/asking_element.js";
import "../../staff/elements/campaigns.js";
import { filePicker } from "../../staff/elements/file_picker.js";
import { notice } from "../../staff/elements/notice.js";
import { cell, table } from "../../staff/elements/table.js";
import { said, t } from "../../staff/language.js";
import { fetchJson, saveFile } from "../../staff/session.js";

/** @typedef {{row: number, code?: string, zh?: string, en?: string}} Row */
const PATH = "/v1/campaign-lists";

class CampaignsView extends AskingElement {
  /** @type {{rows: number, taken: number, refused: number, items: Row[]}|null} */
  told = null;

  /** @param {Event} event */
  send = async (event) => {
    const input = /** @type {HTMLInputElement} */ (event.currentTarget);
    const file = input.files?.[0];
    if (!file) return;
    await this.ask(async () => {
      this.told = null;
      this.told = await fetchJson(PATH, { method: "POST", body: file });
      await /** @type {import("../../staff/elements/campaigns.js").CampaignsPart|null} */ (this.querySelector("staff-campaigns"))?.read();
    });
    input.value = ""; // the same file, mended, may be chosen again
  };

  /** @param {string} kind */
  template = (kind) => this.ask(() => saveFile(`${PATH}/template.${kind}`, `campaigns.${kind}`));

  render() {
    const { told } = this;
    const refused = told?.items.filter((each) => each.code) ?? [];
    return html`<section class="page">
      <h1>${t("plan.title")}</h1>
      <div class="panel stack">
        <p class="lead">${t("plan.lead")}</p>
        <p class="row">
          ${["xlsx", "csv"].map((each) => html`<button type="button" class="small" data-template=${each} ?disabled=${this.busy} @click=${() => this.template(each)}>${t("plan.template")} ${each.toUpperCase()}</button>`)}
          <small>${t("plan.format")}</small>
        </p>
        <p class="row"><span>${t("plan.file")}</span> ${filePicker({ id: "table", accept: ".csv,.xlsx", label: t("plan.file"), busy: this.busy, take: this.send })}</p>
        ${this.busy ? html`<p role="status">${t("plan.busy")}</p>` : nothing} ${notice(this.error)}
        ${told ? html`<p class="note ${told.refused ? "warn" : "good"}" role="status">${t("plan.done", { rows: told.rows, taken: told.taken, refused: told.refused })}</p>` : nothing}
        ${refused.length ? table(t("plan.refused"), [t("plan.head.row"), t("plan.head.why")], refused, rowOf) : nothing}
      </div>
      <staff-campaigns></staff-campaigns>
    </section>`;
  }
}
customElements.define("agency-campaigns", CampaignsView);

/** @param {Row} each */
function rowOf(each) {
  return html`<tr data-row=${each.row}>
    ${cell(t("plan.head.row"), each.row)} ${cell(t("plan.head.why"), said(each))}
  </tr>`;
}
