/** The two weeks that are shown, and the township that is open: both from the address. */
import { readPlace } from "./address.js";
import { desk } from "./desk.js";
import { addDays, daysFrom, mondayOf } from "../staff/days.js";

const DAYS = 14;
/** Of what looks further ahead: deadlines and load. */
const LONGER_DAYS = 28;

/** From a Monday on; without one in the address, the week in which somebody rides first. */
export function periodOf() {
  const { asked } = readPlace(location.hash);
  const plan = desk.index?.plan;
  const start = asked.week && /^\d{4}-\d\d-\d\d$/.test(asked.week) ? asked.week : (plan?.routes.map((each) => each.day).sort()[0] ?? plan?.first ?? "2026-01-05");
  const first = mondayOf(start);
  const last = addDays(first, DAYS - 1);
  return { first, last, days: daysFrom(first, last), before: addDays(first, -7), after: addDays(first, 7), longer: daysFrom(first, addDays(first, LONGER_DAYS - 1)) };
}

/** The open township: of the address, else the first (the fullest); "-" is none. @param {string[]} codes */
export function openTownship(codes) {
  const { township } = readPlace(location.hash).asked;
  if (township === "-") return null;
  return township && codes.includes(township) ? township : (codes[0] ?? null);
}
