import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { EventSocket } from "@/shared/sync/event-socket";

import { FakeSocket } from "./fake-socket";

const onEvent = vi.fn();
const onState = vi.fn();
const onNotAuthenticated = vi.fn();
let socket: EventSocket;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.spyOn(Math, "random").mockReturnValue(1);
  FakeSocket.all = [];
  [onEvent, onState, onNotAuthenticated].forEach((mock) => mock.mockReset());
  socket = new EventSocket("ws://test/ws/events", { onEvent, onState, onNotAuthenticated });
  socket.start();
});

afterEach(() => {
  socket.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("hands events on", () => {
  FakeSocket.latest().open();
  FakeSocket.latest().receive({ type: "hello", revision: 4 });
  expect(onEvent).toHaveBeenCalledWith({ type: "hello", revision: 4 });
  expect(onState.mock.calls.flat()).toEqual(["connecting", "open"]);
});

it("comes back after longer and longer pauses", () => {
  for (const [index, pause_ms] of [500, 1000, 2000, 4000].entries()) {
    FakeSocket.latest().break();
    vi.advanceTimersByTime(pause_ms - 1);
    expect(FakeSocket.all).toHaveLength(index + 1);
    vi.advanceTimersByTime(1);
    expect(FakeSocket.all).toHaveLength(index + 2);
  }
  expect(onState).toHaveBeenLastCalledWith("reconnecting");
});

it("begins with a short pause again once a connection has held for a while", () => {
  FakeSocket.latest().break();
  vi.advanceTimersByTime(500);
  FakeSocket.latest().break();
  vi.advanceTimersByTime(1000);
  FakeSocket.latest().open();
  vi.advanceTimersByTime(5_000);
  FakeSocket.latest().break();
  vi.advanceTimersByTime(500);
  expect(FakeSocket.all).toHaveLength(4);
});

it("comes back at once when the device is online again", () => {
  FakeSocket.latest().break();
  FakeSocket.latest().break();
  window.dispatchEvent(new Event("online"));
  expect(FakeSocket.all).toHaveLength(2);
});

it("pings, and gives up a connection that says nothing for a minute", () => {
  FakeSocket.latest().open();
  vi.advanceTimersByTime(25_000);
  expect(FakeSocket.latest().sent).toEqual(['{"type":"ping"}']);
  FakeSocket.latest().receive({ type: "pong" });
  vi.advanceTimersByTime(50_000);
  expect(FakeSocket.all).toHaveLength(1);
  vi.advanceTimersByTime(26_000);
  expect(FakeSocket.all).toHaveLength(2);
});

it("stays away when the server says that the session has ended", () => {
  FakeSocket.latest().break(4401);
  vi.advanceTimersByTime(120_000);
  expect(onNotAuthenticated).toHaveBeenCalledTimes(1);
  expect(FakeSocket.all).toHaveLength(1);
});

it("stays away after stop", () => {
  socket.stop();
  vi.advanceTimersByTime(120_000);
  window.dispatchEvent(new Event("online"));
  expect(FakeSocket.all).toHaveLength(1);
});
