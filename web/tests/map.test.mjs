import assert from "node:assert/strict";
import { test } from "node:test";
import { toGcj02 } from "../phone/map/gcj02.js";
import { layOut, scaleMetres } from "../phone/map/layout.js";

test("GCJ-02 is that of the published examples (eviltransform), to a metre", () => {
  for (const [lat, lon, lat2, lon2] of [
    [31.1774276, 121.5272106, 31.17530398364597, 121.531541859215],
    [22.543847, 113.912316, 22.540796131694766, 113.9171764808363],
  ]) {
    const there = toGcj02(Number(lat), Number(lon));
    assert.ok(Math.abs(there.lat - Number(lat2)) < 1e-5 && Math.abs(there.lon - Number(lon2)) < 1e-5, JSON.stringify(there));
  }
});

test("outside China nothing is shifted", () => {
  assert.deepEqual(toGcj02(51.5, -0.1), { lat: 51.5, lon: -0.1 });
});

test("north is up, east is right, and all stand on the sheet, apart", () => {
  const { spots } = layOut(
    [
      { id: "south", lat: 26, lon: 107 },
      { id: "north", lat: 26.02, lon: 107 },
      { id: "east", lat: 26.01, lon: 107.02 },
      { id: "same", lat: 26.01, lon: 107.02 },
    ],
    320,
    300,
    30,
  );
  const at = Object.fromEntries(spots.map((each) => [each.id, each]));
  assert.ok(Number(at.north?.y) < Number(at.south?.y) && Number(at.east?.x) > Number(at.south?.x));
  assert.ok(spots.every(({ x, y }) => x >= 30 && x <= 290 && y >= 30 && y <= 270));
  assert.ok(Math.hypot(Number(at.east?.x) - Number(at.same?.x), Number(at.east?.y) - Number(at.same?.y)) > 30);
});

test("one place, and none, are drawn too", () => {
  assert.deepEqual(layOut([], 320, 300, 30).spots, []);
  assert.deepEqual(layOut([{ id: "a", lat: 26, lon: 107 }], 320, 300, 30).spots, [{ id: "a", x: 160, y: 150 }]);
});

test("the scale is a round length", () => {
  assert.equal(scaleMetres(20, 90), 1000);
  assert.equal(scaleMetres(3, 90), 200);
});
