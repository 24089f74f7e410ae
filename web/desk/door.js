/** What the desk asks of the door (docs/planning.md). */
import { said, t } from "../staff/language.js";
import { fetchJson, Refused, saveFile, UNATTENDED } from "../staff/session.js";
import { merged } from "./model/merge.js";

/** @typedef {import("./desk.js").Load} Load @typedef {import("./desk.js").Job} Job @typedef {import("./model/types.js").Place} Place */
const DESK = "/v1/desk";
export const EVENTS = `${DESK}/events`;
/** Longer than any search; the planner may be busy with another move. */
const PATIENT_MS = 120_000;
/** As many days as the door takes. */
const MOST_SHEET_DAYS = 31;

/** @param {string} path @param {unknown} body */
const post = (path, body) => fetchJson(`${DESK}/${path}`, { method: "POST", body, limitMs: PATIENT_MS });
/** @param {Place} place */
const whenOf = (place) => ({ cadre_id: place.cadreId, day: place.day, half_day: place.half });

/** Whether the door refused because the draft is another one by now. @param {unknown} error */
export function isChanged(error) {
  return error instanceof Refused && error.stated.code === "PLAN_DRAFT_CHANGED";
}

/** The board as it is now: what has changed since it was read last; the whole when there is none, or something is missing.
 * @param {Record<string, string>} headers @param {any} had @returns {Promise<any>} */
export async function readBoard(headers, had) {
  const read = (/** @type {string} */ query) => fetchJson(`${DESK}/board${query}`, { headers, limitMs: PATIENT_MS });
  return (had && merged(had, await read(`?since=${had.revision}`))) ?? read("");
}

/** Whose tiles lie below the map; null: nobody's. @returns {Promise<{url: string, attribution: string}|null>} */
export async function readTiles() {
  const tiles = await fetchJson("/desk/tiles.json");
  return tiles?.url ? tiles : null;
}

/** Moves what is carried, or (`dry`) says what it would cost. @param {number} version @param {Load} load @param {Place} to @param {boolean} dry */
export async function move(version, load, to, dry) {
  const what = load.whole && load.from ? { route: whenOf(load.from) } : { visit_ids: load.visitIds };
  return post("moves", { version, ...what, to: { ...whenOf(to), at: to.order ?? null }, dry_run: dry });
}

/** @param {number} version @returns {Promise<string>} What was undone. */
export async function undo(version) {
  return t("done.undone", { what: said((await post("undo", { version })).words) });
}

/** @param {number} version @returns {Promise<string>} What was done again. */
export async function redo(version) {
  return t("done.redone", { what: said((await post("redo", { version })).words) });
}

/** @param {number} version @returns {Promise<string>} What became of it. */
export async function publish(version) {
  const { published_version, cadres, told } = await post("publish", { version });
  return t("publish.done", { version: published_version, cadres, told });
}

/** @param {"plan"|"what_if"} kind @param {object} order @returns {Promise<Job>} */
export async function search(kind, order) {
  const { job_id } = await post(kind === "plan" ? "plans" : "what-ifs", order);
  return { id: job_id, kind, state: "waiting", done: 0, of: 0, answer: null, why: null, warnings: [] };
}

/** @param {string} id @returns {Promise<Job>} */
export async function readJob(id) {
  const { kind, state, done, of, answer, words, warnings } = await fetchJson(`${DESK}/jobs/${id}`, { headers: UNATTENDED });
  return { id, kind, state, done, of, answer, why: words, warnings };
}

/** @param {string} id */
export async function cancelSearch(id) {
  await fetchJson(`${DESK}/jobs/${id}`, { method: "DELETE" });
}

/** Hands in CADRES.csv, PLACES.csv or TRAVEL.csv. @param {string} kind @param {File} file @returns {Promise<{rows: number, taken: number, faults: {row: number, words: import("./model/types.js").Words}[]}>} */
export async function takeSource(kind, file) {
  return post(`${kind}-lists`, formOf(file));
}

/** Takes days off for a cadre, beside those that are known, or gives them back; the draft is mended by the planner, with a reason for each move.
 * @param {string} cadreId @param {string[]} days @param {boolean} isOff */
export async function setDaysOff(cadreId, days, isOff) {
  const { items } = await fetchJson(`${DESK}/cadres`);
  const { cadre_id, ...cadre } = items.find((/** @type {any} */ each) => each.cadre_id === cadreId);
  const others = cadre.days_off.filter((/** @type {string} */ each) => !days.includes(each));
  const days_off = [...others, ...(isOff ? days : [])].sort();
  await fetchJson(`${DESK}/cadres/${encodeURIComponent(cadre_id)}`, { method: "PUT", body: { ...cadre, days_off }, limitMs: PATIENT_MS });
}

/** @param {File} file */
function formOf(file) {
  const form = new FormData();
  form.append("file", file);
  return form;
}

/** The draft as a file. @param {"csv"|"xlsx"} form */
export async function savePlan(form) {
  await saveFile(`${DESK}/plan.${form}`, `plan.${form}`);
}

/** An edited plan comes back; with `dry` it is only checked. @param {number} version @param {File} file @param {boolean} dry
 * @returns {Promise<{ok: boolean, moved: number, rows: number, faults: {row: number, words: import("./model/types.js").Words}[], cost: Record<string, number>}>} */
export async function importPlan(version, file, dry) {
  const form = formOf(file);
  form.append("version", String(version));
  form.append("dry_run", String(dry));
  return post("imports", form);
}

/** Route sheets to be printed, a page for each half-day. @param {string} cadreId @param {string} name @param {string[]} days */
export async function saveSheet(cadreId, name, days) {
  const query = new URLSearchParams([["cadre_id", cadreId], ...days.slice(0, MOST_SHEET_DAYS).map((day) => ["day", day])]);
  await saveFile(`${DESK}/route-sheet.pdf?${query}`, `${[name, ...days.slice(0, 1)].join(" ")}.pdf`);
}

/** A new secret address of a cadre's calendar; the one before ends. @param {string} cadreId @returns {Promise<string>} */
export async function makeFeed(cadreId) {
  return (await post(`cadres/${encodeURIComponent(cadreId)}/feed`, {})).url;
}
