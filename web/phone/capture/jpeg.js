/** A JPEG without anything beside its picture. Pure. */

const [START, SCAN, FIRST_APP, LAST_APP, ADOBE, COMMENT] = [0xd8, 0xda, 0xe1, 0xef, 0xee, 0xfe];

/** The same picture without EXIF, XMP, colour profiles and comments (ISO/IEC 10918-1, B.2): Safari's canvas writes EXIF of its
 * own, and the door refuses every one. JFIF stays, and Adobe's segment, which says how the colours are stored.
 * @param {ArrayBuffer} jpeg @returns {ArrayBuffer} @throws {Error} When it is no JPEG. */
export function bareJpeg(jpeg) {
  const bytes = new Uint8Array(jpeg);
  const view = new DataView(jpeg);
  if (bytes[0] !== 0xff || bytes[1] !== START) throw new Error("no JPEG");
  const kept = [bytes.subarray(0, 2)];
  for (let at = 2; at + 4 <= bytes.length; ) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff) throw new Error("no JPEG");
    if (marker === SCAN) {
      kept.push(bytes.subarray(at));
      return join(kept);
    }
    const end = at + 2 + view.getUint16(at + 2);
    const tells = (marker >= FIRST_APP && marker <= LAST_APP && marker !== ADOBE) || marker === COMMENT;
    if (!tells) kept.push(bytes.subarray(at, end));
    at = end;
  }
  throw new Error("no JPEG");
}

/** @param {Uint8Array[]} pieces */
function join(pieces) {
  const whole = new Uint8Array(pieces.reduce((sum, each) => sum + each.length, 0));
  let at = 0;
  for (const each of pieces) {
    whole.set(each, at);
    at += each.length;
  }
  return whole.buffer;
}
