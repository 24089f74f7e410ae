export { LitElement, html, svg, nothing } from "lit";
export type { TemplateResult, SVGTemplateResult } from "lit";
