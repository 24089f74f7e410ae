/**
 * On which legal basis a person may be filmed: the county's, without a consent that the person has taken back.
 *
 * @typedef {import("./types.js").Today} Today
 * @typedef {import("./types.js").Person} Person
 * @typedef {import("./types.js").Outcome} Outcome
 */

export const CONSENT = "separate_consent";
/** Of a withdrawal that the door has not heard of: no challenge can have been given later. */
const NOT_HEARD = "9999-12-31T00:00:00Z";

/** @param {readonly string[]} county What the county's notice names, the usual one first. @param {{basis?: string[]}|null} person
 * @param {boolean} renewed Whether the person has agreed anew since. @returns {string[]} */
export function basesFor(county, person, renewed) {
  return county.filter((each) => !person?.basis || person.basis.includes(each) || (each === CONSENT && renewed));
}

/** Whether the person has taken consent back, and it is asked for anew before it counts again.
 * @param {readonly string[]} county @param {{basis?: string[]}|null} person */
export function isWithdrawn(county, person) {
  return county.includes(CONSENT) && !basesFor(county, person, false).includes(CONSENT);
}

/** The day without the consents that were taken back on this phone, of which the door's day does not know.
 * @param {Today|null} today @param {readonly Outcome[]} outcomes @returns {Today|null} */
export function withoutTakenBack(today, outcomes) {
  const visits = new Set(outcomes.filter(({ kind }) => kind === "withdrawal").map((each) => each.visit_id));
  if (!today || !visits.size) return today;
  const left = (/** @type {Person} */ { basis }) => (basis ?? today.legal.basis).filter((each) => each !== CONSENT);
  const people = (/** @type {Person[]} */ each) =>
    each.map((person) =>
      visits.has(person.visit_id) ? { ...person, basis: left(person), consent_withdrawn_at: NOT_HEARD } : person,
    );
  return { ...today, stops: today.stops.map((stop) => ({ ...stop, people: people(stop.people) })) };
}
