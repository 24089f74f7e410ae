// What the staff's pages share reads itself: strings, third-party files, sizes; and what the door's answers become.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { test } from "node:test";
import { eventReader } from "../staff/events.js";
import { addTexts, t } from "../staff/language.js";
import { keepZone, yearOf } from "../staff/moments.js";
import { fetchFile, fetchJson, readProblem, readToken, Refused } from "../staff/session.js";

const WEB = new URL("../", import.meta.url);
const PAGES = ["staff", "desk", "review", "agency"].filter((each) => existsSync(new URL(each, WEB)));
const LONGEST_FILE = 300;

/** @param {string} folder @returns {string[]} */
function filesOf(folder) {
  return readdirSync(new URL(folder, WEB), { withFileTypes: true }).flatMap((each) =>
    each.isDirectory() ? filesOf(`${folder}${each.name}/`) : [`${folder}${each.name}`],
  );
}

/** @param {string} page @returns {Promise<{zh: Record<string, string>, en: Record<string, string>}>} */
async function textsOf(page) {
  const [{ zh }, { en }] = await Promise.all(["zh", "en"].map((each) => import(`../${page}/strings/${each}.js`)));
  return { zh, en };
}

const read = (/** @type {string} */ name) => readFileSync(new URL(name, WEB));
const ours = PAGES.flatMap((each) => filesOf(`${each}/`)).filter((each) => each.endsWith(".js") && !each.includes("/vendor/"));

test("both languages have the same keys and placeholders, and no empty text", async () => {
  for (const page of PAGES.filter((each) => existsSync(new URL(`${each}/strings`, WEB)))) {
    const { zh, en } = await textsOf(page);
    assert.deepEqual(Object.keys(en).sort(), Object.keys(zh).sort());
    for (const [key, text] of Object.entries(zh)) {
      const names = (/** @type {string} */ each) => [...new Set([...each.matchAll(/\{\w+\}/g)].map(String))].sort();
      assert.deepEqual(names(en[key] ?? ""), names(text), key);
      assert.ok(text && en[key], key);
    }
  }
});

