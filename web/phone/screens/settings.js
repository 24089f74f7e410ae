/** Text size and language; and what this phone is. */
import { app } from "../app.js";
import { loadSpeech } from "../capture/speech.js";
import { FIRST_DIALECT, fetchDialects } from "../outbox/voices.js";
import { t } from "../strings/index.js";
import { html, nothing } from "../vendor/lit.js";
import { isNewWaiting, takeNew } from "../versions.js";
import { Screen, bar } from "./screen.js";

export const SIZES = [18, 20, 22, 24, 26, 28, 30];

class SettingsScreen extends Screen {
  /** @type {Awaited<ReturnType<typeof loadSpeech>>|null} */
  speech = null;

  disconnectedCallback() {
    super.disconnectedCallback();
    this.speech?.close();
  }

  /** The voice that asks the person; one that is chosen is fetched for where there is no signal. */
  dialects() {
    const { dialect, lang } = app.settings;
    const isKept = dialect === FIRST_DIALECT || app.voice.startsWith(`${dialect} `);
    return html`<fieldset class="choices">
        <legend>${t("settings.voice")}</legend>
        ${app.dialects.map(
          ({ id, name }) =>
            html`<label class="choice"
              ><input type="radio" name="dialect" .checked=${id === dialect} @change=${() => this.speakIn(id)} />
              <span>${name[lang]}</span></label
            >`,
        )}
      </fieldset>
      <p class="hint" role="status">${isKept ? t("settings.voice_kept") : t("settings.voice_missing")}</p>
      <button @click=${() => this.listen()}>${t("settings.listen")}</button>`;
  }

  /** @param {string} id */
  async speakIn(id) {
    await app.set({ dialect: id });
    await app.keep(() => fetchDialects(app.database, id));
  }

  async listen() {
    this.speech?.close();
    this.speech = await loadSpeech(app.settings.dialect);
    this.speech.say("nod");
  }

  render() {
    const { size, lang } = app.settings;
    const at = SIZES.indexOf(size);
    return html`${bar(t("settings.title"))}
      <section class="card">
        <h2>${t("settings.size")}</h2>
        <div class="sizes">
          <output>${size}</output>
          <button @click=${() => app.set({ size: SIZES[at - 1] })} ?disabled=${at <= 0}>${t("settings.smaller")}</button>
          <button @click=${() => app.set({ size: SIZES[at + 1] })} ?disabled=${at >= SIZES.length - 1}>
            ${t("settings.larger")}
          </button>
        </div>
        <p>${t("settings.sample")}</p>
      </section>
      <fieldset class="choices">
        <legend>${t("settings.language")}</legend>
        ${/** @type {const} */ (["zh", "en"]).map(
          (each) =>
            html`<label class="choice"
              ><input type="radio" name="lang" .checked=${lang === each} @change=${() => app.set({ lang: each })} />
              <span lang=${each}>${each === "zh" ? "中文" : "English"}</span></label
            >`,
        )}
      </fieldset>
      ${app.dialects.length > 1 ? this.dialects() : nothing}
      ${isNewWaiting() ? html`<button @click=${() => takeNew()}>${t("today.new_version")}</button>` : nothing}
      <p class="hint">${t("settings.phone_of", { name: app.device?.cadre_name ?? "" })} ${app.device?.device_id.slice(0, 8) ?? ""}</p>`;
  }
}
customElements.define("phone-settings", SettingsScreen);
