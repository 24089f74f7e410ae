/** Starts the desk: the bar on top, one view by the address, the drawer of visits beside it. */
import { html, nothing } from "../staff/vendor/lit.js";
import "../staff/elements/feedback.js";
import { notice } from "../staff/elements/notice.js";
import { isSignedIn } from "../staff/elements/sign_in.js";
import { StaffElement } from "../staff/elements/staff_element.js";
import { topBar } from "../staff/elements/top_bar.js";
import { addTexts, named, speak, spoken, t } from "../staff/language.js";
import { session } from "../staff/session.js";
import { linkTo, readPlace } from "./address.js";
import { desk } from "./desk.js";
import { lane } from "./parts/lane.js";
import { carryBarBeside } from "./parts/ordering.js";
import { strip } from "./parts/strip.js";
import { en } from "./strings/en.js";
import { zh } from "./strings/zh.js";
import "./views/alignment.js";
import "./views/board.js";
import "./views/burden.js";
import "./views/data.js";
import "./views/deadlines.js";
import { lapsesView } from "./views/lapses.js";
import "./views/load.js";
import "./views/map.js";
import "./views/publish.js";
import "./views/replan.js";
import "./views/visits.js";
import "./views/whatif.js";

addTexts({ zh, en });

const ROLES = ["scheduler", "joint_group"];
/** The agencies' joint group sees no person and no plan: what it may look at. */
const OF_JOINT_GROUP = ["burden", "alignment"];
/** Each view, drawn anew whenever something changes. @type {Record<string, () => unknown>} */
const VIEWS = {
  board: () => (desk.plan?.version ? html`<h1 class="unseen">${t("view.board")}</h1><desk-board></desk-board>${carryBarBeside()}${lane()}` : noPlan()),
  map: () => html`<desk-map></desk-map>`,
  deadlines: () => html`<desk-deadlines></desk-deadlines>`,
  load: () => html`<desk-load></desk-load>`,
  alignment: () => html`<desk-alignment></desk-alignment>`,
  lapses: lapsesView,
  burden: () => html`<desk-burden></desk-burden>`,
  feedback: () => html`<staff-feedback></staff-feedback>`,
  data: () => html`<desk-data></desk-data>`,
};
/** Views that have nothing to do with the plan. */
const APART = ["alignment", "lapses", "burden", "feedback"];
/** Of these and of the others, what is for the whole county. */
const OF_COUNTY = ["alignment", "burden"];
/** @type {Record<string, () => unknown>} */
const DIALOGS = {
  publish: () => html`<desk-publish></desk-publish>`,
  whatif: () => html`<desk-whatif></desk-whatif>`,
  replan: () => html`<desk-replan></desk-replan>`,
};

/** What to do first. */
function noPlan() {
  return html`<section class="page">
    <div class="panel stack">
      <h1>${t("board.none_title")}</h1>
      <p>${t("board.none")}</p>
      <p class="row">
        <a class="button main" href=${linkTo("data")}>${t("view.data")}</a>
        ${session.isPart ? nothing : html`<button type="button" @click=${() => desk.open("replan")}>${t("act.plan")}</button>`}
      </p>
    </div>
  </section>`;
}

class DeskApp extends StaffElement {
  connectedCallback() {
    super.connectedCallback();
    addEventListener("hashchange", this.everything);
    addEventListener("keydown", this.pressed);
    desk.addEventListener("change", this.everything);
    session.addEventListener("change", this.entered);
    this.entered();
  }

  entered = () => {
    if (isSignedIn(["scheduler"])) desk.start();
    else desk.stop();
    this.everything();
  };

  /** Escape lets go of what is carried, wherever the focus is; of an open dialog it closes that. @param {KeyboardEvent} event */
  pressed = (event) => {
    if (event.key !== "Escape" || !desk.carrying || desk.dialog) return;
    event.preventDefault();
    desk.letGo();
  };

  /** The page and every part of it. */
  everything = () => {
    this.redraw();
    for (const each of this.querySelectorAll("desk-board, desk-map, desk-deadlines, desk-load, desk-data, desk-visits"))
      /** @type {StaffElement} */ (each).redraw();
  };

  render() {
    if (!isSignedIn(ROLES)) return html`${topBar(t("desk.title"))}<main id="main" tabindex="-1"><staff-sign-in></staff-sign-in></main>`;
    const { view, asked } = readPlace(location.hash);
    const plans = isSignedIn(["scheduler"]);
    const mine = Object.keys(VIEWS).filter((each) => !session.isPart || !OF_COUNTY.includes(each));
    const views = plans ? mine : OF_JOINT_GROUP;
    const shown = views.includes(view) ? view : String(views[0]);
    const kept = { township: asked.township, week: asked.week, alignment: asked.alignment };
    const places = views.map((each) => ({ href: linkTo(each, kept), name: named("view", each), here: each === shown }));
    return html`${topBar(t("desk.title"), places, plans ? html`<span class="live ${desk.live}" role="status">${named("live", desk.live)}</span>` : nothing)}
      <main id="main" tabindex="-1">
        ${APART.includes(shown) ? nothing : strip()} ${desk.dialog ? nothing : notice(desk.error, () => desk.reload())}
        ${this.last()}
        <div class="work">
          <div class="view">${desk.index || APART.includes(shown) ? VIEWS[shown]?.() : html`<p class="page">${t("staff.loading")}</p>`}${shown === "board" ? nothing : carryBarBeside()}</div>
          ${plans ? html`<desk-visits></desk-visits>` : nothing}
        </div>
        ${desk.dialog ? DIALOGS[desk.dialog]?.() : nothing}
        <p id="carry-help" class="unseen">${t("board.help")}</p>
      </main>`;
  }

  /** What was done last, until something else is. */
  last() {
    return desk.done ? html`<p class="note good done" role="status"><span>${desk.done}</span></p>` : nothing;
  }
}
speak(spoken());
customElements.define("desk-app", DeskApp);
