/** On which legal basis a person may be filmed: the county's, without a consent that the person has taken back. */

export const CONSENT = "separate_consent";

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
