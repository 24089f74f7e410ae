import assert from "node:assert/strict";
import { test } from "node:test";
import { FAR, NEAR, SURE, advise, change, middleLuma, nothingSaid, settle } from "../phone/capture/guidance.js";

const face = (/** @type {number} */ size, score = 100) => ({ ofLong: size, ofShort: (size * 16) / 9, score });
const good = { luma: 120, motion: 3, faces: [face(0.3)] };

test("a good picture needs no advice, with and without what finds faces", () => {
  assert.equal(advise(good), null);
  assert.equal(advise({ ...good, faces: null, motion: null }), null);
});

test("each fault has its own advice, the most urgent first", () => {
  assert.equal(advise({ luma: 20, motion: 90, faces: [] }), "too_dark");
  assert.equal(advise({ ...good, luma: 240 }), "too_bright");
  assert.equal(advise({ ...good, motion: 60 }), "too_shaky");
  assert.equal(advise({ ...good, faces: [] }), "no_face");
  assert.equal(advise({ ...good, faces: [face(0.3), face(0.25)] }), "two_faces");
  assert.equal(advise({ ...good, faces: [face(0.08)] }), "too_far");
  assert.equal(advise({ ...good, faces: [face(0.55)] }), "too_near");
});

test("neither somebody far behind nor what may be no face is a second person", () => {
  assert.equal(advise({ ...good, faces: [face(0.3), face(0.12)] }), null);
  assert.equal(advise({ ...good, faces: [face(0.3), face(0.25, SURE / 2)] }), null);
  assert.equal(advise({ ...good, faces: [face(0.12), face(0.4)] }), null, "the nearer one is meant, however sure the other");
});

test("a face at the limit keeps the sentence that it has", () => {
  const [far, near] = [FAR * 1.05, (NEAR * 0.95 * 9) / 16];
  assert.equal(advise({ ...good, faces: [face(far)] }), null);
  assert.equal(advise({ ...good, faces: [face(far)] }, "too_far"), "too_far");
  assert.equal(advise({ ...good, faces: [face(near)] }), null);
  assert.equal(advise({ ...good, faces: [face(near)] }, "too_near"), "too_near");
});

/** What stands on the screen after each look, four a second. @param {(import("../phone/capture/guidance.js").Advice|null)[]} looks */
function shownAt(looks) {
  let shown = nothingSaid();
  return looks.map((advice, index) => (shown = settle(shown, advice, index * 250)).advice);
}

test("one look alone says nothing, and what is right for a while is said", () => {
  assert.deepEqual(shownAt([null, "too_shaky", null, "no_face", null, null]), Array(6).fill(null));
  assert.equal(shownAt(["too_far", "too_far", "too_far"]).at(-1), "too_far");
  assert.equal(shownAt(Array(4).fill("no_face")).at(-1), null, "a face that is missed now and then is no missing face");
  assert.equal(shownAt(Array(5).fill("no_face")).at(-1), "no_face");
});

test("a sentence stays for a second at least, whatever the looks say", () => {
  /** @type {("too_far"|"too_near"|null)[]} */
  const looks = [];
  for (let index = 0; index < 400; index += 1) looks.push(index % 7 < 3 ? "too_far" : index % 7 < 5 ? null : "too_near");
  const shown = shownAt([...Array(4).fill("too_far"), ...looks, ...Array(8).fill(null)]);
  const changes = shown.flatMap((each, index) => (index && each !== shown[index - 1] ? [index * 250] : []));
  assert.ok(changes.length > 1);
  changes.slice(1).forEach((at, index) => assert.ok(at - Number(changes[index]) >= 1000, `${at}`));
  assert.equal(shown.at(-1), null);
});

test("brightness is that of the middle, motion that of all", () => {
  const dark = new Uint8ClampedArray(8 * 8 * 4);
  const lit = dark.slice();
  for (let y = 2; y < 6; y += 1) for (let x = 2; x < 6; x += 1) lit.fill(200, (y * 8 + x) * 4, (y * 8 + x) * 4 + 3);
  assert.equal(Math.round(middleLuma(lit, 8, 8)), 200);
  assert.equal(middleLuma(dark, 8, 8), 0);
  assert.equal(Math.round(change(dark, lit)), 50);
});
