import assert from "node:assert/strict";
import { test } from "node:test";
import { endS, promptAt, spokenTimes } from "../phone/capture/prompting.js";

/** @param {[string, number, number][]} prompts @param {number|null} [longest] @returns {any} */
function challenge(prompts, longest = null) {
  return { longest_s: longest, prompts: prompts.map(([action, at_s, until_s]) => ({ action, at_s, until_s })) };
}

test("a prompt holds from its second until its window closes", () => {
  const given = challenge([["nod", 1.2, 6.2], ["blink", 7, 12]], 12.5);
  assert.equal(promptAt(given, 1.1), null);
  assert.equal(promptAt(given, 1.2)?.prompt.action, "nod");
  assert.equal(promptAt(given, 6.2), null);
  assert.equal(promptAt(given, 11.9)?.index, 1);
});

test("a prompt is said again after 6 s where its window leaves time to follow, and only there", () => {
  assert.deepEqual(spokenTimes(challenge([["nod", 1, 6]])).map((each) => each.at_s), [1]);
  assert.deepEqual(spokenTimes(challenge([["nod", 1, 10]])).map((each) => each.at_s), [1, 7]);
  assert.deepEqual(spokenTimes(challenge([["nod", 1, 9.9]])).map((each) => each.at_s), [1]);
});

test("the recorder stops after the last window and never after the longest", () => {
  assert.equal(endS(challenge([["nod", 1, 6]], 15)), 6.4);
  assert.equal(endS(challenge([["nod", 1, 6]], 6.2)), 6.2);
  assert.equal(endS(challenge([], 9)), 8.9);
});
