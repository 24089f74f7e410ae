/** What goes in and out: cadres, places and measured times; the plan as a file, edited and back; sheets; calendars. */
import "../../staff/elements/day_words.js";
import { html, nothing, repeat } from "../../staff/vendor/lit.js";
import { filePicker } from "../../staff/elements/file_picker.js";
import { notice } from "../../staff/elements/notice.js";
import { StaffElement } from "../../staff/elements/staff_element.js";
import { said, spoken, t } from "../../staff/language.js";
import { Refused, session } from "../../staff/session.js";
import { desk } from "../desk.js";
import * as door from "../door.js";
import { daysFrom, windowText } from "../../staff/days.js";
import { leavesOf } from "../model/leave.js";
import { costs } from "../parts/carry_bar.js";
import { cadreName, placeName } from "../parts/names.js";

const KINDS = /** @type {const} */ (["cadre", "place", "travel"]);

export class DataView extends StaffElement {
  /** @type {unknown} */
  error = null;
  /** What became of the last act, in words. */
  told = "";
  /** @type {{file: File, version: number, answer: any, again: boolean}|null} An edited plan that was checked against this version of
   * the draft and not taken in yet. */
  edited = null;
  /** @type {{cadreId: string, url: string}|null} */
  feed = null;
  /** @type {any} */
  taken = null;
  busy = false;

