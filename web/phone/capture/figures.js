/** Each action as a drawing: shown to who does not hear, and to the cadre, who may do it before the person. */
import { html, svg } from "../vendor/lit.js";

const EYES = svg`<circle cx="40" cy="52" r="4" /><circle cx="64" cy="52" r="4" />`;
const MOUTH = svg`<path class="line" d="M42 76q10 6 20 0" />`;

/** @type {Record<string, import("../vendor/lit.js").SVGTemplateResult>} */
const PARTS = {
  nod: svg`${EYES}${MOUTH}<path class="arrow" d="M110 34v52m-10-12 10 12 10-12" />`,
  open_mouth: svg`${EYES}<ellipse cx="52" cy="78" rx="10" ry="13" />`,
  turn_left: svg`<circle cx="52" cy="52" r="4" /><circle cx="72" cy="52" r="4" /><path class="line" d="M54 76q9 6 18 0" /><path class="arrow" d="M98 58h36m-12-10 12 10-12 10" />`,
  turn_right: svg`<circle cx="34" cy="52" r="4" /><circle cx="54" cy="52" r="4" /><path class="line" d="M34 76q9 6 18 0" /><path class="arrow" d="M134 58H98m12-10-12 10 12 10" />`,
  blink: svg`<path class="line" d="M33 52q7 6 14 0M57 52q7 6 14 0" />${MOUTH}`,
};

/** @param {string} action As the camera sees it: the person's own left is on the picture's right. */
export function figure(action) {
  return html`<svg class="figure" viewBox="0 0 144 120" aria-hidden="true">
    <ellipse class="line" cx="52" cy="60" rx="36" ry="46" />
    ${PARTS[action] ?? EYES}
  </svg>`;
}
