import fc from "fast-check";

import type { ItemState, QueueItem } from "@/shared/queue/item";
import { mayDropAudio, maySend, nextDue_ms, nextToSend, step } from "@/shared/queue/machine";
import type { Conditions, QueueEvent } from "@/shared/queue/machine";

import { queueItem } from "./items";

const NETWORK = { code: "network", detail: "" };
const HALF = (): number => 0.5;
const STATES = [
  "recording",
  "streaming",
  "waiting",
  "sending",
  "refused",
  "safe",
  "captioned",
  "deleted",
] as const satisfies readonly ItemState[];

const EVENTS = {
  closed: { type: "closed", pcm_bytes: 64_000 },
  restarted: { type: "restarted", pcm_bytes: 48_000 },
  sendBegan: { type: "sendBegan" },
  uploadCreated: { type: "uploadCreated", url: "https://server.example/api/v1/uploads/1" },
  progressed: { type: "progressed", sent_bytes: 10 },
  serverHas: { type: "serverHas", analysisDone: false },
  serverIsDone: { type: "serverHas", analysisDone: true },
  failedForNow: { type: "failedForNow", problem: NETWORK, now_ms: 1_000, wait_ms: null },
  uploadGone: { type: "uploadGone", now_ms: 1_000 },
  checksumMismatch: { type: "checksumMismatch", now_ms: 1_000 },
  refused: { type: "refused", problem: { code: "recording_too_large", detail: "" } },
  deletedOnServer: { type: "deletedOnServer" },
  online: { type: "online" },
  sendAgain: { type: "sendAgain" },
  audioDropped: { type: "audioDropped" },
} as const satisfies Record<string, QueueEvent>;

type EventName = keyof typeof EVENTS;

/** The whole table of transitions: an event that is missing in a row leaves the state as it is. */
const TABLE: Record<ItemState, Partial<Record<EventName, ItemState>>> = {
  recording: {
    closed: "waiting",
    restarted: "waiting",
    serverHas: "safe",
    serverIsDone: "captioned",
    deletedOnServer: "deleted",
  },
  // Of a live talk: tests/shared/queue/stream-step.test.ts.
  streaming: { serverHas: "safe", serverIsDone: "captioned", deletedOnServer: "deleted" },
  waiting: {
    sendBegan: "sending",
    serverHas: "safe",
    serverIsDone: "captioned",
    deletedOnServer: "deleted",
  },
  sending: {
    restarted: "waiting",
    failedForNow: "waiting",
    uploadGone: "waiting",
    checksumMismatch: "waiting",
    refused: "refused",
    serverHas: "safe",
    serverIsDone: "captioned",
    deletedOnServer: "deleted",
  },
  refused: {
    sendAgain: "waiting",
    serverHas: "safe",
    serverIsDone: "captioned",
    deletedOnServer: "deleted",
  },
  safe: { serverIsDone: "captioned", deletedOnServer: "deleted" },
  captioned: { deletedOnServer: "deleted" },
  deleted: {},
};

describe("every state and every event", () => {
  const pairs = STATES.flatMap((state) =>
    (Object.keys(EVENTS) as EventName[]).map((name) => [state, name] as const),
  );
  test.each(pairs)("%s on %s", (state, name) => {
    const after = step(queueItem({ state }), EVENTS[name], HALF);
    expect(after.state).toBe(TABLE[state][name] ?? state);
  });

  test.each(STATES)("an event that means nothing in %s gives the same object back", (state) => {
    const item = queueItem({ state });
    const meaningless = (Object.keys(EVENTS) as EventName[]).filter(
      (name) =>
        TABLE[state][name] === undefined &&
        !["uploadCreated", "progressed", "audioDropped", "sendAgain"].includes(name),
    );
    for (const name of meaningless) expect(step(item, EVENTS[name], HALF)).toBe(item);
  });
});

describe("any order of events", () => {
  const anyEvent = fc.constantFrom(...(Object.values(EVENTS) as QueueEvent[]));

  test("the audio goes only after the server had it", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        let item = queueItem({ state: "recording" });
        let serverHadIt = false;
        for (const event of events) {
          if (event.type === "serverHas") serverHadIt = true;
          if (event.type === "deletedOnServer") serverHadIt = true;
          item = step(item, event, HALF);
          expect(item.hasAudio || serverHadIt).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("captioned stays captioned, and deleted stays deleted", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        let item = queueItem({ state: "recording" });
        for (const event of events) {
          const before = item.state;
          item = step(item, event, HALF);
          if (before === "captioned") expect(["captioned", "deleted"]).toContain(item.state);
          if (before === "deleted") expect(item.state).toBe("deleted");
          if (before === "safe") expect(["safe", "captioned", "deleted"]).toContain(item.state);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("from wherever it got to, a good try brings it to the server", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        let item = queueItem({ state: "recording" });
        for (const event of events) item = step(item, event, HALF);
        if (item.state === "deleted") return;
        const good = [
          EVENTS.restarted,
          EVENTS.sendAgain,
          EVENTS.sendBegan,
          EVENTS.serverHas,
          EVENTS.serverIsDone,
        ];
        for (const event of good) item = step(item, event, HALF);
        expect(item.state).toBe("captioned");
      }),
      { numRuns: 500 },
    );
  });
});

