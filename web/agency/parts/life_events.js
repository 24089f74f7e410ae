/** Deaths, moves and other events of which the agency has not taken note (docs/life-events.md). */
import { html } from "../../staff/vendor/lit.js";
import { cell, table } from "../../staff/elements/table.js";
import { dayText } from "../../staff/days.js";
import { named, spoken, t } from "../../staff/language.js";
import { momentText, yearOf } from "../../staff/moments.js";
import { fetchJson } from "../../staff/session.js";

/**
 * @typedef {{day: string, precision: string}} RoughDate
 * @typedef {object} Noticed
 * @property {string} life_event_id
 * @property {string} kind
 * @property {string} state
 * @property {RoughDate|null} happened
 * @property {string[]} sources
 * @property {number} version
 * @property {{request_id: string, programme: string, effect: string}[]} requests
 * @property {string} noticed_at
 */
/** @type {Record<string, string>} */
const SIGN = { confirmed: "bad", reported: "warn", contradicted: "warn", voided: "good", ended: "" };

/** @param {import("../views/todo.js").ToDo} view @param {Noticed[]} items */
export function lifeEvents(view, items) {
  const heads = ["kind", "happened", "sources", "requests", "told", "acts"].map((each) => named("event.head", each));
  return table(named("todo", "life_events"), heads, items, (each) => row(view, each, heads));
}

/** @param {import("../views/todo.js").ToDo} view @param {Noticed} each @param {string[]} heads */
function row(view, each, heads) {
  const [kind = "", happened = "", sources = "", requests = "", told = ""] = heads;
  const path = `/v1/life-events/${each.life_event_id}/acknowledgement`;
  const note = () => view.settle(each, () => fetchJson(path, { method: "POST", body: { version: each.version } }), t("event.noted"));
  return html`<tr data-event=${each.life_event_id}>
    ${cell(kind, html`<b>${named("event.kind", each.kind)}</b> <span class="badge ${SIGN[each.state] ?? ""}">${named("event.state", each.state)}</span>`)}
    ${cell(happened, dateText(each.happened))} ${cell(sources, each.sources.map((one) => named("event.source", one)).join(t("staff.comma")))}
    ${cell(requests, each.requests.map((one) => html`<span class="line"><span class="badge ${one.programme}">${named("programme", one.programme)}</span> ${one.request_id} <small>${named("event.effect", one.effect)}</small></span>`))}
    ${cell(told, momentText(each.noticed_at))}
    ${cell("", html`<button type="button" class="small main" data-note ?disabled=${view.busy} @click=${note}>${t("event.note")}</button>`)}
  </tr>`;
}

/** A date as exactly as it is known. @param {RoughDate|null} date */
function dateText(date) {
  if (!date) return t("event.no_date");
  const [year = "", month = ""] = date.day.split("-");
  if (date.precision === "year") return year;
  if (date.precision === "month") return `${year}-${month}`;
  return `${dayText(date.day, spoken())} ${year === yearOf(new Date()) ? "" : year}`.trim();
}
