/**
 * What is still to do at a visit, from what the door said and what this phone has done since.
 *
 * @typedef {import("./types.js").Today} Today
 * @typedef {import("./types.js").Person} Person
 * @typedef {import("./types.js").VisitRequest} VisitRequest
 * @typedef {import("./types.js").Stop} Stop
 * @typedef {import("./types.js").Capture} Capture
 * @typedef {import("./types.js").Outcome} Outcome
 * @typedef {import("./types.js").Bundle} Bundle
 */
import { ableKey } from "./abilities.js";
import { isoDay } from "../strings/index.js";
import { asksAgain, isLostWithoutConsent, isToMakeAgain } from "./words.js";

/** After so many recordings that were not enough, the other ways open. */
export const TRIES_BEFORE_OTHER_PATHS = 2;
/** Due within so many days: said in words and by its own sign. */
const SOON_DAYS = 7;
/** Challenges that are carried for each visit: the first try, a second, and one that was interrupted. */
export const BUNDLES_PER_VISIT = 3;
const DAY_MS = 86_400_000;

/** @param {Today|null} today @param {string} visitId
 * @returns {{stop: Stop, person: Person}|null} */
export function findVisit(today, visitId) {
  for (const stop of today?.stops ?? []) {
    const person = stop.people.find((each) => each.visit_id === visitId);
    if (person) return { stop, person };
  }
  return null;
}

/** Recordings that were not enough: as the door counts them, and those that this phone knows of besides.
 * @param {Person} person @param {readonly Capture[]} captures @param {number} failedHere Recordings that failed before they were saved. */
export function failedTries(person, captures, failedHere) {
  const own = captures.filter((each) => each.visit_id === person.visit_id);
  const retried = own.filter((each) => asksAgain(each.status?.decision)).length;
  return Math.max(person.tries, retried) + own.filter((each) => each.state === "refused").length + failedHere;
}

/** @param {string} visitId @param {readonly Capture[]} captures @returns {Capture|undefined} */
export function latestOf(visitId, captures) {
  return captures.filter((each) => each.visit_id === visitId).sort(byTime).slice(-1)[0];
}

/** How many people are still to be visited because the county has lost their recording.
 * @param {readonly Person[]} people @param {readonly Capture[]} captures @param {readonly Outcome[]} outcomes @param {number} nowMs */
export function countLost(people, captures, outcomes, nowMs) {
  return people.filter(
    (each) =>
      latestOf(each.visit_id, captures)?.state === "lost" &&
      ["open", "again"].includes(visitState(each, captures, outcomes, nowMs)),
  ).length;
}

/**
 * The latest word of this phone holds: a recording, or an outcome until the day on which somebody should come again.
 * @param {Person} person @param {readonly Capture[]} captures @param {readonly Outcome[]} outcomes @param {number} nowMs
 * @returns {"open"|"filmed"|"told"|"again"|"done"}
 */
export function visitState(person, captures, outcomes, nowMs) {
  const latest = latestOf(person.visit_id, captures);
  const told = outcomes.some(
    (each) =>
      each.visit_id === person.visit_id &&
      endsVisit(each, nowMs) &&
      (!latest || latest.captured_at < each.made_at),
  );
  if (told) return "told";
  if (!latest) return asksAgain(person.last_decision) ? "again" : "open";
  if (isLostWithoutConsent(latest)) return "open";
  if (isToMakeAgain(latest) || asksAgain(latest.status?.decision)) return "again";
  return latest.status?.decision === "certified" ? "done" : "filmed";
}

/** Who is still to be visited in the same dwelling, after this one.
 * @param {Today|null} today @param {string} visitId @param {(person: Person) => boolean} isOpen @returns {Person|null} */
export function nextAtHome(today, visitId, isOpen) {
  const people = findVisit(today, visitId)?.stop.people ?? [];
  const at = people.findIndex((each) => each.visit_id === visitId);
  return [...people.slice(at + 1), ...people.slice(0, Math.max(at, 0))].find(isOpen) ?? null;
}

/** @param {Outcome} outcome @param {number} nowMs */
function endsVisit({ kind, state, body }, nowMs) {
  if (kind !== "outcome" || state === "refused" || body.outcome === "eligibility") return false;
  return !body.come_again_on || daysLeft(body.come_again_on, nowMs) > 0;
}

