/** The routes of the door that the reviewers' page uses. Clips and pictures come as object addresses: a link carries no token. */
import { fetchFile, fetchJson } from "../staff/session.js";

/** @typedef {import("./model.js").Case} Case */

/** @returns {Promise<{case: Case|null, waiting: number}>} */
export function takeNext() {
  return fetchJson("/v1/review-cases/next", { method: "POST" });
}

/** @returns {Promise<{waiting: number, decided: number, median_s: number|null, p90_s: number|null}>} */
export function readFigures() {
  return fetchJson("/v1/review-cases/figures");
}

/** @param {string} caseId @param {string} decision @param {string[]} reasons */
export function decide(caseId, decision, reasons) {
  return fetchJson(`/v1/review-cases/${caseId}/decision`, { method: "POST", body: { decision, reasons } });
}

/** @param {string} caseId */
export function giveBack(caseId) {
  return fetchJson(`/v1/review-cases/${caseId}/lease`, { method: "DELETE" });
}

/** The clip, in memory only: revoke the address when it is not shown any more. @param {string} caseId @param {AbortSignal} signal */
export async function openClip(caseId, signal) {
  return open(`/v1/review-cases/${caseId}/clip`, signal);
}

/** @param {string} caseId @param {string} kind @param {AbortSignal} signal */
export async function openPhoto(caseId, kind, signal) {
  return open(`/v1/review-cases/${caseId}/photos/${kind}`, signal);
}

/** @param {string} path @param {AbortSignal} signal */
async function open(path, signal) {
  return URL.createObjectURL(await fetchFile(path, { signal, limitMs: 0 }));
}
