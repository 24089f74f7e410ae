/**
 * Checks a certificate with nothing but the issuer's public keys and status lists: the same rules, in the same order, as
 * `services/certify/certificate.py`. The vectors of tests/contract/vectors hold both to the same answers.
 *
 * @typedef {{kid: string, kty: string, crv: string, x: string, exp?: number}} Key
 * @typedef {{issuer?: string, keys: Key[]}} Keys
 * @typedef {{url: string, bits: Uint8Array, validUntil: number}} StatusList
 * @typedef {"valid"|"malformed"|"unknown_key"|"foreign"|"tampered"|"not_ours"|"key_retired"|"not_yet"|"revoked"|"expired"|"status_missing"|"status_stale"} Verdict
 */

/** Raised where this browser cannot check Ed25519 signatures; nothing is said of the certificate then. */
export class CannotCheck extends Error {}

const LONGEST_LIST = 4 * 1024 * 1024;

/** @param {string|undefined} text @returns {Uint8Array<ArrayBuffer>} */
function bytesOf(text) {
  if (text === undefined) throw new SyntaxError("a part is missing");
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new SyntaxError("not base64url");
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
}

/** @param {string|undefined} text */
const jsonOf = (text) => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytesOf(text)));

/** Whether a compact JWS is signed with this key. Its header is the caller's to look at: `crit` names rules that must be known
 * (RFC 7515, 4.1.11); the county makes none, so whatever has one is refused. @param {string} token @param {Key} key */
async function isSigned(token, key) {
  if (!globalThis.crypto?.subtle) throw new CannotCheck();
  let imported;
  try {
    const jwk = { kty: key.kty, crv: key.crv, x: key.x };
    imported = await crypto.subtle.importKey("jwk", jwk, { name: "Ed25519" }, false, ["verify"]);
  } catch (error) {
    throw error instanceof DOMException && error.name === "NotSupportedError" ? new CannotCheck() : error;
  }
  const end = token.lastIndexOf(".");
  const signed = new TextEncoder().encode(token.slice(0, end));
  return crypto.subtle.verify({ name: "Ed25519" }, imported, bytesOf(token.slice(end + 1)), signed);
}

/**
 * Reads a signed status list; null when it is none of this issuer's.
 * @param {string} token @param {Keys} keys @returns {Promise<StatusList|null>}
 */
export async function readStatusList(token, keys) {
  try {
    const [head, payload] = token.trim().split(".");
    const header = jsonOf(head);
    const key = keys.keys.find((each) => each.kid === header.kid);
    if (!key || header.alg !== "Ed25519" || "crit" in header || !(await isSigned(token.trim(), key))) return null;
    const content = jsonOf(payload);
    const subject = content.credentialSubject;
    if (!content.type.includes("BitstringStatusListCredential") || subject.statusPurpose !== "revocation") return null;
    const packed = new Blob([bytesOf(subject.encodedList.slice(1))]);
    const bits = await unfold(packed.stream().pipeThrough(new DecompressionStream("gzip")));
    return bits && { url: content.id, bits, validUntil: Date.parse(content.validUntil) };
  } catch (error) {
    if (error instanceof CannotCheck) throw error;
    return null;
  }
}

/** @param {ReadableStream<Uint8Array>} stream @returns {Promise<Uint8Array|null>} */
async function unfold(stream) {
  const parts = [];
  let length = 0;
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > LONGEST_LIST) return null;
    parts.push(value);
  }
  return new Uint8Array(await new Blob(/** @type {BlobPart[]} */ (parts)).arrayBuffer());
}

/**
 * What is to be said of a certificate.
 * @param {string} text compact JWS
 * @param {Keys} keys
 * @param {readonly StatusList[]} lists
 * @param {number} now milliseconds
 * @returns {Promise<{verdict: Verdict, content?: any}>}
 */
export async function checkCertificate(text, keys, lists, now) {
  const token = text.trim();
  const parts = token.split(".");
  let header, claimed;
  try {
    if (parts.length !== 3) throw new SyntaxError("three parts");
    header = jsonOf(parts[0]);
    if (typeof header !== "object" || header === null) throw new SyntaxError("no header");
  } catch {
    return { verdict: "malformed" };
  }
  try {
    claimed = jsonOf(parts[1]);
  } catch {
    claimed = null;
  }
  const key = keys.keys.find((each) => each.kid === header.kid);
  if (!key) return { verdict: keys.issuer && claimed?.issuer && claimed.issuer !== keys.issuer ? "foreign" : "unknown_key" };
  try {
    if (header.alg !== "Ed25519" || "crit" in header || !(await isSigned(token, key))) return { verdict: "tampered" };
  } catch (error) {
    if (error instanceof CannotCheck) throw error;
    return { verdict: "tampered" };
  }
  const verdict = verdictOf(claimed, key, keys.issuer, lists, now);
  return verdict === "not_ours" ? { verdict } : { verdict, content: claimed };
}

/** @param {any} content @param {Key} key @param {string|undefined} issuer @param {readonly StatusList[]} lists @param {number} now @returns {Verdict} */
function verdictOf(content, key, issuer, lists, now) {
  const begins = Date.parse(content?.validFrom);
  if (!content?.type?.includes?.("ProofOfLifeCredential") || Number.isNaN(begins)) return "not_ours";
  if (issuer && content.issuer !== issuer) return "foreign";
  if (key.exp && Number.isInteger(content.iat) && content.iat > key.exp) return "key_retired";
  if (begins > now) return "not_yet";
  const entry = content.credentialStatus;
  const list = entry && lists.find((each) => each.url === entry.statusListCredential);
  if (list && isSet(list.bits, Number(entry.statusListIndex))) return "revoked";
  if (content.validUntil && Date.parse(content.validUntil) < now) return "expired";
  if (!entry) return "valid";
  if (!list) return "status_missing";
  return list.validUntil < now ? "status_stale" : "valid";
}

/** The leftmost bit of the first byte is place 0. @param {Uint8Array} bits @param {number} place */
const isSet = (bits, place) => Boolean((bits[Math.floor(place / 8)] ?? 0) & (0x80 >> place % 8));
