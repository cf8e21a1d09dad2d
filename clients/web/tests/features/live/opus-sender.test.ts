import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { LiveConnection } from "@/features/live/live-connection";
import { canSendOpus } from "@/features/live/opus-sender";
import { SoundBuffer } from "@/features/live/sound-buffer";

/** Gives out a packet of one byte for each 960 samples; the newest waits inside until it is flushed. */
class FakeEncoder {
  static all: FakeEncoder[] = [];
  static isConfigSupported = () => Promise.resolve({ supported: true });
  state = "configured";
  encodeQueueSize = 0;
  private held = 0;
  private readonly init: AudioEncoderInit;

  constructor(init: AudioEncoderInit) {
    this.init = init;
    FakeEncoder.all.push(this);
  }

  configure(): void {
    this.state = "configured";
  }

  encode(): void {
    this.held += 1;
    if (this.held > 1) this.give();
  }

  /** As real ones do: one packet more than sound came in. */
  flush(): Promise<void> {
    while (this.held > 0) this.give();
    this.give();
    return Promise.resolve();
  }

  fail(): void {
    this.state = "closed";
    this.init.error(new DOMException("broken"));
  }

  close(): void {
    this.state = "closed";
  }

  private give(): void {
    this.held -= 1;
    const packet = { byteLength: 1, copyTo: (bytes: Uint8Array) => bytes.set([7]) };
    this.init.output(packet as unknown as EncodedAudioChunk);
  }
}

class FakeSocket {
  static last: FakeSocket;
  onopen: () => void = () => undefined;
  onmessage: (event: { data: string }) => void = () => undefined;
  onclose: () => void = () => undefined;
  bufferedAmount = 0;
  sent: (string | ArrayBuffer)[] = [];

  constructor() {
    FakeSocket.last = this;
  }

  send(data: string | ArrayBuffer): void {
    this.sent.push(data);
  }

  close(): void {
    this.onclose();
  }

  ready(received: number, forms: string[]): void {
    this.say({ type: "ready", received, utterances: 0, waiting: [], low_accuracy: false, forms });
  }

  say(message: object): void {
    this.onmessage({ data: JSON.stringify({ lag_s: 0, ...message }) });
  }

  /** Form, first sample and bytes of sound of each frame. */
  get frames(): [number, number, number][] {
    return this.sent
      .filter((data) => typeof data !== "string")
      .map((frame) => {
        const view = new DataView(frame);
        return [view.getUint8(1), view.getUint32(4, true), frame.byteLength - 8];
      });
  }
}

function open(buffer: SoundBuffer): LiveConnection {
  const connection = new LiveConnection({
    url: "ws://test/ws/live",
    buffer,
    opus: true,
    start: () => ({ type: "start", stream_id: "s", sample_rate_hz: 16000, language: null }),
    onMessage: () => undefined,
    onReady: () => undefined,
    onConnected: () => undefined,
    onSignedOut: () => undefined,
    onFailed: () => undefined,
  });
  FakeSocket.last.onopen();
  return connection;
}

describe("sound as Opus", () => {
  const buffer = (chunks: number) => {
    const made = new SoundBuffer();
    for (let chunk = 0; chunk < chunks; chunk += 1) made.push(new Int16Array(1600));
    return made;
  };

  beforeEach(() => {
    vi.useFakeTimers();
    FakeEncoder.all = [];
    vi.stubGlobal("WebSocket", FakeSocket);
    vi.stubGlobal("AudioEncoder", FakeEncoder);
    vi.stubGlobal(
      "AudioData",
      class {
        close = () => undefined;
      },
    );
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("covers every sample once, the rest of the talk as PCM", async () => {
    const connection = open(buffer(2));
    FakeSocket.last.ready(0, ["pcm", "opus"]);
    connection.stop();
    await vi.advanceTimersByTimeAsync(300);
    expect(FakeSocket.last.frames).toEqual([
      [1, 0, 1],
      [1, 960, 1],
      [1, 1920, 1],
      [0, 2880, 640],
    ]);
    expect(FakeSocket.last.sent.at(-1)).toBe(JSON.stringify({ type: "stop", samples: 3200 }));
    connection.close();
  });

  it("begins anew where the server stands after the connection was lost", async () => {
    const sound = buffer(3);
    const connection = open(sound);
    FakeSocket.last.ready(0, ["pcm", "opus"]);
    FakeSocket.last.close();
    expect(FakeEncoder.all[0]?.state).toBe("closed");
    await vi.advanceTimersByTimeAsync(60_000);
    FakeSocket.last.onopen();
    FakeSocket.last.ready(1600, ["pcm", "opus"]);
    expect(FakeSocket.last.frames).toEqual([
      [1, 1600, 1],
      [1, 2560, 1],
    ]);
    connection.close();
  });

  it("goes on with PCM when the encoder breaks", async () => {
    const connection = open(buffer(2));
    FakeSocket.last.ready(0, ["pcm", "opus"]);
    FakeEncoder.all[0]?.fail();
    await vi.advanceTimersByTimeAsync(200);
    expect(FakeSocket.last.frames).toEqual([
      [1, 0, 1],
      [1, 960, 1],
      [0, 1920, 2560],
    ]);
    connection.close();
  });

  it("is not sent to a server that does not take it", () => {
    const connection = open(buffer(1));
    FakeSocket.last.ready(0, ["pcm"]);
    expect(FakeSocket.last.frames).toEqual([[0, 0, 3200]]);
    connection.close();
  });

  it("is known to be possible only where the browser says so", async () => {
    expect(await canSendOpus()).toBe(true);
    vi.stubGlobal("AudioEncoder", undefined);
    expect(await canSendOpus()).toBe(false);
  });
});
