/** How the recording looks, in each of its states. */
import { figure } from "../capture/figures.js";
import { films } from "../capture/machine.js";
import { endS, promptAt } from "../capture/prompting.js";
import { named, t } from "../strings/index.js";
import { html, nothing } from "../vendor/lit.js";
import { bar, leaving } from "./screen.js";

/** @typedef {import("./capture.js").CaptureScreen} CaptureScreen */

/** @param {CaptureScreen} screen */
export function drawCapture(screen) {
  const { person, bundle, state, visit } = screen;
  const back = `person/${visit}`;
  if (!person || (!bundle && state.phase === "opening"))
    return html`${bar(t("capture.title"), back)}
      <p class="note warn" role="alert">${t("person.no_challenge")}</p>
      <a class="button main" href="#${back}" @click=${leaving}>${t("back")}</a>`;
  if (state.phase === "failed") return drawFailure(screen, back);
  if (!screen.type) return drawFallback(screen, back);
  return html`<section class="capture ${state.phase}">
    <h1 class="unseen" tabindex="-1">${t("capture.title")}</h1>
    <video muted playsinline autoplay aria-hidden="true" tabindex="-1"></video>
    <svg class="oval" viewBox="0 0 100 160" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <path fill-rule="evenodd" d="M-200-200h500v600h-500zM20 75a30 38 0 1 0 60 0a30 38 0 1 0-60 0z" />
      <ellipse class=${screen.advice ? "bad" : "good"} cx="50" cy="75" rx="30" ry="38" />
    </svg>
    <div class="ask" role="status" aria-live="assertive">${ask(screen)}</div>
    <div class="act">${act(screen, back)}</div>
  </section>`;
}

/** @param {CaptureScreen} screen */
function ask({ state, advice, second, bundle, person, silent }) {
  if (!bundle || !person) return nothing;
  const form = bundle.challenge.prompt_form;
  const aloud = form === "spoken";
  const how = aloud && !silent ? nothing : html`<p class="how">${t(aloud ? "form.read_out" : `form.${form}`)}</p>`;
  if (state.phase === "opening") return html`<p>${t("capture.opening")}</p>`;
  if (state.phase === "stopping" || state.phase === "saving" || state.phase === "saved")
    return html`<p class="prompt">${t("capture.over")}</p><p class="how">${t("capture.saving")}</p>`;
  if (state.phase === "framing")
    return html`<p class=${advice ? "advice" : ""}>${advice ? t(`advice.${advice}`) : t("capture.framing", { name: person.name })}</p>`;
  const now = state.phase === "prompting" ? promptAt(bundle.challenge, second) : null;
  if (!now) return html`<p>${t("capture.look")}</p>${how}`;
  return html`${form === "touched" ? nothing : figure(now.prompt.action)}
    <p class="prompt">${named("action", now.prompt.action)}</p>
    ${how}`;
}

/** @param {CaptureScreen} screen @param {string} back */
function act(screen, back) {
  const { state, bundle, second } = screen;
  if (state.phase === "framing")
    return html`<button class="main" @click=${() => screen.film()}>${t("capture.begin")}</button>
      <a class="button" href="#${back}" @click=${leaving}>${t("cancel")}</a>`;
  if (films(state.phase) && bundle)
    return html`<progress max=${endS(bundle.challenge)} .value=${Math.max(0, second)} aria-label=${t("capture.progress")}></progress>
      <button @click=${() => screen.tell({ type: "failed", why: "left" })}>${t("capture.stop")}</button>`;
  return html`<a class="button" href="#${back}" @click=${leaving}>${t("cancel")}</a>`;
}

/** @param {CaptureScreen} screen @param {string} back */
function drawFailure(screen, back) {
  const why = screen.state.why ?? "recorder_failed";
  return html`${bar(t("capture.failed"), back)}
    <p class="note bad" role="alert">${t(`fail.${why}`)}</p>
    <div class="stack">
      ${why === "storage_full"
        ? html`<a class="button main" href="#sending" @click=${leaving}>${t("sending.title")}</a>`
        : html`<button class="main" @click=${() => screen.retry()}>${t("capture.retry")}</button>`}
      ${why === "pictures_missing"
        ? html`<button class="anyway" @click=${() => screen.sendAnyway()}>${t("capture.send_anyway")}</button>`
        : nothing}
      <a class="button" href="#paths/${screen.visit}" @click=${leaving}>${t("paths.title")}</a>
      <a class="button" href="#${back}" @click=${leaving}>${t("back")}</a>
    </div>`;
}

/** The phone's own camera program: the cadre learns the prompts first and says them by the seconds it shows.
 * @param {CaptureScreen} screen @param {string} back */
function drawFallback(screen, back) {
  return html`${bar(t("capture.title"), back)}
    <p class="lead">${t("capture.fallback", { seconds: Math.ceil(endS(/** @type {any} */ (screen.bundle).challenge)) })}</p>
    <ol class="facts">
      ${screen.bundle?.challenge.prompts.map(
        (each) => html`<li><strong>${t("capture.at", { second: Math.round(each.at_s) })}</strong> ${named("action", each.action)}</li>`,
      )}
    </ol>
    <label class="button main file"
      >${t("capture.film_there")}
      <input type="file" accept="video/*" capture="environment" @change=${(/** @type {Event} */ event) => screen.taken(event)} />
    </label>`;
}
