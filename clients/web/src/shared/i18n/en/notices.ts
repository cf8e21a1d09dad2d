export const notices = {
  title: "Notices",
  switch: "Tell me on this browser when a recording is captioned",
  hint: "Also while this page is closed. A notice holds no word of what was said.",
  unsupported: "This browser cannot show notices. On an iPhone, add the page to the home screen.",
  blocked:
    "Notices are blocked for this page. Allow them at the lock symbol next to the address, then come back.",
  failed: "Notices could not be switched.",
  webhooks: "Webhooks",
  webhooksHint:
    "For programs of your own: an address that is called when a recording is captioned. Without any spoken word, and signed.",
  secretOnce: "Keep this secret for checking signatures. It is shown only now.",
  address: "Address to call",
  add: "Add webhook",
  test: "Send a test",
  testNamed: "Send a test to {{url}}",
  log: "Log",
  logNamed: "Log of {{url}}",
  remove: "Delete",
  removeNamed: "Delete the webhook {{url}}",
  gaveUp: "Switched off: it has not answered for days. Switch it on when it is back.",
  empty: "Nothing has been sent yet.",
  state: { waiting: "not through yet", sent: "arrived", given_up: "given up" },
};
