/**
 * Keeps the page for when there is no signal. It never touches what is sent or fetched under /v1.
 * @type {any}
 */
const worker = self;
worker.importScripts("./vendor/workbox.js", "./precache.js");

worker.workbox.cleanupOutdatedCaches();
worker.workbox.precacheAndRoute(worker.PRECACHE, { ignoreURLParametersMatching: [/.*/] });

// A new version waits: the page says when (versions.js).
worker.addEventListener("message", (/** @type {{data: unknown}} */ event) => {
  if (event.data === "take over") worker.skipWaiting();
});
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(worker.clients.claim()));
