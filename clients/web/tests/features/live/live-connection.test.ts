import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { LiveConnection } from "@/features/live/live-connection";
import { SoundBuffer } from "@/features/live/sound-buffer";
import type { LiveError } from "@/shared/api/types";

class FakeSocket {
  static all: FakeSocket[] = [];
  onopen: () => void = () => undefined;
  onmessage: (event: { data: string }) => void = () => undefined;
  onclose: () => void = () => undefined;
  bufferedAmount = 0;
  sent: (string | ArrayBuffer)[] = [];

  constructor() {
    FakeSocket.all.push(this);
  }

  send(data: string | ArrayBuffer): void {
    this.sent.push(data);
  }

  close(): void {
    this.onclose();
  }

  say(message: object): void {
    this.onmessage({ data: JSON.stringify({ lag_s: 0, ...message }) });
  }

  /** First samples of the frames that were sent. */
  get frames(): number[] {
    return this.sent
      .filter((data) => typeof data !== "string")
      .map((frame) => new DataView(frame).getUint32(4, true));
  }
}

const READY = { type: "ready", received: 0, utterances: 0, waiting: [], low_accuracy: false };

function open(buffer: SoundBuffer) {
  const failed: LiveError[] = [];
  const signedOut: LiveError[] = [];
  const connection = new LiveConnection({
    url: "ws://test/ws/live",
    buffer,
    start: () => ({ type: "start", stream_id: "s", sample_rate_hz: 16000, language: null }),
    onMessage: () => undefined,
    onReady: () => undefined,
    onConnected: () => undefined,
    onSignedOut: (error) => signedOut.push(error),
    onFailed: (error) => failed.push(error),
  });
  return { connection, failed, signedOut };
}

const last = () => {
  const socket = FakeSocket.all.at(-1);
  if (socket === undefined) throw new Error("There is no socket.");
  return socket;
};

describe("the connection", () => {
  const buffer = () => {
    const made = new SoundBuffer();
    for (let chunk = 0; chunk < 3; chunk += 1) made.push(new Int16Array(1600));
    return made;
  };

  beforeEach(() => {
    vi.useFakeTimers();
    FakeSocket.all = [];
    vi.stubGlobal("WebSocket", FakeSocket);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("sends nothing before it is ready, then everything that the server has not got", () => {
    const { connection } = open(buffer());
    last().onopen();
    vi.advanceTimersByTime(500);
    expect(last().frames).toEqual([]);
    last().say({ ...READY, received: 1600 });
    expect(last().frames).toEqual([1600, 3200]);
    connection.close();
  });

  it("goes on behind what is on the server's disk after the connection was lost", () => {
    const sound = buffer();
    const { connection } = open(sound);
    last().say(READY);
    last().say({ type: "ack", received: 3200 });
    last().onclose();
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.all.length).toBeGreaterThan(1);
    sound.push(new Int16Array(1600));
    last().say({ ...READY, received: 3200 });
    expect(last().frames).toEqual([3200, 4800]);
    connection.close();
  });

  it("sends again what is missing, and stops only behind it", () => {
    const { connection } = open(buffer());
    last().say(READY);
    connection.stop();
    expect(last().sent.at(-1)).toBe('{"type":"stop","samples":4800}');
    last().say({ type: "error", code: "sound_missing", fatal: false, data: { expected: 1600 } });
    vi.advanceTimersByTime(100);
    expect(last().frames).toEqual([0, 1600, 3200, 1600, 3200]);
    expect(last().sent.at(-1)).toBe('{"type":"stop","samples":4800}');
    connection.close();
  });

  it("says that sound is lost when more was recorded than can be kept", () => {
    const small = new SoundBuffer(1600);
    small.push(new Int16Array(1600));
    small.push(new Int16Array(1600));
    const { connection } = open(small);
    last().say(READY);
    expect(last().sent[0]).toBe('{"type":"gap","until":1600}');
    expect(last().frames).toEqual([1600]);
    connection.close();
  });

  it("does not fill what the network does not take", () => {
    const { connection } = open(buffer());
    last().bufferedAmount = 1_000_000;
    last().say(READY);
    expect(last().frames).toEqual([]);
    connection.close();
  });

  it("ends when the talk goes on elsewhere, and does not come back", () => {
    const { failed } = open(buffer());
    last().say({ type: "error", code: "stream_replaced", fatal: true, data: {}, detail: "" });
    vi.advanceTimersByTime(60_000);
    expect([failed.map(({ code }) => code), FakeSocket.all.length]).toEqual([
      ["stream_replaced"],
      1,
    ]);
  });

  it("keeps what was recorded while somebody was signed out, and sends it after the next sign-in", () => {
    const { connection, failed, signedOut } = open(buffer());
    last().say({ ...READY, received: 1600 });
    last().say({ type: "error", code: "not_authenticated", fatal: true, data: {}, detail: "" });
    last().onclose();
    vi.advanceTimersByTime(60_000);
    last().say({ ...READY, received: 1600 });
    expect(last().frames).toEqual([1600, 3200]);
    expect(last().sent.at(-1)).toBe('{"type":"stop","samples":4800}');
    expect([failed.length, signedOut.length]).toEqual([0, 1]);
    connection.close();
  });

  it("comes back after a passing error", () => {
    const { connection, failed } = open(buffer());
    last().say({ type: "error", code: "live_interrupted", fatal: true, data: {}, detail: "" });
    last().onclose();
    vi.advanceTimersByTime(60_000);
    expect([failed.length, FakeSocket.all.length > 1]).toEqual([0, true]);
    connection.close();
  });
});
