// The page that checks certificates says of each committed vector what the Python side says of it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { checkCertificate, readStatusList } from "../verify/check.js";
import { VERDICTS, WORDS } from "../verify/words.js";

const vectors = JSON.parse(readFileSync(new URL("../../tests/contract/vectors/certificates.json", import.meta.url), "utf8"));
const lists = await Promise.all(vectors.lists.map((each) => readStatusList(each, vectors.keys)));

for (const { name, certificate, verdict } of vectors.certificates) {
  test(`verdict: ${name}`, async () => {
    assert.equal((await checkCertificate(certificate, vectors.keys, lists, Date.parse(vectors.now))).verdict, verdict);
  });
}

test("a list that nobody known has signed, or that was changed, says nothing", async () => {
  const [head, payload, signature] = vectors.lists[0].split(".");
  assert.equal(await readStatusList(vectors.lists[0], { keys: [] }), null);
  assert.equal(await readStatusList(`${head}.${payload.slice(0, -4)}AAAA.${signature}`, vectors.keys), null);
  assert.equal(await readStatusList("no list", vectors.keys), null);
});

test("every verdict has its words in both languages", () => {
  for (const { verdict } of vectors.certificates) assert.ok(VERDICTS[verdict], verdict);
  for (const each of Object.values(VERDICTS)) assert.ok([...each.zh, ...each.en].every(Boolean));
  for (const each of Object.values(WORDS)) assert.ok(each.zh && each.en);
});
