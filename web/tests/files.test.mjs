// The page reads itself: strings, third-party files, what is kept offline, sizes.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { en } from "../phone/strings/en.js";
import { zh } from "../phone/strings/zh.js";

const WEB = new URL("../", import.meta.url);
const MOST_THIRD_PARTY = 60_000;
/** Fetched beside the page, once: less than a quarter of one recording. */
const MOST_DATA = 240_000;
const LICENCES = ["MIT", "BSD-3-Clause", "ISC"];
const LONGEST_FILE = 300;
const CATALOGUES = ["phone/strings/zh.js", "phone/strings/en.js"];

/** @param {string} folder @returns {string[]} */
function filesOf(folder) {
  return readdirSync(new URL(folder, WEB), { withFileTypes: true }).flatMap((each) =>
    each.isDirectory() ? filesOf(`${folder}${each.name}/`) : [`${folder}${each.name}`],
  );
}

const read = (/** @type {string} */ name) => readFileSync(new URL(name, WEB));
const ours = [...filesOf("phone/"), ...filesOf("who/")].filter((each) => each.endsWith(".js") && !each.includes("/vendor/"));

test("both languages have the same keys and placeholders, and no empty text", () => {
  assert.deepEqual(Object.keys(en).sort(), Object.keys(zh).sort());
  for (const [key, text] of Object.entries(zh)) {
    const other = /** @type {Record<string, string>} */ (en)[key] ?? "";
    const names = (/** @type {string} */ each) => [...each.matchAll(/\{\w+\}/g)].map(String).sort();
    assert.deepEqual(names(other), names(text), key);
    assert.ok(text && other, key);
  }
});

test("every text that is asked for is there, and no screen has words of its own", () => {
  for (const file of ours.filter((each) => !CATALOGUES.includes(each))) {
    const source = read(file).toString();
    for (const [, key] of source.matchAll(/\bt\(\s*"([\w.]+)"/g)) assert.ok(String(key) in zh, `${file}: ${key}`);
    const own = source.split("\n").filter((line) => /[\u4e00-\u9fff]/.test(line) && !/^\s*(\*|\/[/*])/.test(line));
    assert.deepEqual(own.filter((line) => !/"English"|^\s*zh: "/.test(line) && !line.includes("中文")), [], file);
  }
});

test("third-party files are those of the lock, of the pinned versions, and small", () => {
  const lock = JSON.parse(read("vendor.lock.json").toString());
  const pinned = JSON.parse(read("package.json").toString()).devDependencies;
  const present = filesOf("phone/vendor/").filter((each) => !/\.(d\.ts|txt)$/.test(each));
  assert.deepEqual(present.sort(), Object.keys(lock).map((each) => `phone/vendor/${each}`).sort());
  let total = 0;
  for (const [name, { sha256, packages, data }] of Object.entries(lock)) {
    const content = read(`phone/vendor/${name}`);
    assert.equal(createHash("sha256").update(content).digest("hex"), sha256, name);
    const size = gzipSync(content, { level: 9 }).length;
    if (data) {
      assert.ok(size < MOST_DATA && data.commit && LICENCES.includes(data.licence), name);
      continue;
    }
    assert.ok(name.endsWith(".js"), `${name} is code`);
    total += size;
    for (const each of packages) if (each.name in pinned) assert.equal(each.version, pinned[each.name]);
    for (const each of packages) assert.ok(LICENCES.includes(each.licence), each.name);
  }
  assert.ok(total < MOST_THIRD_PARTY, `${total} bytes gzip`);
});

test("what is kept offline is what is there", () => {
  execFileSync(process.execPath, [new URL("scripts/precache.mjs", WEB).pathname, "--check"], { stdio: "pipe" });
});

test("every action has its recorded words in every dialect, short enough for its window", () => {
  for (const dialect of readdirSync(new URL("phone/audio/", WEB))) {
    const { prompts, type } = JSON.parse(read(`phone/audio/${dialect}/manifest.json`).toString());
    for (const name of ["look", "nod", "open_mouth", "turn_left", "turn_right", "blink"]) {
      assert.ok(prompts[name].seconds <= 2.5, `${dialect} ${name}`);
      assert.ok(read(`phone/audio/${dialect}/${prompts[name].file}`).length > 1000);
      assert.ok(name === "look" || `action.${name}` in zh);
    }
    assert.match(type, /^audio\//);
  }
});

test("no module is long, and none asks for more than its own origin", () => {
  for (const file of ours) {
    const source = read(file).toString();
    if (!CATALOGUES.includes(file)) assert.ok(source.split("\n").length <= LONGEST_FILE, file);
    assert.doesNotMatch(source, /importmap|unsafeHTML|innerHTML|\beval\(|SyncManager|speechSynthesis/, file);
    const hosts = [...source.matchAll(/https?:\/\/([\w.]+)/g)].map((each) => each[1]);
    assert.deepEqual(hosts.filter((each) => each !== "uri.amap.com"), [], file);
  }
});

test("the lock file of the tools names no registry", () => {
  assert.doesNotMatch(read("package-lock.json").toString(), /"resolved"/);
});
