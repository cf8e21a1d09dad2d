import { MicrophoneError } from "@/features/capture/pcm-source";
import type { PcmSource } from "@/features/capture/pcm-source";
import { Recorder } from "@/features/capture/recorder";
import type { LiveSound } from "@/shared/live/sound";
import { World } from "@tests/shared/queue/world";

const RATE_HZ = 16_000;

class FakeMicrophone implements PcmSource {
  worksInBackground = true;
  starts = 0;
  stops = 0;
  problem: MicrophoneError | null = null;
  private onPcm: ((pcm: Int16Array, sampleRate_hz: number) => void) | null = null;

  start(onPcm: (pcm: Int16Array, sampleRate_hz: number) => void): Promise<void> {
    this.starts += 1;
    if (this.problem !== null) return Promise.reject(this.problem);
    this.onPcm = onPcm;
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.stops += 1;
    return Promise.resolve();
  }

  /** A tenth of a second in which every sample is `value`. */
  hear(value: number, rate_hz = RATE_HZ): void {
    this.onPcm?.(new Int16Array(rate_hz / 10).fill(value), rate_hz);
  }
}

async function setUp() {
  jest.useFakeTimers();
  const world = new World("never");
  await world.startApp();
  const microphone = new FakeMicrophone();
  let ids = 0;
  let awake = 0;
  const live: LiveSound[] = [];
  const stream: { opened: boolean; overAt: number | null } = { opened: false, overAt: null };
  const recorder = new Recorder({
    queue: world.queue,
    openMicrophone: () => microphone,
    newId: () => `id-${++ids}`,
    now_ms: () => world.now_ms,
    onLiveSound: (sound) => live.push(sound),
    streamState: () => stream,
    onAwake: () => (awake += 1),
  });
  const hear = async (tenths: number, value = 1_000): Promise<void> => {
    for (let i = 0; i < tenths; i += 1) {
      world.now_ms += 100;
      microphone.hear(value + i);
      await jest.advanceTimersByTimeAsync(100);
    }
  };
  return { world, microphone, recorder, hear, awakeCount: () => awake, live, stream };
}

afterEach(() => jest.useRealTimers());

/** Every sample that is on disk, by segment. */
function samplesOf(world: World): number[][] {
  return world.queue
    .snapshot()
    .map(({ id }) =>
      (world.disk.chunks.get(id) ?? []).flatMap((pcm) => [
        ...new Int16Array(pcm.buffer, pcm.byteOffset, pcm.byteLength / 2),
      ]),
    );
}

test("what is heard is on disk every half second, while it is still being recorded", async () => {
  const { world, recorder, hear, awakeCount } = await setUp();
  await recorder.start();
  expect(recorder.snapshot()).toMatchObject({ phase: "recording", conversationId: "id-1" });
  await hear(12);
  const [item] = world.queue.snapshot();
  expect(item).toMatchObject({ id: "id-2", conversationId: "id-1", state: "recording" });
  // Ten tenths are written; two are waiting for their half second.
  expect(samplesOf(world)[0]).toHaveLength(RATE_HZ);
  expect(recorder.snapshot().recorded_s).toBeCloseTo(1.2, 5);
  expect(awakeCount()).toBe(1);
});

test("stopping writes the rest and ends the segment", async () => {
  const { world, microphone, recorder, hear } = await setUp();
  await recorder.start();
  await hear(12);
  await recorder.stop();
  expect(microphone.stops).toBe(1);
  expect(world.queue.snapshot()[0]).toMatchObject({
    state: "waiting",
    pcm_bytes: 1.2 * RATE_HZ * 2,
    recordedAt: new Date(1_000_000).toISOString(),
  });
  expect(recorder.snapshot()).toMatchObject({ phase: "idle", conversationId: "id-1" });
});

test("segments of one conversation follow each other without a gap or an overlap", async () => {
  const { world, recorder, hear } = await setUp();
  await recorder.start();
  await hear(260, 3_000);
  await recorder.stop();
  const items = world.queue.snapshot();
  expect(items.map(({ conversationId }) => conversationId)).toEqual(items.map(() => "id-1"));
  expect(items.length).toBeGreaterThan(1);
  const expected = Array.from({ length: 260 }, (_, i) => i + 3_000);
  const heard = samplesOf(world).flat();
  expect(heard).toHaveLength(260 * (RATE_HZ / 10));
  expect(heard.filter((_, i) => i % (RATE_HZ / 10) === 0)).toEqual(expected);
});

