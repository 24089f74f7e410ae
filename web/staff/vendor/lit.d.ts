export { LitElement, html, svg, nothing } from "lit";
export type { TemplateResult, SVGTemplateResult } from "lit";
export { repeat } from "lit/directives/repeat.js";
export { live } from "lit/directives/live.js";
