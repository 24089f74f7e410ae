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
 * @param {CryptoKey} privateKey @param {...string} parts Of a recording: its SHA-256 and the challenge's id. */
export async function sign(privateKey, ...parts) {
  const signed = await crypto.subtle.sign(SIGNING, privateKey, new TextEncoder().encode(parts.join(".")));
  return btoa(String.fromCharCode(...new Uint8Array(signed)));
}
