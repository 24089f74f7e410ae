/** The matters before a lapse that go to the county, for its reviewers (docs/ladder.md). */
import { html } from "../staff/vendor/lit.js";
import "../staff/elements/lapses.js";
import { isSignedIn } from "../staff/elements/sign_in.js";
import { StaffElement } from "../staff/elements/staff_element.js";
import { topBar } from "../staff/elements/top_bar.js";
import { addTexts, speak, spoken, t } from "../staff/language.js";
import { places, ROLES } from "./places.js";
import { en } from "./strings/en.js";
import { zh } from "./strings/zh.js";

addTexts({ zh, en });

class CountyLapses extends StaffElement {
  render() {
    if (!isSignedIn(ROLES)) return html`${topBar(t("review.title"))}<main id="main" tabindex="-1"><staff-sign-in></staff-sign-in></main>`;
    return html`${topBar(t("review.title"), places("lapses"))}
      <main id="main" tabindex="-1"><staff-lapses .office=${"county"}></staff-lapses></main>`;
  }
}
speak(spoken());
customElements.define("county-lapses", CountyLapses);
