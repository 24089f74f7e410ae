/** Which township a view is of: the open one of the board; another one is chosen here. */
import { html, nothing } from "../../staff/vendor/lit.js";
import { t } from "../../staff/language.js";
import { linkTo } from "../address.js";
import { desk } from "../desk.js";
import { openTownship } from "../period.js";
import { placeName } from "./names.js";

/** @param {string[]} codes The fullest first. */
export function chosenTownship(codes) {
  return openTownship(codes) ?? codes[0] ?? "";
}

/** @param {string} view @param {string[]} codes */
export function townshipChoice(view, codes) {
  if (codes.length < 2) return nothing;
  const chosen = chosenTownship(codes);
  const choose = (/** @type {Event} */ event) => {
    location.hash = linkTo(view, desk.asked({ township: /** @type {HTMLSelectElement} */ (event.currentTarget).value }));
  };
  return html`<select data-township aria-label=${t("whatif.township")} @change=${choose}>
    ${codes.map((each) => html`<option value=${each} .selected=${each === chosen}>${placeName(each)}</option>`)}
  </select>`;
}
