/** What every element shares: the page's own style sheet (no shadow), drawn again when language or session change. */
import { LitElement } from "../vendor/lit.js";
import { language } from "../language.js";
import { session } from "../session.js";

export class StaffElement extends LitElement {
  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    language.addEventListener("change", this.redraw);
    session.addEventListener("change", this.redraw);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    language.removeEventListener("change", this.redraw);
    session.removeEventListener("change", this.redraw);
  }

  redraw = () => this.requestUpdate();
}
