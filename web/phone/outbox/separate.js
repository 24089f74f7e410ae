/**
 * Bytes of a recording travel on connections of their own.
 *
 * Chromium sends a request again by itself, body and all, when a connection that had served another request before is
 * cut: after a cut at 80 % it would send those 80 % once more, only to hear that the door has them. It does not on a new
 * connection. Requests without credentials have connections apart from those with, so everything but the bytes goes
 * without, and the bytes (XMLHttpRequest, which alone tells its progress) find none that was used.
 *
 * @typedef {import("../vendor/tus.js").HttpRequest} HttpRequest
 * @typedef {import("../vendor/tus.js").HttpResponse} HttpResponse
 * @typedef {import("../vendor/tus.js").HttpStack} HttpStack
 */
import { DefaultHttpStack } from "../vendor/tus.js";

/** A question of the tus client without a body: where an upload stands, or that one begins. @implements {HttpRequest} */
class Question {
  /** @type {Record<string, string>} */
  #headers = {};
  #stop = new AbortController();

  /** @param {string} method @param {string} url */
  constructor(method, url) {
    this.method = method;
    this.url = url;
  }

  getMethod() {
    return this.method;
  }

  getURL() {
    return this.url;
  }

  /** @param {string} name @param {string} value */
  setHeader(name, value) {
    this.#headers[name] = value;
  }

  /** @param {string} name */
  getHeader(name) {
    return this.#headers[name];
  }

  setProgressHandler() {}

  /** @returns {Promise<HttpResponse>} */
  async send() {
    const { method, url } = this;
    const told = { method, headers: this.#headers, credentials: /** @type {const} */ ("omit"), signal: this.#stop.signal };
    const answer = await fetch(url, told);
    const text = await answer.text();
    return {
      getStatus: () => answer.status,
      getHeader: (name) => answer.headers.get(name) ?? undefined,
      getBody: () => text,
      getUnderlyingObject: () => answer,
    };
  }

  async abort() {
    this.#stop.abort();
  }

  getUnderlyingObject() {
    return null;
  }
}

const bytes = new DefaultHttpStack({});

/** @type {HttpStack} */
export const separateStack = {
  createRequest: (method, url) => (method === "PATCH" ? bytes.createRequest(method, url) : new Question(method, url)),
  getName: () => "separate",
};
