/**
 * The order of the stops of a half-day: where one is let go among the others, and what the list would be then. Pure.
 *
 * @typedef {import("./types.js").Stop} Stop
 * @typedef {import("./types.js").Carrying} Carrying
 * @typedef {import("./types.js").Place} Place
 */
import { isSamePlace } from "./carrying.js";

/** Whether a stop is among the visits that are carried. @param {Stop} stop @param {string[]} visitIds */
export function isCarried(stop, visitIds) {
  return stop.people.some((each) => visitIds.includes(each.visitId));
}

/** The place in the order, without what is carried, of what is let go before or after a stop; as the door counts it, from 0.
 * @param {Stop[]} stops Of the half-day, in order. @param {string[]} visitIds What is carried. @param {string} key Of the stop. @param {boolean} after */
export function orderAt(stops, visitIds, key, after) {
  const at = stops.findIndex((each) => each.key === key) + (after ? 1 : 0);
  return stops.slice(0, at).filter((each) => !isCarried(each, visitIds)).length;
}

/** The stops as they would be with what is carried at a place in the order. @param {Stop[]} stops @param {string[]} visitIds @param {number} order */
export function arranged(stops, visitIds, order) {
  const rest = stops.filter((each) => !isCarried(each, visitIds));
  return [...rest.slice(0, order), ...stops.filter((each) => isCarried(each, visitIds)), ...rest.slice(order)];
}

/** Whether a stop of this half-day is being put at another place of its order. @param {Carrying|null} carrying @param {Place} place */
export function isOrdering(carrying, place) {
  return carrying?.at?.order !== undefined && isSamePlace(carrying.from, place) && isSamePlace(carrying.at, place);
}

/** When each visit of the half-day would begin, as far as the door has said it. @param {Carrying|null} carrying @param {Place} place @returns {Map<string, string>} */
export function arrivals(carrying, place) {
  const route = carrying?.answer?.routes.find((each) => each.cadre_id === place.cadreId && each.day === place.day && each.half_day === place.half);
  return new Map((route?.stops ?? []).flatMap((stop) => stop.visit_ids.map((one) => /** @type {[string, string]} */ ([one, stop.arrive]))));
}
