// Makes web/phone/vendor and web/staff/vendor from the pinned npm packages, and for each a lock (web/vendor.lock.json,
// web/staff.lock.json) with versions and SHA-256.
//
//   cd web && npm ci && npm run vendor
//
// Run once for each new version; the files are committed, so that serving the page needs no npm and no build.
import { createHash } from "node:crypto";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const WEB = new URL("../", import.meta.url);

const LIT = { from: ["lit", "lit-html", "lit-element", "@lit/reactive-element"] };

/** What each file of the phone re-exports. The worker's is a classic script: module workers are missing in older WebViews. */
const PHONE = {
  "lit.js": { ...LIT, code: `export { LitElement, html, svg, nothing } from "lit";` },
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
/** Data that no sound package carries: committed as it lies in its repository (its licence beside this script), held to its hash. */
const PHONE_DATA = {
  "facefinder.bin": {
    from: { name: "nenadmarkus/pico", commit: "7d550c78b2c31a4e1dfc5bcdfe9da013297b5cc8", path: "rnt/cascades/facefinder", licence: "MIT" },
    sha256: "d8014993e7298c7b1865d1f8b855d6dbf4ec5c808bf879e2091ab6837abf90cd",
  },
};
/** What each file of the staff's pages re-exports. Pictures that a style sheet names are put into it. */
const STAFF = {
  "lit.js": {
    ...LIT,
    code: `export { LitElement, html, svg, nothing } from "lit"; export { repeat } from "lit/directives/repeat.js"; export { live } from "lit/directives/live.js";`,
  },
  "leaflet.js": {
    from: ["leaflet"],
    code: `export { map, tileLayer, polyline, circleMarker, marker, divIcon, layerGroup, latLngBounds, control, canvas, DomUtil } from "leaflet/dist/leaflet-src.esm.js";`,
  },
  "leaflet.css": { from: ["leaflet"], code: `@import "leaflet/dist/leaflet.css";` },
  "uplot.js": { from: ["uplot"], code: `export { default as UPlot } from "uplot";` },
  "uplot.css": { from: ["uplot"], code: `@import "uplot/dist/uPlot.min.css";` },
};

/** @param {string} name */
async function packageOf(name) {
  const told = JSON.parse(await readFile(new URL(`node_modules/${name}/package.json`, WEB), "utf8"));
  return { name, version: told.version, licence: told.license };
}

/** @param {Buffer} content */
function measure(content) {
  return {
    sha256: createHash("sha256").update(content).digest("hex"),
    bytes: content.length,
    gzip_bytes: gzipSync(content, { level: 9 }).length,
  };
}

/** @param {string} folder @param {string} lockFile @param {Record<string, {from: string[], code: string, global?: string}>} files
 * @param {typeof PHONE_DATA | {}} data */
async function make(folder, lockFile, files, data = {}) {
  /** @type {Record<string, unknown>} */
  const lock = {};
  for (const [name, { from, code, global }] of Object.entries(files)) {
    const made = await build({
      stdin: { contents: code, resolveDir: WEB.pathname, loader: name.endsWith(".css") ? "css" : "js" },
      bundle: true,
      minify: true,
      write: false,
      target: "es2020",
      platform: "browser",
      legalComments: "inline",
      loader: { ".png": "dataurl" },
      define: { "process.env.NODE_ENV": '"production"' },
      ...(global ? { format: "iife", globalName: global } : { format: "esm" }),
    });
    const content = Buffer.from(made.outputFiles[0].contents);
    await writeFile(new URL(`${folder}/${name}`, WEB), content);
    lock[name] = { ...measure(content), packages: await Promise.all(from.map(packageOf)) };
  }
  for (const [name, { from, sha256 }] of Object.entries(data)) {
    const measured = measure(await readFile(new URL(`${folder}/${name}`, WEB)));
    if (measured.sha256 !== sha256) throw new Error(`${folder}/${name} is not ${from.path} of ${from.name} at ${from.commit}`);
    lock[name] = { ...measured, data: from };
  }
  const texts = await Promise.all(
    [...new Set(Object.values(files).flatMap((each) => each.from))].sort().map(async (name) => {
      const packaged = new URL(`node_modules/${name}/`, WEB);
      const file = (await readdir(packaged)).find((each) => /^licen[cs]e/i.test(each));
      return `${name}\n\n${file ? await readFile(new URL(file, packaged), "utf8") : "(its package holds no text)"}`;
    }),
  );
  for (const [name, { from }] of Object.entries(data))
    texts.push(`${name} (${from.name})\n\n${await readFile(new URL(`scripts/${name}.licence.txt`, WEB), "utf8")}`);
  await writeFile(new URL(`${folder}/LICENCES.txt`, WEB), texts.join(`\n${"-".repeat(80)}\n\n`));
  await writeFile(new URL(lockFile, WEB), `${JSON.stringify(lock, null, 2)}\n`);
}

await make("phone/vendor", "vendor.lock.json", PHONE, PHONE_DATA);
await make("staff/vendor", "staff.lock.json", STAFF);
