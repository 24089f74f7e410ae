// Writes web/phone/precache.js: every file of the page with its SHA-256, for the worker that keeps the page offline.
//
//   node web/scripts/precache.mjs            after any change of web/phone
//   node web/scripts/precache.mjs --check    says whether it is up to date
import { createHash } from "node:crypto";
import { readFile, readdir, writeFile } from "node:fs/promises";

const PHONE = new URL("../phone/", import.meta.url);
const LEFT_OUT = new Set(["sw.js", "precache.js"]);
/** Other dialects are kept when they are chosen (outbox/voices.js): a phone carries one, not all. */
const OTHER_VOICE = /^audio\/(?!zh-cmn\/)/;

/** @param {string} folder */
async function filesOf(folder) {
  const found = await readdir(new URL(folder, PHONE), { withFileTypes: true });
  const lists = await Promise.all(
    found.map((each) => (each.isDirectory() ? filesOf(`${folder}${each.name}/`) : [`${folder}${each.name}`])),
  );
  return lists.flat();
}

const files = (await filesOf("")).filter((each) => !LEFT_OUT.has(each) && !OTHER_VOICE.test(each) && !/\.(d\.ts|txt)$/.test(each)).sort();
const entries = await Promise.all(
  files.map(async (url) => {
    const content = await readFile(new URL(url, PHONE));
    return { url, revision: createHash("sha256").update(content).digest("hex").slice(0, 20) };
  }),
);
const lines = entries.map(({ url, revision }) => `  { url: ${JSON.stringify(url)}, revision: "${revision}" },`);
const made = `// Made by web/scripts/precache.mjs: never edited by hand.\nself.PRECACHE = [\n${lines.join("\n")}\n];\n`;
const target = new URL("precache.js", PHONE);
if (process.argv.includes("--check")) {
  if (made !== (await readFile(target, "utf8").catch(() => ""))) {
    console.error("web/phone/precache.js is out of date; next: node web/scripts/precache.mjs");
    process.exitCode = 1;
  }
} else {
  await writeFile(target, made);
}