describe("trying again", () => {
  test("waits longer after each failure, and no shorter than the server asks", () => {
    const sending = queueItem({
      state: "sending",
      failures: 3,
      uploadUrl: "https://u",
      sent_bytes: 9,
    });
    const failed = step(sending, EVENTS.failedForNow, HALF);
    expect(failed).toMatchObject({
      state: "waiting",
      failures: 4,
      retryAt_ms: 1_000 + 3_000,
      uploadUrl: "https://u",
      sent_bytes: 9,
      problem: NETWORK,
    });
    const asked = step(sending, { ...EVENTS.failedForNow, wait_ms: 60_000 }, HALF);
    expect(asked.retryAt_ms).toBe(61_000);
  });

  test("what was sent so far is forgotten when the upload is gone or was damaged", () => {
    const sending = queueItem({ state: "sending", uploadUrl: "https://u", sent_bytes: 9 });
    for (const event of [EVENTS.uploadGone, EVENTS.checksumMismatch]) {
      expect(step(sending, event, HALF)).toMatchObject({ uploadUrl: null, sent_bytes: 0 });
    }
  });

  test("a connection that comes back ends the waiting for a connection, not for the server", () => {
    const waiting = queueItem({ retryAt_ms: 5_000, problem: NETWORK });
    expect(step(waiting, EVENTS.online).retryAt_ms).toBe(0);
    const throttled = queueItem({ retryAt_ms: 5_000, problem: { code: "throttled", detail: "" } });
    expect(step(throttled, EVENTS.online).retryAt_ms).toBe(5_000);
  });

  test("a try that the end of the app cut short counts as one that may have got through", () => {
    const item = step(queueItem({ state: "sending" }), EVENTS.restarted);
    expect(item).toMatchObject({ state: "waiting", failures: 1, retryAt_ms: 0, recovered: false });
  });

  test("a recording that the end of the app cut short keeps what was written", () => {
    const item = step(queueItem({ state: "recording", pcm_bytes: 0 }), EVENTS.restarted);
    expect(item).toMatchObject({ state: "waiting", pcm_bytes: 48_000, recovered: true });
  });
});

describe("which one is sent", () => {
  const conditions: Conditions = {
    now_ms: 10_000,
    isOnline: true,
    isOnWifi: false,
    wifiOnly: false,
    runningConversationId: null,
  };
  const first = queueItem({ id: "a", recordedAt: "2026-11-22T10:00:00.000Z" });
  const second = queueItem({ id: "b", recordedAt: "2026-11-22T10:00:20.000Z" });
  const idOf = (item: QueueItem | null): string | null => item?.id ?? null;

  test("the oldest, one at a time", () => {
    expect(idOf(nextToSend([second, first], conditions))).toBe("a");
    expect(nextToSend([{ ...first, state: "sending" }, second], conditions)).toBeNull();
  });

  test("those of the running conversation first", () => {
    const running = { ...second, conversationId: "now" };
    const asked = { ...conditions, runningConversationId: "now" };
    expect(idOf(nextToSend([first, running], asked))).toBe("b");
  });

  test("not before its moment", () => {
    const later = { ...first, retryAt_ms: 10_001 };
    expect(idOf(nextToSend([later, second], conditions))).toBe("b");
    expect(nextDue_ms([later, second], 10_000)).toBe(1);
    expect(nextDue_ms([second], 10_000)).toBeNull();
  });

  test("nothing without a connection, and nothing over mobile data when that is the wish", () => {
    expect(maySend({ ...conditions, isOnline: false })).toBe(false);
    expect(maySend({ ...conditions, wifiOnly: true })).toBe(false);
    expect(maySend({ ...conditions, wifiOnly: true, isOnWifi: true })).toBe(true);
    expect(nextToSend([first], { ...conditions, wifiOnly: true })).toBeNull();
  });
});

test("the person's rule says when the audio goes", () => {
  const allowed = (rule: "never" | "whenSafe" | "whenCaptioned"): ItemState[] =>
    STATES.filter((state) => mayDropAudio(queueItem({ state }), rule));
  expect(allowed("never")).toEqual([]);
  expect(allowed("whenSafe")).toEqual(["safe", "captioned"]);
  expect(allowed("whenCaptioned")).toEqual(["captioned"]);
  expect(mayDropAudio(queueItem({ state: "safe", hasAudio: false }), "whenSafe")).toBe(false);
});
