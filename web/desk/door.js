/** What the desk asks of the door. */
import { fetchJson } from "../staff/session.js";

export async function readPlan() {
  return await fetchJson("/v1/plan");
}
/** @param {string[]} visitIds @param {import("./model/types.js").Place} place @returns {Promise<any>} */
export async function checkMove(visitIds, place) {
  return await fetchJson("/v1/check", { method: "POST", body: { visitIds, place } });
}
