/** Beside a date field: its day in the language of the page, for the field itself speaks the browser's. */
import { dayText } from "../days.js";

class DayWords extends HTMLElement {
  static observedAttributes = ["lang"];
  /** @type {HTMLInputElement|null} */
  #field = null;

  connectedCallback() {
    const root = /** @type {Document|ShadowRoot} */ (this.getRootNode());
    this.#field = /** @type {HTMLInputElement|null} */ (root.getElementById(this.getAttribute("for") ?? ""));
    for (const each of ["input", "change"]) this.#field?.addEventListener(each, this.#say);
    this.#say();
  }

  attributeChangedCallback() {
    this.#say();
  }

  #say = () => {
    const day = this.#field?.value;
    this.textContent = day ? dayText(day, this.lang === "en" ? "en" : "zh") : "";
  };
}
customElements.define("day-words", DayWords);
