/** `<desk-escalations>`: agencies that had letters several months in a row; one of the joint group takes the matter and settles it. */
import { html, nothing } from "../../staff/vendor/lit.js";
import { AskingElement } from "../../staff/elements/asking_element.js";
import { notice } from "../../staff/elements/notice.js";
import { named, t } from "../../staff/language.js";
import { fetchJson, session } from "../../staff/session.js";

/**
 * @typedef {object} Escalation
 * @property {string} escalation_id
 * @property {string} agency
 * @property {string} month
 * @property {string|null} taken_by
 * @property {string|null} decision
 * @property {string} words
 */
const PATH = "/v1/burden/escalations";
const DECISIONS = ["WINDOWS_TO_BE_ALIGNED", "PLAN_TO_BE_KEPT", "RECORDS_TO_BE_CORRECTED", "BURDEN_JUSTIFIED"];

export class EscalationsPart extends AskingElement {
  /** @type {Escalation[]|null} */
  matters = null;

  connectedCallback() {
    super.connectedCallback();
    void this.ask(async () => {
      this.matters = (await fetchJson(PATH)).items;
    });
  }

  /** What the door answers takes the row's place. @param {Escalation} matter @param {string} act @param {object} body */
  say = (matter, act, body) =>
    this.ask(async () => {
      const told = await fetchJson(`${PATH}/${matter.escalation_id}/${act}`, { method: "POST", body });
      this.matters = (this.matters ?? []).map((each) => (each.escalation_id === told.escalation_id ? told : each));
    });

  /** @param {SubmitEvent} event @param {Escalation} matter */
  settle = (event, matter) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    void this.say(matter, "close", { decision: String(form.get("decision")), words: String(form.get("words") ?? "") });
  };

  render() {
    if (!this.matters?.length && !this.error) return nothing;
    return html`<div class="panel stack">
      <h2>${t("escalation.title")}</h2>
      ${notice(this.error)}
      <ul class="stack">
        ${(this.matters ?? []).map(
          (each) => html`<li class="stack" data-escalation=${each.agency}>
            <p>
              <b>${named("agency", each.agency)}</b> ${t("escalation.until", { month: each.month })}
              ${each.decision
                ? html`<span class="badge good">${named("escalation.decision", each.decision)}</span> <small>${each.words}</small>`
                : html`<span class="badge bad">${t("escalation.open")}</span>`}
              ${each.taken_by ? html`<small>${each.taken_by}</small>` : nothing}
            </p>
            ${session.holder?.role === "joint_group" ? this.acts(each) : nothing}
          </li>`,
        )}
      </ul>
    </div>`;
  }

  /** @param {Escalation} each */
  acts(each) {
    const isMine = each.taken_by === session.holder?.clientId;
    if (isMine && !each.decision)
      return html`<form class="row" @submit=${(/** @type {SubmitEvent} */ event) => this.settle(event, each)}>
        <select name="decision" aria-label=${t("escalation.decide")} required>
          ${DECISIONS.map((code) => html`<option value=${code}>${named("escalation.decision", code)}</option>`)}
        </select>
        <input name="words" maxlength="400" aria-label=${t("escalation.words")} placeholder=${t("escalation.words")} />
        <button class="small main" ?disabled=${this.busy}>${t("escalation.settle")}</button>
      </form>`;
    const over = Boolean(each.taken_by && !isMine && !each.decision);
    return html`<p>
      <button type="button" class="small" data-take ?disabled=${this.busy} @click=${() => this.say(each, "take", { take_over: over })}>
        ${t(over ? "lapse.take_over" : each.decision ? "lapse.take_again" : "lapse.take")}
      </button>
    </p>`;
  }
}
customElements.define("desk-escalations", EscalationsPart);
