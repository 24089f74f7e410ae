/**
 * Who is signed in, and requests to the door in his name. The secret is sent once and not kept; the token of one hour is in memory
 * and in this tab's sessionStorage (a reload stays signed in, another tab does not know of it). A person's session is a cookie
 * instead (person_session.js).
 *
 * @typedef {import("./language.js").Stated} Stated
 * @typedef {{clientId: string, role: string, expiresMs: number, areas?: string[]|null, agency?: string|null}} Signed Who is signed in; `areas`: division
 * codes of the part of the county that is his.
 * @typedef {object} Options
 * @property {string} [method]
 * @property {unknown} [body] Sent as JSON; FormData and Blob as they are.
 * @property {Record<string, string>} [headers]
 * @property {AbortSignal} [signal]
 * @property {number} [limitMs] How long to wait for the answer, body and all; 0: as long as it takes.
 */
const KEPT = "onevisit.session";
const LIMIT_MS = 60_000;
/** A file may be large. */
const FILE_LIMIT_MS = 300_000;

/** The door said no, or did not answer. `zh` and `en` say what is wrong and what to do next. */
export class Refused extends Error {
  /** @param {number} status 0 when there was no answer. @param {Stated & {fields?: string[]}} stated @param {any} [problem] */
  constructor(status, stated, problem = null) {
    super(stated.en ?? stated.code);
    this.status = status;
    this.stated = stated;
    /** The whole problem document, with what a route adds to it. */
    this.problem = problem;
  }
}

/** What a problem document (RFC 9457) says, in both languages. @param {any} problem @param {number} status */
export function readProblem(problem, status) {
  const english = String(problem?.title ?? `HTTP ${status}`);
  const both = String(problem?.detail ?? "");
  const chinese = both.endsWith(english) ? both.slice(0, both.length - english.length).trim() : both || english;
  const next = problem?.next_step ?? {};
  return {
    code: String(problem?.code ?? `HTTP_${status}`),
    zh: [chinese, next.zh].filter(Boolean).join(" "),
    en: [english, next.en].filter(Boolean).join(" "),
    fields: (problem?.fields ?? []).map((/** @type {{where: string}} */ each) => each.where),
  };
}

/** What the token says of its holder, for information; the door asks its database. @param {string} token */
export function readToken(token) {
  try {
    const [, payload = ""] = token.split(".");
    const { client_id, role, exp } = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    return { clientId: String(client_id), role: String(role), expiresMs: Number(exp) * 1000 };
  } catch {
    return null;
  }
}

class Session extends EventTarget {
  /** @type {string|null} */
  token = null;
  /** Who is signed in by a cookie. @type {Signed|null} */
  person = null;
  /** Why the sign-in screen is shown again. @type {"expired"|null} */
  ended = null;

  constructor() {
    super();
    const kept = globalThis.sessionStorage?.getItem(KEPT) ?? null;
    if (kept && (readToken(kept)?.expiresMs ?? 0) > Date.now()) this.token = kept;
  }

  /** Who is signed in. @returns {Signed|null} */
  get holder() {
    return this.token ? readToken(this.token) : this.person;
  }

  /** Whether who is signed in works for a part of the county: what is one for the whole county is not his to do. */
  get isPart() {
    return (this.holder?.areas ?? null) !== null;
  }

  /** @param {string|null} token @param {"expired"|null} [ended] */
  take(token, ended = null) {
    this.token = token;
    this.person = null;
    this.ended = ended;
    if (token) sessionStorage.setItem(KEPT, token);
    else sessionStorage.removeItem(KEPT);
    this.dispatchEvent(new Event("change"));
  }

  /** A person whose cookie the door knows. @param {Signed} person */
  welcome(person) {
    this.take(null);
    this.person = person;
    this.dispatchEvent(new Event("change"));
  }
}

/** Dispatches `change` when somebody signs in or out, and when the session ends. */
export const session = new Session();

/** Trades id and secret for a token; without credentials of the browser's own: after a wrong secret the door asks for Basic
 * (RFC 6749, 5.2), and the browser would put its own sign-in box over the page. A person's session of this browser ends first.
 * @param {string} clientId @param {string} secret @throws {Refused} */
export async function signIn(clientId, secret) {
  const form = new URLSearchParams({ grant_type: "client_credentials", client_id: clientId, client_secret: secret });
  const { answer, content: made } = await reach("/v1/token", { method: "POST", body: form, credentials: "omit" }, LIMIT_MS, jsonOf);
  if (!answer.ok) throw new Refused(answer.status, readProblem(made, answer.status), made);
  if (!made?.access_token) throw unreadable(answer);
  await endPersonSession();
  session.take(String(made.access_token));
}

