/** A dialog over the desk: opened when it is put on the page, gone when it closes. */
import { html } from "../../staff/vendor/lit.js";
import { StaffElement } from "../../staff/elements/staff_element.js";
import { t } from "../../staff/language.js";
import { desk } from "../desk.js";

export class DialogElement extends StaffElement {
  connectedCallback() {
    super.connectedCallback();
    desk.addEventListener("change", this.redraw);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    desk.removeEventListener("change", this.redraw);
  }

  firstUpdated() {
    this.querySelector("dialog")?.showModal();
  }

  close = () => this.querySelector("dialog")?.close();

  /** @returns {string} */
  heading() {
    return "";
  }

  /** @returns {unknown} */
  content() {
    return "";
  }

  render() {
    return html`<dialog aria-labelledby="dialog-title" @close=${() => desk.open(null)}>
      <div class="stack">
        <div class="row spread">
          <h2 id="dialog-title">${this.heading()}</h2>
          <button type="button" class="small" @click=${this.close}>${t("staff.close")}</button>
        </div>
        ${this.content()}
      </div>
    </dialog>`;
  }
}
