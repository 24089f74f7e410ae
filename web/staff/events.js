/**
 * Server-sent events, read by fetch: EventSource cannot send the token. Connects again by itself, from the last event on.
 *
 * @typedef {{event: string, data: string, id: string}} Told
 */
import { fetchAnswer, Refused, session, UNATTENDED } from "./session.js";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
const SILENCE_MS = 60_000;

/** Cuts a stream of text into events; what is not whole yet stays for the next piece (WHATWG HTML, 9.2.6). */
export function eventReader() {
  let rest = "";
  let id = "";
  /** @param {string} piece @returns {Told[]} */
  return (piece) => {
    rest += piece;
    const blocks = rest.replaceAll("\r\n", "\n").split("\n\n");
    rest = blocks.pop() ?? "";
    /** @type {Told[]} */
    const told = [];
    for (const block of blocks) {
      let event = "message";
      /** @type {string[]} */
      const data = [];
      for (const line of block.split("\n")) {
        const colon = line.indexOf(":");
        const name = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
        if (name === "event") event = value;
        else if (name === "data") data.push(value);
        else if (name === "id") id = value;
      }
      if (data.length) told.push({ event, data: data.join("\n"), id });
    }
    return told;
  };
}

/** Follows a stream until `signal` ends it or nobody is signed in any more.
 * @param {string} path @param {AbortSignal} signal @param {(told: Told) => void} hear @param {(on: boolean) => void} connected */
export async function follow(path, signal, hear, connected) {
  let pause = FIRST_PAUSE_MS;
  let last = "";
  while (!signal.aborted && session.holder) {
    const stop = new AbortController();
    try {
      const headers = { Accept: "text/event-stream", ...UNATTENDED, ...(last ? { "Last-Event-ID": last } : {}) };
      const answer = await fetchAnswer(path, { headers, signal: AbortSignal.any([signal, stop.signal]) });
      const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
      const cut = eventReader();
      connected(true);
      pause = FIRST_PAUSE_MS;
      while (reader) {
        const silent = setTimeout(() => stop.abort(), SILENCE_MS);
        const { done, value } = await reader.read().finally(() => clearTimeout(silent));
        if (done) break;
        for (const told of cut(value)) {
          last = told.id || last;
          queueMicrotask(() => hear(told)); // its faults are the page's, not those of the connection
        }
      }
    } catch (error) {
      if (error instanceof Refused && error.status >= 400 && error.status < 500 && error.status !== 429) break;
    }
    connected(false);
    if (!signal.aborted) await new Promise((done) => setTimeout(done, pause));
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}
