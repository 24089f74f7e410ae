/** Certificates that the agency has not answered in the days agreed, and those that it has rejected (docs/receipts.md). */
import { html } from "../../staff/vendor/lit.js";
import { cell, table } from "../../staff/elements/table.js";
import { dayText } from "../../staff/days.js";
import { named, said, spoken, t } from "../../staff/language.js";
import { momentText } from "../../staff/moments.js";

/**
 * @typedef {import("../views/todo.js").ToDo} View
 * @typedef {{request_id: string, certificate_id: string, programme: string, issued_at: string, due_on: string}} Unanswered
 * @typedef {{request_id: string, certificate_id: string, zh: string, en: string, message: string|null, record: string|null, follows: string, decided_at: string}} Rejected
 */
const CODES = [
  "PROOF_TOO_OLD", "EVIDENCE_NOT_ACCEPTED", "PERSON_DOUBTED", "QUESTION_UNANSWERED", "NAME_DIFFERS", "ID_NUMBER_DIFFERS", "RECORD_NOT_FOUND",
  "DECEASED_IN_RECORD", "MOVED_IN_RECORD", "BENEFIT_ENDED", "CERTIFICATE_UNREADABLE", "OTHER",
];

/** @param {View} view @param {Unanswered[]} items */
export function unanswered(view, items) {
  const heads = ["request", "issued", "due", "acts"].map((each) => named("receipt.head", each));
  const [request = "", issued = "", due = ""] = heads;
  return table(named("todo", "unanswered"), heads, items, (each) => html`<tr data-certificate=${each.certificate_id}>
    ${cell(request, html`<span class="badge ${each.programme}">${named("programme", each.programme)}</span> ${each.request_id}`)}
    ${cell(issued, momentText(each.issued_at))} ${cell(due, html`<span class="badge bad">${dayText(each.due_on, spoken())}</span>`)}
    ${cell("", answering(view, each))}
  </tr>`);
}

/** @param {View} view @param {Unanswered} each */
function answering(view, each) {
  const reject = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const code = String(new FormData(/** @type {HTMLFormElement} */ (event.currentTarget)).get("code"));
    void view.answer(each, { outcome: "rejected", code }, t("receipt.rejected", { request: each.request_id }));
  };
  const label = `${t("receipt.code")} ${each.request_id}`;
  return html`<form class="row end" @submit=${reject}>
    ${accepting(view, each)}
    <select name="code" required aria-label=${label} ?disabled=${view.busy}>
      <option value="">${t("receipt.code")}</option>
      ${CODES.map((code) => html`<option value=${code}>${named("receipt.code", code)}</option>`)}
    </select>
    <button class="small danger" data-reject ?disabled=${view.busy}>${t("receipt.reject")}</button>
  </form>`;
}

/** @param {View} view @param {Unanswered|Rejected} each */
function accepting(view, each) {
  const accept = () => view.answer(each, { outcome: "accepted" }, t("receipt.accepted", { request: each.request_id }));
  return html`<button type="button" class="small main" data-accept ?disabled=${view.busy} @click=${accept}>${t("receipt.accept")}</button>`;
}

/** @param {View} view @param {Rejected[]} items */
export function rejected(view, items) {
  const heads = ["request", "why", "follows", "decided", "acts"].map((each) => named("receipt.head", each));
  const [request = "", why = "", follows = "", decided = ""] = heads;
  return table(named("todo", "rejected"), heads, items, (each) => html`<tr data-certificate=${each.certificate_id}>
    ${cell(request, html`${each.request_id} <small>${each.record ?? ""}</small>`)} ${cell(why, html`${said(each)} <small>${each.message ?? ""}</small>`)}
    ${cell(follows, html`<span class="badge ${each.follows === "held" ? "bad" : "warn"}">${named("receipt.follows", each.follows)}</span>`)}
    ${cell(decided, momentText(each.decided_at))} ${cell("", each.follows === "held" ? accepting(view, each) : "")}
  </tr>`);
}
