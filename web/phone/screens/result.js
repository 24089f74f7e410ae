/** What became of a recording: kept, on its way, judged; and what to do next. */
import { app } from "../app.js";
import { failedTries, findVisit, TRIES_BEFORE_OTHER_PATHS } from "../model/visits.js";
import { moreToCome, sayingOf, wordOf } from "../model/words.js";
import { bytesText, said, t } from "../strings/index.js";
import { html, nothing } from "../vendor/lit.js";
import { answers } from "./answers.js";
import { toTheNext } from "./person.js";
import { Screen, bar, leaving } from "./screen.js";

/** While this is looked at with a signal, the door is asked so often, … */
const ASK_MS = 4_000;
/** … and so long: a verdict takes seconds; who waits longer goes on to the next person. */
const WAIT_MS = 90_000;

class ResultScreen extends Screen {
  static properties = { challenge: {} };

  constructor() {
    super();
    this.challenge = "";
    /** @type {ReturnType<typeof setInterval>|undefined} */
    this.timer = undefined;
  }

  connectedCallback() {
    super.connectedCallback();
    const until = Date.now() + WAIT_MS;
    this.timer = setInterval(() => {
      if (Date.now() > until || document.visibilityState === "hidden") return;
      if (this.capture && moreToCome(this.capture)) void app.sync();
    }, ASK_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  get capture() {
    return app.captures.find((each) => each.challenge_id === this.challenge);
  }

  render() {
    const { capture } = this;
    if (!capture) return html`${bar(t("result.title"))}<p class="note">${t("result.gone")}</p>
        <div class="foot"><a class="button main" href="#today">${t("result.next")}</a></div>`;
    const { word, issued, expected } = wordOf(capture);
    const person = findVisit(app.today, capture.visit_id)?.person;
    const review = capture.status?.decision === "review";
    return html`${bar(capture.name)}
      <div class="result word ${word}" role="status">
        <span class="sign" aria-hidden="true"></span>
        <strong>${t(...sayingOf(capture))}</strong>
        ${capture.state === "lost" ? nothing : html`<p>${review && word === "received" ? t("result.review") : t(`result.${word}`)}</p>`}
        ${word === "on_phone" || word === "sending"
          ? html`<progress max=${capture.size} .value=${capture.sent} aria-label=${t("sending.progress", { name: capture.name })}></progress>
              <p class="bytes">${bytesText(capture.sent)} / ${bytesText(capture.size)}</p>`
          : nothing}
        ${word === "received" && expected ? html`<p>${t("word.so_far", { issued, expected })}</p>` : nothing}
        ${review && word === "received" ? nothing : answers(capture)} ${word === "again" ? this.reasons(capture) : nothing}
      </div>
      <div class="foot">
        ${word === "again"
          ? html`<a class="button main" href="#person/${capture.visit_id}" @click=${leaving}>${t("result.again")}</a>
              ${person && failedTries(person, app.captures, app.failed[person.visit_id] ?? 0) >= TRIES_BEFORE_OTHER_PATHS
                ? html`<a class="button" href="#paths/${capture.visit_id}">${t("paths.title")}</a>`
                : nothing}`
          : toTheNext(capture.visit_id)}
      </div>`;
  }

  /** @param {import("../model/types.js").Capture} capture */
  reasons(capture) {
    const reasons = capture.problem ? [capture.problem] : (capture.status?.reasons ?? []);
    return html`<ul>
      ${reasons.map((each) => html`<li>${said(each)}</li>`)}
    </ul>`;
  }
}
customElements.define("phone-result", ResultScreen);
