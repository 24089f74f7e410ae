// The desk's pure parts: days and windows, addresses, what is counted of a plan, where the arrows lead, the picture of an alignment.
import assert from "node:assert/strict";
import { test } from "node:test";
import { linkTo, readPlace, readShow, showText } from "../desk/address.js";
import { step } from "../desk/model/carrying.js";
import { addDays, daysBetween, dayText, mondayOf, weekdayOf, windowText } from "../staff/days.js";
import { deadlinesOf, figuresOf, indexOf, loadOf, loadsOf, peopleOf, select, townshipsOf } from "../desk/model/plan.js";
import { readBoard, villageWithin } from "../desk/model/read.js";
import { timelineOf } from "../desk/model/timeline.js";

const A = "990101001001";
const B = "990101002001";

/** @param {string} key @param {string[]} window @param {object} [more] */
function stop(key, window, more = {}) {
  const village = key.startsWith("b") ? B : A;
  const people = [{ visitId: key, name: key, programmes: ["pension"], window, toldOn: null, frail: false, records: [] }];
  return { key, people, arrive: "08:40", lat: 27, lon: 105, village, window, toldOn: null, ...more };
}

/** @param {string} id @param {string} township @param {string} village */
function cadre(id, township, village) {
  const slots = ["2026-03-02", "2026-03-03"].flatMap((day) => ["am", "pm"].map((half) => ({ day, half, budget: 144, market: false })));
  return { id, name: id, township, villages: [village], lat: 27, lon: 105, slots };
}

/** @param {string} cadreId @param {string} day @param {number} minutes @param {any[]} stops */
function route(cadreId, day, minutes, stops) {
  return { cadreId, day, half: "am", start: "08:30", end: "10:00", minutes, rideMinutes: 30, stops };
}

/** @type {any} */
const PLAN = {
  first: "2026-03-02",
  last: "2026-03-29",
  today: "2026-03-02",
  cadres: [cadre("a1", "990101001", A), cadre("a2", "990101001", A), cadre("b1", "990101002", B)],
  routes: [
    route("a1", "2026-03-02", 100, [stop("a-1", ["2026-03-01", "2026-03-04"]), stop("a-2", ["2026-02-20", "2026-03-01"], { toldOn: "2026-03-02" })]),
    route("b1", "2026-03-03", 190, [stop("b-1", ["2026-03-01", "2026-03-02"])]),
  ],
  unplanned: [{ stop: stop("b-2", ["2026-03-01", "2026-03-02"]), cadreId: null, code: "PLAN_NO_ROOM", why: {} }],
  places: {},
};
const INDEX = indexOf(PLAN);
const keys = (/** @type {any[]} */ found) => found.map((each) => each.stop.key);

test("days count across months and weeks begin on Monday", () => {
  assert.equal(addDays("2026-02-27", 3), "2026-03-02");
  assert.equal(daysBetween("2026-03-02", "2026-02-27"), -3);
  assert.equal(weekdayOf("2026-03-01"), 7);
  assert.equal(mondayOf("2026-03-01"), "2026-02-23");
});

test("a window is said as people say it", () => {
  assert.equal(windowText("2026-03-03", "2026-03-14", "en"), "3–14 March");
  assert.equal(windowText("2026-03-03", "2026-03-14", "zh"), "3月3日–14日");
  assert.equal(windowText("2026-03-28", "2026-04-03", "en"), "28 March – 3 April");
  assert.equal(windowText("2026-03-28", "2026-04-03", "zh"), "3月28日–4月3日");
  assert.equal(windowText("2026-12-30", "2027-01-03", "en"), "30 December 2026 – 3 January 2027");
  assert.equal(windowText("2026-12-30", "2027-01-03", "zh"), "2026年12月30日–2027年1月3日");
  assert.equal(windowText("2026-03-03", "2026-03-03", "en"), dayText("2026-03-03", "en"));
});

test("what is looked at comes back from its address", () => {
  const filter = { cadre: "李 1,2:3", day: "2026-03-02" };
  const { view, asked } = readPlace(linkTo("board", { week: "2026-03-02", township: null, show: showText(filter) }));
  assert.equal(view, "board");
  assert.deepEqual(readShow(asked.show), filter);
  assert.equal("township" in asked, false);
  assert.equal(readPlace("").view, "board");
  assert.equal(readShow(undefined), null);
});

