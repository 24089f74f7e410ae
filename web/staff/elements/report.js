/** A report that was opened: what the cadre says, what became of it, and what can be done. */
import { html, nothing } from "../vendor/lit.js";
import { named, spoken, t } from "../language.js";
import { shortDay } from "../days.js";

/** @typedef {import("./feedback.js").FeedbackView} View @typedef {import("./feedback.js").Report} Report */
const MOST_CHARACTERS = 1000;

/** @param {string} office @param {string|null} agency */
export function whoText(office, agency) {
  if (office === "triage") return t("feedback.triage");
  return agency ? named("agency", agency) : t("feedback.joint_group");
}

/** @param {View} view @param {Report} report */
export function openedReport(view, report) {
  const place = report.village ?? report.village_code;
  return html`<section class="panel stack" id="report" aria-labelledby="report-title">
    <div class="row spread">
      <h2 id="report-title" tabindex="-1">${named("feedback.kind", report.kind)} · ${place} · ${shortDay(report.recorded_on, spoken())}</h2>
      <button type="button" class="small" @click=${view.close}>${t("feedback.close")}</button>
    </div>
    <p class="said">${report.text === null ? t("feedback.text_gone") : report.text || t("feedback.no_text")}</p>
    ${report.files.filter((each) => each.state === "here").map((each) => file(view, each.part))}
    ${report.steps?.length
      ? html`<ol class="stack">
          ${report.steps.map(
            (each) =>
              html`<li><small>${shortDay(each.taken_on, spoken())} ${t(`feedback.step.${each.step}`, { who: whoText(each.office, each.agency) })}</small>
                ${each.said ? html`<p class="said">${each.said}</p>` : nothing}</li>`,
          )}
        </ol>`
      : nothing}
    ${report.state === "answered" ? nothing : html`<div class="columns">${view.isAgency ? givingBack(view) : passing(view, report)} ${answering(view)}</div>`}
  </section>`;
}

/** @param {View} view @param {"voice"|"picture"} part */
function file(view, part) {
  const url = view.files[part];
  if (!url)
    return html`<p><button type="button" data-file=${part} ?disabled=${view.busy} @click=${() => view.openFile(part)}>${t(part === "voice" ? "feedback.listen" : "feedback.see")}</button></p>`;
  return part === "voice"
    ? html`<audio controls src=${url} aria-label=${t("feedback.voice_of")}></audio>`
    : html`<img class="report-picture" src=${url} alt=${t("feedback.picture_of")} />`;
}

/** @param {View} view @param {Report} report */
function passing(view, report) {
  const send = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const given = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    void view.pass(String(given.get("agency")) || null, String(given.get("note")));
  };
  return html`<form class="stack" @submit=${send}>
    <label for="report-to">${t("feedback.to")}</label>
    <select id="report-to" name="agency">
      ${view.agencies.filter((each) => each !== report.agency).map((each) => html`<option value=${each}>${named("agency", each)}</option>`)}
      ${report.state === "with_joint_group" ? nothing : html`<option value="">${t("feedback.joint_group")}</option>`}
    </select>
    <label for="report-note">${t("feedback.note")}</label>
    <textarea id="report-note" name="note" rows="3" maxlength=${MOST_CHARACTERS}></textarea>
    <button class="main" data-pass ?disabled=${view.busy}>${t("feedback.pass")}</button>
  </form>`;
}

/** @param {View} view */
function givingBack(view) {
  const send = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const reason = String(new FormData(/** @type {HTMLFormElement} */ (event.currentTarget)).get("reason")).trim();
    if (reason) void view.giveBack(reason);
  };
  return html`<form class="stack" @submit=${send}>
    <label for="report-reason">${t("feedback.reason")}</label>
    <textarea id="report-reason" name="reason" rows="5" required maxlength=${MOST_CHARACTERS}></textarea>
    <button data-give-back ?disabled=${view.busy}>${t("feedback.give_back")}</button>
  </form>`;
}

/** @param {View} view */
function answering(view) {
  const send = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const text = String(new FormData(/** @type {HTMLFormElement} */ (event.currentTarget)).get("text")).trim();
    if (text) void view.answer(text);
  };
  return html`<form class="stack" @submit=${send}>
    <label for="report-answer">${t("feedback.answer")}</label>
    <textarea id="report-answer" name="text" rows="5" required maxlength=${MOST_CHARACTERS}></textarea>
    <button data-answer ?disabled=${view.busy}>${t("feedback.send_answer")}</button>
  </form>`;
}
