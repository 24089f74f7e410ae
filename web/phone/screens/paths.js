/** The ways besides a recording: open after two that were not enough, when nothing can be asked of a person, or before a
 * payment would lapse. */
import { app } from "../app.js";
import { findVisit } from "../model/visits.js";
import { t } from "../strings/index.js";
import { html } from "../vendor/lit.js";
import { Screen, bar } from "./screen.js";

const ALL = ["witnessed", "video_call", "document"];

class PathsScreen extends Screen {
  static properties = { visit: {} };

  constructor() {
    super();
    this.visit = "";
  }

  render() {
    const person = findVisit(app.today, this.visit)?.person;
    if (!person) return html`${bar(t("person.gone_title"))}<p class="note">${t("person.gone")}</p>`;
    const offered = ALL.filter((each) => app.today?.paths.includes(each));
    return html`${bar(t("paths.title"), `person/${this.visit}`)}
      <p class="lead">${t("paths.lead", { name: person.name })}</p>
      <ul class="tiles">
        ${offered.map(
          (each) =>
            html`<li>
              <a class="tile" href="#outcome/${this.visit}/${each}"
                ><strong>${t(`outcome.${each}`)}</strong><small>${t(`paths.${each}`)}</small></a
              >
            </li>`,
        )}
      </ul>
      ${offered.length ? "" : html`<p class="note">${t("paths.none")}</p>`}`;
  }
}
customElements.define("phone-paths", PathsScreen);
