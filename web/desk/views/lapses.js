/** Before a lapse: the list of the staff's pages, with the way to each visit on this one. */
import { html } from "../../staff/vendor/lit.js";
import "../../staff/elements/lapses.js";
import { linkTo, showText } from "../address.js";
import { desk } from "../desk.js";

/** @typedef {import("../../staff/elements/lapses.js").Matter} Matter */

export const lapsesView = () => html`<staff-lapses
  .hrefOf=${(/** @type {Matter} */ matter) => linkTo("lapses", desk.asked({ show: showText({ visit: matter.visit_id }) }))}
></staff-lapses>`;
