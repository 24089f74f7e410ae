/** The bar on top of a staff page: its name, its places, the language, who is signed in. */
import { html, nothing } from "../vendor/lit.js";
import { named, speak, spoken, t } from "../language.js";
import { session, signOut } from "../session.js";

/** @param {string} title @param {{href: string, name: string, here: boolean}[]} [places] @param {unknown} [more] Put before the language. */
export function topBar(title, places = [], more = nothing) {
  const holder = session.holder;
  const other = spoken() === "zh" ? "en" : "zh";
  const [name, ...rest] = title.split(" · ");
  return html`<header class="top">
    <a class="skip" href="#main" @click=${skip}>${t("staff.main")}</a>
    <p class="brand"><span class="mark" aria-hidden="true"></span><span>${name}${rest.map((each) => html`<span class="page-name"> · ${each}</span>`)}</span></p>
    <nav aria-label=${title}>
      ${places.map((each) => html`<a href=${each.href} aria-current=${each.here ? "page" : nothing}>${each.name}</a>`)}
    </nav>
    <div class="end">
      ${more}
      <button type="button" class="plain" lang=${other === "en" ? "en" : "zh-Hans"} @click=${() => speak(other)}>
        ${other === "en" ? "English" : "中文"}
      </button>
      ${holder
        ? html`<span class="who" title=${holder.clientId}>${named("role", holder.role)}</span>
            <button type="button" class="plain" @click=${signOut}>${t("staff.sign_out")}</button>`
        : nothing}
    </div>
  </header>`;
}

/** The address is the page's own router, so a skip link moves the focus itself. @param {Event} event */
function skip(event) {
  event.preventDefault();
  document.querySelector("main")?.focus();
}