test("every text that is asked for is there, and no element has words of its own", async () => {
  const shared = (await textsOf("staff")).zh;
  for (const page of PAGES) {
    const known = { ...shared, ...(existsSync(new URL(`${page}/strings`, WEB)) ? (await textsOf(page)).zh : {}) };
    for (const file of ours.filter((each) => each.startsWith(`${page}/`) && !each.includes("/strings/"))) {
      const source = read(file).toString();
      for (const [, key] of source.matchAll(/\bt\(\s*"([\w.]+)"/g)) assert.ok(String(key) in known, `${file}: ${key}`);
      const own = source.split("\n").filter((line) => /[\u4e00-\u9fff]/.test(line) && !/^\s*(\*|\/[/*])/.test(line));
      assert.deepEqual(own.filter((line) => !line.includes("中文")), [], file);
    }
  }
});

test("third-party files are those of the lock, of the pinned versions", () => {
  const lock = JSON.parse(read("staff.lock.json").toString());
  const pinned = JSON.parse(read("package.json").toString()).devDependencies;
  const present = filesOf("staff/vendor/").filter((each) => /\.(js|css)$/.test(each));
  assert.deepEqual(present.sort(), Object.keys(lock).map((each) => `staff/vendor/${each}`).sort());
  for (const [name, { sha256, packages }] of Object.entries(lock)) {
    assert.equal(createHash("sha256").update(read(`staff/vendor/${name}`)).digest("hex"), sha256, name);
    for (const each of packages) if (each.name in pinned) assert.equal(each.version, pinned[each.name]);
    for (const each of packages) assert.ok(["MIT", "BSD-2-Clause", "BSD-3-Clause", "ISC"].includes(each.licence), each.name);
  }
});

test("no module is long, and none asks for more than its own origin", () => {
  for (const file of ours) {
    const source = read(file).toString();
    if (!file.includes("/strings/")) assert.ok(source.split("\n").length <= LONGEST_FILE, file);
    assert.doesNotMatch(source, /importmap|unsafeHTML|innerHTML|\beval\(|https?:\/\//, file);
  }
});

test("a problem of the door is read in both languages, with the next step and the fields", () => {
  const problem = {
    title: "The form is wrong.",
    detail: "格式不对。 The form is wrong.",
    code: "MALFORMED",
    next_step: { zh: "请改正。", en: "Mend it." },
    fields: [{ where: "body.day", kind: "missing" }],
  };
  assert.deepEqual(readProblem(problem, 422), {
    code: "MALFORMED",
    zh: "格式不对。 请改正。",
    en: "The form is wrong. Mend it.",
    fields: ["body.day"],
  });
  assert.equal(readProblem(null, 502).code, "HTTP_502");
});

test("a token says whose it is, and what is no token says nothing", () => {
  const claims = Buffer.from(JSON.stringify({ client_id: "c1", role: "scheduler", exp: 100 })).toString("base64url");
  assert.deepEqual(readToken(`x.${claims}.y`), { clientId: "c1", role: "scheduler", expiresMs: 100_000 });
  assert.equal(readToken("nonsense"), null);
});

test("a stream is cut into its events wherever its pieces end", () => {
  const text = 'retry: 1000\n\n: still here\n\nid: 7\nevent: draft\ndata: {"version":\ndata: 3}\n\ndata: x\r\n\r\n';
  const expected = [
    { event: "draft", data: '{"version":\n3}', id: "7" },
    { event: "message", data: "x", id: "7" },
  ];
  for (let at = 0; at <= text.length; at += 1) {
    const cut = eventReader();
    assert.deepEqual([...cut(text.slice(0, at)), ...cut(text.slice(at))], expected, String(at));
  }
});

/** A door that promises 100 bytes and sends 10: then it hangs up, or (`/slow`) says nothing more. `/refusal` breaks within a problem. */
async function brokenDoor() {
  const door = createServer((request, answer) => {
    answer.writeHead(request.url === "/refusal" ? 409 : 200, { "Content-Length": 100 });
    answer.write('{"code":"X', () => request.url !== "/slow" && answer.destroy());
  }).listen(0, "127.0.0.1");
  await once(door, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (door.address());
  return { door, at: `http://127.0.0.1:${port}` };
}

test("a connection that breaks or stops inside a body is no answer, like one that was never made", async () => {
  const { door, at } = await brokenDoor();
  const away = (/** @type {unknown} */ error) => error instanceof Refused && error.status === 0 && error.stated.code === "AWAY";
  try {
    await assert.rejects(fetchJson(`${at}/whole`), away);
    await assert.rejects(fetchJson(`${at}/refusal`), away);
    await assert.rejects(fetchFile(`${at}/whole`), away);
    await assert.rejects(fetchFile(`${at}/slow`, { limitMs: 50 }), away);
    await assert.rejects(fetchJson(`${at}/slow`, { limitMs: 50 }), away);
  } finally {
    door.closeAllConnections();
    door.close();
  }
});

test("a whole answer that is empty or no JSON is refused in words, and none is needed where there is none to give", async () => {
  const bodies = new Map([["/empty", ""], ["/html", "<h1>Sign in to the hotel</h1>"], ["/cut", '{"case":'], ["/fine", '{"case":null}']]);
  const door = createServer((request, answer) => {
    const body = bodies.get(request.url ?? "");
    answer.writeHead(body === undefined ? 204 : 200).end(body);
  }).listen(0, "127.0.0.1");
  await once(door, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (door.address());
  const at = `http://127.0.0.1:${port}`;
  const broken = (/** @type {unknown} */ error) => error instanceof Refused && error.status === 200 && error.stated.code === "HTTP_200";
  try {
    for (const each of ["/empty", "/html", "/cut"]) await assert.rejects(fetchJson(at + each), broken, each);
    assert.deepEqual(await fetchJson(`${at}/fine`), { case: null });
    assert.equal(await fetchJson(`${at}/nothing`), null);
  } finally {
    door.closeAllConnections();
    door.close();
  }
});

test("the year is the county's, wherever the computer stands", () => {
  const moment = new Date("2026-12-31T17:00:00Z");
  keepZone("Asia/Shanghai");
  assert.equal(yearOf(moment), "2027");
  keepZone("America/New_York");
  assert.equal(yearOf(moment), "2026");
});

test("no page asks the computer for the year of a day", () => {
  for (const each of ours) assert.doesNotMatch(readFileSync(new URL(each, WEB), "utf8"), /\.get(FullYear|Month|Date|Day)\(/, each);
});

test("one is said as one: a text has a word for one and a word for more", () => {
  addTexts({ zh: { "test.one": "{count} {count|visit is|visits are} new" }, en: {} });
  assert.deepEqual(["1", 2, 0].map((count) => t("test.one", { count })), ["1 visit is new", "2 visits are new", "0 visits are new"]);
});
