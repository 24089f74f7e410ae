/**
 * The four words of a recording, and which one is true. Each has its colour and its sign (style.css): never mixed.
 *
 * @typedef {import("./types.js").Capture} Capture
 * @typedef {"on_phone"|"sending"|"received"|"certified"|"rejected"|"again"} Word
 */

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
  if (capture.state === "refused") return { word: "again", ...counts };
  if (capture.state === "sending") return { word: "sending", ...counts };
  if (capture.state === "saved") return { word: "on_phone", ...counts };
  if (rejected.length) return { word: "rejected", ...counts };
  if (capture.status?.decision === "retry") return { word: "again", ...counts };
  if (issued > 0 && issued === certificates.length) return { word: "certified", ...counts };
  return { word: "received", ...counts };
}

/** How many recordings have which word, and how many bytes still have to travel.
 * @param {readonly Capture[]} captures */
export function countWords(captures) {
  const counts = { on_phone: 0, sending: 0, received: 0, certified: 0, rejected: 0, again: 0 };
  let bytes = 0;
  for (const capture of captures) {
    counts[wordOf(capture).word] += 1;
    if (capture.state === "saved" || capture.state === "sending") bytes += capture.size - capture.sent;
  }
  return { counts, bytes };
}
