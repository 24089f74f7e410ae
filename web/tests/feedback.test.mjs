// A cadre's reports: their words, and a picture without anything beside it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { bareJpeg } from "../phone/capture/jpeg.js";
import { countReports, holdsIdNumber, reportWord } from "../phone/model/feedback.js";

/** @param {object} change @returns {any} */
const report = (change = {}) => ({
  body: { voice: null, picture: null },
  state: "saved",
  status: null,
  answer: null,
  answered_at: null,
  seen: true,
  ...change,
});

test("each state of a report has one word", () => {
  assert.equal(reportWord(report()), "on_phone");
  assert.equal(reportWord(report({ state: "refused" })), "refused");
  const sent = (/** @type {string|null} */ state) => report({ state: "sent", status: state && { state, agency: "hrss" } });
  assert.equal(reportWord(sent(null)), "received");
  assert.equal(reportWord(sent("received")), "received");
  assert.equal(reportWord(sent("with_agency")), "with_agency");
  assert.equal(reportWord(sent("with_joint_group")), "with_joint_group");
  assert.equal(reportWord(sent("answered")), "received"); // until its answer is here, it is not said to be answered
  assert.equal(reportWord(report({ state: "sent", answered_at: "2026-11-26" })), "answered");
});

test("what waits is counted with its bytes, and answers that nobody has read", () => {
  const voice = { size: 100 };
  const reports = [report({ body: { voice, picture: { size: 20 } } }), report({ state: "sent", body: { voice, picture: null }, seen: false })];
  assert.deepEqual(countReports(reports), { waiting: 1, bytes: 120, unread: 1 });
});

test("an ID number in a text is found before the text is kept, and other numbers are let through", () => {
  for (const text of ["号码11010519491231002X请核", "１１０１０５１９４９１２３１００２ｘ", "110105 1949-12·31 002X", "0011010519491231002X99"])
    assert.equal(holdsIdNumber(text), true, text);
  for (const text of ["", "110105194912310021", "13800001111 20260101", "110105194913310021", "13800001111 2026-11-26 18:00:00"])
    assert.equal(holdsIdNumber(text), false, text);
});

const segment = (/** @type {number} */ marker, /** @type {string} */ text) => [0xff, marker, 0, text.length + 2, ...Buffer.from(text)];
const [START, JFIF, TABLE, SCAN] = [[0xff, 0xd8], segment(0xe0, "JFIF\0"), segment(0xdb, "table"), [...segment(0xda, "scan"), 1, 0xff, 0, 0xff, 0xd9]];
const bufferOf = (/** @type {number[]} */ bytes) => new Uint8Array(bytes).buffer;

test("a JPEG loses EXIF, XMP, profiles and comments, and nothing of its picture", () => {
  const adobe = segment(0xee, "Adobe");
  const telling = [...segment(0xe1, "Exif\0\0GPS"), ...segment(0xe2, "ICC"), ...segment(0xed, "Photoshop"), ...segment(0xfe, "at home")];
  const bare = bareJpeg(bufferOf([...START, ...JFIF, ...telling, ...adobe, ...TABLE, ...SCAN]));
  assert.deepEqual([...new Uint8Array(bare)], [...START, ...JFIF, ...adobe, ...TABLE, ...SCAN]);
});

test("what is no JPEG, or ends before its picture, is not taken for one", () => {
  for (const bytes of [[0x89, 0x50, 0x4e, 0x47], [...START, ...JFIF], [...START, 1, 2, 3, 4, 5, 6], []])
    assert.throws(() => bareJpeg(bufferOf(bytes)), /no JPEG/);
});