test("behind each number stand its visits, and no others", () => {
  assert.deepEqual(keys(select(INDEX, { cadre: "a1", day: "2026-03-02", half: "am" })), ["a-1", "a-2"]);
  assert.deepEqual(keys(select(INDEX, { state: "unplanned" })), ["b-2"]);
  assert.deepEqual(keys(select(INDEX, { township: "990101002" })), ["b-1", "b-2"]);
  assert.deepEqual(keys(select(INDEX, { state: "overdue" })), ["a-2"]);
  assert.deepEqual(keys(select(INDEX, { state: "late" })), ["a-2", "b-1"]);
  assert.deepEqual(keys(select(INDEX, { state: "over" })), ["b-1"]);
  assert.deepEqual(keys(select(INDEX, { state: "told" })), ["a-2"]);
  assert.deepEqual(keys(select(INDEX, { visit: INDEX.plan.routes[0]?.stops[0]?.people[0]?.visitId ?? "" })), ["a-1"]);
  assert.deepEqual(keys(select(INDEX, { village: B, due: "2026-03-02" })), ["b-1", "b-2"]);
  assert.deepEqual(keys(select(INDEX, { state: "planned", from: "2026-03-03", to: "2026-03-03" })), ["b-1"]);
});

test("a half-day fits or is too long", () => {
  const word = (/** @type {number} */ minutes) => loadOf(INDEX, /** @type {any} */ ({ ...PLAN.routes[0], minutes })).word;
  assert.deepEqual([word(130), word(144), word(145)], ["fits", "fits", "over"]);
});

test("the overloaded township comes first", () => {
  const [first, second] = townshipsOf(INDEX, "2026-03-02", "2026-03-15");
  assert.equal(first?.code, "990101002");
  assert.deepEqual([first?.over, first?.unplanned, first?.people, first?.available], [1, 1, 1, 576]);
  assert.equal(second?.minutes, 100);
  assert.deepEqual(second?.days.get("2026-03-02"), { people: 2, minutes: 100, available: 576, share: 100 / 576 });
});

test("the figures are those of the days and the township that are shown", () => {
  const all = figuresOf(INDEX, { from: "2026-03-02", to: "2026-03-15" });
  assert.deepEqual([all.planned, all.unplanned, all.halfDays, all.over, all.overdue, all.late], [3, 1, 2, 1, 1, 2]);
  const later = figuresOf(INDEX, { from: "2026-03-03", to: "2026-03-03" });
  assert.deepEqual([later.planned, later.overdue], [1, peopleOf(select(INDEX, { state: "overdue" }).map((each) => each.stop))]);
});

test("deadlines count who is due, and who of them has no day in time; what is overdue counts on the first day", () => {
  const { rows, most } = deadlinesOf(INDEX, ["2026-03-02", "2026-03-03", "2026-03-04"]);
  const cell = (/** @type {string} */ village, /** @type {string} */ day) => rows.find((each) => each.village === village)?.cells.get(day);
  assert.equal(most, 2);
  assert.deepEqual([cell(B, "2026-03-02")?.due, cell(B, "2026-03-02")?.open], [2, 2]);
  assert.deepEqual([cell(A, "2026-03-02")?.due, cell(A, "2026-03-02")?.open], [1, 1]);
  assert.deepEqual([cell(A, "2026-03-04")?.due, cell(A, "2026-03-04")?.open], [1, 0]);
});

test("behind each number of the deadlines stand its visits, also in a village to which another township rides", () => {
  const guest = route("b1", "2026-03-02", 60, [stop("a-3", ["2026-03-01", "2026-03-04"])]);
  const index = indexOf({ ...PLAN, routes: [...PLAN.routes, guest] });
  for (const township of ["", "990101001", "990101002"]) {
    const { rows } = deadlinesOf(index, ["2026-03-02", "2026-03-03", "2026-03-04"], township);
    const cells = rows.flatMap((each) => [...each.cells.values()]);
    assert.ok(cells.length);
    for (const { due, filter } of cells) assert.equal(peopleOf(select(index, filter).map((each) => each.stop)), due, JSON.stringify(filter));
  }
});

test("the load of a cadre stands on its days", () => {
  const loads = loadsOf(INDEX, PLAN.cadres[0], ["2026-03-02", "2026-03-04"]);
  assert.deepEqual(loads, { am: [100, null], pm: [null, null], room: [144, null] });
});

test("arrows lead from half-day to half-day, on to the next cadre, and stop at the edge", () => {
  const days = ["2026-03-02", "2026-03-03"];
  const from = /** @type {const} */ ({ cadreId: "a1", day: "2026-03-02", half: "pm" });
  assert.deepEqual(step(from, "ArrowDown", ["a1", "a2"], days), { cadreId: "a2", day: "2026-03-02", half: "am" });
  assert.deepEqual(step(from, "ArrowUp", ["a1", "a2"], days), { cadreId: "a1", day: "2026-03-02", half: "am" });
  assert.deepEqual(step(from, "ArrowRight", ["a1", "a2"], days).day, "2026-03-03");
  assert.deepEqual(step(from, "ArrowLeft", ["a1", "a2"], days), from);
});

