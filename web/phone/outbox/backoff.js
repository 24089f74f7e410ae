/** Longest pause between two attempts: who steps out of a valley does not wait longer than this. */
export const LONGEST_MS = 5 * 60_000;
const FIRST_MS = 2_000;

/** Pause before the next attempt, doubled each time up to five minutes, less up to a fifth so that phones of one village
 * do not knock together. @param {number} failures In a row. @param {number} [chance] 0 to 1. */
export function pauseMs(failures, chance = 0) {
  if (failures <= 0) return LONGEST_MS;
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1)) * (1 - 0.2 * chance);
}
