/** What became of the cadre's reports: each with its state in words, and its answer. */
import { app } from "../app.js";
import { reportWord } from "../model/feedback.js";
import { changeFeedback, dropFeedback } from "../store/feedback.js";
import { momentText, named, said, t } from "../strings/index.js";
import { html, nothing } from "../vendor/lit.js";
import { Screen, bar } from "./screen.js";

class FeedbackScreen extends Screen {
  disconnectedCallback() {
    super.disconnectedCallback();
    void this.leave();
  }

  /** What was shown here has been read. */
  async leave() {
    const unread = app.feedback.filter((each) => !each.seen);
    if (!unread.length) return;
    await app.keep(async () => {
      for (const each of unread) await changeFeedback(app.database, each.feedback_id, { seen: true });
    });
  }

  render() {
    const reports = [...app.feedback].sort((a, b) => (a.body.written_at < b.body.written_at ? 1 : -1));
    return html`${bar(t("feedback.title"))}
      <a class="button main" href="#report">${t("feedback.new")}</a>
      ${reports.length ? nothing : html`<p class="note">${t("feedback.none")}</p>`}
      <ul class="reports">
        ${reports.map((each) => this.report(each))}
      </ul>
      ${app.away ? html`<p class="note">${t("feedback.away")}</p>` : nothing}`;
  }

  /** @param {import("../model/types.js").Feedback} report */
  report(report) {
    const { feedback_id, body, status, problem, answer } = report;
    const word = reportWord(report);
    const files = /** @type {const} */ (["voice", "picture"]).filter((each) => body[each]);
    return html`<li class="card report ${word}" data-report=${feedback_id}>
      <p class="says">${word === "with_agency" ? t("feedback.with", { agency: named("agency", status?.agency ?? "") }) : t(`feedback.word.${word}`)}</p>
      <small>${t(`feedback.kind.${body.kind}`)} · ${momentText(body.written_at)}</small>
      ${body.text ? html`<p class="own">${body.text}</p>` : nothing}
      ${files.length ? html`<small>${files.map((each) => t(`feedback.has.${each}`)).join(" · ")}</small>` : nothing}
      ${problem ? html`<p class="note bad">${said(problem)}</p>` : nothing}
      ${answer === null ? nothing : html`<p class="note good answer"><strong>${t("feedback.answer")}</strong><br />${answer || t("feedback.answer_gone")}</p>`}
      ${word === "refused" ? html`<button @click=${() => this.drop(feedback_id)}>${t("feedback.drop")}</button>` : nothing}
    </li>`;
  }

  /** @param {string} feedbackId */
  async drop(feedbackId) {
    await app.keep(() => dropFeedback(app.database, feedbackId));
  }
}
customElements.define("phone-feedback", FeedbackScreen);