/** Ends whatever session of a person this browser has, whether or not this page knows of it: no script sees the cookie.
 * @throws {Refused} When it may still be open. */
async function endPersonSession() {
  const { answer, content } = await reach("/v1/session", { method: "DELETE", headers: { "Onevisit-Page": "staff" } }, LIMIT_MS, jsonOf);
  if (!answer.ok && answer.status !== 401) throw new Refused(answer.status, readProblem(content, answer.status), content);
}

/** Ends the session at the door too, where it is a person's. Where the door does not answer the sign-in screen asks it again,
 * and says that it cannot be reached, or who is still signed in. */
export async function signOut() {
  try {
    if (session.person) await fetchAnswer("/v1/session", { method: "DELETE" });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
  if (session.holder) session.take(null);
}

/** Sent with what a page asks by itself: a desk that was left ends its session after a while (services/gateway/access/sessions.py). */
export const UNATTENDED = { "Onevisit-Page": "unattended" };

/** What `read` makes of the door's answer; a refusal is thrown. An ended session shows the sign-in screen.
 * @template T @param {string} path @param {Options} options @param {(answer: Response) => Promise<T>} read
 * @returns {Promise<T>} @throws {Refused} */
async function fetchAs(path, { method = "GET", body, headers = {}, signal, limitMs = LIMIT_MS }, read) {
  const { token, person } = session;
  const raw = body === undefined || body instanceof FormData || body instanceof Blob;
  const sent = new Headers({ Accept: "application/json", "Onevisit-Page": "staff", ...headers });
  if (token) sent.set("Authorization", `Bearer ${token}`);
  if (!raw) sent.set("Content-Type", "application/json");
  const written = raw ? /** @type {BodyInit|undefined} */ (body) : JSON.stringify(body);
  const isFine = (/** @type {Response} */ each) => each.ok || each.status === 304;
  const init = { method, body: written, headers: sent, signal, cache: /** @type {const} */ ("no-store") };
  const { answer, content } = await reach(path, init, limitMs, (each) => (isFine(each) ? read(each) : jsonOf(each)));
  if (isFine(answer)) return content;
  const problem = content;
  if (answer.status === 401 && (token || person) && session.token === token && session.person === person) session.take(null, "expired");
  throw new Refused(answer.status, readProblem(problem, answer.status), problem);
}

/** The door's answer with its body still to be read, as a stream is. @param {string} path @param {Options} [options] @returns {Promise<Response>} @throws {Refused} */
export async function fetchAnswer(path, options = {}) {
  return fetchAs(path, options, async (answer) => answer);
}

/** The door's answer as JSON; null where it has none to give (204). An answer that is cut off or somebody else's (a hotel's sign-in
 * page) is refused too: nobody has to look twice at what he gets. @param {string} path @param {Options} [options] @returns {Promise<any>} @throws {Refused} */
export async function fetchJson(path, options = {}) {
  const { answer, content } = await fetchAs(path, options, async (each) => ({ answer: each, content: await jsonOf(each) }));
  if (content === undefined && answer.status !== 204) throw unreadable(answer);
  return content ?? null;
}

/** @param {Response} answer */
function unreadable({ status }) {
  return new Refused(status, readProblem(null, status));
}

/** A file of the door. @param {string} path @param {Options} [options] @returns {Promise<Blob>} @throws {Refused} */
export async function fetchFile(path, options = {}) {
  return fetchAs(path, { headers: { Accept: "*/*" }, limitMs: FILE_LIMIT_MS, ...options }, (answer) => answer.blob());
}

/** A file of the door, kept under its name: a link cannot carry the token. @param {string} path @param {string} name */
export async function saveFile(path, name) {
  const url = URL.createObjectURL(await fetchFile(path));
  const link = document.createElement("a");
  Object.assign(link, { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** The answer and what `read` makes of its body: a connection that breaks inside the body is no answer either.
 * @param {string} path @param {RequestInit} init @param {number} limitMs @param {(answer: Response) => Promise<any>} read */
async function reach(path, init, limitMs, read) {
  const stop = new AbortController();
  const timer = limitMs ? setTimeout(() => stop.abort(), limitMs) : undefined;
  const signal = init.signal ? AbortSignal.any([init.signal, stop.signal]) : stop.signal;
  try {
    const answer = await fetch(path, { credentials: "same-origin", ...init, signal });
    return { answer, content: await read(answer) };
  } catch {
    throw new Refused(0, { code: "AWAY" });
  } finally {
    clearTimeout(timer);
  }
}

/** What is written in the body; undefined when that is nothing, or no JSON. @param {Response} answer @returns {Promise<any>} */
async function jsonOf(answer) {
  const text = await answer.text();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
