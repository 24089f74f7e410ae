/**
 * Finds faces in a small grey picture: a cascade of decision trees that compare two grey levels each (N. Markuš and others,
 * "Object Detection with Pixel Intensity Comparisons Organized in Decision Trees", arXiv 1305.4537). No net, no WebAssembly:
 * it runs in every browser. The trees are theirs (`vendor/facefinder.bin`); this reads and runs them.
 *
 * @typedef {{x: number, y: number, size: number, score: number}} Found Middle and side of a square, in pixels; how sure it is.
 * @typedef {{trees: number, tests: Int8Array, numbers: Float32Array}} Cascade
 */

/** A window moves on by this share of its side, and the next windows are larger by this much. Coarser steps find fewer faces
 * (`make bench-guidance`). */
const SHIFT = 0.1;
const GROWTH = 1.1;
/** Windows that overlap by more than this (intersection over union) have found the same face. */
const SAME = 0.2;
/** The file: version, training data, depth, number of trees; then for each tree its tests (two places each, row and column, in
 * 1/256 of the window's side), a number for each leaf, and the sum below which the window is no face. All in steps of 4 bytes. */
const HEAD_BYTES = 16;
const DEPTH = 6;
const LEAVES = 1 << DEPTH;
const TREE_BYTES = 4 * (LEAVES - 1 + LEAVES + 1);

/** Reads the file as it lies, without a copy. @param {ArrayBuffer} bytes @returns {Cascade} @throws {RangeError} When it is none. */
export function readCascade(bytes) {
  const head = new DataView(bytes);
  const trees = head.getInt32(12, true);
  if (head.getInt32(8, true) !== DEPTH || bytes.byteLength !== HEAD_BYTES + trees * TREE_BYTES) throw new RangeError("no cascade");
  return { trees, tests: new Int8Array(bytes), numbers: new Float32Array(bytes) };
}

/** Faces of at least `least` pixels, the surest first. @param {Cascade} cascade @param {Uint8Array} grey A row after the other.
 * @param {number} width @param {number} height @param {number} least @returns {Found[]} */
export function findFaces({ trees, tests, numbers }, grey, width, height, least) {
  /** @type {Found[]} */
  const found = [];
  for (let size = least; size <= Math.min(width, height); size = Math.max(size + 1, Math.round(size * GROWTH))) {
    const step = Math.max(1, Math.round(size * SHIFT));
    const half = (size >> 1) + 1;
    for (let y = half; y <= height - half; y += step)
      for (let x = half; x <= width - half; x += step) {
        const score = rate(tests, numbers, trees, grey, width, x, y, size);
        if (score > 0) found.push({ x, y, size, score });
      }
  }
  return merge(found);
}

/** How sure the cascade is of a face in this window; 0 when one of its trees says that there is none. Whole numbers throughout:
 * it runs some 30,000 times a picture.
 * @param {Int8Array} tests @param {Float32Array} numbers @param {number} trees @param {Uint8Array} grey @param {number} width
 * @param {number} x @param {number} y @param {number} size */
function rate(tests, numbers, trees, grey, width, x, y, size) {
  const at = (/** @type {number} */ test) =>
    ((y * 256 + /** @type {number} */ (tests[test]) * size) >> 8) * width +
    ((x * 256 + /** @type {number} */ (tests[test + 1]) * size) >> 8);
  let sum = 0;
  let least = 0;
  for (let tree = 0, begin = HEAD_BYTES; tree < trees; tree += 1, begin += TREE_BYTES) {
    let node = 1;
    for (let level = 0; level < DEPTH; level += 1) {
      const test = begin + 4 * (node - 1);
      node = 2 * node + (/** @type {number} */ (grey[at(test)]) <= /** @type {number} */ (grey[at(test + 2)]) ? 1 : 0);
    }
    const answers = (begin >> 2) + LEAVES - 1;
    sum += /** @type {number} */ (numbers[answers + node - LEAVES]);
    least = /** @type {number} */ (numbers[answers + LEAVES]);
    if (sum <= least) return 0;
  }
  return sum - least;
}

/** One for each face: the mean of the windows that found it, and the sum of how sure they are. @param {Found[]} found */
function merge(found) {
  let rest = found.sort((a, b) => b.score - a.score);
  /** @type {Found[]} */
  const faces = [];
  while (rest[0]) {
    const surest = rest[0];
    const same = rest.filter((each) => overlap(surest, each) > SAME);
    rest = rest.filter((each) => overlap(surest, each) <= SAME);
    const total = (/** @type {keyof Found} */ what) => same.reduce((sum, each) => sum + each[what], 0);
    const [x, y, size] = [total("x") / same.length, total("y") / same.length, total("size") / same.length];
    faces.push({ x, y, size, score: total("score") });
  }
  return faces.sort((a, b) => b.score - a.score);
}

/** @param {Found} a @param {Found} b */
function overlap(a, b) {
  const side = (/** @type {"x"|"y"} */ of) =>
    Math.max(0, Math.min(a[of] + a.size / 2, b[of] + b.size / 2) - Math.max(a[of] - a.size / 2, b[of] - b.size / 2));
  const common = side("x") * side("y");
  return common / (a.size ** 2 + b.size ** 2 - common);
}
