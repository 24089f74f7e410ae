// What has changed of the board, put into what was read before: always the board that a whole reading gives.
import assert from "node:assert/strict";
import { test } from "node:test";
import { merged } from "../desk/model/merge.js";

/** Numbers as if by chance, the same each time (Park and Miller). @param {number} seed */
function chance(seed) {
  let state = seed;
  return (/** @type {number} */ below) => (state = (state * 48_271) % 2_147_483_647) % below;
}

/** The door: parts by cadre with the revision at which they were written last. */
class Door {
  revision = 0;
  /** @type {Map<string, {revision: number, made: number}>} */
  parts = new Map();

  /** @param {string} id */
  write(id) {
    this.parts.set(id, { revision: this.revision, made: this.revision });
  }

  /** As GET /v1/desk/board says it. @param {number} [since] @param {(id: string) => boolean} [sees] */
  board(since = -1, sees = () => true) {
    const mine = [...this.parts].filter(([id]) => sees(id)).sort(([a], [b]) => (a < b ? -1 : 1));
    const here = mine.filter(([, each]) => each.revision > since);
    const each = (/** @type {number} */ count) =>
      here.flatMap(([id, { made }]) => Array.from({ length: (made % count) + 1 }, (_, at) => ({ cadre_id: id || null, at, made })));
    const cadres = each(1).filter((one) => one.cadre_id);
    return {
      revision: this.revision,
      parts: mine.map(([id]) => id),
      changed: here.map(([id]) => id),
      version: this.revision * 2,
      totals: { visits: mine.length },
      differences: { moved: each(2).filter((one) => one.cadre_id), moved_count: mine.length },
      ...{ cadres, load: cadres, slots: each(3).filter((one) => one.cadre_id), routes: each(4), unplanned: each(2) },
    };
  }
}

/** The board without what alone says how it was read. @param {any} board */
const shown = ({ changed: _, ...board }) => board;

test("whatever changes, what is merged is what a whole reading gives", () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const next = chance(seed);
    const door = new Door();
    door.write("");
    let had = merged(null, door.board());
    for (let turn = 0; turn < 25; turn += 1) {
      for (let act = next(3); act > 0; act -= 1) {
        door.revision += 1;
        const id = next(6) ? `C${next(12)}` : "";
        if (id && next(4) === 0) door.parts.delete(id);
        else door.write(id);
      }
      if (next(3) === 0) continue; // the page misses it, and hears of it with the next change
      const before = structuredClone(had);
      const found = merged(had, door.board(had.revision));
      assert.deepEqual(had, before, "what was read is not changed in place");
      assert.deepEqual(shown(found), shown(door.board()));
      had = found;
    }
  }
});

test("a part that comes into sight unchanged has to be read as a whole", () => {
  const door = new Door();
  for (const id of ["C1", "C2"]) door.write(id);
  const had = merged(null, door.board(-1, (id) => id === "C1"));
  assert.equal(merged(had, door.board(door.revision)), null);
  assert.deepEqual(shown(merged(had, door.board())), shown(door.board()));
  assert.equal(merged(null, door.board(door.revision)), null);
});

test("a part that goes out of sight is not kept", () => {
  const door = new Door();
  for (const id of ["", "C1", "C2"]) door.write(id);
  const had = merged(null, door.board());
  const seen = (/** @type {string} */ id) => id === "C2";
  assert.deepEqual(shown(merged(had, door.board(door.revision, seen))), shown(door.board(-1, seen)));
});
