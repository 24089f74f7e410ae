/**
 * A new version of the page waits until the cadre lets it in, and never while somebody is filmed, in whatever tab.
 */
const CAPTURE_LOCK = "onevisit-capture";

/** @type {ServiceWorker|null} */
let waiting = null;
let filming = 0;

/** Told to screens that offer the change. */
export const versions = new EventTarget();

export function isNewWaiting() {
  return waiting !== null;
}

/** Whether this tab films. */
export function isFilming() {
  return filming > 0;
}

/** Keeps every other version out until the returned function is called. @returns {() => void} */
export function holdVersion() {
  filming += 1;
  /** @type {() => void} */
  let release = () => {};
  const held = new Promise((resolve) => {
    release = () => resolve(undefined);
  });
  void navigator.locks?.request(CAPTURE_LOCK, { mode: "shared" }, () => held);
  return () => {
    filming -= 1;
    release();
  };
}

/** Lets the new version in. @returns {Promise<boolean>} False while somebody is filmed. */
export async function takeNew() {
  const worker = waiting;
  if (!worker || filming > 0) return false;
  const swap = () => worker.postMessage("take over");
  if (!navigator.locks) {
    swap();
    return true;
  }
  return navigator.locks.request(CAPTURE_LOCK, { ifAvailable: true }, (lock) => {
    if (lock) swap();
    return lock !== null;
  });
}

/** Whether this browser can keep the page for where there is no signal; WeChat's on an iPhone cannot. */
export function opensOffline() {
  return "serviceWorker" in navigator;
}

export function watchVersions() {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  let controlled = serviceWorker.controller !== null;
  serviceWorker.addEventListener("controllerchange", () => {
    if (controlled && filming === 0) location.reload();
    controlled = true;
  });
  void serviceWorker.register("./sw.js").then((registration) => {
    const look = () => {
      waiting = serviceWorker.controller ? registration.waiting : null;
      if (waiting) versions.dispatchEvent(new Event("change"));
    };
    look();
    registration.addEventListener("updatefound", () => {
      registration.installing?.addEventListener("statechange", look);
    });
  }, () => undefined);
}
