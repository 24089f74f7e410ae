/** A problem or an idea: written, spoken or photographed; kept on the phone at once, sent when there is a signal. */
import { app } from "../app.js";
import { redraw } from "../capture/picture.js";
import { keepReport, soundText } from "../capture/reporting.js";
import { LONGEST_S, noteType, recordNote } from "../capture/voice_note.js";
import { holdsIdNumber } from "../model/feedback.js";
import { findDraft, keepDraft } from "../store/feedback.js";
import { t } from "../strings/index.js";
import { html, nothing } from "../vendor/lit.js";
import { Screen, bar, leave } from "./screen.js";

const MOST_CHARACTERS = 500;
const KINDS = /** @type {const} */ (["problem", "idea"]);
/** @type {import("../model/types.js").Draft} */
const EMPTY = { kind: "problem", text: "", village: null, voice: null, picture: null };
/** What is being written, also where the phone has no room to keep it: who goes to look at another screen finds it again.
 * @type {typeof EMPTY|null} */
let writing = null;

class ReportScreen extends Screen {
  draft = { ...EMPTY };
  problem = "";
  seconds = 0;
  busy = false;
  opening = false;
  /** @type {Awaited<ReturnType<typeof recordNote>>|null} */
  recording = null;
  /** Object addresses of what is shown. @type {{voice: string, picture: string}} */
  shown = { voice: "", picture: "" };

  connectedCallback() {
    super.connectedCallback();
    if (writing) this.change(writing, false);
    else void findDraft(app.database).then((draft) => draft && this.change(draft, false));
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.recording?.stop();
    for (const url of Object.values(this.shown)) if (url) URL.revokeObjectURL(url);
  }

  /** @param {Partial<typeof this.draft>} change @param {boolean} [keep] */
  change(change, keep = true) {
    this.draft = writing = { ...this.draft, ...change };
    const { voice, picture } = this.draft;
    if ("voice" in change) this.show("voice", voice && new Blob([voice.bytes], { type: voice.type }));
    if ("picture" in change) this.show("picture", picture && new Blob([picture], { type: "image/jpeg" }));
    if (keep) keepDraft(app.database, this.draft).catch(() => this.tell("storage_full"));
    this.requestUpdate();
  }

  /** @param {"voice"|"picture"} part @param {Blob|null} content */
  show(part, content) {
    if (this.shown[part]) URL.revokeObjectURL(this.shown[part]);
    this.shown[part] = content ? URL.createObjectURL(content) : "";
  }

  /** @param {string} why */
  tell(why) {
    this.problem = why && t(`feedback.fail.${why}`);
    this.requestUpdate();
  }

  render() {
    const { draft, problem, recording } = this;
    const says = Boolean(soundText(draft.text) || draft.voice || draft.picture);
    return html`${bar(t("feedback.title"), app.feedback.length ? "feedback" : "today")}
      <form class="stack" @submit=${this.keep}>
        <fieldset class="choices">
          <legend>${t("feedback.what")}</legend>
          ${KINDS.map(
            (kind) =>
              html`<label class="choice"
                ><input type="radio" name="kind" value=${kind} .checked=${kind === draft.kind} @change=${() => this.change({ kind })} />
                <span>${t(`feedback.kind.${kind}`)}</span></label
              >`,
          )}
        </fieldset>
        ${this.villages()}
        <label for="text">${t("feedback.text")}</label>
        <textarea
          id="text"
          rows="4"
          maxlength=${MOST_CHARACTERS}
          .value=${draft.text}
          @input=${(/** @type {Event} */ event) => this.type(event)}
          @change=${() => this.change({})}
        ></textarea>
        <p class="hint">${t("feedback.no_names")}</p>
        ${this.voice()} ${this.picture()}
        ${problem ? html`<p class="note bad" role="alert">${problem}</p>` : nothing}
        <button class="main" ?disabled=${!says || Boolean(recording) || this.busy}>${t("feedback.keep")}</button>
      </form>`;
  }

