/** One person before the visit's recording: what to know, the notice, and the one big button. */
import { app } from "../app.js";
import { CONSENT, basesFor, isWithdrawn } from "../model/basis.js";
import { failedTries, findBundle, findVisit, lapseHelp, latestOf, nextAtHome, TRIES_BEFORE_OTHER_PATHS, visitState } from "../model/visits.js";
import { isoDay, named, said, spoken, t } from "../strings/index.js";
import { html, nothing } from "../vendor/lit.js";
import { Screen, bar, leaving } from "./screen.js";
import { dueText } from "./today.js";

/** A recording has at most about 1.9 MB (15 s at 1 Mbit/s); the store needs as much again while it is written. */
const ROOM_BYTES = 8_000_000;
/** What was chosen, until the page is closed: most homes have one basis. */
let basis = "";
/** Visits of people who have agreed anew, having withdrawn consent; until the page is closed. @type {Set<string>} */
const renewed = new Set();

class PersonScreen extends Screen {
  static properties = { visit: {}, asking: { state: true }, problem: { state: true } };

  constructor() {
    super();
    this.visit = "";
    /** The visit of which is asked whether consent is taken back. */
    this.asking = "";
    this.problem = "";
    this.busy = false;
  }

  render() {
    const found = findVisit(app.today, this.visit);
    if (!found) return html`${bar(t("person.gone_title"))}<p class="note">${t("person.gone")}</p>
        <div class="foot"><a class="button main" href="#today">${t("result.next")}</a></div>`;
    const { person, stop } = found;
    const state = visitState(person, app.captures, app.outcomes, app.now());
    return html`${bar(person.name)}
      <p class="lead">${[...describe(person), stop.address].filter(Boolean).join(" · ")}</p>
      ${state === "again" || state === "open" ? this.lost(person) : nothing}
      ${person.warnings.map((each) => html`<p class="note warn"><span aria-hidden="true">⚠</span> ${said(each)}</p>`)}
      ${state === "again" ? this.again(person) : nothing}
      <ul class="facts">
        ${[...person.requests].sort(byDueDate).map(
          (each) => html`<li>
            <span class="badge ${each.programme}">${named("programme", each.programme)}</span>
            <span>${dueText(each)}</span>
          </li>`,
        )}
      </ul>
      <section class="card">
        <h2>${t("person.able")}</h2>
        <p>
          ${person.abilities.length
            ? person.abilities.map((each) => html`<span class="badge able">${named("ability", each)}</span> `)
            : t("person.able_all")}
        </p>
        <a class="button" href="#abilities/${person.visit_id}">${t("person.able_change")}</a>
      </section>
      ${this.notice(person)}
      <div class="foot">${this.acts(person, state)}</div>`;
  }

  /** That the county has lost the recording stands first. @param {import("../model/types.js").Person} person */
  lost(person) {
    const latest = latestOf(person.visit_id, app.captures);
    if (latest?.state !== "lost" || !latest.problem) return nothing;
    return html`<p class="note bad lost"><strong>${said(latest.problem)}</strong></p>`;
  }

  /** Why the last recording is not enough. @param {import("../model/types.js").Person} person */
  again(person) {
    const latest = latestOf(person.visit_id, app.captures);
    if (latest?.state === "lost") return nothing;
    const reasons = latest?.problem ? [latest.problem] : (latest?.status?.reasons ?? person.last_reasons);
    return html`<div class="note warn">
      <strong>${t("person.again")}</strong>
      <ul>
        ${reasons.map((each) => html`<li>${said(each)}</li>`)}
      </ul>
    </div>`;
  }

  /** @param {import("../model/types.js").Person} person */
  notice(person) {
    const legal = app.today?.legal;
    if (!legal) return nothing;
    const { chosen, offered } = basisOf(person);
    const withdrawn = isWithdrawn(legal.basis, person);
    return html`<section class="card">
      <h2>${t("person.notice")}</h2>
      <p>${spoken() === "zh" ? legal.zh : legal.en}</p>
      ${offered.length > 1
        ? html`<fieldset class="choices">
            <legend>${t("person.basis")}</legend>
            ${offered.map(
              (each) =>
                html`<label class="choice"
                  ><input type="radio" name="basis" .checked=${each === chosen} @change=${() => this.choose(each)} />
                  <span>${named("basis", each)}</span></label
                >`,
            )}
          </fieldset>`
        : html`<p>${t("person.basis")} ${named("basis", chosen)}</p>`}
      ${withdrawn && !person.warnings.some((each) => each.code === "consent_withdrawn")
        ? html`<p class="note warn" role="status">${t("person.withdrawn")}</p>`
        : nothing}
      ${withdrawn && !renewed.has(person.visit_id)
        ? html`<button class="renew" @click=${() => this.renew(person.visit_id)}>${t("person.renew")}</button>`
        : nothing}
      ${offered.includes(CONSENT) ? this.takingBack(person) : nothing}
    </section>`;
  }

