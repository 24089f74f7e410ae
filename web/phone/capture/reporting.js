/** A report becomes something that can be sent: hashed, signed by the phone, written to the store. */
import { app } from "../app.js";
import { whyUnkept } from "../store/database.js";
import { saveFeedback } from "../store/feedback.js";
import { newId, sha256, sign } from "../store/keys.js";
import { TYPE } from "./picture.js";

/** @typedef {import("../model/types.js").Draft} Draft @typedef {import("../model/types.js").FeedbackFile} FeedbackFile */

/** Half an emoji at the end of a text that is cut off is no text. @param {string} text */
export function soundText(text) {
  return text.replace(/[\ud800-\udfff]/gu, "").trim();
}

/** @param {Draft} draft @returns {Promise<"storage_full"|"save_failed"|null>} Why it could not be kept; then nothing is lost. */
export async function keepReport(draft) {
  if (!app.privateKey) return "save_failed";
  const feedback_id = newId();
  const text = soundText(draft.text);
  try {
    const words = await sha256(/** @type {ArrayBuffer} */ (new TextEncoder().encode(text).buffer));
    const voice = draft.voice ? await claim(draft.voice.bytes, draft.voice.type) : null;
    const picture = draft.picture ? await claim(draft.picture, TYPE) : null;
    const parts = [words, voice?.sha256 ?? "", picture?.sha256 ?? ""];
    const body = {
      kind: draft.kind,
      text,
      village_code: draft.village,
      written_at: new Date(app.now()).toISOString(),
      voice,
      picture,
      signature: await sign(app.privateKey, "feedback", feedback_id, draft.kind, ...parts),
    };
    await saveFeedback(
      app.database,
      { feedback_id, body, state: "saved", problem: null, status: null, answer: null, answered_at: null, seen: true },
      { voice: draft.voice?.bytes ?? null, picture: draft.picture },
    );
  } catch (error) {
    return whyUnkept(error);
  }
  await app.reload();
  void app.sync();
  return null;
}

/** @param {ArrayBuffer} bytes @param {string} media_type @returns {Promise<FeedbackFile>} */
async function claim(bytes, media_type) {
  return { media_type, size: bytes.byteLength, sha256: await sha256(bytes) };
}
