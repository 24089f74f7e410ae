/**
 * Where pictures are missing in a recording, from its own time stamps (WebM and MP4): a phone that is busy drops some, and
 * certify asks to film again (`frames_missing`). The cadre should hear of that while the person is still in front of the phone.
 */

/** Longest time without a picture, in seconds: `max_unseen_s` of services/certify/quality_policy.py, which has the reasons. */
export const MOST_UNSEEN_S = 0.21;
/** Not looked at, as there: cameras start slowly. */
const START_S = 0.5;

/** WebM's elements that hold others, and the ones that say when a picture is shown (RFC 8794, RFC 9559). */
const SEGMENT = 0x18538067;
const INFO = 0x1549a966;
const SCALE = 0x2ad7b1;
const CLUSTER = 0x1f43b675;
const CLUSTER_TIME = 0xe7;
const GROUP = 0xa0;
const BLOCKS = [0xa3, 0xa1];
const EBML = 0x1a45dfa3;

/** The longest time without a picture, in seconds, 0.5 s after the first one or later; 0 when the file is not understood:
 * whoever checks it will say. @param {ArrayBuffer} bytes */
export function longestGapS(bytes) {
  const times = pictureTimes(bytes);
  const first = times[0] ?? 0;
  return times.reduce((longest, at, index) => {
    const before = Math.max(times[index - 1] ?? first, first + START_S);
    return Math.max(longest, at - before);
  }, 0);
}

/** When each picture is shown, in seconds, in order. @param {ArrayBuffer} bytes @returns {number[]} */
export function pictureTimes(bytes) {
  const view = new DataView(bytes);
  try {
    const times = view.getUint32(0) === EBML ? ofWebm(view) : ofMp4(view);
    return times.sort((a, b) => a - b);
  } catch (error) {
    if (error instanceof RangeError) return []; // cut off in the middle of an element
    throw error;
  }
}

/** @param {DataView} view */
function ofWebm(view) {
  let [scaleNs, cluster] = [1_000_000, 0];
  /** @type {number[]} */
  const times = [];
  let at = 0;
  while (at < view.byteLength) {
    const [id, afterId] = vint(view, at, true);
    const [size, start] = vint(view, afterId, false);
    if (id === SCALE) scaleNs = unsigned(view, start, size);
    else if (id === CLUSTER_TIME) cluster = unsigned(view, start, size);
    else if (BLOCKS.includes(id)) times.push(((cluster + view.getInt16(vint(view, start, false)[1])) * scaleNs) / 1e9);
    at = [SEGMENT, INFO, CLUSTER, GROUP].includes(id) ? start : start + size;
  }
  return times;
}

/** A number of variable length, and where it ends. @param {DataView} view @param {number} at @param {boolean} marked With its
 * length marker, as identifiers are written. @returns {[number, number]} */
function vint(view, at, marked) {
  const head = view.getUint8(at);
  const length = Math.clz32(head) - 23;
  if (length > 8) throw new RangeError("no EBML number");
  const first = marked ? head : head & (0xff >> length);
  return [first * 256 ** (length - 1) + unsigned(view, at + 1, length - 1), at + length];
}

/** @param {DataView} view @param {number} at @param {number} length */
function unsigned(view, at, length) {
  let value = 0;
  for (let index = 0; index < length; index += 1) value = value * 256 + view.getUint8(at + index);
  return value;
}

const BOXES = ["moov", "trak", "mdia", "minf", "stbl", "mvex", "moof", "traf"];

/** One video track, whole (`stts`) or in fragments (`trun`; ISO/IEC 14496-12). @param {DataView} view */
function ofMp4(view) {
  const film = { scale: 1000, usual: 0, here: 0, clock: 0, times: /** @type {number[]} */ ([]) };
  boxes(view, 0, view.byteLength, (name, at) => {
    const version = view.getUint8(at);
    const flags = view.getUint32(at) & 0xffffff;
    if (name === "mdhd") film.scale = view.getUint32(at + (version ? 20 : 12));
    else if (name === "trex") film.usual = view.getUint32(at + 12);
    else if (name === "tfhd") film.here = flags & 8 ? view.getUint32(at + 8 + (flags & 1 ? 8 : 0) + (flags & 2 ? 4 : 0)) : film.usual;
    else if (name === "tfdt") film.clock = version ? Number(view.getBigUint64(at + 4)) : view.getUint32(at + 4);
    else if (name === "stts") runs(view, at + 4, film);
    else if (name === "trun") fragment(view, at, flags, film);
  });
  return film.times.map((each) => each / film.scale);
}

/** @param {DataView} view @param {number} from @param {number} to @param {(name: string, at: number) => void} tell */
function boxes(view, from, to, tell) {
  for (let at = from; at < to; ) {
    const name = String.fromCharCode(...new Uint8Array(view.buffer, at + 4, 4));
    const short = view.getUint32(at);
    const head = short === 1 ? 16 : 8;
    const size = short === 1 ? Number(view.getBigUint64(at + 8)) : short || to - at;
    if (size < head) throw new RangeError("no MP4 box");
    if (BOXES.includes(name)) boxes(view, at + head, Math.min(at + size, to), tell);
    else tell(name, at + head);
    at += size;
  }
}

/** @typedef {{scale: number, usual: number, here: number, clock: number, times: number[]}} Film */

/** @param {DataView} view @param {number} at @param {Film} film */
function runs(view, at, film) {
  for (let run = 0; run < view.getUint32(at); run += 1)
    for (let count = view.getUint32(at + 4 + run * 8); count > 0; count -= 1) {
      film.times.push(film.clock);
      film.clock += view.getUint32(at + 8 + run * 8);
    }
}

/** @param {DataView} view @param {number} at @param {number} flags @param {Film} film */
function fragment(view, at, flags, film) {
  const [hasDuration, fields] = [(flags & 0x100) !== 0, [0x100, 0x200, 0x400, 0x800].filter((each) => flags & each).length];
  let sample = at + 8 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0);
  for (let count = view.getUint32(at + 4); count > 0; count -= 1) {
    film.times.push(film.clock);
    film.clock += hasDuration ? view.getUint32(sample) : film.here;
    sample += fields * 4;
  }
}
