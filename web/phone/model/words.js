/**
 * The four words of a recording, and which one is true. Each has its colour and its sign (style.css): never mixed.
 *
 * @typedef {import("./types.js").Capture} Capture
 * @typedef {"on_phone"|"sending"|"received"|"certified"|"rejected"|"again"} Word
 */

/** Whether this answer sends the cadre there once more: the machine could not see enough, or a reviewer has refused the
 * recording (what follows for the person is decided at the desk). @param {string|null|undefined} decision */
export function asksAgain(decision) {
  return decision === "retry" || decision === "refused";
}

/** Whether the county has not got this recording, and will not: it was refused, or is lost. @param {Capture} capture */
export function isToMakeAgain({ state }) {
  return state === "refused" || state === "lost";
}

/** Whether it is lost, and the person does not consent to another: another way is offered. @param {Capture} capture */
export function isLostWithoutConsent({ state, problem }) {
  return state === "lost" && problem?.code === "lost_without_consent";
}

/**
 * `rejected` and `again` are what follows on "received" when it did not become "certified".
 * @param {Capture} capture
 * @returns {{word: Word, issued: number, expected: number, rejected: import("./types.js").CertificateState[]}}
 */
export function wordOf(capture) {
  const certificates = capture.status?.certificates ?? [];
  const rejected = certificates.filter((each) => each.state === "rejected");
  const issued = certificates.filter((each) => each.state === "issued" || each.state === "accepted").length;
  const counts = { issued, expected: certificates.length, rejected };
  if (isToMakeAgain(capture)) return { word: "again", ...counts };
  if (capture.state === "sending") return { word: "sending", ...counts };
  if (capture.state === "saved") return { word: "on_phone", ...counts };
  if (rejected.length) return { word: "rejected", ...counts };
  if (asksAgain(capture.status?.decision)) return { word: "again", ...counts };
  if (issued > 0 && issued === certificates.length) return { word: "certified", ...counts };
  return { word: "received", ...counts };
}

/**
 * What is written of it: the key of the text, and the counts that stand in it.
 * @param {Capture} capture
 * @returns {[string, {issued: number, expected: number}]}
 */
export function sayingOf(capture) {
  const { word, issued, expected } = wordOf(capture);
  const named = word === "certified" ? "certified_by" : capture.state === "lost" ? "lost" : word;
  return [`word.${named}`, { issued, expected }];
}

/** Whether the door will say more of a recording: no verdict yet, or not every agency has its certificate. A person who
 * looks at it takes hours, so nobody waits for that. @param {Capture} capture */
export function moreToCome(capture) {
  return wordOf(capture).word === "received" && capture.status?.decision !== "review";
}

/** Whether it still has to travel. @param {Capture} capture */
export function isUnsent({ state }) {
  return state === "saved" || state === "sending";
}

/** How many recordings have which word, how many bytes still have to travel, and until when the first of them must have arrived.
 * @param {readonly Capture[]} captures */
export function countWords(captures) {
  const counts = { on_phone: 0, sending: 0, received: 0, certified: 0, rejected: 0, again: 0 };
  let bytes = 0;
  /** @type {string|null} */
  let sendBy = null;
  for (const capture of captures) {
    counts[wordOf(capture).word] += 1;
    if (!isUnsent(capture)) continue;
    bytes += capture.size - capture.sent;
    if (capture.send_by && (sendBy === null || capture.send_by < sendBy)) sendBy = capture.send_by;
  }
  return { counts, bytes, sendBy };
}
