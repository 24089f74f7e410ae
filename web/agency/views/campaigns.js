/** The agency's plan of campaigns: filed as a table, row by row; what the joint group has said of each (docs/burden.md). */
import { html } from "../../staff/vendor/lit.js";
import "../../staff/elements/campaigns.js";
import { StaffElement } from "../../staff/elements/staff_element.js";
import { t } from "../../staff/language.js";
import "../parts/table_in.js";

class CampaignsView extends StaffElement {
  /** Rows were taken: the plan is another one. */
  read = () => /** @type {import("../../staff/elements/campaigns.js").CampaignsPart|null} */ (this.querySelector("staff-campaigns"))?.read();

  render() {
    return html`<section class="page">
      <h1>${t("plan.title")}</h1>
      <div class="panel stack">
        <p class="lead">${t("plan.lead")}</p>
        <agency-table-in path="/v1/campaign-lists" file="template" texts="plan" @settled=${this.read}></agency-table-in>
      </div>
      <staff-campaigns></staff-campaigns>
    </section>`;
  }
}
customElements.define("agency-campaigns", CampaignsView);
