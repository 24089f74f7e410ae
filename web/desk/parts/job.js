/** How far a search is. */
import { html, nothing } from "../../staff/vendor/lit.js";
import { said, t } from "../../staff/language.js";
import { desk } from "../desk.js";

/** @param {import("../desk.js").Job|null} job */
export function jobProgress(job) {
  if (!job) return nothing;
  if (job.state === "done") return html`<span class="badge good" role="status">${t("job.done")}</span>`;
  if (job.state === "failed" || job.state === "cancelled")
    return html`<span class="badge bad" role="status">${job.why ? said(job.why) : t(job.state === "failed" ? "job.failed" : "job.cancelled")}</span>`;
  return html`<span role="status">${t("job.running", { done: job.done, of: job.of })}</span>
    <progress max=${job.of || 1} value=${job.done} aria-label=${t("job.progress")}></progress>
    <button type="button" class="small" @click=${() => desk.cancelSearch()}>${t("job.cancel")}</button>`;
}
