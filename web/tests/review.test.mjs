// What the reviewers' page computes: places on the timeline, keys, when a decision may be sent.
import assert from "node:assert/strict";
import { test } from "node:test";
import { actOf, DECISION_KEYS, isReady, minutesOf, placeOf, startOf, yearsOf } from "../review/model.js";

const deciding = { hasCase: true, chosen: null, done: false };

test("a moment lies where it was asked, within the clip", () => {
  assert.deepEqual(placeOf([2, 4], 8), { left: 25, width: 25 });
  assert.deepEqual(placeOf([6, 20], 8), { left: 75, width: 25 });
  assert.deepEqual(placeOf([9, 12], 8), { left: 100, width: 0 });
  assert.deepEqual(placeOf([1, 2], 0), { left: 0, width: 0 });
  const moment = { action: "nod", zh: "点头", en: "nod", asked_s: null, seen_s: null };
  assert.equal(startOf(moment), null);
  assert.equal(startOf({ ...moment, seen_s: [3, 4] }), 3);
  assert.equal(startOf({ ...moment, asked_s: [1, 6], seen_s: [3, 4] }), 1);
});

test("digits are moments first, and reasons once a decision is chosen", () => {
  assert.deepEqual(actOf("2", deciding), { kind: "moment", index: 1 });
  assert.deepEqual(actOf("2", { ...deciding, chosen: "refused" }), { kind: "reason", index: 1 });
  assert.equal(actOf("Enter", deciding), null);
  assert.deepEqual(actOf("Enter", { ...deciding, chosen: "retry" }), { kind: "confirm" });
  assert.deepEqual(actOf("Escape", { ...deciding, chosen: "retry" }), { kind: "back" });
});

test("every decision has a key of its own, in either case; nothing is decided without a case", () => {
  for (const [decision, key] of Object.entries(DECISION_KEYS)) {
    assert.deepEqual(actOf(key.toLowerCase(), deciding), { kind: "choose", decision });
    assert.equal(actOf(key, { ...deciding, hasCase: false }), null);
    assert.equal(actOf(key, { ...deciding, done: true }), null);
  }
  assert.deepEqual(actOf("n", { ...deciding, hasCase: false }), { kind: "next" });
  assert.deepEqual(["g", "s", " ", "ArrowLeft", "q"].map((key) => actOf(key, deciding)?.kind), ["give_back", "slow", "play", "step", undefined]);
});

test("only certifying needs no reason", () => {
  const none = new Set();
  assert.deepEqual([null, "certified", "retry", "refused"].map((each) => isReady(each, none)), [false, true, false, false]);
  assert.ok(isReady("refused", new Set(["another_person"])));
});

test("ages and waits are said in whole numbers", () => {
  assert.deepEqual([30, 364, 365, 400, 4000].map(yearsOf), [null, null, 1, 1, 10]);
  assert.deepEqual([null, 0, 61, 600].map(minutesOf), [null, 1, 2, 10]);
});