  /** @param {() => Promise<unknown>} act */
  async doing(act) {
    Object.assign(this, { error: null, told: "", busy: true });
    this.redraw();
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Refused)) reportError(error);
      this.error = error;
    } finally {
      this.busy = false;
      this.redraw();
    }
    await this.updateComplete;
    this.querySelector(".page > .note")?.scrollIntoView({ block: "nearest" }); // what was done further down is told on top
  }

  render() {
    return html`<section class="page">
      <h1>${t("view.data")}</h1>
      ${notice(this.error)} ${this.told ? html`<p class="note good" role="status">${this.told}</p>` : nothing}
      <div class="columns">
        ${this.sources()} ${this.files()} ${this.leave()} ${this.cadres()}
      </div>
    </section>`;
  }

  sources() {
    if (session.isPart) return html`<section class="panel stack"><h2>${t("data.sources")}</h2><p>${t("part.sources")}</p></section>`;
    return html`<section class="panel stack">
      <h2>${t("data.sources")}</h2>
      <p class="small-text">${t("data.sources_lead")}</p>
      ${KINDS.map(
        (kind) => html`<div class="file">
          <span><b>${t(`data.source.${kind}`)}</b><small>${t(`data.columns.${kind}`)}</small></span>
          ${filePicker({ kind, accept: ".csv,text/csv", label: t(`data.source.${kind}`), busy: this.busy, take: this.takeSource })}
        </div>`,
      )}
      ${this.taken ? this.takenList(this.taken) : nothing}
    </section>`;
  }

  /** @param {any} taken */
  takenList(taken) {
    const faults = taken.faults ?? [];
    return html`<p role="status">${t("data.taken", { rows: taken.taken, faults: faults.length })}</p>
      <ul class="conflicts">${faults.slice(0, 20).map((/** @type {any} */ each) => html`<li class="bad">${each.row ? t("data.row", { row: each.row }) : ""} ${said(each.words)}</li>`)}</ul>`;
  }

  /** @param {Event} event */
  takeSource = (event) => {
    const input = /** @type {HTMLInputElement} */ (event.currentTarget);
    const file = input.files?.[0];
    if (!file) return;
    void this.doing(async () => {
      this.taken = await door.takeSource(String(input.dataset.kind), file);
      input.value = "";
      await desk.reload();
    });
  };

  files() {
    const { edited } = this;
    return html`<section class="panel stack">
      <h2>${t("data.plan")}</h2>
      <p class="small-text">${t("data.plan_lead")}</p>
      <div class="row">
        <button type="button" data-save="xlsx" ?disabled=${this.busy} @click=${() => this.doing(() => door.savePlan("xlsx"))}>${t("data.xlsx")}</button>
        <button type="button" data-save="csv" ?disabled=${this.busy} @click=${() => this.doing(() => door.savePlan("csv"))}>${t("data.csv")}</button>
      </div>
      <div class="file">
        <span><b>${t("data.edited")}</b><small>${t("data.edited_lead")}</small></span>
        ${filePicker({ id: "edited", accept: ".csv,.xlsx", label: t("data.edited"), busy: this.busy, take: this.checkEdited })}
      </div>
      ${edited ? this.editedAnswer(edited) : nothing}
    </section>`;
  }

  /** @param {Event} event */
  checkEdited = (event) => {
    const input = /** @type {HTMLInputElement} */ (event.currentTarget);
    const file = input.files?.[0];
    if (!file) return;
    void this.doing(async () => {
      await this.check(file);
      input.value = "";
    });
  };

  /** @param {File} file @param {boolean} [again] */
  async check(file, again = false) {
    const version = desk.plan?.version ?? 0;
    this.edited = { file, version, answer: await door.importPlan(version, file, true), again };
  }

  /** @param {NonNullable<DataView["edited"]>} edited */
  editedAnswer({ answer, again }) {
    const { faults } = answer;
    return html`<div class="stack" data-checked>
      ${again ? html`<p class="note warn" data-again role="status">${t("carry.again")}</p>` : nothing}
      <p role="status"><b>${t("data.checked", { changed: answer.moved, faults: faults.length })}</b></p>
      <ul class="costs">${costs(answer.cost)}</ul>
      <ul class="conflicts">
        ${faults.slice(0, 30).map((/** @type {any} */ each) => html`<li class="bad">${each.row ? t("data.row", { row: each.row }) : ""} ${said(each.words)}</li>`)}
      </ul>
      <div class="row">
        ${faults.length || !answer.moved ? nothing : html`<button type="button" class="main" ?disabled=${this.busy} @click=${this.takeEdited}>${t("data.take")}</button>`}
        <button type="button" @click=${this.leaveEdited}>${t("carry.cancel")}</button>
      </div>
    </div>`;
  }

  leaveEdited = () => {
    this.edited = null;
    this.redraw();
  };

  takeEdited = () => {
    const { edited } = this;
    if (!edited) return;
    void this.doing(async () => {
      try {
        await door.importPlan(edited.version, edited.file, false);
      } catch (error) {
        if (!door.isChanged(error)) throw error;
        await desk.reload();
        await this.check(edited.file, true);
        return;
      }
      this.edited = null;
      this.told = t("data.imported");
      await desk.reload();
    });
  };

  leave() {
    const { plan } = desk;
    if (!plan?.version) return nothing;
    return html`<section class="panel stack">
      <h2>${t("data.leave")}</h2>
      <p class="small-text">${t("data.leave_lead")}</p>
      <form class="row" data-leave @submit=${this.takeLeave}>
        <label for="leave_cadre">${t("whatif.cadre")}</label>
        <select id="leave_cadre" name="cadre">${plan.cadres.map((each) => html`<option value=${each.id}>${cadreName(each.id)}</option>`)}</select>
        <label for="leave_first">${t("whatif.first")}</label>
        <span class="day-field"><input id="leave_first" name="first" type="date" min=${plan.today} value=${plan.first} required @change=${this.bound} /><day-words class="small-text" for="leave_first" lang=${spoken()}></day-words></span>
        <label for="leave_last">${t("whatif.last")}</label>
        <span class="day-field"><input id="leave_last" name="last" type="date" min=${plan.first} value=${plan.first} required /><day-words class="small-text" for="leave_last" lang=${spoken()}></day-words></span>
        <button ?disabled=${this.busy}>${t("data.leave_go")}</button>
      </form>
      ${this.leaves(leavesOf(plan.cadres, plan.today))}
    </section>`;
  }

  /** @param {import("../model/leave.js").Leave[]} leaves */
  leaves(leaves) {
    if (!leaves.length) return nothing;
    return html`<ul class="leaves" aria-label=${t("data.leave_entered")}>
      ${leaves.map(({ cadreId, days }) => {
        const said = `${cadreName(cadreId)} ${windowText(days[0] ?? "", days.at(-1) ?? "", spoken())}`;
        return html`<li class="row spread">
          <span>${said}</span>
          <button type="button" class="small" data-back aria-label="${t("data.leave_back")} ${said}" ?disabled=${this.busy} @click=${() => this.setDaysOff(cadreId, days, false)}>${t("data.leave_back")}</button>
        </li>`;
      })}
    </ul>`;
  }

  /** @param {SubmitEvent} event */
  takeLeave = (event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    const [cadre, first, last] = ["cadre", "first", "last"].map((name) => String(form.get(name)));
    const days = daysFrom(first ?? "", last ?? "");
    if (cadre && days.length) this.setDaysOff(cadre, days, true);
  };

  /** Between which days a leave may lie: the last one not before the first. @param {Event} event */
  bound = (event) => {
    const { value } = /** @type {HTMLInputElement} */ (event.currentTarget);
    const last = /** @type {HTMLInputElement} */ (this.querySelector("#leave_last"));
    if (!value) return;
    last.min = value;
    if (last.value >= value) return;
    last.value = value;
    last.dispatchEvent(new Event("input"));
  };

  /** @param {string} cadreId @param {string[]} days @param {boolean} isOff */
  setDaysOff(cadreId, days, isOff) {
    void this.doing(async () => {
      await door.setDaysOff(cadreId, days, isOff);
      this.told = t(isOff ? "data.leave_done" : "data.leave_backed", { name: cadreName(cadreId), count: days.length });
      await desk.reload();
    });
  }

  cadres() {
    const cadres = desk.plan?.cadres ?? [];
    return html`<section class="panel stack wide">
      <h2>${t("data.cadres")}</h2>
      <p class="small-text">${t(session.isPart ? "part.feed" : "data.feed_lead")}</p>
      ${this.feed ? html`<p class="note good" role="status"><span>${t("data.feed_made", { name: cadreName(this.feed.cadreId) })} <code class="address">${this.feed.url}</code></span></p>` : nothing}
      <div class="scroll">
        <table>
          <thead>
            <tr><th>${t("board.cadre")}</th><th>${t("whatif.township")}</th><th>${t("deadlines.village")}</th><th><span class="unseen">${t("data.acts")}</span></th></tr>
          </thead>
          <tbody>
            ${repeat(
              cadres,
              (each) => each.id,
              (each) => html`<tr>
                <th scope="row">${cadreName(each.id)}</th>
                <td>${placeName(each.township)}</td>
                <td>${each.villages.map(placeName).join(t("staff.comma"))}</td>
                <td class="row">
                  <button type="button" class="small" ?disabled=${this.busy} @click=${() => desk.saveSheet(each.id)}>${t("data.sheet")}</button>
                  ${session.isPart ? nothing : html`<button type="button" class="small" data-feed ?disabled=${this.busy} @click=${() => this.makeFeed(each.id)}>${t("data.feed")}</button>`}
                </td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </section>`;
  }

  /** @param {string} cadreId */
  makeFeed(cadreId) {
    return this.doing(async () => {
      this.feed = { cadreId, url: await door.makeFeed(cadreId) };
    });
  }
}
customElements.define("desk-data", DataView);
