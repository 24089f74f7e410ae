/**
 * What is counted of a plan, and which visits stand behind a count. Pure.
 *
 * @typedef {import("./types.js").Plan} Plan
 * @typedef {import("./types.js").Route} Route
 * @typedef {import("./types.js").Cadre} Cadre
 * @typedef {import("./types.js").Slot} Slot
 * @typedef {import("./types.js").Stop} Stop
 * @typedef {import("./types.js").Unplanned} Unplanned
 * @typedef {import("./types.js").Filter} Filter
 * @typedef {{stop: Stop, route: Route|null, unplanned: Unplanned|null}} Found
 */

/** @param {{cadreId: string, day: string, half: string}} place */
export function slotKey({ cadreId, day, half }) {
  return `${cadreId} ${day} ${half}`;
}

/** Routes, working half-days and cadres by name; made once for each plan. @param {Plan} plan */
export function indexOf(plan) {
  /** @type {Map<string, Route>} */
  const routes = new Map(plan.routes.map((each) => [slotKey(each), each]));
  /** @type {Map<string, Slot>} */
  const slots = new Map(plan.cadres.flatMap((cadre) => cadre.slots.map((slot) => [slotKey({ ...slot, cadreId: cadre.id }), slot])));
  /** @type {Map<string, Cadre>} */
  const cadres = new Map(plan.cadres.map((each) => [each.id, each]));
  return { plan, routes, slots, cadres };
}
/** @typedef {ReturnType<typeof indexOf>} Index */

/** How full a half-day is, and whether it is too long. The budget is 80 % of a half-day (docs/planning.md). @param {Index} index @param {Route} route */
export function loadOf(index, route) {
  const budget = index.slots.get(slotKey(route))?.budget ?? 0;
  const share = budget ? route.minutes / budget : Infinity;
  const word = share > 1.005 ? "over" : "fits"; // half a percent: the door rounds
  return { share, word };
}

/** @param {Stop[]} stops */
export function peopleOf(stops) {
  return stops.reduce((sum, each) => sum + each.people.length, 0);
}

/** The township of a stop that nobody has: of the cadre, else of the village's code. @param {Index} index @param {Unplanned} out */
function townshipOf(index, out) {
  const cadre = out.cadreId ? index.cadres.get(out.cadreId) : index.plan.cadres.find((each) => each.villages.includes(out.stop.village));
  return cadre?.township ?? out.stop.village.slice(0, 9);
}

/** One line for each township, the fullest first: what its cadres are asked for against what they have, from one day to another.
 * @param {Index} index @param {string} first @param {string} last */
export function townshipsOf(index, first, last) {
  const { plan } = index;
  const inside = (/** @type {{day: string}} */ each) => each.day >= first && each.day <= last;
  const codes = [...new Set(plan.cadres.map((each) => each.township))];
  return codes
    .map((code) => {
      const cadres = plan.cadres.filter((each) => each.township === code);
      const routes = plan.routes.filter((each) => index.cadres.get(each.cadreId)?.township === code && inside(each));
      const minutes = routes.reduce((sum, each) => sum + each.minutes, 0);
      const available = cadres.flatMap((each) => each.slots.filter(inside)).reduce((sum, each) => sum + each.budget, 0);
      const unplanned = plan.unplanned.filter((each) => townshipOf(index, each) === code);
      return {
        code,
        cadres,
        halfDays: routes.length,
        people: routes.reduce((sum, each) => sum + peopleOf(each.stops), 0),
        minutes,
        available,
        share: available ? minutes / available : 0,
        over: routes.filter((each) => loadOf(index, each).word === "over").length,
        days: daysOf(routes, cadres),
        unplanned: peopleOf(unplanned.map((each) => each.stop)),
      };
    })
    .sort((a, b) => b.over - a.over || b.unplanned - a.unplanned || b.share - a.share || a.code.localeCompare(b.code));
}

/** Each day of a township: people, and how much of its time is used. @param {Route[]} routes @param {Cadre[]} cadres */
function daysOf(routes, cadres) {
  /** @type {Map<string, {people: number, minutes: number, available: number, share: number}>} */
  const days = new Map();
  const at = (/** @type {string} */ day) => days.get(day) ?? { people: 0, minutes: 0, available: 0, share: 0 };
  for (const slot of cadres.flatMap((each) => each.slots)) {
    const was = at(slot.day);
    days.set(slot.day, { ...was, available: was.available + slot.budget });
  }
  for (const route of routes) {
    const was = at(route.day);
    days.set(route.day, { ...was, people: was.people + peopleOf(route.stops), minutes: was.minutes + route.minutes });
  }
  for (const each of days.values()) each.share = each.available ? each.minutes / each.available : each.minutes ? 1 : 0;
  return days;
}

