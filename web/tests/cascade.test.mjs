// The cascade as it is read: real faces are looked at in Chromium (tests/browser/test_guidance.py, make bench-guidance).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { findFaces, readCascade } from "../phone/capture/cascade.js";

const file = readFileSync(new URL("../phone/vendor/facefinder.bin", import.meta.url));
const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
const [WIDTH, HEIGHT] = [120, 160];

test("the committed cascade has 468 trees, and neither a cut nor another file is one", () => {
  assert.equal(readCascade(bytes).trees, 468);
  assert.throws(() => readCascade(bytes.slice(0, -512)), RangeError);
  assert.throws(() => readCascade(new ArrayBuffer(4)), RangeError);
});

test("there is no face in a wall, a curtain or the dark", () => {
  const cascade = readCascade(bytes);
  for (const grey of [() => 0, () => 200, (/** @type {number} */ at) => (at % 13) * 15, (/** @type {number} */ at) => (at * 7919) % 251])
    assert.deepEqual(findFaces(cascade, Uint8Array.from({ length: WIDTH * HEIGHT }, (_, at) => grey(at)), WIDTH, HEIGHT, 12), []);
});
