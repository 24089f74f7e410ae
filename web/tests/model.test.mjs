import assert from "node:assert/strict";
import { test } from "node:test";
import { ableKey } from "../phone/model/abilities.js";
import { CONSENT, basesFor, isWithdrawn, withoutTakenBack } from "../phone/model/basis.js";
import { countLost, daysLeft, dueState, failedTries, findBundle, firstDue, lapseHelp, visitState, wantedBundles } from "../phone/model/visits.js";
import { countWords, moreToCome, sayingOf, wordOf } from "../phone/model/words.js";

process.env.TZ = "Asia/Shanghai"; // a phone counts days by its own zone
const NOW = Date.parse("2026-12-01T02:00:00Z");
const DAY = 86_400_000;
/** @type {any} */
const person = { visit_id: "v", abilities: ["deaf"], unable: [], tries: 0, last_decision: null };

/** @param {object} change @returns {any} */
const capture = (change = {}) => ({ visit_id: "v", state: "saved", size: 100, sent: 0, status: null, captured_at: "2026-12-01", ...change });

/** @param {number} days @param {object} [change] @returns {any} */
const bundle = (days, change = {}) => ({
  visit_id: "v",
  able_key: ableKey(["deaf"], [], NOW),
  used_at: null,
  challenge: { expires_at: new Date(NOW + days * DAY).toISOString() },
  ...change,
});

/** @param {(string|null)[]} states @param {string|null} [decision] */
const status = (states, decision = "certified") => ({
  decision,
  reasons: [],
  certificates: states.map((state) => ({ agency: "hrss", request_id: "1", state })),
});

test("each state of a recording has one word", () => {
  assert.equal(wordOf(capture()).word, "on_phone");
  assert.equal(wordOf(capture({ state: "sending" })).word, "sending");
  assert.equal(wordOf(capture({ state: "received", status: status([], null) })).word, "received");
  assert.equal(wordOf(capture({ state: "received", status: status(["issued", "waiting"]) })).word, "received");
  assert.equal(wordOf(capture({ state: "received", status: status(["issued", "issued"]) })).word, "certified");
  assert.equal(wordOf(capture({ state: "received", status: status(["issued", "accepted"]) })).word, "certified");
  assert.equal(wordOf(capture({ state: "received", status: status(["issued", "rejected"]) })).word, "rejected");
  assert.equal(wordOf(capture({ state: "received", status: status(["waiting"], "retry") })).word, "again");
  assert.equal(wordOf(capture({ state: "received", status: status(["waiting"], "refused") })).word, "again");
  assert.equal(wordOf(capture({ state: "refused" })).word, "again");
});

test("what the county has lost is to be filmed again, or done another way where consent was withdrawn", () => {
  const lost = (/** @type {string} */ code, change = {}) => capture({ state: "lost", problem: { code, zh: "", en: "" }, status: status([], null), ...change });
  const again = lost("lost_by_county");
  assert.equal(wordOf(again).word, "again");
  assert.equal(sayingOf(again)[0], "word.lost");
  assert.equal(sayingOf(capture({ state: "refused" }))[0], "word.again");
  assert.deepEqual(sayingOf(capture({ state: "received", status: status(["issued"]) })), ["word.certified_by", { issued: 1, expected: 1 }]);
  assert.equal(visitState(person, [again], [], NOW), "again");
  assert.equal(visitState(person, [lost("lost_without_consent")], [], NOW), "open");
  assert.equal(countLost([person], [again], [], NOW), 1);
  assert.equal(countLost([person], [again, capture({ captured_at: "2026-12-02" })], [], NOW), 0);
  assert.equal(countLost([person], [capture({ state: "received" })], [], NOW), 0);
  assert.equal(failedTries(person, [again, again], 0), 0);
});

test("the door is asked on until each agency has its certificate, or a person looks", () => {
  const after = (/** @type {any} */ told) => moreToCome(capture({ state: "received", status: told }));
  assert.equal(after(status([], null)), true);
  assert.equal(after(status(["waiting", "waiting"])), true);
  assert.equal(after(status(["issued", "waiting"])), true);
  assert.equal(after(status(["issued", "accepted"])), false);
  assert.equal(after(status(["accepted", "rejected"])), false);
  assert.equal(after(status(["waiting"], "review")), false);
  assert.equal(after(status(["waiting"], "retry")), false);
  assert.equal(moreToCome(capture()), false);
});

