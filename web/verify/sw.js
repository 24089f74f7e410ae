/**
 * Keeps the page, the public keys and the status lists, so that certificates can be checked without a network.
 * @type {any}
 */
const keeper = self;
const KEPT = "verify-1";
const FILES = ["./", "./verify.js", "./check.js", "./words.js", "./verify.css", "./icon.svg", "../phone/floor.js"];
const FACTS = ["/.well-known/jwks.json", "/v1/status-lists"];

keeper.addEventListener("install", (/** @type {any} */ event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll([...FILES, ...FACTS])).then(() => keeper.skipWaiting()));
});
keeper.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(keeper.clients.claim()));
keeper.addEventListener("fetch", (/** @type {any} */ event) => {
  if (event.request.method !== "GET") return;
  event.respondWith(
    fetch(event.request)
      .then(async (response) => {
        if (response.ok) (await caches.open(KEPT)).put(event.request, response.clone());
        return response;
      })
      .catch(async () => (await caches.match(event.request, { ignoreSearch: true })) ?? Response.error()),
  );
});
