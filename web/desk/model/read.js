/**
 * The door's answers as the desk works with them (types.js). Pure.
 *
 * @typedef {import("./types.js").Plan} Plan
 * @typedef {import("./types.js").Stop} Stop
 * @typedef {import("./types.js").Place} Place
 */

/** @param {any} at @returns {Place|null} */
export function readPlace(at) {
  return at ? { cadreId: at.cadre_id, day: at.day, half: at.half_day } : null;
}

/** A dwelling with everybody in it. @param {any} stop @param {Record<string, any>} visits What is known of each visit. @returns {Stop} */
export function readStop(stop, visits) {
  const people = stop.visit_ids.map((/** @type {string} */ visitId) => {
    const known = visits[visitId] ?? {};
    return {
      visitId,
      name: known.name ?? "",
      programmes: known.programmes ?? [],
      window: known.window ?? stop.window,
      toldOn: known.announced_on ?? null,
      frail: (stop.frail ?? []).includes(visitId),
      pinned: (stop.pinned ?? []).includes(visitId),
    };
  });
  return {
    key: stop.visit_ids[0],
    people,
    arrive: stop.arrive ?? null,
    lat: stop.lat ?? null,
    lon: stop.lon ?? null,
    village: stop.village_code ?? "",
    window: stop.window,
    toldOn: people.map((/** @type {any} */ each) => each.toldOn).find(Boolean) ?? null,
  };
}