test("what still has to travel is counted in bytes", () => {
  const { counts, bytes } = countWords([capture({ sent: 40 }), capture({ state: "sending", sent: 90 }), capture({ state: "received" })]);
  assert.deepEqual([counts.on_phone, counts.sending, counts.received, bytes], [1, 1, 1, 70]);
});

test("a visit is open, filmed, again, told or done", () => {
  assert.equal(visitState(person, [], [], NOW), "open");
  assert.equal(visitState({ ...person, last_decision: "retry" }, [], [], NOW), "again");
  assert.equal(visitState(person, [capture()], [], NOW), "filmed");
  assert.equal(visitState(person, [capture({ state: "received", status: status([], "retry") })], [], NOW), "again");
  assert.equal(visitState(person, [capture({ state: "received", status: status([]) })], [], NOW), "done");
  const told = /** @type {any} */ ({ visit_id: "v", kind: "outcome", state: "saved", body: {}, made_at: "2026-12-01" });
  assert.equal(visitState(person, [], [told], NOW), "told");
  assert.equal(visitState(person, [], [{ ...told, state: "refused" }], NOW), "open");
  assert.equal(visitState(person, [], [{ ...told, kind: "abilities" }], NOW), "open");
  assert.equal(visitState(person, [], [{ ...told, body: { outcome: "eligibility" } }], NOW), "open");
  assert.equal(visitState(person, [], [{ ...told, body: { come_again_on: "2026-12-02" } }], NOW), "told");
  assert.equal(visitState(person, [], [{ ...told, body: { come_again_on: "2026-12-01" } }], NOW), "open");
  assert.equal(visitState(person, [capture({ captured_at: "2026-12-02" })], [told], NOW), "filmed");
});

test("recordings that were not enough are counted once, here or at the door", () => {
  const retried = capture({ state: "received", status: status([], "retry") });
  assert.equal(failedTries({ ...person, tries: 1 }, [retried], 0), 1);
  assert.equal(failedTries(person, [retried, capture({ state: "refused" })], 1), 3);
});

test("a challenge is filmed only while it is fresh, unused and fits what was ticked", () => {
  const soon = bundle(1);
  assert.equal(findBundle([bundle(5), soon], person, NOW), soon);
  assert.equal(findBundle([bundle(-1), bundle(3, { used_at: "x" }), bundle(3, { visit_id: "w" })], person, NOW), null);
  assert.equal(findBundle([bundle(3)], { ...person, abilities: [] }, NOW), null);
});

test("challenges are drawn until three of each visit last another day", () => {
  const today = /** @type {any} */ ({ stops: [{ people: [person] }] });
  assert.equal(wantedBundles(today, [], NOW)[0]?.count, 3);
  assert.equal(wantedBundles(today, [bundle(5), bundle(0.5)], NOW)[0]?.count, 2);
  assert.deepEqual(wantedBundles(today, [bundle(5), bundle(5), bundle(5)], NOW), [], NOW);
});

test("days left are calendar days", () => {
  assert.equal(daysLeft("2026-12-04", NOW), 3);
  assert.equal(daysLeft("2026-11-30", NOW), -1);
});

test("before a lapse the days are worked out on the phone, also after the due date", () => {
  const due = (/** @type {number} */ days, /** @type {any} */ lapse = null) =>
    dueState({ agency: "a", programme: "p", request_id: "1", due_date: on(days), lapse }, NOW);
  assert.deepEqual(due(20), { word: "later", days: 20 });
  assert.deepEqual(due(12, { step: "remind", counts_until: on(42) }), { word: "soon", days: 12 });
  assert.deepEqual(due(5), { word: "soon", days: 5 });
  assert.deepEqual(due(0, { step: "escalate", counts_until: on(0) }), { word: "soon", days: 0 });
  assert.deepEqual(due(-27, { step: "grace", counts_until: on(3) }), { word: "grace", days: 3 });
  assert.deepEqual(due(-30, { step: "remind", counts_until: on(0) }), { word: "grace", days: 0 });
  assert.deepEqual(due(-31, { step: "escalate", counts_until: on(-1) }), { word: "past", days: 31 });
  assert.deepEqual(due(-2), { word: "past", days: 2 });
});

