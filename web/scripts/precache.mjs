// Writes what the page's files say of each other:
// - web/phone/precache.js: every file with its SHA-256, for the worker that keeps the page offline;
// - in web/phone/index.html the modules that main.js imports, however deep: asked for at once instead of level by level.
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

/** What a module imports, and so on: shortest way first, each once. @param {string} first */
async function importedBy(first) {
  const found = [first];
  for (const from of found) {
    const source = await readFile(new URL(from, PHONE), "utf8");
    for (const [, to] of source.matchAll(/^(?:import|export)\s(?:[^;"]*\sfrom\s)?"(\.[^"]+)";/gm)) {
      const name = new URL(String(to), new URL(from, PHONE)).href.slice(PHONE.href.length);
      if (!found.includes(name)) found.push(name);
    }
  }
  return found.slice(1);
}

/** Writes a file, or says that it is not what it should be. @param {string} name @param {string} content */
async function put(name, content) {
  const target = new URL(name, PHONE);
  if (content === (await readFile(target, "utf8").catch(() => ""))) return;
  if (!process.argv.includes("--check")) return writeFile(target, content);
  console.error(`web/phone/${name} is out of date; next: node web/scripts/precache.mjs`);
  process.exitCode = 1;
}

const page = await readFile(new URL("index.html", PHONE), "utf8");
const early = (await importedBy("main.js")).map((each) => `    <link rel="modulepreload" href="./${each}" />\n`);
await put("index.html", page.replace(/( *<link rel="modulepreload".*\n)*(?= *<\/head>)/, early.join("")));

const files = (await filesOf("")).filter((each) => !LEFT_OUT.has(each) && !OTHER_VOICE.test(each) && !/\.(d\.ts|txt)$/.test(each)).sort();
const entries = await Promise.all(
  files.map(async (url) => {
    const content = await readFile(new URL(url, PHONE));
    return { url, revision: createHash("sha256").update(content).digest("hex").slice(0, 20) };
  }),
);
const lines = entries.map(({ url, revision }) => `  { url: ${JSON.stringify(url)}, revision: "${revision}" },`);
const made = `// Made by web/scripts/precache.mjs: never edited by hand.\nself.PRECACHE = [\n${lines.join("\n")}\n];\n`;
await put("precache.js", made);
