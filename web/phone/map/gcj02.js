/**
 * WGS 84 to GCJ-02, the coordinates of Chinese map apps: only for the hand-off to one, never kept.
 * The published approximation (eviltransform); within a few metres of what the apps show.
 */
const A = 6_378_245.0;
const EE = 0.006_693_421_622_965_943;

/** @param {number} lat @param {number} lon */
export function toGcj02(lat, lon) {
  if (lon < 72.004 || lon > 137.8347 || lat < 0.8293 || lat > 55.8271) return { lat, lon };
  const x = lon - 105;
  const y = lat - 35;
  const radians = (lat / 180) * Math.PI;
  const magic = 1 - EE * Math.sin(radians) ** 2;
  const root = Math.sqrt(magic);
  const dLat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) + waves(x, y, 160, 320);
  const dLon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) + waves(x, x, 150, 300);
  return {
    lat: lat + (dLat * 180) / (((A * (1 - EE)) / (magic * root)) * Math.PI),
    lon: lon + (dLon * 180) / ((A / root) * Math.cos(radians) * Math.PI),
  };
}

/** @param {number} x @param {number} along @param {number} third @param {number} fourth */
function waves(x, along, third, fourth) {
  const sin = (/** @type {number} */ factor, /** @type {number} */ of) => Math.sin(factor * of * Math.PI);
  const common = ((20 * sin(6, x) + 20 * sin(2, x)) * 2) / 3;
  const second = ((20 * sin(1, along) + 40 * sin(1 / 3, along)) * 2) / 3;
  const last = ((third * sin(1 / 12, along) + fourth * sin(1 / 30, along)) * 2) / 3;
  return common + second + last;
}
