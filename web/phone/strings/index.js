/**
 * All words of the page in two languages, one file each (a test compares their keys).
 *
 * @typedef {"zh"|"en"} Language
 */
import { en } from "./en.js";
import { zh } from "./zh.js";

const TEXTS = { zh, en };
/** @type {Language} */
let language = "zh";

/** @param {Language} wanted */
export function speak(wanted) {
  language = wanted;
  document.documentElement.lang = wanted === "zh" ? "zh-Hans" : "en";
  document.title = t("app.title");
}

/** @returns {Language} */
export function spoken() {
  return language;
}

/** The text of a key; `{name}` is replaced. @param {string} key @param {Record<string, string|number>} [values] */
export function t(key, values = {}) {
  const text = /** @type {Record<string, string>} */ (TEXTS[language])[key];
  if (text === undefined) throw new Error(`no text for ${key}`);
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** The name of a code of the door, or the code itself when it is newer than this page.
 * @param {string} family @param {string} code */
export function named(family, code) {
  const key = `${family}.${code}`;
  return key in TEXTS[language] ? t(key) : code;
}

/** What the door said, in the language of this phone. @param {{zh?: string, en?: string, code?: string}|string|null|undefined} stated */
export function said(stated) {
  if (!stated) return "";
  if (typeof stated === "string") return stated;
  return (language === "zh" ? stated.zh : stated.en) || stated.en || stated.code || "";
}

/** Bytes as people say them. @param {number} bytes */
export function bytesText(bytes) {
  if (bytes < 1_000_000) return `${Math.max(bytes > 0 ? 1 : 0, Math.round(bytes / 1000))} KB`;
  if (bytes < 1_000_000_000) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Month and day. @param {string} day ISO date */
export function dayText(day) {
  const [, month, date] = day.split("T")[0]?.split("-") ?? [];
  return t("day", { month: Number(month), day: Number(date) });
}

/** Hour and minute by this phone's clock. @param {string} moment */
export function momentText(moment) {
  const at = new Date(moment);
  const clock = `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
  return `${t("day", { month: at.getMonth() + 1, day: at.getDate() })} ${clock}`;
}
