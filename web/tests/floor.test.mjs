// What the oldest browsers of docs/phone-page.md can read: Chromium 86 and iOS 15. Syntax by esbuild's tables; names that are
// younger by a list for what the browser brings (tsconfig.phone.json holds those of the language).
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { transformSync } from "esbuild";

const WEB = new URL("../", import.meta.url);
const FLOOR = ["chrome86", "ios15"];
/** Of floor.js, which runs where the page does not: what came before `noModule`. */
const OLDEST = "es5";
/** Each is younger in at least one of the two; what is asked for first (`in`, `?.`) is not here. */
const YOUNGER = /structuredClone|randomUUID|\bAbortSignal\.(any|timeout)|\.showModal|showPicker|popover|\binert\b|scrollend|\bCompressionStream|Intl\.(Segmenter|DurationFormat)|requestIdleCallback|\bOffscreenCanvas|checkVisibility|setHTML|URLPattern|\bIdleDetector/;
const YOUNGER_CSS = /[^-]\binset:|@layer|@container|@scope|aspect-ratio|color-mix\(|:not\([^)(]*,|:is\(|:where\(|translate:|rotate:|scale:|&\s*[.:{]/;

/** @param {string} folder @returns {string[]} */
function filesOf(folder) {
  return readdirSync(new URL(folder, WEB), { withFileTypes: true }).flatMap((each) =>
    each.isDirectory() ? filesOf(`${folder}${each.name}/`) : [`${folder}${each.name}`],
  );
}

const read = (/** @type {string} */ name) => readFileSync(new URL(name, WEB), "utf8");
const files = ["phone/", "who/", "verify/"].flatMap(filesOf);
const scripts = files.filter((each) => each.endsWith(".js"));
const sheets = files.filter((each) => each.endsWith(".css"));

/** Whether esbuild has to rewrite it for these browsers. `a?.b` is left to Chromium 86: esbuild minds that `a?.(...b)` was wrong before 91. @param {string} code @param {string|string[]} target @param {"js"|"css"} loader */
function isYounger(code, target, loader = "js") {
  const supported = target === FLOOR ? { "optional-chain": true } : undefined;
  const written = (/** @type {string|string[]} */ to) => transformSync(code, { target: to, loader, supported, logLevel: "silent" }).code;
  try {
    return written(target) !== written("esnext");
  } catch {
    return true; // what it cannot rewrite
  }
}

test("no script is written in syntax that the oldest browsers do not read", () => {
  assert.ok(scripts.length > 50);
  for (const file of scripts) {
    assert.equal(isYounger(read(file), FLOOR), false, file);
    if (!file.includes("/vendor/")) assert.doesNotMatch(read(file), YOUNGER, file);
  }
  assert.equal(isYounger(read("phone/floor.js"), OLDEST), false);
});

test("no style is lost in the oldest browsers but for what only adorns", () => {
  for (const file of sheets) {
    assert.equal(isYounger(read(file), FLOOR, "css"), false, file);
    assert.doesNotMatch(read(file), YOUNGER_CSS, file);
  }
});

test("what is younger is seen", () => {
  for (const code of ["await 1;", "class A { static { } }", "/(?<=a)b/", "a = /x/d;"]) assert.ok(isYounger(code, FLOOR), code);
  for (const code of ["let a;", "a => a", "a?.b"]) assert.ok(isYounger(code, OLDEST), code);
  assert.ok(isYounger("a { inset: 0 }", FLOOR, "css"));
  assert.match("input:not([a], [b]) { }", YOUNGER_CSS);
  assert.match("crypto.randomUUID()", YOUNGER);
});

test("each page that anybody may open says when it cannot open", () => {
  for (const page of ["phone", "who", "verify"]) {
    const source = read(`${page}/index.html`);
    assert.match(source, /<p id="closed"[^>]* hidden>/);
    assert.ok(source.indexOf("floor.js") < source.indexOf('type="module"'), page);
  }
});