/** All stops with where they stand. @param {Plan} plan @returns {Found[]} */
export function stopsOf(plan) {
  const planned = plan.routes.flatMap((route) => route.stops.map((stop) => ({ stop, route, unplanned: null })));
  return [...planned, ...plan.unplanned.map((unplanned) => ({ stop: unplanned.stop, route: null, unplanned }))];
}

/** The stops behind a number, by day and time. @param {Index} index @param {Filter} filter @returns {Found[]} */
export function select(index, filter) {
  const rank = (/** @type {Found} */ each) => `${each.route?.day ?? "9"} ${each.route?.half ?? ""} ${each.stop.arrive ?? each.stop.window[1]}`;
  return stopsOf(index.plan)
    .filter((each) => matches(index, each, filter))
    .sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

/** @param {Index} index @param {Found} found @param {Filter} filter */
function matches(index, found, filter) {
  const { stop, route, unplanned } = found;
  const township = route ? index.cadres.get(route.cadreId)?.township : unplanned && townshipOf(index, unplanned);
  if (filter.cadre && (route?.cadreId ?? unplanned?.cadreId) !== filter.cadre) return false;
  if (filter.day && route?.day !== filter.day) return false;
  if (filter.half && route?.half !== filter.half) return false;
  if (filter.from && route && route.day < filter.from) return false;
  if (filter.to && route && route.day > filter.to) return false;
  if (filter.township && township !== filter.township) return false;
  if (filter.village && stop.village !== filter.village) return false;
  if (filter.visit && !stop.people.some((each) => each.visitId === filter.visit)) return false;
  if (filter.due && stop.window[1] !== filter.due) return false;
  if (filter.due_to && stop.window[1] > filter.due_to) return false;
  return !filter.state || isState(index, found, filter.state);
}

/** @param {Index} index @param {Found} found @param {string} state */
function isState(index, { stop, route }, state) {
  switch (state) {
    case "planned":
      return route !== null;
    case "unplanned":
      return route === null;
    case "told":
      return stop.toldOn !== null;
    case "overdue":
      return stop.window[1] < index.plan.today;
    case "late":
      return route !== null && route.day > stop.window[1];
    case "over":
      return route !== null && loadOf(index, route).word === "over";
    default:
      return false;
  }
}

/** The figures of the plan between two days; who is overdue, or has no day at all, is so whichever days are shown. @param {Index} index @param {{township?: string, from: string, to: string}} within */
export function figuresOf(index, { township = "", from, to }) {
  const found = select(index, { township, from, to });
  const routes = [...new Set(found.map((each) => each.route).filter((each) => each !== null))];
  const people = (/** @type {(each: Found) => boolean} */ which) => peopleOf(found.filter(which).map((each) => each.stop));
  return {
    planned: people((each) => each.route !== null),
    unplanned: people((each) => each.route === null),
    halfDays: routes.length,
    rideMinutes: routes.reduce((sum, each) => sum + each.rideMinutes, 0),
    over: routes.filter((each) => loadOf(index, each).word === "over").length,
    overdue: peopleOf(select(index, { township, state: "overdue" }).map((each) => each.stop)),
    late: people((each) => each.route !== null && each.route.day > each.stop.window[1]),
  };
}

/** Deadlines: for each village how many people are due on each day, how many of them have no day yet or one too late, and the filter
 * behind which they stand. What was due before the first day counts on it.
 * @param {Index} index @param {string[]} days @param {string} [township] */
export function deadlinesOf(index, days, township = "") {
  const first = days[0] ?? "";
  const last = days.at(-1) ?? "";
  /** @type {Map<string, Map<string, {due: number, open: number, filter: Record<string, string>}>>} */
  const villages = new Map();
  for (const each of select(index, { township })) {
    const due = each.stop.window[1];
    if (due > last) continue;
    const day = due < first ? first : due;
    const { village } = each.stop;
    const row = villages.get(village) ?? new Map();
    const cell = row.get(day) ?? { due: 0, open: 0, filter: { township, village, [day === first ? "due_to" : "due"]: day } };
    cell.due += each.stop.people.length;
    if (!each.route || each.route.day > due) cell.open += each.stop.people.length;
    row.set(day, cell);
    villages.set(village, row);
  }
  const rows = [...villages].map(([village, cells]) => ({ village, cells })).sort((a, b) => a.village.localeCompare(b.village));
  return { rows, most: Math.max(1, ...rows.flatMap((each) => [...each.cells.values()].map((cell) => cell.due))) };
}

/** Minutes of a cadre on each day, morning and afternoon. @param {Index} index @param {Cadre} cadre @param {string[]} days */
export function loadsOf(index, cadre, days) {
  const of = (/** @type {import("./types.js").Half} */ half) =>
    days.map((day) => index.routes.get(slotKey({ cadreId: cadre.id, day, half }))?.minutes ?? null);
  const room = days.map((day) => Math.max(0, ...cadre.slots.filter((each) => each.day === day).map((each) => each.budget)) || null);
  return { am: of("am"), pm: of("pm"), room };
}
