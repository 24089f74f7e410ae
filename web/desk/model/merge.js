/**
 * What has changed of the door's board, put into the board that was read before (GET /v1/desk/board?since=). Pure.
 */

/** Lists that have a piece for each part of the plan; of cadres who have not changed the door leaves theirs out. */
const LISTS = ["cadres", "slots", "routes", "unplanned", "load"];
/** Whose piece it is; the visits that nobody makes stand under the empty id. @param {{cadre_id: string|null}} each */
const partOf = (each) => each.cadre_id ?? "";

/** The whole board; null when something is missing of it, so that it has to be read as a whole. Nothing is changed in place.
 * @param {any} had The board as it was; null: none. @param {any} now What the door says has changed since. */
export function merged(had, now) {
  const changed = new Set(now.changed);
  const known = new Set(had?.parts ?? []);
  if (now.parts.some((/** @type {string} */ one) => !changed.has(one) && !known.has(one))) return null;
  const order = new Map(now.parts.map((/** @type {string} */ one, /** @type {number} */ at) => [one, at]));
  const stays = (/** @type {any} */ each) => order.has(partOf(each)) && !changed.has(partOf(each));
  /** @param {any[]} before @param {any[]} after */
  const join = (before, after) =>
    [...before.filter(stays), ...after].sort((a, b) => (order.get(partOf(a)) ?? 0) - (order.get(partOf(b)) ?? 0));
  const lists = Object.fromEntries(LISTS.map((name) => [name, join(had?.[name] ?? [], now[name])]));
  const moved = join(had?.differences.moved ?? [], now.differences.moved);
  return { ...now, ...lists, changed: now.parts, differences: { ...now.differences, moved } };
}
