// Shows notices while no page of the service is open. They hold no spoken word.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  const { title, body, recording_id } = event.data.json();
  const path = recording_id ? `/recordings/${recording_id}` : "/";
  const options = { body, tag: recording_id, data: { path }, icon: "/static/web/icon.svg" };
  event.waitUntil(self.registration.showNotification(title, options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(show(event.notification.data.path));
});

async function show(path) {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = pages.find(({ url }) => new URL(url).pathname === path);
  // An open page may hold a recording that is still running: it is not led elsewhere.
  await (open ? open.focus() : self.clients.openWindow(path));
}
