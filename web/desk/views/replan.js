/** Plans again: told days and what was put by hand stay. */
import "../../staff/elements/day_words.js";
import { html, nothing } from "../../staff/vendor/lit.js";
import { notice } from "../../staff/elements/notice.js";
import { said, spoken, t } from "../../staff/language.js";
import { session } from "../../staff/session.js";
import { desk } from "../desk.js";
import { DialogElement } from "../parts/dialog.js";
import { jobProgress } from "../parts/job.js";

export class ReplanDialog extends DialogElement {
  heading() {
    return t("replan.title");
  }

  content() {
    const job = desk.job?.kind === "plan" ? desk.job : null;
    const whole = !session.isPart;
    return html`<p>${t(whole ? "replan.lead" : "part.replan")}</p>
      <form class="stack" @submit=${this.ask}>
        <div class="row">
          ${whole
            ? html`<label for="from">${t("replan.first")}</label>
                <span class="day-field"><input id="from" name="from" type="date" /><day-words class="small-text" for="from" lang=${spoken()}></day-words></span>
                <label for="days">${t("replan.days")}</label>
                <input id="days" name="days" type="number" min="1" max="120" value="28" required />`
            : nothing}
          <label for="seconds">${t("replan.seconds")}</label>
          <input id="seconds" name="seconds" type="number" min="0" max="600" value="30" required />
        </div>
        ${whole ? html`<label class="row"><input type="checkbox" name="anew" /> ${t("replan.anew")}</label>` : nothing}
        <div class="row"><button class="main" ?disabled=${desk.isSearching}>${t("replan.go")}</button>${jobProgress(job)}</div>
      </form>
      ${notice(desk.error)}
      ${job?.warnings?.map((each) => html`<p class="note warn">${said(each.words)}</p>`)}`;
  }

  /** @param {SubmitEvent} event */
  ask = (event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    const seconds = Number(form.get("seconds"));
    const order = session.isPart ? { seconds } : { seconds, days: Number(form.get("days")), anew: form.has("anew") };
    const from = String(form.get("from") ?? "");
    void desk.search("plan", from ? { ...order, from } : order);
  };
}
customElements.define("desk-replan", ReplanDialog);
