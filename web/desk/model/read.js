/**
 * The door's board as the desk works with it (types.js). Pure.
 *
 * @typedef {import("./types.js").Plan} Plan
 * @typedef {import("./types.js").Stop} Stop
 * @typedef {import("./types.js").Place} Place
 * @typedef {import("./types.js").Route} Route
 */

/** @param {any} board GET /v1/desk/board @returns {Plan} */
export function readBoard(board) {
  const { today } = board;
  /** @type {Map<string, import("./types.js").Slot[]>} */
  const slots = new Map();
  for (const { cadre_id, day, half_day, budget_minutes, market } of board.slots) {
    const mine = slots.get(cadre_id) ?? [];
    mine.push({ day, half: half_day, budget: budget_minutes, market });
    slots.set(cadre_id, mine);
  }
  const routes = board.routes.map(readRoute);
  return {
    version: board.version ?? 0,
    published: board.published_version ?? 0,
    differs: board.differs,
    first: board.first ?? today,
    last: board.last ?? today,
    today,
    cadres: board.cadres.map((/** @type {any} */ each) => ({
      id: each.cadre_id,
      name: each.name,
      township: each.township || each.village_codes[0]?.slice(0, 9) || "",
      villages: each.village_codes,
      lat: each.home.lat,
      lon: each.home.lon,
      slots: slots.get(each.cadre_id) ?? [],
      daysOff: each.days_off,
    })),
    routes,
    unplanned: board.unplanned.map((/** @type {any} */ each) => ({ stop: readStop(each), cadreId: each.cadre_id, code: each.code, why: each.words })),
    places: readPlaces(board.villages, routes),
    moves: board.differences.moved.map((/** @type {any} */ each) => ({
      visitId: each.visit_id,
      name: each.name ?? "",
      was: readPlace(each.was),
      now: readPlace(each.now),
      told: each.told,
      why: each.words,
    })),
    newCount: board.differences.new_count,
    goneCount: board.differences.gone_count,
    undo: board.undo?.words ?? null,
    redo: board.redo?.words ?? null,
    undoStep: board.undo?.step ?? null,
    redoStep: board.redo?.step ?? null,
    pending: board.pending,
  };
}

/** @param {any} route @returns {Route} */
function readRoute(route) {
  return {
    cadreId: route.cadre_id,
    day: route.day,
    half: route.half_day,
    start: route.start,
    end: route.end,
    minutes: route.minutes,
    rideMinutes: route.ride_minutes,
    km: route.km,
    published: route.published,
    stops: route.stops.map(readStop),
    longerMinutes: route.longer_minutes ?? 0,
    orderGivenUp: route.order_given_up ?? false,
  };
}

/** A dwelling with everybody in it. @param {any} stop @returns {Stop} */
function readStop(stop) {
  return {
    key: stop.visit_ids[0],
    people: stop.people.map((/** @type {any} */ each) => ({
      visitId: each.visit_id,
      name: each.name ?? "",
      programmes: each.programmes,
      window: each.window,
      toldOn: each.announced_on,
      frail: each.frail,
      records: each.record_notes,
    })),
    arrive: stop.arrive ?? null,
    lat: stop.lat,
    lon: stop.lon,
    village: stop.village_code ?? "",
    window: stop.window,
    toldOn: stop.announced_on,
    pinned: stop.pinned ?? false,
    ordered: stop.ordered ?? false,
    ofVillage: stop.of_village ?? false,
  };
}

/** @param {any} at @returns {Place|null} */
function readPlace(at) {
  return at && { cadreId: at.cadre_id, day: at.day, half: at.half_day };
}

/** Names and middles of villages; one of which the county does not say where it is stands amid its homes.
 * @param {any[]} villages @param {Route[]} routes @returns {Plan["places"]} */
function readPlaces(villages, routes) {
  /** @type {Map<string, {lat: number, lon: number}[]>} */
  const homes = new Map();
  for (const { village, lat, lon } of routes.flatMap((each) => each.stops))
    if (lat !== null && lon !== null) homes.set(village, [...(homes.get(village) ?? []), { lat, lon }]);
  /** @param {string} code @param {"lat"|"lon"} axis */
  const middle = (code, axis) => {
    const mine = homes.get(code);
    return mine ? mine.reduce((sum, each) => sum + each[axis], 0) / mine.length : null;
  };
  return Object.fromEntries(
    villages.map(({ village_code, name, lat, lon }) => [
      village_code,
      { name, lat: lat ?? middle(village_code, "lat"), lon: lon ?? middle(village_code, "lon") },
    ]),
  );
}

/** The name of the first village of a township that has one. @param {import("./types.js").Plan["places"]} places @param {string} code */
export function villageWithin(places, code) {
  const within = Object.keys(places).filter((each) => each !== code && each.startsWith(code) && places[each]?.name);
  return places[within.sort()[0] ?? ""]?.name ?? null;
}
