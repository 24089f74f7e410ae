/** What is known of a case: why it came, what the machine saw in words, what others decided, the appeal. */
import { html, nothing } from "../../staff/vendor/lit.js";
import { named, said, t } from "../../staff/language.js";
import { momentText } from "../../staff/moments.js";

/** @typedef {import("../model.js").Case} Case */

/** @type {Intl.DateTimeFormatOptions} */
const MOMENT = { dateStyle: "medium", timeStyle: "short" };
const SIGNS = { for: "✓", against: "!", open: "–" };

/** @param {Case} shown @param {(seconds: number) => void} seek */
export function facts(shown, seek) {
  return html`<section class="facts stack" aria-label=${t("facts.title")}>
    ${shown.appeal ? appeal(shown.appeal, shown.round) : nothing}
    <dl>
      ${shown.cause ? html`<dt>${t("facts.cause")}</dt><dd>${named("cause", shown.cause)}</dd>` : nothing}
      <dt>${t("facts.filmed")}</dt><dd>${momentText(shown.captured_at, MOMENT)}</dd>
      <dt>${t("facts.programmes")}</dt><dd>${shown.programmes.map((each) => named("programme", each)).join(t("staff.comma")) || "–"}</dd>
      <dt>${t("facts.until")}</dt><dd>${momentText(shown.until, MOMENT)}</dd>
    </dl>
    ${shown.signals ? signals(shown, seek) : html`<p class="note">${t("facts.blind")}</p>`}
    ${shown.earlier?.length ? earlier(shown.earlier) : nothing}
  </section>`;
}

/** @param {Case} shown @param {(seconds: number) => void} seek */
function signals(shown, seek) {
  return html`<h2>${t("facts.signals")}</h2>
    ${shown.machine_reasons?.length
      ? html`<ul class="reasons">${shown.machine_reasons.map((each) => html`<li>${said(each)}</li>`)}</ul>`
      : nothing}
    <ul class="signals">
      ${shown.signals?.map(
        (each) => html`<li class=${each.tone}>
          <span class="sign" aria-hidden="true">${SIGNS[each.tone]}</span><span class="unseen">${named("tone", each.tone)}</span>
          ${each.at_s === null
            ? html`<span>${said(each)}</span>`
            : html`<button type="button" class="plain small" @click=${() => seek(/** @type {number} */ (each.at_s))}>${said(each)}</button>`}
        </li>`,
      )}
    </ul>`;
}

/** @param {NonNullable<Case["earlier"]>} decisions */
function earlier(decisions) {
  return html`<h2>${t("facts.earlier")}</h2>
    <ul>${decisions.map((each) => html`<li><b>${named("decision", each.decision)}</b> ${each.reasons.map((reason) => said(reason)).join(" ")}</li>`)}</ul>`;
}

/** @param {NonNullable<Case["appeal"]>} made @param {number} round */
function appeal(made, round) {
  return html`<div class="note warn"><span><b>${t("facts.appeal", { round, by: named("by", made.appealed_by) })}</b> ${said(made.ground)}</span></div>`;
}
