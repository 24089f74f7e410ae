/**
 * Where the desk is: `#board?township=990101001&from=2026-03-02&show=cadre:C1,day:2026-03-05`. Everything that is looked at is in
 * the address, so that a reload, the back button and a link sent to a colleague show the same.
 *
 * @typedef {object} Place
 * @property {string} view
 * @property {Record<string, string>} asked
 */

/** @param {string} hash @param {string} [usual] @returns {Place} */
export function readPlace(hash, usual = "board") {
  const [view, query = ""] = hash.replace(/^#/, "").split("?");
  return { view: view || usual, asked: Object.fromEntries(new URLSearchParams(query)) };
}

/** The address of a place. Empty values are left out. @param {string} view @param {Record<string, string|null|undefined>} [asked] */
export function linkTo(view, asked = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) if (value) query.set(name, value);
  const text = query.toString();
  return text ? `#${view}?${text}` : `#${view}`;
}

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
