/** What every screen shares: drawn again when the state changes, in the page's own style sheet (no shadow). */
import { app } from "../app.js";
import { LitElement, html } from "../vendor/lit.js";
import { t } from "../strings/index.js";

export class Screen extends LitElement {
  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    app.addEventListener("change", this.redraw);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    app.removeEventListener("change", this.redraw);
  }

  redraw = () => this.requestUpdate();
}

/** What is shown, and the addresses before it, oldest first: the phone's own history holds them, so a reload knows them too.
 * @type {{address: string, before: string[]}} */
let here = { address: "", before: [] };

/** Of whatever comes to be shown, by a link or by the phone's own back button. @param {string} address */
export function arrived(address) {
  /** @type {string[]|undefined} */
  const known = history.state?.before;
  const before = known ?? (here.address ? [...here.before, here.address] : []);
  if (!known) history.replaceState({ before }, "");
  here = { address, before };
}

/** One more entry for what is shown: the phone's own back button then ends what is under way, and leaves nothing. */
export function stepIn() {
  here = { ...here, before: [...here.before, here.address] };
  history.pushState({ before: here.before }, "");
}

/** Goes to a screen; to one that lies behind, back to it: a screen stands in the history once. @param {string} where */
export function go(where) {
  if (here.before.includes(where)) leave(where);
  else if (where !== here.address) location.hash = where;
}

/** Goes to a screen from one that is done with: the phone's own back button does not lead there again.
 * @param {string} where @param {string} [done] With everything since this address. */
export function leave(where, done = here.address) {
  const all = [...here.before, here.address];
  const at = [where, done, here.address].map((each) => all.indexOf(each)).find((each) => each >= 0) ?? 0;
  const steps = all.length - 1 - at;
  const land = () => {
    history.replaceState({ before: all.slice(0, at) }, "", `#${where}`);
    dispatchEvent(new Event("hashchange"));
  };
  if (steps === 0 || steps >= history.length) return land();
  addEventListener("popstate", land, { once: true });
  history.go(-steps);
}

/** Of a link: the screen that it leaves is done with. @param {MouseEvent} event */
export function leaving(event) {
  event.preventDefault();
  leave(/** @type {HTMLAnchorElement} */ (event.currentTarget).hash.slice(1));
}

/** Follows the page's own links; the one on top leads where the phone's own back button does. */
export function watchLinks() {
  addEventListener("click", (event) => {
    const link = /** @type {HTMLAnchorElement|null} */ (/** @type {Element} */ (event.target).closest("a[href^='#']"));
    if (!link || event.defaultPrevented) return;
    event.preventDefault();
    const where = link.hash.slice(1);
    if (!link.classList.contains("back")) go(where);
    else if (here.before.length) history.back();
    else leave(where);
  });
}

/** The bar on top: back to where one came from, and what this is. @param {string} title @param {string} [back] Where nothing lies before. */
export function bar(title, back = "today") {
  return html`<header class="bar">
    <a class="back" href="#${back}" aria-label=${t("back")}><span aria-hidden="true">‹</span></a>
    <h1 tabindex="-1">${title}</h1>
  </header>`;
}
