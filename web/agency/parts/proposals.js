/** Proposals to widen the agency's windows: accepted, or declined with a reason (docs/alignment.md). An answer stands. */
import { html } from "../../staff/vendor/lit.js";
import { cell, table } from "../../staff/elements/table.js";
import { changeText, proposalAnswers } from "../../staff/elements/proposal.js";
import { named, t } from "../../staff/language.js";
import { fetchJson } from "../../staff/session.js";

/**
 * @typedef {import("../views/todo.js").ToDo} View
 * @typedef {import("../../staff/elements/proposal.js").Proposal} Proposal
 */
/** @param {View} view @param {Proposal[]} items */
export function proposals(view, items) {
  const names = ["align.change", "align.figure.people", "align.saved_visits", "align.saved_trips", "align.answers", "proposal.acts"];
  const heads = names.map((each) => t(each));
  return table(named("todo", "proposals"), heads, items, (each) => row(view, each, heads));
}

/** @param {View} view @param {Proposal} each @param {string[]} heads */
function row(view, each, heads) {
  const [change = "", people = "", visits = "", trips = "", answers = ""] = heads;
  const answer = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const { submitter } = event;
    const reason = String(new FormData(/** @type {HTMLFormElement} */ (event.currentTarget)).get("reason") ?? "").trim();
    const accepted = submitter instanceof HTMLButtonElement && submitter.value === "accept";
    const send = () => fetchJson(`/v1/alignment-proposals/${each.proposal_id}/answer`, { method: "POST", body: { accepted, reason } });
    void view.settle(each, send, t(accepted ? "proposal.accepted" : "proposal.declined"));
  };
  return html`<tr data-proposal=${each.proposal_id}>
    ${cell(change, each.changes.map((one) => html`<span class="line">${changeText(one)}</span>`))} ${cell(people, each.people)}
    ${cell(visits, html`<b>${each.visits_saved}</b>`)} ${cell(trips, each.trips_saved)} ${cell(answers, proposalAnswers(each))}
    ${cell(
      "",
      html`<form class="row end" @submit=${answer}>
        <input name="reason" maxlength="400" aria-label=${t("proposal.reason")} placeholder=${t("proposal.reason")} />
        <button class="small main" value="accept" ?disabled=${view.busy}>${t("proposal.accept")}</button>
        <button class="small danger" value="decline" ?disabled=${view.busy}>${t("proposal.decline")}</button>
      </form>`,
    )}
  </tr>`;
}
