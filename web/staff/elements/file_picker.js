/** Choosing a file: the browser's own field speaks the browser's language, so it is hidden behind a button that speaks the page's. */
import { html, nothing } from "../vendor/lit.js";
import { t } from "../language.js";

/** @param {{accept: string, label: string, busy: boolean, take: (event: Event) => void, id?: string, kind?: string}} picker `label`: what the
 * file is; `kind`: told to whom the field is given, as data-kind. */
export function filePicker({ accept, label, busy, take, id, kind }) {
  return html`<label class="button small picker ${busy ? "busy" : ""}">
    ${t("staff.choose_file")}
    <input type="file" id=${id ?? nothing} data-kind=${kind ?? nothing} accept=${accept} aria-label="${t("staff.choose_file")} ${label}" ?disabled=${busy} @change=${take} />
  </label>`;
}
