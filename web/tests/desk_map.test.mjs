// The map: stops that lie close share a pin, pins stand beside each other, and a name is written where it can be read or not at all.
import assert from "node:assert/strict";
import { test } from "node:test";
import { covers, groupMarks, numbersText, placeNames, spread } from "../desk/model/map_layout.js";

const FRAME = { x: 160, y: 200, width: 320, height: 400 };
const mark = (/** @type {number} */ number, /** @type {number} */ x, /** @type {number} */ y, route = 0) => ({ route, number, x, y });
const pin = (/** @type {number} */ x, /** @type {number} */ y) => ({ x, y, width: 26, height: 26 });
const name = (/** @type {number} */ x, /** @type {number} */ y) => ({ dot: { x, y, width: 10, height: 10 }, width: 60, height: 18 });
const pairs = (/** @type {any[]} */ all) => all.flatMap((one, at) => all.slice(at + 1).map((other) => [one, other]));

test("stops of one route that lie close share a pin with their numbers; another route has its own", () => {
  const groups = groupMarks([mark(2, 104, 100), mark(1, 100, 100), mark(3, 200, 100), mark(1, 101, 101, 1)]);
  assert.deepEqual(groups.map((each) => [each.route, each.marks.map((one) => one.number)]), [[0, [1, 2]], [0, [3]], [1, [1]]]);
  assert.deepEqual([groups[0]?.x, groups[0]?.y], [102, 100]);
});

test("no two pins of one route are closer than a pin is wide, however its stops lie, and no stop is lost", () => {
  const marks = Array.from({ length: 40 }, (_, at) => mark(at + 1, (at * 37) % 150, (at * 53) % 120));
  const groups = groupMarks(marks);
  assert.deepEqual(groups.flatMap((each) => each.marks.map((one) => one.number)).sort((a, b) => a - b), marks.map((each) => each.number));
  for (const [one, other] of pairs(groups)) assert.ok(Math.hypot(one.x - other.x, one.y - other.y) >= 26);
});

test("a pin says which stops it stands for", () => {
  assert.deepEqual([[3], [2, 3, 4, 5], [1, 4], [1, 2, 6], [1, 3, 5, 6]].map(numbersText), ["3", "2–5", "1·4", "1–2·6", "×4"]);
});

test("pins that cover each other stand beside each other, near to where they belong", () => {
  const pins = [pin(100, 100), pin(100, 100), pin(110, 104), pin(300, 300)];
  const moved = spread(pins);
  for (const [one, other] of pairs(moved)) assert.ok(Math.abs(one.x - other.x) >= 25 || Math.abs(one.y - other.y) >= 25);
  assert.deepEqual(moved[3], pins[3]);
  for (const [at, each] of moved.entries()) assert.ok(Math.hypot(each.x - (pins[at]?.x ?? 0), each.y - (pins[at]?.y ?? 0)) < 40);
});

test("a name stands right of its dot; elsewhere when a pin or the map's edge is there", () => {
  assert.deepEqual(placeNames([name(100, 100)], [], FRAME), [{ x: 138, y: 100 }]);
  assert.deepEqual(placeNames([name(100, 100)], [pin(125, 100)], FRAME), [{ x: 62, y: 100 }]);
  assert.deepEqual(placeNames([name(300, 100)], [], FRAME), [{ x: 262, y: 100 }]);
  assert.deepEqual(placeNames([name(100, 100)], [pin(100, 100)], FRAME), [{ x: 149, y: 100 }], "a pin stands on the dot");
});

test("names cover neither pins nor each other; one without room is not written", () => {
  const names = [name(100, 100), name(120, 108), name(90, 120)];
  const pins = [pin(125, 130), pin(60, 90)];
  const placed = placeNames(names, pins, FRAME);
  const boxes = placed.flatMap((spot) => (spot ? [{ ...spot, width: 60, height: 18 }] : []));
  assert.equal(boxes.length, 3);
  for (const [one, other] of pairs([...boxes, ...pins])) assert.ok(!covers(one, other) || (pins.includes(one) && pins.includes(other)));
  const crowd = Array.from({ length: 400 }, (_, at) => pin((at % 20) * 17, Math.floor(at / 20) * 21));
  assert.deepEqual(placeNames([name(150, 150)], crowd, FRAME), [null]);
});
