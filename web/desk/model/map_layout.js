/**
 * Where pins and names stand on the map, so that each can be read. Pure: pixels in, pixels out.
 *
 * @typedef {{x: number, y: number}} Spot
 * @typedef {{x: number, y: number, width: number, height: number}} Box Its middle and its size.
 * @typedef {{route: number, number: number, x: number, y: number}} Mark A stop: which one of which route, and where.
 * @typedef {{route: number, marks: Mark[], x: number, y: number}} Group Stops of a route that share a pin, and their middle.
 */

/** How far apart pins of one route are, at the least: their width. */
const REACH = 26;
/** How often pins that cover each other are pushed apart; they come to rest long before. */
const ROUNDS = 60;
/** How far a pin goes beyond all true places: less than the room that the map leaves around them. */
const BEYOND = 22;
/** Between a name and its village's dot; more where a pin stands on the dot. */
const GAPS = [3, 14, 26];
/** Right, left, above, below, and between: as maps are lettered. */
const WAYS = [[1, 0], [-1, 0], [0, -1], [0, 1], [1, -1], [-1, -1], [1, 1], [-1, 1]]; // prettier-ignore

/** The stops of each route under as many pins as have room beside each other: the nearest two share one, again and again.
 * @param {Mark[]} marks @returns {Group[]} */
export function groupMarks(marks) {
  const groups = marks.map(({ route, x, y }, at) => ({ route, x, y, marks: marks.slice(at, at + 1) }));
  for (;;) {
    const [one, other] = nearest(groups);
    if (!one || !other) return groups;
    one.marks = [...one.marks, ...other.marks].sort((a, b) => a.number - b.number);
    one.x = mean(one.marks.map((each) => each.x));
    one.y = mean(one.marks.map((each) => each.y));
    groups.splice(groups.indexOf(other), 1);
  }
}

/** @param {Group[]} groups @returns {Group[]} Two of one route that would cover each other; none when all have room. */
function nearest(groups) {
  let least = REACH;
  /** @type {Group[]} */
  let found = [];
  for (const [at, one] of groups.entries())
    for (const other of groups.slice(at + 1)) {
      const far = one.route === other.route ? Math.hypot(one.x - other.x, one.y - other.y) : Infinity;
      if (far < least) [least, found] = [far, [one, other]];
    }
  return found;
}

/** What stands on a pin: "3", "2–5", "1·4–6"; of more pieces how many stops they are: "×5". @param {number[]} numbers Ascending. */
export function numbersText(numbers) {
  /** @type {number[][]} */
  const runs = [];
  for (const each of numbers) {
    const run = runs.at(-1);
    if (run?.at(-1) === each - 1) run.push(each);
    else runs.push([each]);
  }
  const said = runs.map((run) => (run.length > 1 ? `${run[0]}–${run.at(-1)}` : String(run[0])));
  return said.length > 2 ? `×${numbers.length}` : said.join("·");
}

/** Pushes pins apart that cover each other, each as far as it must; the nearer to where it belongs the better. @param {Box[]} pins @returns {Box[]} */
export function spread(pins) {
  const bounds = boundsOf(pins);
  const moved = pins.map((each) => ({ ...each }));
  for (let round = 0; round < ROUNDS; round += 1) {
    let isStill = true;
    for (const [at, one] of moved.entries())
      for (const other of moved.slice(at + 1)) {
        const x = (one.width + other.width) / 2 - Math.abs(one.x - other.x);
        const y = (one.height + other.height) / 2 - Math.abs(one.y - other.y);
        if (x <= 0.5 || y <= 0.5) continue;
        isStill = false;
        // the shorter way; of two at one place the first goes left
        if (x < y) push(one, other, "x", x / 2);
        else push(one, other, "y", y / 2);
      }
    for (const each of moved) keepWithin(each, bounds);
    if (isStill) break;
  }
  return moved;
}

/** @param {Box} one @param {Box} other @param {"x"|"y"} side @param {number} by */
function push(one, other, side, by) {
  const way = one[side] <= other[side] ? -1 : 1;
  one[side] += way * by;
  other[side] -= way * by;
}

/** @param {Box[]} boxes */
function boundsOf(boxes) {
  const [xs, ys] = [boxes.map((each) => each.x), boxes.map((each) => each.y)];
  return { left: Math.min(...xs) - BEYOND, right: Math.max(...xs) + BEYOND, top: Math.min(...ys) - BEYOND, bottom: Math.max(...ys) + BEYOND };
}

/** @param {Box} box @param {ReturnType<typeof boundsOf>} bounds */
function keepWithin(box, { left, right, top, bottom }) {
  box.x = Math.min(Math.max(box.x, left), right);
  box.y = Math.min(Math.max(box.y, top), bottom);
}

/** The middle of each name beside its dot: where it covers no pin, dot or other name and is whole within the frame; null where
 * there is no such place: the name is not written until one looks closer. @param {{dot: Box, width: number, height: number}[]} names
 * @param {Box[]} pins @param {Box} frame @returns {(Spot|null)[]} */
export function placeNames(names, pins, frame) {
  const taken = [...pins, ...names.map((each) => each.dot)];
  return names.map(({ dot, width, height }) => {
    const spots = GAPS.flatMap((gap) =>
      WAYS.map(([east = 0, south = 0]) => ({
        x: dot.x + east * ((dot.width + width) / 2 + gap),
        y: dot.y + south * ((dot.height + height) / 2 + gap),
        ...{ width, height },
      })),
    );
    const found = spots.find((spot) => isWithin(spot, frame) && !taken.some((each) => covers(spot, each)));
    if (!found) return null;
    taken.push(found);
    return { x: found.x, y: found.y };
  });
}

/** @param {Box} one @param {Box} other */
export function covers(one, other) {
  return Math.abs(one.x - other.x) * 2 < one.width + other.width && Math.abs(one.y - other.y) * 2 < one.height + other.height;
}

/** @param {Box} box @param {Box} frame */
function isWithin(box, frame) {
  return Math.abs(box.x - frame.x) * 2 + box.width <= frame.width && Math.abs(box.y - frame.y) * 2 + box.height <= frame.height;
}

/** @param {number[]} numbers */
function mean(numbers) {
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}
