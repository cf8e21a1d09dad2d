import { MicrophoneError } from "@/features/capture/pcm-source";
import type { PcmSource } from "@/features/capture/pcm-source";
import { Recorder } from "@/features/capture/recorder";
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
  hear(value: number): void {
    this.onPcm?.(new Int16Array(RATE_HZ / 10).fill(value), RATE_HZ);
  }
}

async function setUp() {
  jest.useFakeTimers();
  const world = new World("never");
  await world.startApp();
  const microphone = new FakeMicrophone();
  let ids = 0;
  let awake = 0;
  const recorder = new Recorder({
    queue: world.queue,
    openMicrophone: () => microphone,
    newId: () => `id-${++ids}`,
    now_ms: () => world.now_ms,
    onAwake: () => (awake += 1),
  });
  const hear = async (tenths: number, value = 1_000): Promise<void> => {
    for (let i = 0; i < tenths; i += 1) {
      world.now_ms += 100;
      microphone.hear(value + i);
      await jest.advanceTimersByTimeAsync(100);
    }
  };
  return { world, microphone, recorder, hear, awakeCount: () => awake };
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
