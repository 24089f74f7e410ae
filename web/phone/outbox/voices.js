/**
 * The dialects that the door offers, and the chosen one's files kept on the phone, for where there is no signal.
 *
 * Mandarin comes with the page and is always there (sw.js); every other dialect is a folder that somebody dropped at the
 * door, and its files are kept by themselves when it is chosen.
 *
 * @typedef {import("../model/types.js").Dialect} Dialect
 * @typedef {import("../store/database.js").Database} Database
 */
import { getFact, putFact } from "../store/database.js";
import { Away, Refused, ask } from "./door.js";

const KEPT = "onevisit-voices";
export const AUDIO = new URL("../audio/", import.meta.url);
/** Comes with the page. */
export const FIRST_DIALECT = "zh-cmn";

/** Asks the door which there are, and fetches the chosen one when it is new or has changed. What does not come is asked for again
 * at the next sync: nothing else waits for a voice, and the one that is kept stays until then.
 * @param {Database} database @param {string} chosen */
export async function fetchDialects(database, chosen) {
  const dialects = await findDialects();
  if (!dialects) return;
  await putFact(database, "dialects", dialects);
  const offered = dialects.find((each) => each.id === chosen);
  if (!offered || offered.id === FIRST_DIALECT || !("caches" in globalThis)) return;
  const wanted = `${offered.id} ${offered.version}`;
  if ((await getFact(database, "voice")) === wanted) return;
  if (await keep(offered)) await putFact(database, "voice", wanted);
}

/** @returns {Promise<Dialect[]|null>} */
async function findDialects() {
  try {
    const { json } = await ask("/phone/audio/dialects.json");
    return Array.isArray(json?.dialects) ? json.dialects : null;
  } catch (error) {
    if (error instanceof Away || error instanceof Refused) return null;
    throw error;
  }
}

/** Keeps all files of a dialect, and only then lets go of those of another one. @param {Dialect} dialect @returns {Promise<boolean>} */
async function keep({ id }) {
  const folder = new URL(`${id}/`, AUDIO);
  try {
    const manifest = await (await fetch(new URL("manifest.json", folder), { cache: "no-store" })).json();
    const names = ["manifest.json", ...Object.values(manifest.prompts).map((/** @type {any} */ each) => each.file)];
    const urls = new Set(names.map((each) => new URL(each, folder).href));
    const kept = await caches.open(KEPT);
    await kept.addAll([...urls].map((each) => new Request(each, { cache: "no-store" })));
    const others = (await kept.keys()).filter((each) => !urls.has(each.url));
    await Promise.all(others.map((each) => kept.delete(each)));
    return true;
  } catch {
    return false; // no signal, or no room: asked again at the next sync; Mandarin speaks meanwhile
  }
}

/** A file of a voice: kept, or with the page, or from the door. @param {URL} url @returns {Promise<Response>} */
export async function voiceFile(url) {
  const kept = "caches" in globalThis ? await caches.match(url, { cacheName: KEPT }) : undefined;
  const answer = kept ?? (await fetch(url));
  if (!answer.ok) throw new Error(`no ${url.pathname}`);
  return answer;
}
