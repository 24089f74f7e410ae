/** Moments as people say them, by the county's clock, wherever the computer stands. */
import { spoken } from "./language.js";
import { fetchJson, Refused } from "./session.js";

/** The county's time zone, as the door says it before anybody signs in. @type {string|undefined} */
let zone;

/** @param {string} name Of the IANA database: "Asia/Shanghai". */
export function keepZone(name) {
  zone = name;
}

/** Asks for it when nobody has signed in since the page was loaded: the tab was loaded again. Until then this computer's clock holds. */
export async function readZone() {
  if (zone) return;
  try {
    keepZone((await fetchJson("/v1/sign-in")).timezone);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
}

/** The year of a moment in the county. @param {Date} at */
export function yearOf(at) {
  return at.toLocaleDateString("en", { year: "numeric", timeZone: zone });
}

/** "26 Nov, 09:12"; with its year when that is another one. Other `parts` on request.
 * @param {string} moment @param {Intl.DateTimeFormatOptions} [parts] */
export function momentText(moment, parts) {
  const at = new Date(moment);
  const year = yearOf(at) === yearOf(new Date()) ? undefined : /** @type {const} */ ("numeric");
  const usual = { year, month: /** @type {const} */ ("short"), day: /** @type {const} */ ("numeric"), hour: /** @type {const} */ ("2-digit"), minute: /** @type {const} */ ("2-digit") };
  return at.toLocaleString(spoken() === "zh" ? "zh-CN" : "en-GB", { ...(parts ?? usual), timeZone: zone });
}
