/** Who is next: the stops in their order, with everything to know before leaving. */
import { app } from "../app.js";
import { countReports } from "../model/feedback.js";
import { countWords } from "../model/words.js";
import { countLost, dueState, firstDue, lapseHelp, visitState } from "../model/visits.js";
import { dayText, isoDay, momentText, named, said, t } from "../strings/index.js";
import { html, nothing } from "../vendor/lit.js";
import { isNewWaiting, opensOffline, takeNew, versions } from "../versions.js";
import { Screen } from "./screen.js";

/** After so many days without a sync the plan is called old. */
const OLD_DAYS = 7;
/** After so many the phone's own date is rather wrong than the list that old. */
const STRANGE_DAYS = 30;

/** So many days before the first recording would come too late, the list says so. */
const LATE_DAYS = 3;

class TodayScreen extends Screen {
  connectedCallback() {
    super.connectedCallback();
    versions.addEventListener("change", this.redraw);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    versions.removeEventListener("change", this.redraw);
  }

  render() {
    const { today } = app;
    const people = today?.stops.flatMap((stop) => stop.people) ?? [];
    const left = people.filter((each) => ["open", "again"].includes(visitState(each, app.captures, app.outcomes, app.now())));
    return html`<header class="bar top">
        <h1 tabindex="-1">${t("today.title")}</h1>
        <a class="icon" href="#settings" aria-label=${t("settings.title")}><span aria-hidden="true">⚙</span></a>
      </header>
      <p class="lead">
        ${today?.cadre.name ?? app.device?.cadre_name ?? ""} ·
        ${t("today.left", { left: left.length, all: people.length })}
      </p>
      ${this.news(people)} ${this.strip()}
      ${!today
        ? html`<p class="note" role="status">${app.away ? t("today.none_away") : t("today.loading")}</p>`
        : people.length === 0
          ? html`<p class="note">${t("today.empty")}</p>`
          : html`<ol class="stops">
              ${today.stops.map((stop, index) => this.stop(stop, index))}
            </ol>`}
      <nav class="pair" aria-label=${t("today.more")}>
        <a class="button" href="#map">${t("map.title")}</a>
        <a class="button" href="#visitor">${t("visitor.title")}</a>
        ${this.feedback()}
      </nav>`;
  }

  /** To the form; where there is something to look at, to the list first. */
  feedback() {
    const { unread } = countReports(app.feedback);
    return html`<a class="button ${unread ? "main" : ""}" href=${app.feedback.length ? "#feedback" : "#report"}
      >${unread ? t("feedback.unread", { count: unread }) : t("feedback.title")}</a
    >`;
  }

  /** @param {readonly import("../model/types.js").Person[]} people */
  news(people) {
    const days = app.daysAlone;
    const lost = countLost(people, app.captures, app.outcomes, app.now());
    const { sendBy } = countWords(app.captures);
    const isLate = sendBy !== null && Date.parse(sendBy) - app.now() < LATE_DAYS * 86_400_000;
    return html`${isNewWaiting()
      ? html`<button class="note wide" @click=${() => takeNew()}>${t("today.new_version")}</button>`
      : nothing}
    ${opensOffline() ? nothing : html`<p class="note warn">${t("today.online_only")}</p>`}
    ${lost ? html`<p class="note bad lost">${t("today.lost", { count: lost })}</p>` : nothing}
    ${isLate ? html`<p class="note bad by">${t("sending.by", { when: momentText(sendBy) })}</p>` : nothing}
    ${days < 0 || days >= STRANGE_DAYS ? html`<p class="note warn clock">${t("today.clock", { when: isoDay(Date.now()).replace(/-/g, "\u2011") })}</p>` : nothing}
    ${days >= OLD_DAYS ? html`<p class="note warn">${t("today.old", { days })}</p>` : nothing}`;
  }

  /** How far the recordings are, always in sight. */
  strip() {
    const { counts } = countWords(app.captures);
    const told = app.outcomes.filter((each) => each.state === "saved").length;
    const waiting = counts.on_phone + counts.sending + told + countReports(app.feedback).waiting;
    const when = app.lastSync ? t("today.synced", { when: momentText(app.lastSync) }) : t("today.never_synced");
    return html`<a class="strip ${waiting ? "waiting" : ""}" href="#sending">
      <span>
        <strong>${waiting ? t("today.unsent", { count: waiting }) : t("today.all_sent")}</strong>
        <small>${app.busy ? t("sending.now") : when}</small>
      </span>
      <span class="chevron" aria-hidden="true">›</span>
    </a>`;
  }

  /** @param {import("../model/types.js").Stop} stop @param {number} index */
  stop(stop, index) {
    const village = app.today?.villages.find((each) => each.village_code === stop.village_code);
    const day = stop.on
      ? `${dayText(stop.on)}${stop.half_day ? ` ${named("half_day", stop.half_day)}` : ""}`
      : t("today.no_day");
    return html`<li class="stop">
      <h2>
        <span class="number" aria-hidden="true">${index + 1}</span>
        <span>${village?.name ?? stop.village_code}${stop.address ? html` · ${stop.address}` : nothing}</span>
      </h2>
      <p class="day">
        ${day}${stop.people.length > 1 ? html` · ${t("today.household", { count: stop.people.length })}` : nothing}
      </p>
      ${stop.people.map((person) => this.person(person))}
    </li>`;
  }

  /** @param {import("../model/types.js").Person} person */
  person(person) {
    const state = visitState(person, app.captures, app.outcomes, app.now());
    const first = firstDue(person);
    const help = lapseHelp(person);
    return html`<a class="person ${state}" href="#person/${person.visit_id}">
      <span class="who">
        <strong>${person.name}</strong>
        <span class="state ${state}"><span aria-hidden="true"></span>${t(`visit.${state}`)}</span>
      </span>
      <span class="badges">
        ${[...new Set(person.requests.map((each) => each.programme))].map(
          (each) => html`<span class="badge ${each}">${named("programme", each)}</span>`,
        )}
        ${person.abilities.map((each) => html`<span class="badge able">${named("ability", each)}</span>`)}
        ${help ? html`<span class="badge lapse">${t(`lapse.${help}`)}</span>` : nothing}
      </span>
      <span class="due ${dueState(first, app.now()).word === "later" ? "" : "soon"}">${dueText(first)}</span>
      ${person.warnings.map(
        (each) => html`<span class="warning"><span aria-hidden="true">⚠</span> ${said(each)}</span>`,
      )}
    </a>`;
  }
}
customElements.define("phone-today", TodayScreen);

/** @param {import("../model/types.js").VisitRequest} request */
export function dueText(request) {
  const { word, days } = dueState(request, app.now());
  return t(`due.${word}`, { day: dayText(request.due_date), days });
}
