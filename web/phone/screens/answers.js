/** What each agency says of a recording: a sign and words, never colour alone; a rejection with its reason and the agency's own words. */
import { named, said, t } from "../strings/index.js";
import { html, nothing } from "../vendor/lit.js";

/** @param {import("../model/types.js").Capture} capture */
export function answers(capture) {
  const certificates = capture.status?.certificates ?? [];
  if (!certificates.length || capture.state !== "received") return nothing;
  return html`<ul class="answers">
    ${certificates.map(
      ({ agency, state, because, message }) =>
        html`<li class="answer-of ${state}">
          <span>
            ${state === "rejected"
              ? t("word.rejected_by", { agency: named("agency", agency), because: said(because) || t("word.no_reason") })
              : t("answer.of", { agency: named("agency", agency), state: t(`answer.${state}`) })}
            ${message ? html`<span class="own">${t("answer.says", { words: message })}</span>` : nothing}
          </span>
        </li>`,
    )}
  </ul>`;
}
