// What the page states of its camera: short, of our own words, and readable whatever a browser answers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { stateCamera } from "../phone/capture/source.js";

/** @param {object} track */
const statedOf = (track) => stateCamera(/** @type {any} */ ({ getVideoTracks: () => [track] }));
const read = (/** @type {object} */ track) => JSON.parse(statedOf(track) ?? "null");

const PHONE = {
  label: "camera2 0, facing back",
  getSettings: () => ({ deviceId: "d1", groupId: "g1", facingMode: "environment", width: 1280, height: 720, frameRate: 30, torch: false }),
  getCapabilities: () => ({ deviceId: "d1", facingMode: ["environment"], torch: true, zoom: { min: 1, max: 8 }, focusMode: ["manual"] }),
};
const COMPUTER = {
  label: "OBS Virtual Camera",
  getSettings: () => ({ deviceId: "d2", width: 1280 }),
  getCapabilities: () => ({ facingMode: [], focusMode: [], torch: false }),
};

test("of a phone's camera: its label, its side and what it can do, and no id of a device", () => {
  assert.deepEqual(read(PHONE), { label: PHONE.label, facing: "environment", offers: ["facing", "torch", "zoom", "focus"] });
});

test("of a computer's: the label; what is offered as nothing is not offered", () => {
  assert.deepEqual(read(COMPUTER), { label: "OBS Virtual Camera" });
});

test("a screen is a screen whatever it is called", () => {
  const screen = { ...COMPUTER, label: "", getSettings: () => ({ displaySurface: "monitor" }) };
  assert.deepEqual(read(screen), { label: "", is_screen: true });
});

test("a label is cut between characters, and has none that a reader could refuse", () => {
  assert.equal(read({ ...COMPUTER, label: "相".repeat(300) }).label, "相".repeat(100));
  assert.equal(Array.from(read({ ...COMPUTER, label: "📷".repeat(300) }).label).length, 100);
  assert.equal(read({ ...COMPUTER, label: "\u0000\ud83d OBS\n\u007f" }).label, "OBS");
});

test("whatever a browser lacks or refuses, filming goes on", () => {
  assert.deepEqual(read({ label: "Back Camera", getSettings: () => ({ facingMode: "up" }) }), { label: "Back Camera" });
  assert.equal(statedOf({ label: "x", getSettings: () => { throw new Error("no"); } }), null);
  assert.equal(statedOf({ getSettings: () => ({}) }), null);
  assert.equal(stateCamera(/** @type {any} */ ({ getVideoTracks: () => [] })), null);
});
