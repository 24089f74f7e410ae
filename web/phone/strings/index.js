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

/** @param {string|undefined} timeZone */
const clockOf = (timeZone) =>
  new Intl.DateTimeFormat("en-US", {
    timeZone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit",
  });
let clock = clockOf(undefined);
/** @type {string|undefined} */
let zone;

/** Tells days and times as the county's clocks do, wherever this phone believes to be. @param {string|undefined} timeZone */
export function liveIn(timeZone) {
  if (timeZone === zone) return;
  try {
    clock = clockOf(timeZone);
    zone = timeZone;
  } catch {
    // a zone that this browser does not know: by the phone's own
  }
}

/** The county's calendar and clock at a moment, in ms. @param {number} moment */
function countyTime(moment) {
  const parts = Object.fromEntries(clock.formatToParts(moment).map(({ type, value }) => [type, value]));
  return /** @type {{year: string, month: string, day: string, hour: string, minute: string}} */ (/** @type {any} */ (parts));
}

/** The county's day as an ISO date. @param {number} moment In ms. */
export function isoDay(moment) {
  const { year, month, day } = countyTime(moment);
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}

/** Month and day. @param {string} day ISO date */
export function dayText(day) {
  const [, month, date] = day.split("T")[0]?.split("-") ?? [];
  return t("day", { month: Number(month), day: Number(date) });
}

/** Day, hour and minute in the county. @param {string} moment */
export function momentText(moment) {
  const { month, day, hour, minute } = countyTime(Date.parse(moment));
  return `${t("day", { month, day })} ${hour}:${minute}`;
}
