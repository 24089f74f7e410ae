/** A recording becomes something that can be sent: hashed, signed by the phone, written to the store. */
import { app } from "../app.js";
import { saveCapture, whyUnkept } from "../store/database.js";
import { sha256, sign } from "../store/keys.js";

/** Smaller than this there is no video in it. */
const LEAST_BYTES = 2_000;

/** @param {import("../model/types.js").Bundle} bundle @param {string} name @param {ArrayBuffer} bytes @param {string} type
 * @param {number} capturedAtMs By the door's clock. @param {{chosen: string, consent_renewed: boolean}} basis
 * @param {string|null} camera What the browser said of it (`capture/source.js`).
 * @returns {Promise<import("./machine.js").Failure|null>} Why it could not be kept. */
export async function keep(bundle, name, bytes, type, capturedAtMs, basis, camera) {
  if (bytes.byteLength < LEAST_BYTES) return "empty";
  if (!app.privateKey) return "save_failed";
  try {
    const hash = await sha256(bytes);
    const signature = await sign(app.privateKey, hash, bundle.challenge_id, ...(camera === null ? [] : [camera]));
    const { challenge_id, visit_id, send_by } = bundle;
    await saveCapture(
      app.database,
      {
        challenge_id,
        visit_id,
        name,
        size: bytes.byteLength,
        type,
        sha256: hash,
        signature,
        camera,
        captured_at: new Date(capturedAtMs).toISOString(),
        send_by,
        legal_basis: basis.chosen,
        consent_renewed: basis.consent_renewed,
        notice_version: app.today?.legal.notice_version ?? null,
        state: "saved",
        sent: 0,
        upload_url: null,
        problem: null,
        status: null,
      },
      bytes,
    );
    return null;
  } catch (error) {
    return whyUnkept(error);
  }
}
