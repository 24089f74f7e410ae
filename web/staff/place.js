/**
 * Where a page of the staff is: `#board?township=990101001&from=2026-03-02`. Everything that is looked at is in the address, so that
 * a reload, the back button and a link sent to a colleague show the same.
 *
 * @typedef {object} Place
 * @property {string} view
 * @property {Record<string, string>} asked
 */

/** @param {string} hash @param {string} [usual] @returns {Place} */
export function readPlace(hash, usual = "") {
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