  /** @param {Event} event */
  type(event) {
    const text = /** @type {HTMLTextAreaElement} */ (event.target).value;
    this.draft = writing = { ...this.draft, text };
    this.requestUpdate();
  }

  villages() {
    const codes = app.device?.village_codes ?? [];
    if (codes.length < 2) return nothing;
    const nameOf = (/** @type {string} */ code) => app.today?.villages.find((each) => each.village_code === code)?.name || code;
    const chosen = this.draft.village ?? codes[0];
    const choose = (/** @type {Event} */ event) => this.change({ village: /** @type {HTMLSelectElement} */ (event.target).value });
    return html`<label for="village">${t("feedback.village")}</label>
      <select id="village" @change=${choose}>
        ${codes.map((code) => html`<option value=${code} ?selected=${code === chosen}>${nameOf(code)}</option>`)}
      </select>`;
  }

  voice() {
    if (this.recording)
      return html`<div class="card" role="status">
        <p>${t("feedback.recording", { seconds: this.seconds, most: LONGEST_S })}</p>
        <button type="button" class="main" data-stop @click=${() => this.recording?.stop()}>${t("feedback.stop")}</button>
      </div>`;
    if (this.draft.voice)
      return html`<div class="card">
        <audio controls src=${this.shown.voice} aria-label=${t("feedback.has.voice")}></audio>
        <button type="button" @click=${() => this.change({ voice: null })}>${t("feedback.voice_away")}</button>
      </div>`;
    if (!noteType()) return html`<p class="note">${t("feedback.fail.no_recorder")}</p>`;
    return html`<button type="button" data-record @click=${() => this.record()}>${t("feedback.record", { most: LONGEST_S })}</button>`;
  }

  picture() {
    if (this.draft.picture)
      return html`<div class="card">
        <img src=${this.shown.picture} alt=${t("feedback.has.picture")} />
        <button type="button" @click=${() => this.change({ picture: null })}>${t("feedback.picture_away")}</button>
      </div>`;
    return html`<label class="button file">
      ${t("feedback.take")}<input type="file" accept="image/*" aria-label=${t("feedback.take")} @change=${this.take} />
    </label>`;
  }

  async record() {
    const type = noteType();
    if (!type || this.opening) return;
    this.opening = true; // while the microphone is asked for, a second tap would start a recording that nothing stops
    this.tell("");
    this.seconds = 0;
    try {
      this.recording = await recordNote(type, (seconds) => {
        this.seconds = seconds;
        this.requestUpdate();
      });
      this.opening = false;
      this.requestUpdate();
      if (!this.isConnected) this.recording.stop();
      const voice = await this.recording.whole;
      if (voice.bytes.byteLength) this.change({ voice });
      else this.tell("microphone");
    } catch (error) {
      const denied = error instanceof DOMException && (error.name === "NotAllowedError" || error.name === "SecurityError");
      this.tell(denied ? "denied" : "microphone");
    }
    this.opening = false;
    this.recording = null;
    this.requestUpdate();
  }

  /** @param {Event} event */
  take = async (event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const file = input.files?.[0];
    input.value = "";
    if (!file) return;
    this.tell("");
    try {
      this.change({ picture: await redraw(file) });
    } catch {
      this.tell("picture");
    }
  };

  /** @param {SubmitEvent} event */
  keep = async (event) => {
    event.preventDefault();
    if (this.busy || this.recording) return;
    if (holdsIdNumber(this.draft.text)) return this.tell("id_number");
    this.busy = true;
    this.tell("");
    const village = this.draft.village ?? app.device?.village_codes[0] ?? null;
    const why = await keepReport({ ...this.draft, village });
    this.busy = false;
    if (why) return this.tell(why);
    writing = null;
    leave("feedback");
  };
}
customElements.define("phone-report", ReportScreen);