  /** Consent is taken back with two taps: the first says what follows. @param {import("../model/types.js").Person} person */
  takingBack(person) {
    if (this.asking !== person.visit_id)
      return html`<button class="withdraw" @click=${() => this.ask(person.visit_id)}>${t("person.withdraw")}</button>`;
    return html`<div class="note warn stack asking">
        <p tabindex="-1">${t("person.withdraw_says")}</p>
        <p class="pair">
          <button class="withdraw-now" data-aimed @click=${() => this.withdraw(person)}>${t("person.withdraw_now")}</button>
          <button @click=${() => (this.asking = "")}>${t("person.withdraw_not")}</button>
        </p>
      </div>
      ${this.problem ? html`<p class="note bad" role="alert">${this.problem}</p>` : nothing}`;
  }

  /** What follows is read, and lies on the screen, before it can be confirmed. @param {string} visit */
  async ask(visit) {
    this.asking = visit;
    await this.updateComplete;
    const asked = this.querySelector(".asking");
    asked?.scrollIntoView({ block: "center" });
    asked?.querySelector("p")?.focus({ preventScroll: true });
  }

  /** @param {import("../model/types.js").Person} person */
  async withdraw(person) {
    if (this.busy) return; // a second tap while a slow phone writes
    this.busy = true;
    try {
      await app.withdraw(person.visit_id, person.name);
      renewed.delete(person.visit_id);
      this.asking = "";
      this.problem = "";
    } catch {
      this.problem = t("fail.storage_full");
    }
    this.busy = false;
  }

  /** @param {string} visit */
  renew(visit) {
    renewed.add(visit);
    this.choose(CONSENT);
  }

  /** @param {string} wanted */
  choose(wanted) {
    basis = wanted;
    this.requestUpdate();
  }

  /** @param {import("../model/types.js").Person} person @param {string} state */
  acts(person, state) {
    const other = html`<a class="button" href="#outcomes/${person.visit_id}">${t("person.other")}</a>`;
    if (state === "filmed" || state === "told" || state === "done")
      return html`<p class="note good" role="status">${t(`person.is_${state}`)}</p>
        ${toTheNext(person.visit_id)}
        ${state === "told" ? nothing : other}`;
    const refusal = app.noBundle[person.visit_id];
    const failed = failedTries(person, app.captures, app.failed[person.visit_id] ?? 0);
    const paths = failed >= TRIES_BEFORE_OTHER_PATHS || lapseHelp(person) !== null || isWithdrawn(app.today?.legal.basis ?? [], person);
    const why = !findBundle(app.bundles, person, app.now(), basisOf(person).chosen === CONSENT)
      ? refusal
        ? said(refusal)
        : t("person.no_challenge")
      : app.storage.left !== null && app.storage.left < ROOM_BYTES
        ? t("person.no_room")
        : "";
    return html`${why ? html`<p class="note warn" role="status">${why}</p>` : nothing}
      ${why
        ? refusal
          ? nothing
          : html`<button class="main" @click=${() => app.sync()} ?disabled=${app.busy}>
              ${app.busy ? t("sending.now") : t("sending.send")}
            </button>`
        : html`<a class="button main" href="#capture/${person.visit_id}">${t("person.start")}</a>`}
      <div class="pair">
        ${paths || refusal
          ? html`<a class="button ${refusal ? "main" : ""}" href="#paths/${person.visit_id}">${t("paths.title")}</a>`
          : nothing}
        ${other}
      </div>`;
  }
}
customElements.define("phone-person", PersonScreen);

/** On to whoever is still to be visited in this home, or to the list. @param {string} visitId */
export function toTheNext(visitId) {
  const isOpen = (/** @type {import("../model/types.js").Person} */ person) =>
    ["open", "again"].includes(visitState(person, app.captures, app.outcomes, app.now()));
  const next = nextAtHome(app.today, visitId, isOpen);
  if (!next) return html`<a class="button main" href="#today">${t("result.next")}</a>`;
  return html`<a class="button main" href="#person/${next.visit_id}" @click=${leaving}>${t("result.next_here", { name: next.name })}</a>
    <a class="button" href="#today">${t("result.list")}</a>`;
}

/** The basis under which a person's face is processed: what was chosen, or the first that may be; never a consent that was
 * taken back. @param {import("../model/types.js").Person|null} person */
export function basisOf(person) {
  const again = person !== null && renewed.has(person.visit_id);
  const offered = basesFor(app.today?.legal.basis ?? [], person, again);
  const chosen = offered.includes(basis) ? basis : (offered[0] ?? "statutory_duty");
  return { chosen, offered, consent_renewed: again && chosen === CONSENT };
}

/** @param {import("../model/types.js").VisitRequest} a @param {import("../model/types.js").VisitRequest} b */
function byDueDate(a, b) {
  return a.due_date < b.due_date ? -1 : a.due_date > b.due_date ? 1 : 0;
}

/** @param {import("../model/types.js").Person} person */
function describe(person) {
  const year = person.born ? Number(String(person.born).slice(0, 4)) : 0;
  const age = year ? Number(isoDay(app.now()).slice(0, 4)) - year : 0;
  return [person.sex ? named("sex", person.sex) : "", age ? t("person.age", { age }) : ""];
}
