/** Window alignment: ask, see what was found as a table and as a picture, and who has answered. */
import { html, nothing, svg } from "../../staff/vendor/lit.js";
import { notice } from "../../staff/elements/notice.js";
import { StaffElement } from "../../staff/elements/staff_element.js";
import { named, spoken, t } from "../../staff/language.js";
import { fetchJson } from "../../staff/session.js";
import { shortDay, windowText } from "../model/days.js";
import { timelineOf } from "../model/timeline.js";

const KEPT = "onevisit.desk.alignment";
const POLL_MS = 1500;
const LIMIT_MS = 120_000;
const ROW = 38;
const NAMES = 300;
const WIDE = 1000;

export class AlignmentView extends StaffElement {
  /** @type {any} The door's answer. */
  found = null;
  /** @type {unknown} */
  error = null;
  busy = false;
  slow = false;
  /** @type {string|null} Which proposal the picture shows. */
  chosen = null;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;

  connectedCallback() {
    super.connectedCallback();
    const kept = localStorage.getItem(KEPT);
    if (kept) void this.follow(kept, Date.now());
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  /** @param {SubmitEvent} event */
  ask = async (event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    const body = { max_days: Number(form.get("max_days")), save: String(form.get("save")), by: String(form.get("by")) };
    this.error = null;
    this.busy = true;
    this.redraw();
    try {
      const { alignment_id } = await fetchJson("/v1/alignments", { method: "POST", body });
      localStorage.setItem(KEPT, alignment_id);
      this.chosen = null;
      await this.follow(alignment_id, Date.now());
    } catch (error) {
      this.error = error;
      this.busy = false;
      this.redraw();
    }
  };

  /** Asks until there is an answer; the scheduler's stream finds it. @param {string} id @param {number} since */
  follow = async (id, since) => {
    clearTimeout(this.#timer);
    try {
      this.found = await fetchJson(`/v1/alignments/${id}`);
      this.busy = !this.found.found_at;
      this.slow = this.busy && Date.now() - since > LIMIT_MS;
      const waits = this.found.proposals.some((/** @type {any} */ each) => each.state === "proposed");
      if (this.isConnected && (this.busy || waits)) this.#timer = setTimeout(() => this.follow(id, since), POLL_MS * (this.busy ? 1 : 10));
    } catch (error) {
      localStorage.removeItem(KEPT);
      this.error = error;
      this.busy = false;
    }
    this.redraw();
  };

  render() {
    const { found } = this;
    return html`<section class="page">
      <h1>${t("align.title")}</h1>
      <p class="lead">${t("align.lead")}</p>
      <form class="row panel" @submit=${this.ask}>
        <label for="max_days">${t("align.max_days")}</label>
        <input id="max_days" name="max_days" type="number" min="1" max="60" value="30" required />
        <label for="save">${t("align.save")}</label>
        <select id="save" name="save">
          ${["visits", "trips"].map((each) => html`<option value=${each}>${named("align.save", each)}</option>`)}
        </select>
        <label for="by">${t("align.by")}</label>
        <select id="by" name="by">
          ${["auto", "programme", "town", "village"].map((each) => html`<option value=${each}>${named("align.by", each)}</option>`)}
        </select>
        <button class="main" ?disabled=${this.busy}>${t(this.busy ? "align.busy" : "align.go")}</button>
      </form>
      ${notice(this.error)} ${this.slow ? html`<p class="note warn">${t("align.slow")}</p>` : nothing}
      ${found?.found_at ? this.answer(found) : nothing}
    </section>`;
  }

  /** @param {any} found */
  answer(found) {
    const chosen = found.proposals.find((/** @type {any} */ each) => each.proposal_id === this.chosen) ?? found.proposals[0] ?? null;
    const figures = [
      ["requests", found.requests],
      ["people", found.people],
      ["visits", found.visits],
      ["trips", found.trips],
      ["overdue", found.overdue],
    ];
    return html`<dl class="figures">
        ${figures.map(([name, value]) => html`<div><dt>${named("align.figure", String(name))}</dt><dd>${value}</dd></div>`)}
      </dl>
      ${found.proposals.length
        ? html`<div class="panel scroll">${this.table(found.proposals, chosen)}</div>`
        : html`<p class="note">${t("align.none")}</p>`}
      ${found.campaigns.length ? html`<figure class="panel">${this.picture(found.campaigns, chosen)}</figure>` : nothing}`;
  }

  /** @param {any[]} proposals @param {any} chosen */
  table(proposals, chosen) {
    const most = Math.max(1, ...proposals.map((each) => each.visits_saved));
    return html`<table>
      <caption class="unseen">${t("align.table")}</caption>
      <thead>
        <tr>
          <th>${t("align.change")}</th>
          <th class="number">${t("align.figure.people")}</th>
          <th>${t("align.saved_visits")}</th>
          <th class="number">${t("align.saved_trips")}</th>
          <th>${t("align.answers")}</th>
          <th><span class="unseen">${t("align.show")}</span></th>
        </tr>
      </thead>
      <tbody>
        ${proposals.map(
          (each) => html`<tr class=${each === chosen ? "chosen" : ""}>
            <td><ul>${each.changes.map((/** @type {any} */ one) => html`<li>${this.changeText(one)}</li>`)}</ul></td>
            <td class="number">${each.people}</td>
            <td><span class="saved" style="--share: ${each.visits_saved / most}"><b>${each.visits_saved}</b></span></td>
            <td class="number">${each.trips_saved}</td>
            <td>${this.answers(each)}</td>
            <td>
              <button type="button" class="small" aria-pressed=${each === chosen} @click=${() => this.choose(each)}>${t("align.show")}</button>
            </td>
          </tr>`,
        )}
      </tbody>
    </table>`;
  }

  /** @param {any} proposal */
  choose(proposal) {
    this.chosen = proposal.proposal_id;
    this.redraw();
  }

  /** @param {any} proposal */
  answers(proposal) {
    const badge = { proposed: "warn", applied: "good", declined: "bad", outdated: "" }[String(proposal.state)] ?? "";
    return html`<span class="badge ${badge}">${named("align.state", proposal.state)}</span>
      ${proposal.answers.map(
        (/** @type {any} */ each) =>
          html`<small>${named("agency", each.agency)} ${t(each.accepted ? "align.accepted" : "align.refused")} ${each.reason}</small> `,
      )}
      ${proposal.waits_for.length && proposal.state === "proposed"
        ? html`<small>${t("align.waits", { agencies: proposal.waits_for.map((/** @type {string} */ each) => named("agency", each)).join(t("staff.comma")) })}</small>`
        : nothing}`;
  }

  /** @param {{agency: string, programme: string, area: string|null}} campaign */
  nameOf({ agency, programme, area }) {
    return `${named("agency", agency)} · ${named("programme", programme)}${area ? ` · ${area}` : ""}`;
  }

  /** @param {import("../model/timeline.js").Change} change */
  changeText(change) {
    const days = [
      change.days_earlier ? t("align.earlier", { days: change.days_earlier }) : "",
      change.days_later ? t("align.later", { days: change.days_later }) : "",
    ];
    return `${this.nameOf(change)}: ${days.filter(Boolean).join(t("staff.comma"))}`;
  }

  /** @param {import("../model/timeline.js").Campaign[]} campaigns @param {any} chosen */
  picture(campaigns, chosen) {
    const { bars, ticks } = timelineOf(campaigns, chosen?.changes ?? []);
    const height = bars.length * ROW + 34;
    const x = (/** @type {number} */ share) => NAMES + share * (WIDE - NAMES - 10);
    const w = (/** @type {number} */ share) => share * (WIDE - NAMES - 10);
    return html`<figcaption>
        <h2>${t("align.picture")}</h2>
        ${chosen ? html`<p>${t("align.picture_saves", { visits: chosen.visits_saved, trips: chosen.trips_saved })}</p>` : nothing}
      </figcaption>
      <svg class="timeline" viewBox="0 0 ${WIDE} ${height}" role="img" aria-label=${t("align.picture")}>
        ${ticks.map(
          (each) => svg`<line x1=${x(each.left)} x2=${x(each.left)} y1="0" y2=${height - 24}></line>
            <text class="tick" x=${x(each.left) + 3} y=${height - 8}>${shortDay(each.day, spoken())}</text>`,
        )}
        ${bars.map((bar, index) => {
          const y = index * ROW + 6;
          const { campaign } = bar;
          return svg`<text class="name" x="0" y=${y + 11}>${named("agency", campaign.agency)} · ${named("programme", campaign.programme)}</text>
            <text class="window" x="0" y=${y + 26}>${campaign.area ? `${campaign.area} · ` : ""}${windowText(campaign.first_day, campaign.last_day, spoken())}</text>
            <rect class="bar" x=${x(bar.left)} y=${y + 3} width=${w(bar.width)} height="20" rx="4"></rect>
            ${bar.earlier ? svg`<rect class="more" x=${x(bar.left - bar.earlier)} y=${y + 3} width=${w(bar.earlier)} height="20" rx="4"></rect>` : nothing}
            ${bar.later ? svg`<rect class="more" x=${x(bar.left + bar.width)} y=${y + 3} width=${w(bar.later)} height="20" rx="4"></rect>` : nothing}
            <text class="inside" x=${x(bar.left) + 8} y=${y + 17}>${t("align.requests", { count: campaign.requests })}</text>`;
        })}
      </svg>`;
  }
}
customElements.define("desk-alignment", AlignmentView);