test("other ways open before a lapse although no recording has failed", () => {
  const asked = (/** @type {any[]} */ ...steps) => ({
    ...person,
    requests: steps.map((step, index) => ({ due_date: on(9 - index), lapse: step && { step, counts_until: on(9) } })),
  });
  assert.equal(lapseHelp(asked(null, undefined, "remind")), null);
  assert.equal(lapseHelp(asked("remind", "offer_paths")), "offer_paths");
  assert.equal(lapseHelp(asked("grace")), "offer_paths");
  assert.equal(lapseHelp(asked("escalate", "grace")), "escalate");
  assert.equal(firstDue(asked(null, "remind", null)).due_date, on(7));
});

/** @param {number} days From today. */
function on(days) {
  return new Date(NOW + days * DAY).toISOString().slice(0, 10);
}

test("nobody is filmed on a consent that was taken back, until it is given anew", () => {
  const county = ["statutory_duty", CONSENT];
  const withdrawn = { basis: ["statutory_duty"] };
  assert.deepEqual(basesFor(county, { basis: county }, false), county);
  assert.deepEqual(basesFor(county, {}, false), county, "a day that was fetched before the door told");
  assert.deepEqual(basesFor(county, withdrawn, false), ["statutory_duty"]);
  assert.deepEqual(basesFor(county, withdrawn, true), county);
  assert.ok(isWithdrawn(county, withdrawn));
  assert.ok(!isWithdrawn(county, { basis: county }));
  assert.ok(!isWithdrawn(["statutory_duty"], withdrawn), "the county asks for no consent");
});

test("a consent that was taken back on this phone is gone from its day, and nobody else's", () => {
  const county = ["statutory_duty", CONSENT];
  const people = [{ visit_id: "v" }, { visit_id: "w", basis: county }];
  const today = /** @type {any} */ ({ legal: { basis: county }, stops: [{ people }] });
  const taken = (/** @type {string} */ kind, /** @type {string} */ visit_id) => /** @type {any} */ ({ kind, visit_id });
  const left = (/** @type {any[]} */ outcomes) => withoutTakenBack(today, outcomes)?.stops[0]?.people.map((each) => basesFor(county, each, false));
  assert.deepEqual(left([taken("withdrawal", "v")]), [["statutory_duty"], county]);
  assert.deepEqual(left([taken("withdrawal", "w"), taken("withdrawal", "w")]), [county, ["statutory_duty"]]);
  assert.deepEqual(left([taken("outcome", "v"), taken("abilities", "w")]), [county, county]);
  assert.equal(withoutTakenBack(null, [taken("withdrawal", "v")]), null);
});

test("on consent only a challenge counts that was given after it was taken back", () => {
  const given = (/** @type {string} */ id, /** @type {number} */ hours) => {
    const challenge = { issued_at: new Date(NOW + hours * 3_600_000).toISOString(), expires_at: new Date(NOW + 5 * DAY).toISOString() };
    return /** @type {any} */ ({ challenge_id: id, visit_id: "v", able_key: ableKey([], []), used_at: null, challenge });
  };
  const person = /** @type {any} */ ({ visit_id: "v", abilities: [], unable: [], consent_withdrawn_at: new Date(NOW - 3_600_000).toISOString() });
  const early = given("early", -2);
  assert.equal(findBundle([early], person, NOW), early, "the duty needs no consent");
  assert.equal(findBundle([early], person, NOW, true), null);
  assert.equal(findBundle([early, given("late", -0.5)], person, NOW, true)?.challenge_id, "late");
  assert.equal(findBundle([early], { ...person, consent_withdrawn_at: null }, NOW, true), early);
  const today = /** @type {any} */ ({ legal: { basis: [CONSENT] }, stops: [{ people: [person] }] });
  const missing = (/** @type {any[]} */ held) => wantedBundles(today, held, NOW)[0]?.count ?? 0;
  assert.equal(missing([early, early]), missing([]), "the phone asks for others");
  assert.ok(missing([given("late", -0.5)]) < missing([]));
  const unheard = withoutTakenBack(today, [/** @type {any} */ ({ kind: "withdrawal", visit_id: "v" })])?.stops[0]?.people[0];
  assert.equal(findBundle([given("late", -0.5)], /** @type {any} */ (unheard), NOW, true), null, "the door has not heard of it");
});
