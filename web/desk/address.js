/** Where the desk is, and which visits are shown: `#board?from=2026-03-02&show=cadre:C1,day:2026-03-05`. */
import { readPlace as readAny } from "../staff/place.js";

export { linkTo } from "../staff/place.js";

/** @param {string} hash */
export const readPlace = (hash) => readAny(hash, "board");

/** A filter of visits as one word of the address: `cadre:C1,day:2026-03-05`. @param {Record<string, string>} filter */
export function showText(filter) {
  return Object.entries(filter)
    .filter(([, value]) => value)
    .map(([name, value]) => `${name}:${encodeURIComponent(value)}`)
    .join(",");
}

/** @param {string|undefined} text @returns {Record<string, string>|null} */
export function readShow(text) {
  if (!text) return null;
  return Object.fromEntries(
    text.split(",").map((each) => {
      const colon = each.indexOf(":");
      return [each.slice(0, colon), decodeURIComponent(each.slice(colon + 1))];
    }),
  );
}
