import type { LiveProtocol } from "@api/live.gen";

import { newLink, stepLink } from "@/shared/live/link-machine";
import type { LinkEvent, LinkState } from "@/shared/live/link-machine";

function message(content: object): LinkEvent {
  return { type: "message", message: content as LiveProtocol["server"] };
}

const READY = message({ type: "ready", received: 3_200, utterances: 0, waiting: [], lag_s: 0 });
const fatal = (code: string): LinkEvent =>
  message({ type: "error", code, detail: "", fatal: true, data: {}, lag_s: 0 });

/** Where a link is after `events`, and what the last of them made it do. */
function after(first: LinkState, ...events: LinkEvent[]) {
  let state = first;
  let commands: readonly { type: string }[] = [];
  for (const event of events) [state, commands] = stepLink(state, event);
  return { state, commands };
}

const READY_LINK = after(
  newLink(false),
  { type: "due" },
  { type: "socketOpen" },
  { type: "noted" },
  READY,
).state;

test("the server is told of a talk only after that is on disk", () => {
  const noting = after(newLink(false), { type: "due" }, { type: "socketOpen" });
  expect(noting.commands).toEqual([{ type: "noteOpened" }]);
  expect(noting.state.opened).toBe(true);
  expect(after(noting.state, { type: "noted" }).commands).toEqual([{ type: "sendStart" }]);
});

test("it goes on where the server is, however much was sent before", () => {
  expect(READY_LINK).toMatchObject({ phase: "ready", position: 3_200, acked: 3_200, failures: 0 });
  const sent = after(READY_LINK, { type: "sent", until: 64_000 }, { type: "socketClosed" });
  expect(sent.commands).toEqual([{ type: "retry", failures: 0, isLong: false }]);
  const again = after(
    sent.state,
    { type: "due" },
    { type: "socketOpen" },
    { type: "noted" },
    READY,
  );
  expect(again.state.position).toBe(3_200);
});

test("the talk is ended once, and again when sound was missing", () => {
  const sent = after(READY_LINK, { type: "sent", until: 6_400 }, { type: "allSent" });
  expect(sent.commands).toEqual([{ type: "sendStop", samples: 6_400 }]);
  expect(after(sent.state, { type: "allSent" }).commands).toEqual([]);
  const missing = message({
    type: "error",
    code: "sound_missing",
    fatal: false,
    data: { expected: 4_000 },
    lag_s: 0,
  });
  const back = after(sent.state, missing);
  expect(back.state).toMatchObject({ position: 4_000, stopSent: false });
});

test("the end says how much arrived", () => {
  const { state, commands } = after(READY_LINK, message({ type: "ended", duration_s: 2.5 }));
  expect(state.phase).toBe("over");
  expect(commands).toEqual([{ type: "streamOver", samples: 40_000 }, { type: "closeSocket" }]);
});

test.each(["stream_ended", "too_many_streams", "audio_too_long", "not_found"])(
  "after %s the server is asked how much it has",
  (code) => {
    const asking = after(READY_LINK, fatal(code));
    expect(asking.commands).toEqual([{ type: "closeSocket" }, { type: "askServer" }]);
    const over = after(asking.state, { type: "told", recording: { samples: 900, isOver: true } });
    expect(over.commands[0]).toEqual({ type: "streamOver", samples: 900 });
    const none = after(asking.state, { type: "told", recording: null });
    expect(none.commands[0]).toEqual({ type: "streamOver", samples: 0 });
    const open = after(asking.state, { type: "told", recording: { samples: 9, isOver: false } });
    expect(open.commands).toEqual([{ type: "retry", failures: 0, isLong: true }]);
    expect(after(asking.state, { type: "notTold" }).state.phase).toBe("waiting");
  },
);

test.each(["live_interrupted", "stream_busy", "slow_reader", "storage_full", "not_authenticated"])(
  "after %s it is simply tried again",
  (code) => {
    const refused = after(READY_LINK, fatal(code), { type: "socketClosed" });
    expect(refused.state.phase).toBe("waiting");
  },
);

test("deleted on another device", () => {
  expect(after(READY_LINK, fatal("recording_deleted")).commands[0]).toEqual({ type: "deleted" });
});

test("a talk that the server never heard of is handed over; one that it may know is not", () => {
  const unknown = after(newLink(false), { type: "endedUnopened" });
  expect(unknown.commands[0]).toEqual({ type: "streamOver", samples: 0 });
  expect(after(newLink(true), { type: "endedUnopened" }).commands).toEqual([]);
});
