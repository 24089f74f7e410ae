/** Send before you leave the village: what is still on this phone, in bytes, and what became of the rest. */
import { app } from "../app.js";
import { countReports } from "../model/feedback.js";
import { countWords, isLostWithoutConsent, isUnsent, sayingOf, wordOf } from "../model/words.js";
import { dropCapture } from "../store/database.js";
import { bytesText, momentText, said, t } from "../strings/index.js";
import { html, nothing } from "../vendor/lit.js";
import { answers } from "./answers.js";
import { Screen, bar } from "./screen.js";

/** @typedef {import("../model/types.js").Capture} Capture */

const WORDS = /** @type {const} */ (["on_phone", "sending", "received", "certified"]);
/** Shown beside them when there are any: what somebody has to see to. */
const WRONG = /** @type {const} */ (["rejected", "again"]);

/** What is no outcome, in a word. */
const SHORT = { abilities: "able.short", withdrawal: "person.withdraw" };

/** What still has to travel stands on top, in the order in which it will; then the latest. @param {Capture} a @param {Capture} b */
function unsentFirst(a, b) {
  if (isUnsent(a) !== isUnsent(b)) return isUnsent(a) ? -1 : 1;
  return (a.captured_at < b.captured_at) === isUnsent(a) ? -1 : 1;
}

class SendingScreen extends Screen {
  render() {
    const { counts, bytes, sendBy } = countWords(app.captures);
    const outcomes = app.outcomes.filter((each) => each.kind !== "abilities" || each.state === "refused");
    const reports = countReports(app.feedback);
    const told = app.outcomes.filter((each) => each.state === "saved").length;
    const waiting = counts.on_phone + counts.sending + told + reports.waiting;
    return html`${bar(t("sending.title"))}
      <ul class="counts">
        ${[...WORDS, ...WRONG.filter((each) => counts[each])].map((word) => html`<li class="word ${word}"><strong>${counts[word]}</strong><span>${t(`word.${word}`)}</span></li>`)}
      </ul>
      <p class="note ${waiting ? "warn" : "good"}" role="status">
        ${waiting ? t("sending.before_leaving", { count: waiting, bytes: bytesText(bytes + reports.bytes) }) : t("sending.may_leave")}
      </p>
      ${sendBy ? html`<p class="note by">${t("sending.by", { when: momentText(sendBy) })}</p>` : nothing}
      ${app.away && waiting ? html`<p class="note">${t("sending.away")}</p>` : nothing}
      <button class="main" @click=${() => app.sync()} ?disabled=${app.busy}>
        ${app.busy ? t("sending.now") : t("sending.send")}
      </button>
      <ul class="sent">
        ${[...app.captures].sort(unsentFirst).map((each) => this.capture(each))}
        ${[...outcomes].reverse().map((each) => this.outcome(each))}
        ${app.feedback.filter((each) => each.state !== "sent").map((each) => this.report(each))}
      </ul>
      <p class="hint">
        ${counts.on_phone + counts.sending ? html`<span>${app.storage.kept ? t("sending.kept") : t("sending.not_kept")}</span>` : nothing}
        ${app.storage.left === null ? nothing : html`<span>${t("sending.room", { bytes: bytesText(app.storage.left) })}</span>`}
        <span>${app.lastSync ? t("today.synced", { when: momentText(app.lastSync) }) : t("today.never_synced")}</span>
      </p>`;
  }

  /** @param {import("../model/types.js").Capture} capture */
  capture(capture) {
    const { word, issued, expected } = wordOf(capture);
    const moving = word === "on_phone" || word === "sending";
    return html`<li class="word ${word}">
      <span class="who"><strong>${capture.name}</strong><small>${momentText(capture.captured_at)}</small></span>
      <span class="says">${t(...sayingOf(capture))}</span>
      ${moving
        ? html`<progress max=${capture.size} .value=${capture.sent} aria-label=${t("sending.progress", { name: capture.name })}></progress>
            <small class="bytes">${bytesText(capture.sent)} / ${bytesText(capture.size)}</small>`
        : nothing}
      ${word === "received" && expected ? html`<small>${t("word.so_far", { issued, expected })}</small>` : nothing}
      ${word === "rejected" ? answers(capture) : nothing}
      ${word === "again" ? this.again(capture) : nothing}
    </li>`;
  }

  /** @param {import("../model/types.js").Capture} capture */
  again(capture) {
    const reasons = capture.problem ? [capture.problem] : (capture.status?.reasons ?? []);
    return html`${reasons.map((each) => html`<small>${said(each)}</small>`)}
      <span class="pair">
        ${isLostWithoutConsent(capture)
          ? html`<a class="button" href="#paths/${capture.visit_id}">${t("paths.title")}</a>`
          : html`<a class="button" href="#person/${capture.visit_id}">${t("result.again")}</a>`}
        ${capture.state === "refused"
          ? html`<button data-aimed @click=${() => this.drop(capture)}>${t("sending.drop")}</button>`
          : nothing}
      </span>`;
  }

  /** @param {import("../model/types.js").Capture} capture */
  async drop(capture) {
    await app.keep(() => dropCapture(app.database, capture.challenge_id));
  }

  /** A report that still has to travel, or was refused; what became of the others is on their own screen.
   * @param {import("../model/types.js").Feedback} report */
  report({ body, state, problem }) {
    const word = state === "saved" ? "on_phone" : "again";
    return html`<li class="word ${word}">
      <span class="who"><strong>${t("feedback.title")}</strong><small>${momentText(body.written_at)}</small></span>
      <span class="says">${t(`word.${word === "again" ? "refused" : word}`)}</span>
      ${problem ? html`<small>${said(problem)}</small>` : nothing}
    </li>`;
  }

  /** @param {import("../model/types.js").Outcome} outcome */
  outcome(outcome) {
    const word = outcome.state === "saved" ? "on_phone" : outcome.state === "received" ? "received" : "again";
    const what = outcome.kind === "outcome" ? t(`outcome.${outcome.body.outcome}`) : t(SHORT[outcome.kind]);
    return html`<li class="word ${word}">
      <span class="who"><strong>${outcome.name}</strong><small>${what}</small></span>
      <span class="says">${t(`word.${word === "again" ? "refused" : word}`)}</span>
      ${outcome.problem ? html`<small>${said(outcome.problem)}</small>` : nothing}
    </li>`;
  }
}
customElements.define("phone-sending", SendingScreen);
