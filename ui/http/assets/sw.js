// Shows one page of ours when the server cannot be reached. It keeps that page and nothing else:
// no conversation, no answer, no script.
const KEPT = "offline-1";
const PAGE = "offline.html";

self.addEventListener("install", (event) => {
  const kept = caches.open(KEPT).then((cache) => cache.add(new Request(PAGE, {cache: "reload"})));
  event.waitUntil(kept.then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = caches.keys().then((names) => names.filter((name) => name !== KEPT));
  event.waitUntil(old.then((names) => Promise.all(names.map((name) => caches.delete(name)))));
});

self.addEventListener("fetch", (event) => {
  const asked = event.request;
  if (asked.mode !== "navigate" || asked.method !== "GET") return;
  // A request of our own rather than hers passed on: a link on another site would come without
  // the cookie that says who she is, and nothing would tell the server so.
  const own = new Request(asked.url, {credentials: "same-origin", redirect: "manual"});
  event.respondWith(
    fetch(own).catch(() => caches.open(KEPT).then((cache) => cache.match(PAGE))),
  );
});
