/** Below the bar: which two weeks, the plan in figures (each a link to its visits), what one can do. */
import { html, nothing } from "../../staff/vendor/lit.js";
import { said, spoken, t } from "../../staff/language.js";
import { linkTo, readPlace, showText } from "../address.js";
import { session } from "../../staff/session.js";
import { desk } from "../desk.js";
import { shortDay } from "../../staff/days.js";
import { figuresOf } from "../model/plan.js";
import { periodOf } from "../period.js";

export function strip() {
  const { index } = desk;
  if (!index) return nothing;
  const { view } = readPlace(location.hash);
  const { first, last, before, after } = periodOf();
  const within = { from: first, to: last };
  const figures = figuresOf(index, within);
  const sum = (/** @type {string} */ key, /** @type {string|number} */ value, /** @type {Record<string, string>} */ filter, word = "") =>
    html`<a class=${word} href=${linkTo(view, desk.asked({ show: showText(filter) }))}><b>${value}</b> ${t(`sum.${key}`)}</a>`;
  return html`<div class="strip">
    <div class="period">
      <a class="button small icon" href=${linkTo(view, desk.asked({ week: before }))} aria-label=${t("period.before")}>‹</a>
      <span>${shortDay(first, spoken())} – ${shortDay(last, spoken())}</span>
      <a class="button small icon" href=${linkTo(view, desk.asked({ week: after }))} aria-label=${t("period.after")}>›</a>
    </div>
    <div class="sums">
      ${sum("planned", figures.planned, { ...within, state: "planned" })} ${sum("half_days", figures.halfDays, { ...within, state: "planned" })}
      ${sum("ride", (figures.rideMinutes / 60).toFixed(1), { ...within, state: "planned" })}
      ${figures.over ? sum("over", figures.over, { ...within, state: "over" }, "bad") : nothing}
      ${figures.late ? sum("late", figures.late, { ...within, state: "late" }, "bad") : nothing}
      ${figures.overdue ? sum("overdue", figures.overdue, { state: "overdue" }, "warn") : nothing}
      ${sum("unplanned", figures.unplanned, { state: "unplanned" }, figures.unplanned ? "bad" : "")}
    </div>
    ${acts()}
  </div>
  ${session.isPart ? html`<p class="note part" data-part>${t("part.may")} ${t("part.publish")}</p>` : nothing}`;
}

function acts() {
  return html`<div class="acts">
    <button type="button" data-act="undo" ?disabled=${!desk.plan?.undo || desk.busy} title=${said(desk.plan?.undo)} @click=${desk.undo}>${t("act.undo")}</button>
    <button type="button" data-act="redo" ?disabled=${!desk.plan?.redo || desk.busy} title=${said(desk.plan?.redo)} @click=${desk.redo}>${t("act.redo")}</button>
    ${session.isPart ? nothing : html`<button type="button" data-act="whatif" ?disabled=${!desk.plan?.version} @click=${() => desk.open("whatif")}>${t("act.whatif")}</button>`}
    <button type="button" data-act="plan" ?disabled=${session.isPart && !desk.plan?.version} @click=${() => desk.open("replan")}>${t("act.plan")}</button>
    <button type="button" class="main" data-act="publish" ?disabled=${session.isPart || !desk.plan?.version} title=${session.isPart ? t("part.publish") : ""} @click=${() => desk.open("publish")}>${t("act.publish")}</button>
  </div>`;
}
