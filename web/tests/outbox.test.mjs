import assert from "node:assert/strict";
import { test } from "node:test";
import { LONGEST_MS, pauseMs } from "../phone/outbox/backoff.js";
import { isPassing, readProblem } from "../phone/outbox/door.js";

test("pauses double up to five minutes and never beyond", () => {
  assert.deepEqual([1, 2, 3].map((each) => pauseMs(each)), [2000, 4000, 8000]);
  assert.equal(pauseMs(40), LONGEST_MS);
  assert.equal(LONGEST_MS, 300_000);
  assert.ok(pauseMs(3, 1) < pauseMs(3, 0) && pauseMs(3, 1) > pauseMs(2, 0));
});

test("a problem is read in both languages, with what to do next", () => {
  const stated = readProblem(
    { code: "CHALLENGE_USED", title: "It was used.", detail: "已用过。 It was used.", next_step: { zh: "请重拍。", en: "Film again." } },
    409,
  );
  assert.deepEqual(stated, { code: "CHALLENGE_USED", zh: "已用过。请重拍。", en: "It was used. Film again." });
  assert.equal(readProblem(null, 418).code, "HTTP_418");
});

test("only what passes by itself is tried again", () => {
  assert.deepEqual([503, 429, 423, 408, 401, 409, 410, 422].map(isPassing), [true, true, true, true, false, false, false, false]);
});
