/** What the desk and the agencies' page say alike of a proposal of an alignment (docs/alignment.md). */
import { html, nothing } from "../vendor/lit.js";
import { named, t } from "../language.js";

/**
 * @typedef {{agency: string, programme: string, area: string|null, days_earlier: number, days_later: number}} Change
 * @typedef {{agency: string, accepted: boolean, reason: string}} Answered
 * @typedef {{proposal_id: string, state: string, changes: Change[], requests: number, people: number, visits_saved: number, trips_saved: number,
 *   answers: Answered[], waits_for: string[]}} Proposal
 */
/** @type {Record<string, string>} */
const SIGN = { proposed: "warn", applied: "good", declined: "bad" };

/** Whose windows, and by how many days they grow. @param {Change} change @param {(code: string) => string} [placeName] */
export function changeText({ agency, programme, area, days_earlier, days_later }, placeName = (code) => code) {
  const name = `${named("agency", agency)} · ${named("programme", programme)}${area ? ` · ${placeName(area)}` : ""}`;
  const days = [days_earlier ? t("align.earlier", { days: days_earlier }) : "", days_later ? t("align.later", { days: days_later }) : ""];
  return `${name}: ${days.filter(Boolean).join(t("staff.comma"))}`;
}

/** Where it stands, and who has answered what. @param {Proposal} proposal */
export function proposalAnswers({ state, answers, waits_for }) {
  const agencies = waits_for.map((each) => named("agency", each)).join(t("staff.comma"));
  return html`<span class="badge ${SIGN[state] ?? ""}">${named("align.state", state)}</span>
    ${answers.map((each) => html`<small>${named("agency", each.agency)} ${t(each.accepted ? "align.accepted" : "align.refused")} ${each.reason}</small> `)}
    ${agencies && state === "proposed" ? html`<small>${t("align.waits", { agencies })}</small>` : nothing}`;
}
