import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, films, step } from "../phone/capture/machine.js";

/** @type {any[]} */
const WAY = ["camera_ready", "begin", "first_picture", "prompts_over", "recorded", "kept"];

/** @param {string[]} events */
function run(events) {
  return events.reduce((state, type) => step(state, /** @type {any} */ ({ type }), 12), begin());
}

test("a present person is filmed from opening to saved", () => {
  assert.equal(run(WAY).phase, "saved");
});

test("every state before the end has a time limit that leads to a failure with a reason", () => {
  for (let length = 0; length < WAY.length; length += 1) {
    const state = run(WAY.slice(0, length));
    assert.ok(state.limitMs !== null && state.limitMs > 0, state.phase);
    const late = step(state, { type: "timeout" }, 12);
    assert.equal(late.phase, "failed", state.phase);
    assert.ok(late.why);
  }
});

test("every failure is left by filming again, and nothing else moves it", () => {
  const failed = step(begin(), { type: "failed", why: "camera_denied" }, 12);
  assert.equal(failed.why, "camera_denied");
  assert.equal(step(failed, { type: "timeout" }, 12), failed);
  assert.equal(step(failed, { type: "failed", why: "empty" }, 12), failed);
  assert.equal(step(failed, { type: "retry" }, 12).phase, "opening");
});

test("a recording with missing pictures is sent when the cadre wants it, and no other failure can be", () => {
  const filmed = run(WAY.slice(0, 4));
  assert.equal(filmed.phase, "stopping");
  const missing = step(filmed, { type: "failed", why: "pictures_missing" }, 12);
  assert.equal(step(missing, { type: "send_anyway" }, 12).phase, "saving");
  assert.equal(step(missing, { type: "retry" }, 12).phase, "opening");
  const other = step(filmed, { type: "failed", why: "empty" }, 12);
  assert.equal(step(other, { type: "send_anyway" }, 12), other);
});

test("leaving the page ends a recording, but not its saving", () => {
  for (const phase of ["starting", "prompting", "stopping"]) assert.ok(films(/** @type {any} */ (phase)));
  assert.equal(step(run(WAY.slice(0, 3)), { type: "hidden" }, 12).why, "interrupted");
  assert.equal(step(run(WAY.slice(0, 5)), { type: "hidden" }, 12).phase, "saving");
});

test("an event out of its turn changes nothing", () => {
  const framing = run(WAY.slice(0, 1));
  assert.equal(step(framing, { type: "recorded" }, 12), framing);
  assert.equal(step(run(WAY), { type: "failed", why: "left" }, 12).phase, "saved");
});

test("the prompts may last as long as the challenge, and a little more", () => {
  assert.equal(run(WAY.slice(0, 3)).limitMs, 14_000);
});
