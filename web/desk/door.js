/** What the desk asks of the door. */
import { fetchJson } from "../staff/session.js";

export const EVENTS = "/v1/desk/events";

/** @returns {Promise<{plan: import("./model/types.js").Plan, tiles: {url: string, attribution: string}|null}>} */
export async function readPlan() {
  return { plan: await fetchJson("/v1/plan"), tiles: null };
}
/** @param {number} version @param {string[]} visitIds @param {import("./model/types.js").Place} to @param {boolean} dry @returns {Promise<any>} */
export async function move(version, visitIds, to, dry) {
  return await fetchJson("/v1/plan/move", { method: "POST", body: { version, visitIds, to, dry } });
}
/** @param {number} version @returns {Promise<any>} */
export async function undo(version) { return await fetchJson("/v1/plan/undo", { method: "POST", body: { version } }); }
/** @param {number} version @returns {Promise<any>} */
export async function redo(version) { return await fetchJson("/v1/plan/redo", { method: "POST", body: { version } }); }
/** @param {number} version @returns {Promise<any>} */
export async function publish(version) { return await fetchJson("/v1/plan/publish", { method: "POST", body: { version } }); }
/** @param {"plan"|"what_if"} kind @param {object} order @returns {Promise<any>} */
export async function search(kind, order) { return await fetchJson(`/v1/plan/${kind}`, { method: "POST", body: order }); }
/** @param {string} id @returns {Promise<any>} */
export async function readJob(id) { return await fetchJson(`/v1/plan/jobs/${id}`); }
/** @param {string} id @returns {Promise<any>} */
export async function cancelSearch(id) { return await fetchJson(`/v1/plan/jobs/${id}`, { method: "DELETE" }); }
/** @param {string} kind @param {File} file @returns {Promise<any>} */
export async function takeSource(kind, file) { return [kind, file]; }
/** @param {string} form @returns {Promise<any>} */
export async function savePlan(form) { return form; }
/** @param {number} version @param {File} file @param {boolean} dry @returns {Promise<any>} */
export async function importPlan(version, file, dry) { return [version, file, dry]; }
/** @param {Record<string, string>} of @returns {Promise<any>} */
export async function saveSheet(of) { return of; }
/** @param {string} cadreId @returns {Promise<any>} */
export async function makeFeed(cadreId) { return cadreId; }
