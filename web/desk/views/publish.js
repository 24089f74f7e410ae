/** Before publishing: what differs from what the phones have, who must be told anew. One click, and the phones have it. */
import { html, nothing } from "../../staff/vendor/lit.js";
import { notice } from "../../staff/elements/notice.js";
import { said, t } from "../../staff/language.js";
import { desk } from "../desk.js";
import { placeText } from "../parts/carry_bar.js";
import { DialogElement } from "../parts/dialog.js";

const MOST = 60;

export class PublishDialog extends DialogElement {
  heading() {
    return t("publish.title");
  }

  content() {
    const { plan } = desk;
    const moves = plan?.moves ?? [];
    const told = moves.filter((each) => each.told);
    const rest = moves.filter((each) => !each.told);
    return html`<p>${t("publish.lead")}</p>
      ${notice(desk.error)}
      ${told.length ? html`<h3 class="bad">${t("publish.told", { count: told.length })}</h3>${this.list(told)}` : html`<p class="note good">${t("publish.none_told")}</p>`}
      ${rest.length ? html`<h3>${t("publish.rest", { count: rest.length })}</h3>${this.list(rest)}` : nothing}
      ${moves.length ? nothing : html`<p>${t("publish.nothing_moved")}</p>`}
      ${plan?.newCount ? html`<p>${t("publish.new", { count: plan.newCount })}</p>` : nothing}
      ${plan?.goneCount ? html`<p>${t("publish.gone", { count: plan.goneCount })}</p>` : nothing}
      <div class="row">
        <button type="button" class="main" data-publish ?disabled=${desk.busy} @click=${this.publish}>${t("publish.go")}</button>
        <button type="button" @click=${this.close}>${t("publish.not_yet")}</button>
      </div>`;
  }

  /** @param {import("../model/types.js").Move[]} moves */
  list(moves) {
    return html`<ul class="moves" tabindex="0">
      ${moves.slice(0, MOST).map(
        (each) => html`<li>
          <b>${each.name || each.visitId.slice(0, 8)}</b>
          <span>${each.was ? placeText(each.was) : ""} → ${each.now ? placeText(each.now) : t("publish.unplanned")}</span>
          <small>${said(each.why)}</small>
        </li>`,
      )}
      ${moves.length > MOST ? html`<li>${t("publish.more", { count: moves.length - MOST })}</li>` : nothing}
    </ul>`;
  }

  publish = async () => {
    await desk.publish();
    if (!desk.error) this.close();
  };
}
customElements.define("desk-publish", PublishDialog);
