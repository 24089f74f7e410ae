/**
 * The phone's key: made here, never leaves. The browser keeps the private half where not even this page can read it.
 */
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };
const SIGNING = { name: "ECDSA", hash: "SHA-256" };

/** @returns {Promise<{privateKey: CryptoKey, jwk: JsonWebKey}>} The private key cannot be exported. */
export async function makeKey() {
  const pair = await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  return { privateKey: pair.privateKey, jwk: { kty, crv, x, y } };
}

/** SHA-256 in hex. @param {ArrayBuffer} bytes */
export async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Base64 of r‖s over the parts with dots between them, as services/gateway/access/device_keys.py reads it.
 * @param {CryptoKey} privateKey @param {...string} parts Of a recording: its SHA-256, the challenge's id and what the browser said of the camera, if it did. */
export async function sign(privateKey, ...parts) {
  const signed = await crypto.subtle.sign(SIGNING, privateKey, new TextEncoder().encode(parts.join(".")));
  return btoa(String.fromCharCode(...new Uint8Array(signed)));
}

/** A random UUID (RFC 9562, version 4). The browser's own maker of them is younger than the oldest browsers here. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte, at) => (at === 6 ? (byte & 15) | 64 : at === 8 ? (byte & 63) | 128 : byte))
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
