/** The page that checks a certificate: pasted, from a file, or from the link of a QR code (behind the `#`). */
import { CannotCheck, checkCertificate, readStatusList } from "./check.js";
import { VALUES, VERDICTS, WORDS } from "./words.js";

/** @type {import("./words.js").Language} */
let language = navigator.language.startsWith("zh") ? "zh" : "en";
/** @type {{verdict: keyof typeof VERDICTS, content?: any}|null} */
let found = null;
/** The county's time zone, as the door says it with its lists; until then this computer's. @type {string|undefined} */
let zone;

/** @template {HTMLElement} T @param {string} id @returns {T} */
const byId = (id) => /** @type {T} */ (document.getElementById(id));
const answer = byId("answer");

/** Also without a network: the service worker answers with what it kept. @param {string} path */
async function fetched(path) {
  try {
    const response = await fetch(path, { cache: "no-cache" });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

/** A link, JSON with a field `jws`, a list of such, or the certificate itself. @param {string} text */
function certificateIn(text) {
  const behind = text.includes("#") ? text.slice(text.indexOf("#") + 1) : text;
  try {
    const json = JSON.parse(behind);
    const first = Array.isArray(json) ? json[0] : json;
    return String(first?.jws ?? first ?? "");
  } catch {
    return behind.replace(/\s/g, "");
  }
}

/** @param {string} text */
async function check(text) {
  const certificate = certificateIn(text);
  if (!certificate) return;
  const [keys, lists] = await Promise.all([fetched("/.well-known/jwks.json"), fetched("/v1/status-lists")]);
  zone = lists?.timezone ?? zone;
  try {
    if (!keys) found = { verdict: "no_keys" };
    else {
      const read = await Promise.all((lists?.lists ?? []).map((/** @type {string} */ each) => readStatusList(each, keys)));
      found = await checkCertificate(certificate, keys, read.filter((each) => each !== null), Date.now());
    }
  } catch (error) {
    if (!(error instanceof CannotCheck)) throw error;
    found = { verdict: "cannot" };
  }
  show();
}

/** @param {keyof typeof WORDS} name @param {string} value */
function row(name, value) {
  const [term, description] = [document.createElement("dt"), document.createElement("dd")];
  term.textContent = WORDS[name][language];
  description.textContent = VALUES[value]?.[language] ?? value;
  return [term, description];
}

/** @param {string} moment */
const dayOf = (moment) => new Date(moment).toLocaleDateString("sv-SE", { timeZone: zone });

function show() {
  document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
  document.title = WORDS.title[language];
  for (const each of document.querySelectorAll("[data-say]")) {
    const name = /** @type {keyof typeof WORDS} */ (each.getAttribute("data-say"));
    each.textContent = WORDS[name][language];
  }
  byId("language").textContent = WORDS.language[language];
  if (!found) return;
  const { tone, sign, ...words } = VERDICTS[found.verdict];
  const [what = "", then = ""] = words[language];
  const [head, next] = [document.createElement("h2"), document.createElement("p")];
  head.textContent = `${sign} ${what}`;
  next.textContent = then;
  answer.className = tone;
  answer.dataset.verdict = found.verdict;
  answer.replaceChildren(head, next);
  const subject = found.content?.credentialSubject;
  if (!subject) return;
  const list = document.createElement("dl");
  list.append(
    ...row("agency", subject.agency),
    ...row("programme", subject.programme),
    ...row("request", subject.requestId),
    ...row("proved", subject.provedOn ?? dayOf(subject.provedAt)),
    ...row("evidence", subject.evidence),
    ...row("until", found.content.validUntil ? dayOf(found.content.validUntil) : WORDS.always[language]),
    ...row("issuer", found.content.issuer),
  );
  answer.append(list);
}

byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  check(/** @type {HTMLTextAreaElement} */ (byId("text")).value);
});
byId("file").addEventListener("change", async () => {
  const file = /** @type {HTMLInputElement} */ (byId("file")).files?.[0];
  if (file && file.size < 1_000_000) check(await file.text());
});
byId("language").addEventListener("click", () => {
  language = language === "zh" ? "en" : "zh";
  show();
});
addEventListener("hashchange", () => check(location.hash));
show();
document.getElementById("closed")?.remove();
navigator.serviceWorker?.register("./sw.js");
if (location.hash.length > 1) check(location.hash);
else fetched("/.well-known/jwks.json").then(() => fetched("/v1/status-lists"));
