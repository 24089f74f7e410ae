/**
 * Requests to the door, each with a time limit. A refusal becomes a `Refused` with the door's own words in both
 * languages; no answer becomes `Away`.
 *
 * @typedef {import("../model/types.js").Stated} Stated
 */
const LIMIT_MS = 30_000;

/** The door said no. */
export class Refused extends Error {
  /** @param {number} status @param {Stated} stated */
  constructor(status, stated) {
    super(stated.code);
    this.status = status;
    this.stated = stated;
  }
}

/** No answer: no signal, or the door is not there. */
export class Away extends Error {}

/** @param {number} status */
export function isPassing(status) {
  return status >= 500 || status === 429 || status === 408 || status === 423;
}

/** What a problem document says, in both languages. @param {any} problem @param {number} status @returns {Stated} */
export function readProblem(problem, status) {
  const english = String(problem?.title ?? `HTTP ${status}`);
  const both = String(problem?.detail ?? "");
  const chinese = both.endsWith(english) ? both.slice(0, both.length - english.length).trim() : both || english;
  const next = problem?.next_step ?? {};
  return {
    code: String(problem?.code ?? `HTTP_${status}`),
    zh: `${chinese}${next.zh ?? ""}`, // Chinese sentences have no space between them
    en: [english, next.en].filter(Boolean).join(" "),
  };
}

/**
 * @param {string} path
 * @param {{method?: string, body?: unknown, file?: {bytes: ArrayBuffer, type: string}, token?: string, etag?: string, limitMs?: number}} [options]
 * @returns {Promise<{status: number, etag: string|null, date: string|null, json: any}>}
 * @throws {Refused|Away}
 */
export async function ask(path, { method = "GET", body, file, token, etag, limitMs = LIMIT_MS } = {}) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (etag) headers["If-None-Match"] = etag;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (file) headers["Content-Type"] = file.type;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), limitMs);
  try {
    const answer = await fetch(path, {
      method,
      headers,
      body: file ? file.bytes : body === undefined ? undefined : JSON.stringify(body),
      signal: stop.signal,
      cache: "no-store",
      credentials: "omit", // the token is a header; and see `separate.js`
    });
    if (answer.status >= 400) throw new Refused(answer.status, readProblem(await jsonOf(answer), answer.status));
    const told = answer.headers;
    return { status: answer.status, etag: told.get("ETag"), date: told.get("Date"), json: await jsonOf(answer) };
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Away("the door does not answer");
  } finally {
    clearTimeout(timer);
  }
}

/** @param {Response} answer */
async function jsonOf(answer) {
  const text = await answer.text();
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}
