/* Keeps the page, the public keys and the status lists, so that certificates can be checked without a network. */
const KEPT = "verify-1";
const FILES = ["./", "./verify.js", "./check.js", "./words.js", "./verify.css", "./icon.svg"];
const FACTS = ["/.well-known/jwks.json", "/v1/status-lists"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll([...FILES, ...FACTS])).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
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
