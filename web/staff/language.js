/**
 * The words of the staff's pages, in two languages. Each page adds its own catalogue to the shared one.
 *
 * @typedef {"zh"|"en"} Language
 * @typedef {{code?: string, zh?: string, en?: string}} Stated What the door says, in both languages.
 */
import { en } from "./strings/en.js";
import { zh } from "./strings/zh.js";

const KEPT = "onevisit.language";
/** @type {Record<Language, Record<string, string>>} */
const TEXTS = { zh: { ...zh }, en: { ...en } };
/** Tells of a change of the language. */
export const language = new EventTarget();
/** @type {Language} */
let spokenNow = globalThis.localStorage?.getItem(KEPT) === "en" ? "en" : "zh";

/** Adds a page's words. @param {{zh: Record<string, string>, en: Record<string, string>}} texts */
export function addTexts(texts) {
  Object.assign(TEXTS.zh, texts.zh);
  Object.assign(TEXTS.en, texts.en);
}

/** @returns {Language} */
export function spoken() {
  return spokenNow;
}

/** @param {Language} wanted */
export function speak(wanted) {
  spokenNow = wanted;
  localStorage.setItem(KEPT, wanted);
  document.documentElement.lang = wanted === "zh" ? "zh-Hans" : "en";
  document.title = t("app.title");
  language.dispatchEvent(new Event("change"));
}

/** The text of a key; `{name}` is replaced, `{name|visit|visits}` by the first word where the value is one. @param {string} key @param {Record<string, string|number>} [values] */
export function t(key, values = {}) {
  const text = TEXTS[spokenNow][key];
  if (text === undefined) throw new Error(`no text for ${key}`);
  return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_, name, one, many) =>
    many === undefined ? String(values[name] ?? "") : Number(values[name]) === 1 ? one : many,
  );
}

/** The name of a code of the door, or the code itself when it is newer than this page.
 * @param {string} family @param {string} code */
export function named(family, code) {
  return TEXTS[spokenNow][`${family}.${code}`] ?? code;
}

/** What the door said, in the language of this page. @param {Stated|string|null|undefined} stated */
export function said(stated) {
  if (!stated) return "";
  if (typeof stated === "string") return stated;
  return stated[spokenNow] || stated.en || stated.zh || stated.code || "";
}
