/** A table that is a list of cards on a phone: each cell says there what it is. */
import { html, nothing } from "../vendor/lit.js";

/** A cell; without a head it holds what can be done. @param {string} head @param {unknown} content */
export const cell = (head, content) => html`<td class=${head ? nothing : "acts"} data-head=${head || nothing}><div>${content}</div></td>`;

/** @template T @param {string} name @param {string[]} heads The last one is over what can be done. @param {T[]} items @param {(item: T) => unknown} row */
export function table(name, heads, items, row) {
  return html`<table class="cards">
    <caption class="unseen">${name}</caption>
    <thead>
      <tr>${heads.map((each) => html`<th scope="col">${each}</th>`)}</tr>
    </thead>
    <tbody>
      ${items.map((each) => row(each))}
    </tbody>
  </table>`;
}