test("the picture of an alignment has every campaign, and grows by what is proposed", () => {
  const campaign = { agency: "hrss", programme: "pension", area: null, requests: 3, people: 3, first_day: "2026-03-11", last_day: "2026-03-20" };
  const change = { agency: "hrss", programme: "pension", area: null, days_earlier: 10, days_later: 0 };
  const alone = timelineOf([/** @type {any} */ (campaign)], []);
  assert.deepEqual([alone.bars[0]?.left, alone.bars[0]?.width], [0, 1]);
  const wider = timelineOf([/** @type {any} */ (campaign)], [change]);
  assert.equal(wider.first, "2026-03-01");
  assert.deepEqual([wider.bars[0]?.left, wider.bars[0]?.earlier, wider.bars[0]?.width], [0.5, 0.5, 0.5]);
});

test("the door's board is read: half-days by cadre, all of a household together, a village without a place amid its homes", () => {
  const person = { visit_id: "v1", name: null, programmes: ["pension"], window: ["2026-03-02", "2026-03-09"], announced_on: null, frail: true, record_notes: [{ code: "record_moved", words: { zh: "迁出", en: "moved" } }] };
  const other = { ...person, visit_id: "v2", name: "王秀英", announced_on: "2026-03-03" };
  const door = { visit_ids: ["v1", "v2"], people: [person, other], village_code: A, lat: 27, lon: 105, window: person.window };
  const at = { cadre_id: "a1", day: "2026-03-03", half_day: "am" };
  const board = {
    version: null,
    published_version: null,
    differs: true,
    first: null,
    last: null,
    cadres: [{ cadre_id: "a1", name: "李", township: "", village_codes: [A], home: { lat: 27, lon: 105 } }],
    villages: [{ village_code: A, name: "石门村", lat: null, lon: null }],
    slots: [{ ...at, budget_minutes: 144, market: true }],
    routes: [
      {
        ...at,
        start: "08:30",
        end: "09:30",
        minutes: 60,
        ride_minutes: 20,
        km: 5,
        published: false,
        stops: [{ ...door, arrive: "08:40", announced_on: "2026-03-03", pinned: true }, { ...door, visit_ids: ["v3"], people: [], lat: 28, lon: 106 }],
      },
    ],
    unplanned: [{ ...door, visit_ids: ["v4"], lat: null, lon: null, announced_on: null, cadre_id: null, code: "PLAN_NO_PLACE", words: { zh: "缺", en: "lacks" } }],
    differences: { moved: [{ visit_id: "v2", name: "王秀英", was: at, now: null, told: true, words: {} }], new_count: 1, gone_count: 0 },
    undo: null,
    redo: { words: { zh: "移", en: "moved" } },
    pending: 0,
    today: "2026-03-01",
  };
  const plan = readBoard(board);
  assert.deepEqual([plan.version, plan.first, plan.today], [0, "2026-03-01", "2026-03-01"]);
  assert.deepEqual(plan.cadres[0]?.slots, [{ day: "2026-03-03", half: "am", budget: 144, market: true }]);
  assert.equal(plan.cadres[0]?.township, "990101001");
  const [first, second] = plan.routes[0]?.stops ?? [];
  assert.deepEqual([first?.people.length, first?.toldOn, first?.pinned, second?.pinned], [2, "2026-03-03", true, false]);
  assert.deepEqual([first?.people[0]?.name, first?.people[0]?.frail, first?.people[0]?.records[0]?.words.en], ["", true, "moved"]);
  assert.deepEqual(plan.places[A], { name: "石门村", lat: 27.5, lon: 105.5 });
  assert.deepEqual([plan.unplanned[0]?.stop.lat, plan.unplanned[0]?.why.en], [null, "lacks"]);
  assert.deepEqual(plan.moves[0]?.was, { cadreId: "a1", day: "2026-03-03", half: "am" });
  assert.deepEqual([plan.undo, plan.redo?.en], [null, "moved"]);
});

test("a township that the county has not named is called by a village of it", () => {
  const place = (/** @type {string} */ name) => ({ name, lat: null, lon: null });
  const places = { 990101001: place(""), 990101001002: place("石门村"), 990101001003: place("茶山村"), 990101002001: place("河口村") };
  assert.equal(villageWithin(places, "990101001"), "石门村");
  assert.equal(villageWithin(places, "990101009"), null);
  assert.equal(villageWithin(places, "990101002001"), null);
});
