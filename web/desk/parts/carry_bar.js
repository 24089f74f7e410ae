/** What is carried, and after the drop: what it costs, what stands against it, who must be told anew; before anything is changed. */
import { html, nothing } from "../../staff/vendor/lit.js";
import { named, said, spoken, t } from "../../staff/language.js";
import { linkTo, readPlace } from "../address.js";
import { desk } from "../desk.js";
import { dayText } from "../../staff/days.js";
import { isSamePlace } from "../model/carrying.js";
import { cadreName } from "./names.js";

/** @typedef {import("../model/types.js").Place} Place */

export function carryBar() {
  const { carrying } = desk;
  if (!carrying) return nothing;
  return html`<section class="carry" aria-live="polite" aria-label=${t("carry.title")}>${carrying.answer ? answered(carrying) : held(carrying)}</section>`;
}

/** @param {Place} place */
export function placeText(place) {
  const where = t("place.text", { cadre: cadreName(place.cadreId), day: dayText(place.day, spoken()), half: named("half", place.half) });
  return place.order === undefined ? where : t("place.order", { where, number: place.order + 1 });
}

/** @param {import("../desk.js").Carrying} carrying */
function held({ visitIds, at, busy }) {
  return html`<div class="row spread">
    <p>
      <b>${t("carry.held", { count: visitIds.length })}</b>
      ${busy ? t("carry.checking") : t("carry.how")} ${at ? html`<span class="small-text">→ ${placeText(at)}</span>` : nothing}
    </p>
    <div class="row">
      ${readPlace(location.hash).view === "board" ? nothing : html`<a class="button small" href=${linkTo("board", desk.asked({ show: null }))}>${t("view.board")}</a>`}
      <button type="button" class="small" @click=${() => desk.letGo()}>${t("carry.cancel")}</button>
    </div>
  </div>`;
}

/** @param {import("../desk.js").Carrying} carrying */
function answered({ visitIds, whole, from, at, answer, busy, again }) {
  if (!answer) return nothing;
  const { faults, warnings, cost } = answer;
  const forbidden = faults.length > 0;
  return html`<div class="row spread">
    <div class="stack">
      <h2>${t(whole && isSamePlace(from, at) ? "order.let_go_of" : "carry.to", { count: visitIds.length, where: at ? placeText(at) : "" })}</h2>
      ${again ? html`<p class="note warn" data-again role="status">${t("carry.again")}</p>` : nothing}
      ${forbidden ? nothing : html`<ul class="costs">${costs(cost)}</ul>`}
      ${forbidden ? html`<p class="note bad" role="alert"><b>${t("carry.forbidden")}</b></p>` : nothing}
      <ul class="conflicts">
        ${faults.map((/** @type {any} */ each) => html`<li class="bad">${said(each.words)}</li>`)}
        ${warnings.map((/** @type {any} */ each) => html`<li class="warn">${said(each.words)}</li>`)}
      </ul>
      ${!forbidden && !warnings.length ? html`<p class="small-text">${t("carry.fine")}</p>` : nothing}
    </div>
    <div class="row">
      <button type="button" @click=${() => desk.letGo()}>${t(forbidden ? "carry.back" : "carry.cancel")}</button>
      ${forbidden ? nothing : html`<button type="button" class="main" data-apply ?disabled=${busy} @click=${() => desk.apply()}>${t("carry.apply")}</button>`}
    </div>
  </div>`;
}

/** Each figure that changes, with its sign: what is added or saved. @param {Record<string, number>} cost */
export function costs(cost) {
  const changes = ["ride_minutes", "minutes", "km", "half_days"]
    .map((name) => ({ name, value: Math.round((cost?.[name] ?? 0) * 10) / 10 }))
    .filter((each) => each.value);
  if (!changes.length) return html`<li>${t("cost.none")}</li>`;
  return changes.map(
    ({ name, value }) => html`<li class=${value > 0 ? "more" : "less"}><b>${value > 0 ? "+" : "−"}${Math.abs(value)}</b> ${t(`cost.${name}`)}</li>`,
  );
}
