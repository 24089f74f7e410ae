/** Starts the page: reads the address, the store and the worker, and shows one screen. */
import { app } from "./app.js";
import { arrived, watchLinks } from "./screens/screen.js";
import "./screens/enrol.js";
import "./screens/today.js";
import { speak, t } from "./strings/index.js";
import { watchTaps } from "./taps.js";
import { opensOffline, watchVersions } from "./versions.js";

/** Each screen's element, and the names of what follows in the address. @type {Record<string, [string, ...string[]]>} */
const SCREENS = {
  enrol: ["phone-enrol"],
  today: ["phone-today"],
  map: ["phone-map"],
  person: ["phone-person", "visit"],
  abilities: ["phone-abilities", "visit"],
  capture: ["phone-capture", "visit"],
  result: ["phone-result", "challenge"],
  paths: ["phone-paths", "visit"],
  outcomes: ["phone-outcomes", "visit"],
  outcome: ["phone-outcome", "visit", "kind"],
  feedback: ["phone-feedback"],
  report: ["phone-report"],
  sending: ["phone-sending"],
  settings: ["phone-settings"],
  visitor: ["phone-visitor"],
};
const MAIN = /** @type {HTMLElement} */ (document.querySelector("main"));
const UNKEPT = document.createElement("p");
UNKEPT.id = "unkept";
UNKEPT.className = "note bad";
UNKEPT.setAttribute("role", "alert");
let shown = "";
/** Who comes back to a list of forty stops is where he left it. */
const LISTS = new Set(["today", "map"]);
/** How far down each of them was left, by address. @type {Map<string, number>} */
const places = new Map();

/** The code of the desk's link is a secret: it leaves the address bar and the history before anything else happens. Where the
 * page cannot be kept for later it stays, for the cadre opens the address in another browser first (screens/enrol.js). */
function takeCode() {
  const code = location.hash.startsWith("#enrol=") ? decodeURIComponent(location.hash.slice(7)) : "";
  if (code && opensOffline()) history.replaceState(history.state, "", `${location.pathname}#enrol`);
  return code;
}

/** Which screen the address asks for, and what follows its name. */
function asked() {
  const [wanted = "", ...given] = location.hash.slice(1).split("/");
  const name = !app.device || app.lockedOut ? "enrol" : wanted in SCREENS ? wanted : "today";
  return { name, given, address: [name, ...given].join("/") };
}

/** @param {string} [code] */
function show(code = "") {
  const { name, given, address } = asked();
  arrived(address);
  if (address === shown && !code) return;
  places.set(shown, scrollY);
  shown = address;
  const [element, ...names] = /** @type {[string, ...string[]]} */ (SCREENS[name]);
  app.unkept = null; // it was said where it was asked for
  tellUnkept();
  const screen = document.createElement(element);
  names.forEach((each, index) => screen.setAttribute(each, given[index] ?? ""));
  if (code) screen.setAttribute("code", code);
  MAIN.replaceChildren(screen);
  scrollTo(0, 0);
  const place = LISTS.has(name) ? (places.get(address) ?? 0) : 0;
  void customElements.whenDefined(element).then(() =>
    requestAnimationFrame(() => {
      if (place) scrollTo(0, place);
      screen.querySelector("h1")?.focus({ preventScroll: true });
    }),
  );
}

/** The list lies behind whatever is opened first, so that the phone's own back button does not leave the page from there. */
function startAtTheList() {
  const { name, address } = asked();
  /** @type {string[]|undefined} */
  const before = history.state?.before;
  if (before?.[before.length - 1] === address) history.back(); // the page was ended while somebody was filmed
  if (before || name === "enrol") return;
  const { hash } = location;
  history.replaceState({ before: [] }, "", "#today");
  if (name !== "today") history.pushState({ before: ["today"] }, "", hash);
}

/** What could not be written, above whatever screen is shown. */
function tellUnkept() {
  if (app.unkept === null) return UNKEPT.remove();
  const words = t(`fail.${app.unkept}`);
  if (UNKEPT.isConnected && UNKEPT.textContent === words) return;
  UNKEPT.textContent = words;
  MAIN.before(UNKEPT);
}

/** Why this browser cannot be used, instead of a screen. @param {string} why */
function refuse(why) {
  speak(navigator.language.startsWith("zh") ? "zh" : "en");
  const told = document.createElement("p");
  told.className = "note bad";
  told.setAttribute("role", "alert");
  told.textContent = t(why);
  const screen = document.createElement("div");
  screen.className = "refused";
  screen.append(told);
  MAIN.replaceChildren(screen);
}

async function open() {
  const code = takeCode();
  history.scrollRestoration = "manual"; // by `show`
  watchTaps();
  watchLinks();
  addEventListener("hashchange", () => show(takeCode()));
  if (!globalThis.crypto?.subtle) return refuse("app.no_keys");
  try {
    await app.start();
  } catch {
    return refuse("app.no_store");
  }
  let wasOut = app.lockedOut !== null;
  app.addEventListener("change", () => {
    tellUnkept();
    const isOut = app.lockedOut !== null;
    if (isOut !== wasOut) {
      wasOut = isOut;
      show();
    }
  });
  addEventListener("popstate", () => arrived(asked().address));
  startAtTheList();
  show(code);
  await import("./screens/others.js"); // where one of them is shown already, it is drawn as soon as it is there
  watchVersions(); // last: the worker fetches everything anew, to keep it
}

// No `await` outside of a function: Chromium 86 knows none.
void open().then(() => document.getElementById("closed")?.remove());
