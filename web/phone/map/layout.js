/**
 * Where the stops stand on a schematic map: true directions, no street, no tile, no signal needed.
 *
 * @typedef {{id: string, lat: number, lon: number}} Place
 * @typedef {{id: string, x: number, y: number}} Spot
 */
const METRES_PER_DEGREE = 111_320;
/** Spots nearer than this share of the map are moved apart, so that a finger meets one only. */
const APART = 0.13;

/** @param {readonly Place[]} places @param {number} width @param {number} height @param {number} margin
 * @returns {{spots: Spot[], metresPerUnit: number}} */
export function layOut(places, width, height, margin) {
  if (!places.length) return { spots: [], metresPerUnit: 1 };
  const lat0 = places.reduce((sum, each) => sum + each.lat, 0) / places.length;
  const flat = places.map(({ id, lat, lon }) => ({
    id,
    x: lon * METRES_PER_DEGREE * Math.cos((lat0 * Math.PI) / 180),
    y: -lat * METRES_PER_DEGREE,
  }));
  const [left, right] = extent(flat.map((each) => each.x));
  const [top, bottom] = extent(flat.map((each) => each.y));
  const room = { x: width - 2 * margin, y: height - 2 * margin };
  const metresPerUnit = Math.max((right - left) / room.x, (bottom - top) / room.y, 1);
  const spots = flat.map(({ id, x, y }) => ({
    id,
    x: width / 2 + (x - (left + right) / 2) / metresPerUnit,
    y: height / 2 + (y - (top + bottom) / 2) / metresPerUnit,
  }));
  return { spots: spreadOut(spots, width, height, margin), metresPerUnit };
}

/** @param {readonly number[]} values @returns {[number, number]} */
function extent(values) {
  return [Math.min(...values), Math.max(...values)];
}

/** @param {Spot[]} spots @param {number} width @param {number} height @param {number} margin */
function spreadOut(spots, width, height, margin) {
  const apart = APART * width;
  for (let round = 0; round < 60; round += 1) {
    for (const [index, a] of spots.entries()) {
      for (const b of spots.slice(index + 1)) {
        const dx = b.x - a.x || 0.1 * (index + 1);
        const dy = b.y - a.y || 0.1;
        const distance = Math.hypot(dx, dy);
        if (distance >= apart) continue;
        const push = (apart - distance) / 2 / distance;
        a.x -= dx * push;
        a.y -= dy * push;
        b.x += dx * push;
        b.y += dy * push;
      }
    }
    for (const spot of spots) {
      spot.x = Math.min(width - margin, Math.max(margin, spot.x));
      spot.y = Math.min(height - margin, Math.max(margin, spot.y));
    }
  }
  return spots;
}

/** A round length for the scale, in metres, not longer than `units` of the map. @param {number} metresPerUnit @param {number} units */
export function scaleMetres(metresPerUnit, units) {
  const longest = metresPerUnit * units;
  const power = 10 ** Math.floor(Math.log10(longest));
  return ([5, 2, 1].find((each) => each * power <= longest) ?? 1) * power;
}
