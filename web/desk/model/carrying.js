/**
 * What is carried to another half-day, by pointer or by keyboard, and where it goes next. Pure.
 *
 * @typedef {import("./types.js").Place} Place
 * @typedef {{visitIds: string[], from: Place|null, title: string}} Load
 */
const HALVES = /** @type {const} */ (["am", "pm"]);

/** The half-day beside this one. Arrows: left and right go by day, up and down by half-day and then by cadre.
 * @param {Place} at @param {string} key @param {string[]} cadreIds In the order of the board. @param {string[]} days @returns {Place} */
export function step(at, key, cadreIds, days) {
  const row = cadreIds.indexOf(at.cadreId) * 2 + HALVES.indexOf(at.half);
  const column = days.indexOf(at.day);
  const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key] ?? [0, 0];
  const newRow = Math.min(Math.max(row + (down ?? 0), 0), cadreIds.length * 2 - 1);
  const newColumn = Math.min(Math.max(column + (right ?? 0), 0), days.length - 1);
  return {
    cadreId: cadreIds[Math.floor(newRow / 2)] ?? at.cadreId,
    day: days[newColumn] ?? at.day,
    half: HALVES[newRow % 2] ?? at.half,
  };
}

/** @param {Place|null} one @param {Place|null} other */
export function isSamePlace(one, other) {
  return one !== null && other !== null && one.cadreId === other.cadreId && one.day === other.day && one.half === other.half;
}
