/** The three decisions with their keys; once one is chosen, its reasons. */
import { html, nothing } from "../../staff/vendor/lit.js";
import { named, said, t } from "../../staff/language.js";
import { DECISIONS, DECISION_KEYS, isReady } from "../model.js";

/** @typedef {import("../model.js").Case} Case */
/** @typedef {import("../model.js").Decision} Decision */

/**
 * @param {Case} shown
 * @param {{chosen: Decision|null, reasons: Set<string>, busy: boolean, choose: (decision: Decision) => void,
 *   toggle: (code: string) => void, confirm: () => void, back: () => void, giveBack: () => void}} desk
 */
export function decisionPanel(shown, desk) {
  const { chosen, reasons, busy } = desk;
  return html`<section class="decision panel" aria-label=${t("decide.title")}>
    <div class="row choices" role="group" aria-label=${t("decide.title")}>
      ${DECISIONS.map(
        (each) => html`<button type="button" class=${`choice ${each}`} aria-pressed=${chosen === each} ?disabled=${busy} @click=${() => desk.choose(each)}>
          ${named("decision", each)} <kbd>${DECISION_KEYS[each]}</kbd>
        </button>`,
      )}
      <button type="button" class="plain" ?disabled=${busy} @click=${desk.giveBack}>${t("decide.give_back")} <kbd>G</kbd></button>
    </div>
    ${chosen
      ? html`<fieldset class="stack">
          <legend>${t(chosen === "certified" ? "decide.why_not_needed" : "decide.why")}</legend>
          ${shown.reasons[chosen].map(
            (each, index) => html`<label class="reason">
              <input type="checkbox" .checked=${reasons.has(each.code ?? "")} @change=${() => desk.toggle(each.code ?? "")} />
              <kbd>${index + 1}</kbd><span>${said(each)}</span>
            </label>`,
          )}
          ${chosen === "refused" ? html`<p class="note warn">${t("decide.refusal")}</p>` : nothing}
          <div class="row">
            <button type="button" class=${chosen === "refused" ? "danger" : "main"} ?disabled=${busy || !isReady(chosen, reasons)} @click=${desk.confirm}>
              ${t("decide.confirm", { decision: named("decision", chosen) })} <kbd>Enter</kbd>
            </button>
            <button type="button" @click=${desk.back}>${t("decide.back")} <kbd>Esc</kbd></button>
          </div>
        </fieldset>`
      : nothing}
  </section>`;
}
