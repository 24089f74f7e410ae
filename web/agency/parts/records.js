/** Before a visit: what the agency's own register says of the person, one by one or as a table (docs/receipts.md). */
import { html } from "../../staff/vendor/lit.js";
import { cell, table } from "../../staff/elements/table.js";
import { dayText } from "../../staff/days.js";
import { named, spoken, t } from "../../staff/language.js";
import { fetchJson, Refused } from "../../staff/session.js";
import "./table_in.js";

/**
 * @typedef {import("../views/todo.js").ToDo} View
 * @typedef {{request_id: string, visit_id: string, programme: string, planned_on: string|null, due_date: string}} RecordCheck
 */
const OTHERWISE = ["name_differs", "deceased", "moved", "suspended", "unknown_person"];

/** Many at once. */
export const recordsTable = () => html`<agency-table-in path="/v1/record-check-lists" file="open" texts="record"></agency-table-in>`;

/** @param {View} view @param {RecordCheck[]} items */
export function records(view, items) {
  const heads = ["request", "planned", "due", "acts"].map((each) => named("record.head", each));
  const [request = "", planned = "", due = ""] = heads;
  return table(named("todo", "records"), heads, items, (each) => html`<tr data-request=${each.request_id}>
    ${cell(request, html`<span class="badge ${each.programme}">${named("programme", each.programme)}</span> ${each.request_id}`)}
    ${cell(planned, each.planned_on ? dayText(each.planned_on, spoken()) : t("record.any_day"))} ${cell(due, dayText(each.due_date, spoken()))}
    ${cell("", answering(view, each))}
  </tr>`);
}

/** @param {View} view @param {RecordCheck} each */
function answering(view, each) {
  const say = (/** @type {string} */ found) =>
    void view.settle(
      each,
      async () => {
        const [told] = (await fetchJson("/v1/record-checks", { method: "POST", body: { items: [{ request_id: each.request_id, found }] } })).items;
        if (!told.taken) throw new Refused(409, told);
      },
      t("record.said", { request: each.request_id, found: named("record.code", found) }),
    );
  const otherwise = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    say(String(new FormData(/** @type {HTMLFormElement} */ (event.currentTarget)).get("found")));
  };
  return html`<form class="row end" @submit=${otherwise}>
    <button type="button" class="small main" data-agrees ?disabled=${view.busy} @click=${() => say("found")}>${named("record.code", "found")}</button>
    <select name="found" required aria-label="${t("record.otherwise")} ${each.request_id}" ?disabled=${view.busy}>
      <option value="">${t("record.otherwise")}</option>
      ${OTHERWISE.map((code) => html`<option value=${code}>${named("record.code", code)}</option>`)}
    </select>
    <button class="small" data-save ?disabled=${view.busy}>${t("record.save")}</button>
  </form>`;
}
