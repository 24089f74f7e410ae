/** What went wrong, in words, with the next step. */
import { html, nothing } from "../vendor/lit.js";
import { said, t } from "../language.js";
import { Refused } from "../session.js";

/** The words of an error; a fault of the page itself has words too, for what draws a page may not throw. @param {unknown} error */
export function wordsOf(error) {
  if (!(error instanceof Refused)) return t("staff.fault");
  const { status, stated } = error;
  if (status === 0) return t("staff.away");
  if (stated.code?.startsWith("HTTP_")) return t("staff.broken", { status });
  const fields = stated.fields?.length ? ` ${t("staff.fields", { fields: stated.fields.join(t("staff.comma")) })}` : "";
  return said(stated) + fields;
}

/** A note with the error's words; nothing without one. @param {unknown} error @param {(() => void)|null} [again] */
export function notice(error, again = null) {
  if (!error) return nothing;
  const button = again && html`<button type="button" class="small" @click=${again}>${t("staff.again")}</button>`;
  return html`<div class="note bad" role="alert"><span>${wordsOf(error)}</span>${button}</div>`;
}
