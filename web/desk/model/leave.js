/** Days on which cadres do not work, as people enter them: from one day to another. Pure. */
import { addDays } from "../../staff/days.js";

/** @typedef {{cadreId: string, days: string[]}} Leave Days in a row. */

/** What is still to come of it, cadre by cadre. @param {import("./types.js").Cadre[]} cadres @param {string} today @returns {Leave[]} */
export function leavesOf(cadres, today) {
  return cadres.flatMap(({ id, daysOff }) => {
    /** @type {Leave[]} */
    const found = [];
    for (const day of [...daysOff].sort()) {
      const last = found.at(-1);
      if (day < today) continue;
      if (last && day === addDays(last.days.at(-1) ?? "", 1)) last.days.push(day);
      else found.push({ cadreId: id, days: [day] });
    }
    return found;
  });
}
