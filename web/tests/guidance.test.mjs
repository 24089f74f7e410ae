import assert from "node:assert/strict";
import { test } from "node:test";
import { advise, change, middleLuma } from "../phone/capture/guidance.js";

const face = (/** @type {number} */ width) => ({ x: 0.3, y: 0.3, width, height: width });
const good = { luma: 120, motion: 3, faces: [face(0.4)] };

test("a good picture needs no advice, with and without a face detector", () => {
  assert.equal(advise(good), null);
  assert.equal(advise({ ...good, faces: null, motion: null }), null);
});

test("each fault has its own advice, the most urgent first", () => {
  assert.equal(advise({ luma: 20, motion: 90, faces: [] }), "too_dark");
  assert.equal(advise({ ...good, luma: 240 }), "too_bright");
  assert.equal(advise({ ...good, motion: 60 }), "too_shaky");
  assert.equal(advise({ ...good, faces: [] }), "no_face");
  assert.equal(advise({ ...good, faces: [face(0.4), face(0.3)] }), "two_faces");
  assert.equal(advise({ ...good, faces: [face(0.4), face(0.1)] }), null);
  assert.equal(advise({ ...good, faces: [face(0.1)] }), "too_far");
  assert.equal(advise({ ...good, faces: [face(0.95)] }), "too_near");
});

test("brightness is that of the middle, motion that of all", () => {
  const dark = new Uint8ClampedArray(8 * 8 * 4);
  const lit = dark.slice();
  for (let y = 2; y < 6; y += 1) for (let x = 2; x < 6; x += 1) lit.fill(200, (y * 8 + x) * 4, (y * 8 + x) * 4 + 3);
  assert.equal(Math.round(middleLuma(lit, 8, 8)), 200);
  assert.equal(middleLuma(dark, 8, 8), 0);
  assert.equal(Math.round(change(dark, lit)), 50);
});
