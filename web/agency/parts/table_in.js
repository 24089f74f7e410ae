/** `<agency-table-in>`: a table taken out, filled in and handed in again; what became of each of its rows. Says `settled` when rows were taken. */
import { html, nothing } from "../../staff/vendor/lit.js";
import { AskingElement } from "../../staff/elements/asking_element.js";
import { filePicker } from "../../staff/elements/file_picker.js";
import { notice } from "../../staff/elements/notice.js";
import { cell, table } from "../../staff/elements/table.js";
import { said, t } from "../../staff/language.js";
import { fetchJson, saveFile } from "../../staff/session.js";

/** @typedef {{row: number, code?: string, zh?: string, en?: string}} Row */

export class TableIn extends AskingElement {
  static properties = { path: {}, file: {}, texts: {} };
  /** @type {{rows: number, taken: number, refused: number, items: Row[]}|null} */
  told = null;

  constructor() {
    super();
    /** Where the table is handed in. */
    this.path = "";
    /** What is taken out, behind the path, without its ending. */
    this.file = "";
    /** Which texts: `….template`, `….format`, `….file`. */
    this.texts = "";
  }

  /** @param {Event} event */
  send = async (event) => {
    const input = /** @type {HTMLInputElement} */ (event.currentTarget);
    const file = input.files?.[0];
    if (!file) return;
    await this.ask(async () => {
      this.told = null;
      this.told = await fetchJson(this.path, { method: "POST", body: file });
    });
    input.value = ""; // the same file, mended, may be chosen again
    if (this.told) this.dispatchEvent(new Event("settled", { bubbles: true }));
  };

  /** @param {string} kind */
  save = (kind) => this.ask(() => saveFile(`${this.path}/${this.file}.${kind}`, `${this.texts}.${kind}`));

  render() {
    const { told, texts } = this;
    const refused = told?.items.filter((each) => each.code) ?? [];
    return html`<div class="stack">
      <p class="row">
        ${["xlsx", "csv"].map((each) => html`<button type="button" class="small" data-template=${each} ?disabled=${this.busy} @click=${() => this.save(each)}>${t(`${texts}.template`)} ${each.toUpperCase()}</button>`)}
        <small>${t(`${texts}.format`)}</small>
      </p>
      <p class="row"><span>${t(`${texts}.file`)}</span> ${filePicker({ id: "table", accept: ".csv,.xlsx", label: t(`${texts}.file`), busy: this.busy, take: this.send })}</p>
      ${this.busy ? html`<p role="status">${t("table.busy")}</p>` : nothing} ${notice(this.error)}
      ${told ? html`<p class="note ${told.refused ? "warn" : "good"}" role="status">${t("table.done", { rows: told.rows, taken: told.taken, refused: told.refused })}</p>` : nothing}
      ${refused.length ? table(t("table.refused"), [t("table.head.row"), t("table.head.why")], refused, rowOf) : nothing}
    </div>`;
  }
}
customElements.define("agency-table-in", TableIn);

/** @param {Row} each */
function rowOf(each) {
  return html`<tr data-row=${each.row}>
    ${cell(t("table.head.row"), each.row)} ${cell(t("table.head.why"), said(each))}
  </tr>`;
}
