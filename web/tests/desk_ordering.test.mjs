// The order of a half-day's stops: where one is let go, as the door counts it, and what the list would be then.
import assert from "node:assert/strict";
import { test } from "node:test";
import { arranged, arrivals, isOrdering, orderAt } from "../desk/model/ordering.js";

/** @param {string} key @param {string[]} visitIds */
const stop = (key, visitIds = [key]) => /** @type {any} */ ({ key, people: visitIds.map((visitId) => ({ visitId })) });
const STOPS = [stop("a"), stop("b", ["b", "b2"]), stop("c"), stop("d")];
const keys = (/** @type {any[]} */ stops) => stops.map((each) => each.key).join("");
const PLACE = /** @type {const} */ ({ cadreId: "c1", day: "2026-03-02", half: "am" });

test("a place in the order is counted without what is moved", () => {
  assert.deepEqual(STOPS.map((each) => orderAt(STOPS, ["b", "b2"], each.key, false)), [0, 1, 1, 2]);
  assert.deepEqual(STOPS.map((each) => orderAt(STOPS, ["b", "b2"], each.key, true)), [1, 1, 2, 3]);
});

test("a stop from another half-day is counted among all", () => {
  assert.equal(orderAt(STOPS, ["elsewhere"], "c", false), 2);
  assert.equal(orderAt(STOPS, ["elsewhere"], "d", true), 4);
});

test("wherever a stop is let go it stands there, a household as one, and nobody else changes the order", () => {
  assert.deepEqual([0, 1, 2, 3].map((order) => keys(arranged(STOPS, ["b", "b2"], order))), ["bacd", "abcd", "acbd", "acdb"]);
  for (const target of STOPS)
    for (const after of [false, true]) {
      const shown = arranged(STOPS, ["c"], orderAt(STOPS, ["c"], target.key, after));
      if (target.key !== "c") assert.equal(shown.indexOf(STOPS[2]) - shown.indexOf(target), after ? 1 : -1);
    }
});

test("only a stop that stays in its half-day, at a place of the order, is being put in order", () => {
  const carrying = (/** @type {object} */ more) => /** @type {any} */ ({ visitIds: ["a"], from: PLACE, at: { ...PLACE, order: 0 }, ...more });
  assert.equal(isOrdering(carrying({}), PLACE), true);
  assert.equal(isOrdering(carrying({ at: PLACE }), PLACE), false);
  assert.equal(isOrdering(carrying({ from: { ...PLACE, half: "pm" } }), PLACE), false);
  assert.equal(isOrdering(carrying({}), { ...PLACE, half: "pm" }), false);
  assert.equal(isOrdering(null, PLACE), false);
});

test("the times are those that the door has said, of this half-day", () => {
  const routes = [
    { cadre_id: "c1", day: PLACE.day, half_day: "pm", stops: [{ visit_ids: ["x"], arrive: "14:00" }] },
    { cadre_id: "c1", day: PLACE.day, half_day: "am", stops: [{ visit_ids: ["b", "b2"], arrive: "08:40" }] },
  ];
  assert.deepEqual([...arrivals(/** @type {any} */ ({ answer: { routes } }), PLACE)], [["b", "08:40"], ["b2", "08:40"]]);
  assert.equal(arrivals(/** @type {any} */ ({ answer: null }), PLACE).size, 0);
});
