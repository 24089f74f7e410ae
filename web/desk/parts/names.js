/** Names of people and places, as far as the door says them; else their codes. */
import { desk } from "../desk.js";

/** @param {string} id */
export function cadreName(id) {
  return desk.index?.cadres.get(id)?.name || id;
}

/** A village or township. @param {string} code */
export function placeName(code) {
  return desk.index?.plan.places[code]?.name || code;
}
