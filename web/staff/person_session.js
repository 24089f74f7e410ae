/**
 * A person signs in: by passkey, or by the county's single sign-on. The session is a cookie that no script can read; the
 * door says whose it is.
 *
 * @typedef {{session_id: string, staff_id: string, name: string, role: string, agency: string|null, areas: string[]|null}} Holder
 * @typedef {{origin: string, sso: boolean, timezone: string, signed_in: Holder|null}} Ways How people sign in here, by which clock, and who has.
 * @typedef {{sign_in: string, options: any}} Question
 */
import { keepZone } from "./moments.js";
import { fetchAnswer, fetchJson, session } from "./session.js";

/** How people sign in here. Whoever is signed in in this browser is at once. @returns {Promise<Ways>} */
export async function readWays() {
  /** @type {Ways} */
  const ways = await fetchJson("/v1/sign-in");
  keepZone(ways.timezone);
  const holder = ways.signed_in;
  if (holder) session.welcome({ clientId: holder.staff_id, role: holder.role, expiresMs: Infinity, areas: holder.areas, agency: holder.agency });
  return ways;
}

/** The passkey signs the door's question. @throws {DOMException} When its owner cancels. */
export async function signInByPasskey() {
  /** @type {Question} */
  const question = await fetchJson("/v1/sign-in/passkey/question", { method: "POST" });
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(question.options);
  await answer("/v1/sign-in/passkey", question, await navigator.credentials.get({ publicKey }), {});
}

/** Makes a passkey for whom the invitation is, and signs in. @param {string} code @throws {DOMException} */
export async function registerPasskey(code) {
  /** @type {Question} */
  const question = await fetchJson("/v1/sign-in/invitation/question", { method: "POST", body: { code } });
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(question.options);
  await answer("/v1/sign-in/invitation", question, await navigator.credentials.create({ publicKey }), { code });
}

/** @param {string} path @param {Question} question @param {Credential|null} credential @param {Record<string, string>} more */
async function answer(path, question, credential, more) {
  const signed = /** @type {PublicKeyCredential} */ (credential).toJSON();
  await fetchAnswer(path, { method: "POST", body: { sign_in: question.sign_in, credential: signed, ...more } });
  await readWays();
}