/** @param {Capture} a @param {Capture} b */
function byTime(a, b) {
  return a.captured_at < b.captured_at ? -1 : 1;
}

/** Whole days in the county until the due date; negative when it has passed. @param {string} due @param {number} nowMs */
export function daysLeft(due, nowMs) {
  const [year = 0, month = 1, day = 1] = due.split("-").map(Number);
  return Math.round((Date.UTC(year, month - 1, day) - Date.parse(isoDay(nowMs))) / DAY_MS);
}

/**
 * How many days a request leaves, worked out on the phone: it may be a week without a signal.
 * @param {VisitRequest} request @param {number} nowMs
 * @returns {{word: "later"|"soon"|"grace"|"past", days: number}} Days until the due date, or until the grace ends; past: since the due date.
 */
export function dueState({ due_date, lapse }, nowMs) {
  const days = daysLeft(due_date, nowMs);
  const grace = lapse ? daysLeft(lapse.counts_until, nowMs) : -1;
  if (days < 0) return grace >= 0 ? { word: "grace", days: grace } : { word: "past", days: -days };
  return { word: days <= SOON_DAYS || lapse ? "soon" : "later", days };
}

/** The request that is due first. @param {Person} person */
export function firstDue(person) {
  return person.requests.reduce((first, each) => (each.due_date < first.due_date ? each : first));
}

/** What the county has opened for a person before a lapse: staff who were called, or other ways without a recording
 * that failed. @param {Person} person @returns {"escalate"|"offer_paths"|null} */
export function lapseHelp(person) {
  const steps = person.requests.map((each) => each.lapse?.step);
  if (steps.includes("escalate")) return "escalate";
  return steps.includes("offer_paths") || steps.includes("grace") ? "offer_paths" : null;
}

/** A challenge that may be filmed now: fits what was ticked, not used, not expired. Of several the one that expires first.
 * @param {readonly Bundle[]} bundles @param {Person} person @param {number} nowMs By the door's clock.
 * @param {boolean} [onConsent] Then only one that was given after consent was taken back: the clock of the phone does not
 * prove that a recording is younger. */
export function findBundle(bundles, person, nowMs, onConsent = false) {
  const key = ableKey(person.abilities, person.unable);
  return (
    bundles
      .filter((each) => each.visit_id === person.visit_id && each.able_key === key && isFresh(each, nowMs))
      .filter((each) => !onConsent || isAfterWithdrawal(each, person))
      .sort((a, b) => Date.parse(a.challenge.expires_at) - Date.parse(b.challenge.expires_at))[0] ?? null
  );
}

/** @param {Bundle} bundle @param {Person} person */
function isAfterWithdrawal({ challenge }, { consent_withdrawn_at }) {
  return !consent_withdrawn_at || Date.parse(challenge.issued_at) > Date.parse(consent_withdrawn_at);
}

/** @param {Bundle} bundle @param {number} nowMs */
function isFresh(bundle, nowMs) {
  return bundle.used_at === null && Date.parse(bundle.challenge.expires_at) > nowMs;
}

/** Which challenges have to be drawn so that every visit can be filmed for days without a signal.
 * A challenge of which less than `freshMs` is left counts as missing: it would not last the week. So does one that was
 * given before the person took consent back: it serves the duty alone.
 * @param {Today} today @param {readonly Bundle[]} bundles @param {number} nowMs @param {number} [freshMs] */
export function wantedBundles(today, bundles, nowMs, freshMs = DAY_MS) {
  return today.stops
    .flatMap((stop) => stop.people)
    .map((person) => {
      const key = ableKey(person.abilities, person.unable);
      const fresh = bundles.filter(
        (each) =>
          each.visit_id === person.visit_id &&
          each.able_key === key &&
          isFresh(each, nowMs + freshMs) &&
          isAfterWithdrawal(each, person),
      );
      return {
        visit_id: person.visit_id,
        abilities: person.abilities,
        unable: person.unable,
        count: BUNDLES_PER_VISIT - fresh.length,
      };
    })
    .filter((each) => each.count > 0);
}
