/**
 * One recording to the door by tus: resumable, and ended when nothing moves any more.
 *
 * @typedef {import("../model/types.js").Capture} Capture
 */
import { Upload } from "../vendor/tus.js";
import { separateStack } from "./separate.js";
import { Away, Refused, isPassing, readProblem } from "./door.js";

/** A connection on which nothing moves for so long is dead: a cut in a valley sends no goodbye. */
const STALLED_MS = 25_000;
export const UPLOADS = "/v1/captures";
const CAPTURE_HEADER = "Onevisit-Capture";

/** Metadata as services/gateway/phone/capture_intake.py wants it. `filename` and `filetype` both, or resuming starts at zero.
 * @param {Capture} capture @param {string} [challenge] As it was signed: the county may have lost it since.
 * @returns {Record<string, string>} */
export function metadataOf(capture, challenge) {
  return {
    filename: `${capture.challenge_id}.${capture.type.includes("mp4") ? "mp4" : "webm"}`,
    filetype: capture.type,
    visit_id: capture.visit_id,
    challenge_id: capture.challenge_id,
    captured_at: capture.captured_at,
    sha256: capture.sha256,
    signature: capture.signature,
    ...(capture.camera ? { camera: capture.camera } : {}), // letter by letter as it was signed
    legal_basis: capture.legal_basis,
    ...(challenge ? { challenge } : {}),
    ...(capture.consent_renewed ? { consent_renewed: "true" } : {}),
    ...(capture.notice_version ? { notice_version: capture.notice_version } : {}),
  };
}

/**
 * @param {Capture} capture @param {ArrayBuffer} bytes @param {string|undefined} challenge As it was signed. @param {string} token
 * @param {{onUrl: (url: string) => void, onBytes: (sent: number) => void}} tell
 * @returns {Promise<string>} The capture's id.
 * @throws {Refused|Away}
 */
export function upload(capture, bytes, challenge, token, tell) {
  return new Promise((resolve, reject) => {
    let captureId = "";
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    let timer;
    const sending = new Upload(new Blob([bytes], { type: capture.type }), {
      endpoint: UPLOADS,
      uploadUrl: capture.upload_url,
      metadata: metadataOf(capture, challenge),
      headers: { Authorization: `Bearer ${token}` },
      httpStack: separateStack,
      retryDelays: null,
      storeFingerprintForResuming: false,
      onUploadUrlAvailable: () => tell.onUrl(sending.url ?? ""),
      onProgress: (sent) => {
        moved();
        tell.onBytes(sent);
      },
      onAfterResponse: (_request, response) => {
        captureId = response.getHeader(CAPTURE_HEADER) ?? captureId;
      },
      onSuccess: () => {
        clearTimeout(timer);
        resolve(captureId);
      },
      onError: (error) => {
        clearTimeout(timer);
        reject(readError(error));
      },
    });
    function moved() {
      clearTimeout(timer);
      timer = setTimeout(() => {
        void sending.abort();
        reject(new Away("nothing moves any more"));
      }, STALLED_MS);
    }
    moved();
    sending.start();
  });
}

/** @param {Error} error */
function readError(error) {
  const response = "originalResponse" in error ? /** @type {any} */ (error).originalResponse : null;
  if (!response || response.getStatus() === 0) return new Away(error.message);
  const status = response.getStatus();
  if (isPassing(status)) return new Away(`HTTP ${status}`);
  let problem = null;
  try {
    problem = JSON.parse(response.getBody());
  } catch {
    problem = { code: response.getHeader("Onevisit-Code") };
  }
  return new Refused(status, readProblem(problem, status));
}
