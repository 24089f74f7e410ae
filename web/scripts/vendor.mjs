// Makes web/phone/vendor from the pinned npm packages, and web/vendor.lock.json with versions and SHA-256.
//
//   cd web && npm ci && npm run vendor
//
// Run once for each new version; the files are committed, so that serving the page needs no npm and no build.
import { createHash } from "node:crypto";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const WEB = new URL("../", import.meta.url);

/** What each file re-exports. The worker's is a classic script: module workers are missing in older WebViews. */
const FILES = {
  "lit.js": { from: ["lit", "lit-html", "lit-element", "@lit/reactive-element"], code: `export { LitElement, html, svg, nothing } from "lit";` },
  "idb.js": { from: ["idb"], code: `export { openDB, deleteDB } from "idb";` },
  "tus.js": {
    from: ["tus-js-client", "js-base64", "url-parse", "querystringify", "requires-port"],
    code: `export { DefaultHttpStack, Upload } from "tus-js-client";`,
  },
  "workbox.js": {
    from: ["workbox-precaching", "workbox-core", "workbox-routing", "workbox-strategies"],
    code: `export { precacheAndRoute, cleanupOutdatedCaches } from "workbox-precaching";`,
    global: "workbox",
  },
};

/** @param {string} name */
async function packageOf(name) {
  const told = JSON.parse(await readFile(new URL(`node_modules/${name}/package.json`, WEB), "utf8"));
  return { name, version: told.version, licence: told.license };
}

/** @type {Record<string, unknown>} */
const lock = {};
for (const [name, { from, code, global }] of Object.entries(FILES)) {
  const made = await build({
    stdin: { contents: code, resolveDir: WEB.pathname },
    bundle: true,
    minify: true,
    write: false,
    target: "es2020",
    platform: "browser",
    legalComments: "inline",
    define: { "process.env.NODE_ENV": '"production"' },
    ...(global ? { format: "iife", globalName: global } : { format: "esm" }),
  });
  const content = Buffer.from(made.outputFiles[0].contents);
  await writeFile(new URL(`phone/vendor/${name}`, WEB), content);
  lock[name] = {
    sha256: createHash("sha256").update(content).digest("hex"),
    bytes: content.length,
    gzip_bytes: gzipSync(content, { level: 9 }).length,
    packages: await Promise.all(from.map(packageOf)),
  };
}
const texts = await Promise.all(
  [...new Set(Object.values(FILES).flatMap((each) => each.from))].sort().map(async (name) => {
    const folder = new URL(`node_modules/${name}/`, WEB);
    const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each));
    return `${name}\n\n${file ? await readFile(new URL(file, folder), "utf8") : "(its package holds no text)"}`;
  }),
);
await writeFile(new URL("phone/vendor/LICENCES.txt", WEB), texts.join(`\n${"-".repeat(80)}\n\n`));
await writeFile(new URL("vendor.lock.json", WEB), `${JSON.stringify(lock, null, 2)}\n`);