test("a call takes the microphone: what was recorded is ended, and it goes on by itself", async () => {
  const { world, microphone, recorder, hear } = await setUp();
  await recorder.start();
  await hear(10);
  world.now_ms += 5_000;
  await jest.advanceTimersByTimeAsync(1_000);
  expect(recorder.snapshot().phase).toBe("interrupted");
  expect(world.queue.snapshot().map(({ state }) => state)).toEqual(["waiting"]);
  expect(microphone.starts).toBe(2);
  await hear(10);
  expect(recorder.snapshot().phase).toBe("recording");
  await recorder.stop();
  expect(world.queue.snapshot().map(({ state }) => state)).toEqual(["waiting", "waiting"]);
});

test("without the permission nothing begins, and it says why", async () => {
  const { world, microphone, recorder } = await setUp();
  microphone.problem = new MicrophoneError("permission_denied");
  await recorder.start();
  expect(recorder.snapshot()).toMatchObject({ phase: "idle", problem: "permission_denied" });
  expect(world.queue.snapshot()).toEqual([]);
});

test("a full phone is said, and what was written before stays", async () => {
  const { world, recorder, hear } = await setUp();
  await recorder.start();
  await hear(10);
  jest.spyOn(world.queue, "append").mockRejectedValue(new Error("disk full"));
  await hear(5);
  expect(recorder.snapshot().storageFailed).toBe(true);
  await recorder.stop();
  expect(world.queue.snapshot()[0]).toMatchObject({ state: "waiting", pcm_bytes: RATE_HZ * 2 });
});

describe("a live talk", () => {
  test("goes out in the order in which it is on disk, and no sooner", async () => {
    const { world, recorder, hear, live } = await setUp();
    await recorder.start({ live: true });
    await hear(5);
    expect(live.map(({ first }) => first)).toEqual([0, 3_200]);
    expect(live.map(({ streamId }) => streamId)).toEqual(["id-1", "id-1"]);
    const stored = samplesOf(world).flat();
    const sent = live.flatMap(({ pcm }) => [...new Int16Array(pcm.slice().buffer)]);
    expect(stored.slice(0, sent.length)).toEqual(sent);
    await recorder.stop();
    expect(live.map(({ first }) => first)).toEqual([0, 3_200, 6_400]);
    const [item] = world.queue.snapshot();
    expect(item).toMatchObject({
      state: "streaming",
      conversationId: "id-2",
      stream: { id: "id-1", first: 0, opened: false, overAt: null },
    });
  });

  test("its segments lie behind each other without a gap", async () => {
    const { world, recorder, hear } = await setUp();
    await recorder.start({ live: true });
    await hear(520);
    await recorder.stop();
    const items = world.queue.snapshot();
    expect(items.length).toBeGreaterThan(1);
    let next = 0;
    for (const { stream, pcm_bytes } of items) {
      expect(stream?.first).toBe(next);
      next += pcm_bytes / 2;
    }
    expect(next).toBe(52 * RATE_HZ);
  });

  test("what begins after the stream is over is an ordinary recording", async () => {
    const { world, recorder, hear, live, stream } = await setUp();
    stream.overAt = 0;
    await recorder.start({ live: true });
    await hear(5);
    await recorder.stop();
    expect(live).toEqual([]);
    expect(world.queue.snapshot().map(({ state }) => state)).toEqual(["waiting"]);
  });

  test("a microphone of another rate is kept, and captioned as a recording", async () => {
    const { world, microphone, recorder, live } = await setUp();
    await recorder.start({ live: true });
    microphone.hear(5, 48_000);
    await recorder.stop();
    expect(live).toEqual([]);
    const [item] = world.queue.snapshot();
    expect(item).toMatchObject({ state: "waiting", sampleRate_hz: 48_000, stream: null });
  });
});
