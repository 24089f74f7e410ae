/** The lane of what has no day: each with why, to be carried to a half-day. */
import { html, nothing, repeat } from "../../staff/vendor/lit.js";
import { t } from "../../staff/language.js";
import { linkTo, showText } from "../address.js";
import { desk } from "../desk.js";
import { peopleOf, select } from "../model/plan.js";
import { stopCard } from "./stop_card.js";

const MOST = 30;

export function lane() {
  const { index } = desk;
  if (!index) return nothing;
  const found = select(index, { state: "unplanned" });
  const count = peopleOf(found.map((each) => each.stop));
  if (!count) return html`<section class="lane empty" aria-label=${t("lane.title")}><p>${t("lane.none")}</p></section>`;
  return html`<section class="lane" aria-labelledby="lane-title">
    <h2 id="lane-title">
      <a href=${linkTo("board", desk.asked({ show: showText({ state: "unplanned" }) }))}>${t("lane.count", { count })}</a>
    </h2>
    <ul class="cards" tabindex="0" aria-labelledby="lane-title">
      ${repeat(
        found.slice(0, MOST),
        (each) => each.stop.key,
        (each) => stopCard(each),
      )}
    </ul>
  </section>`;
}
