/** Days as ISO dates ("2026-03-02"), without time and zone; and how people say them. Pure. */
const DAY_MS = 86_400_000;

/** @param {string} day */
const msOf = (day) => Date.parse(`${day}T00:00:00Z`);
/** @param {number} ms */
const isoOf = (ms) => new Date(ms).toISOString().slice(0, 10);

/** @param {string} day @param {number} count */
export function addDays(day, count) {
  return isoOf(msOf(day) + count * DAY_MS);
}

/** Days from one to another; negative when the other is earlier. @param {string} from @param {string} to */
export function daysBetween(from, to) {
  return Math.round((msOf(to) - msOf(from)) / DAY_MS);
}

/** 1 is Monday, 7 Sunday. @param {string} day */
export function weekdayOf(day) {
  return ((new Date(msOf(day)).getUTCDay() + 6) % 7) + 1;
}

/** @param {string} day */
export function mondayOf(day) {
  return addDays(day, 1 - weekdayOf(day));
}

/** All days from the first to the last. @param {string} first @param {string} last */
export function daysFrom(first, last) {
  return Array.from({ length: Math.max(0, daysBetween(first, last) + 1) }, (_, index) => addDays(first, index));
}

/** @param {string} day */
function parts(day) {
  const [year = 0, month = 0, date = 0] = day.split("-").map(Number);
  return { year, month, date };
}
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const ZH = "月日年"; // 中文: month, day, year

/** "3 March", "3月3日". @param {string} day @param {"zh"|"en"} language */
export function dayText(day, language) {
  const { month, date } = parts(day);
  return language === "zh" ? `${month}${ZH[0]}${date}${ZH[1]}` : `${date} ${MONTHS[month - 1]}`;
}

/** As short as a column's head: "3 Mar", "3月3日". @param {string} day @param {"zh"|"en"} language */
export function shortDay(day, language) {
  const { month, date } = parts(day);
  return language === "zh" ? dayText(day, language) : `${date} ${MONTHS[month - 1]?.slice(0, 3)}`;
}

/** A window as people say it: "3–14 March", "28 March – 3 April", "3月3日–14日". The year is said when it changes within.
 * @param {string} first @param {string} last @param {"zh"|"en"} language */
export function windowText(first, last, language) {
  if (first === last) return dayText(first, language);
  const from = parts(first);
  const to = parts(last);
  const year = (/** @type {number} */ which) => (from.year === to.year ? "" : language === "zh" ? `${which}${ZH[2]}` : ` ${which}`);
  if (language === "zh") {
    const end = from.year === to.year && from.month === to.month ? `${to.date}${ZH[1]}` : `${year(to.year)}${dayText(last, "zh")}`;
    return `${year(from.year)}${dayText(first, "zh")}–${end}`;
  }
  if (from.year === to.year && from.month === to.month) return `${from.date}–${to.date} ${MONTHS[to.month - 1]}`;
  return `${dayText(first, "en")}${year(from.year)} – ${dayText(last, "en")}${year(to.year)}`;
}

/** "08:30" as minutes after midnight. @param {string} clock */
export function minutesOf(clock) {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return hours * 60 + minutes;
}
