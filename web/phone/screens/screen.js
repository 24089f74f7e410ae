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

/** Goes to a screen. @param {string} where */
export function go(where) {
  location.hash = where;
}

/** Goes to a screen from one that is done with: the phone's own back button does not lead there again. @param {string} where */
export function leave(where) {
  location.replace(`#${where}`);
}

/** Of a link: the screen that it leaves is done with. @param {MouseEvent} event */
export function leaving(event) {
  event.preventDefault();
  leave(/** @type {HTMLAnchorElement} */ (event.currentTarget).hash.slice(1));
}

/** The bar on top: back to where one came from, and what this is. @param {string} title @param {string} [back] */
export function bar(title, back = "today") {
  return html`<header class="bar">
    <a class="back" href="#${back}" aria-label=${t("back")}><span aria-hidden="true">‹</span></a>
    <h1 tabindex="-1">${title}</h1>
  </header>`;
}
