import fc from "fast-check";

import { LiveStreams } from "@/shared/live/live-streams";
import type { StreamPart } from "@/shared/queue/item";
import { World } from "@tests/shared/queue/world";

import { FakeLiveServer } from "./fake-live-server";

const RATE_HZ = 16_000;
const STREAM = "5d6d6e9e-6a2f-4b5e-9a77-3f1f0a7f0005";
const WAV_HEADER_BYTES = 44;
/** A piece of sound, short so that much can happen in a test. */
const PIECE = 40;

/** What may happen to somebody who holds a talk. */
const EVENTS = [
  "speak",
  "speak",
  "next",
  "offline",
  "online",
  "cut",
  "crash",
  "away",
  "wait",
] as const;
type Event = (typeof EVENTS)[number];

/** A phone on which one talk is held; sample number n of it has the value n. */
class Talk {
  readonly world = new World("whenCaptioned");
  readonly server = new FakeLiveServer();
  streams!: LiveStreams;
  isRunning = true;
  spoken = 0;
  private segment: { id: string; chunks: number } | null = null;
  private count = 0;
  private current: StreamPart | null = null;

  async start(): Promise<void> {
    await this.world.startApp();
    this.openStreams();
  }

  async speak(): Promise<void> {
    const { queue } = this.world;
    this.segment ??= await this.begin();
    const pcm = new Uint8Array(
      Int16Array.from({ length: PIECE }, (_, index) => this.spoken + index).buffer,
    );
    const first = this.spoken;
    this.spoken += PIECE;
    await queue.append(this.segment.id, this.segment.chunks++, pcm);
    if (this.current !== null) this.streams.push({ streamId: STREAM, first, pcm });
  }

  async next(): Promise<void> {
    const { segment } = this;
    this.segment = null;
    if (segment !== null) await this.world.queue.close(segment.id);
  }

  /** The app dies in the middle of the talk, which ends with that. */
  async crash(): Promise<void> {
    this.streams.stop();
    this.server.cut();
    this.segment = null;
    this.isRunning = false;
    await this.world.crash();
    this.openStreams();
  }

  async end(): Promise<void> {
    await this.next();
    this.isRunning = false;
    this.streams.hurry();
  }

  setOnline(isOnline: boolean): void {
    this.world.isOnline = isOnline;
    if (!isOnline) this.server.cut();
    this.streams.hurry();
  }

  private async begin() {
    const { opened, overAt } = this.streams.stateOf(STREAM);
    this.current = overAt === null ? { id: STREAM, first: this.spoken, opened, overAt } : null;
    const id = `00000000-0000-4000-8000-${String(++this.count).padStart(12, "0")}`;
    await this.world.queue.begin({
      id,
      conversationId: "c0000000-0000-4000-8000-000000000001",
      conversationTitle: null,
      source: "microphone",
      language: null,
      recordedAt: new Date(this.world.now_ms + this.count).toISOString(),
      sampleRate_hz: RATE_HZ,
      stream: this.current,
    });
    return { id, chunks: 0 };
  }

  private openStreams(): void {
    this.streams = new LiveStreams({
      queue: this.world.queue,
      runningStreamId: () => (this.isRunning ? STREAM : null),
      link: {
        openSocket: () => this.server.connect(),
        mayConnect: () => this.world.isOnline,
        language: () => Promise.resolve(null),
        askServer: (id) => Promise.resolve(this.server.ask(id)),
        finalsFrom: () => 0,
      },
    });
    this.streams.start();
  }
}

/** Every sample that the server has, in the recording of the talk and in those that came by the queue. */
function onServer(talk: Talk): number[] {
  const uploaded = [...talk.world.server.recordings.values()].flatMap((file) => [
    ...new Int16Array(Uint8Array.from(file).slice(WAV_HEADER_BYTES).buffer),
  ]);
  return [...(talk.server.streams.get(STREAM)?.samples ?? []), ...uploaded].sort((a, b) => a - b);
}

async function happens(talk: Talk, event: Event): Promise<void> {
  if (event === "speak" && talk.isRunning) await talk.speak();
  if (event === "next" && talk.isRunning) await talk.next();
  if (event === "offline") talk.setOnline(false);
  if (event === "online") talk.setOnline(true);
  if (event === "cut") talk.server.cut();
  if (event === "crash") await talk.crash();
  if (event === "away") talk.server.endAll();
  await jest.advanceTimersByTimeAsync(event === "wait" ? 2_000 : 25);
}

/** Everything works from now on. */
async function calm(talk: Talk): Promise<void> {
  talk.server.isFull = false;
  await talk.end();
  talk.setOnline(true);
  for (let round = 0; round < 20; round += 1) {
    await jest.advanceTimersByTimeAsync(31_000);
    const sending = talk.world.pump([]);
    await jest.advanceTimersByTimeAsync(100);
    await sending;
    talk.world.now_ms += 60_000;
    const items = talk.world.queue.snapshot();
    if (items.every(({ state }) => state === "safe" || state === "captioned")) return;
  }
  throw new Error(`It never ends: ${JSON.stringify(talk.world.queue.snapshot())}`);
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

async function play(events: readonly Event[], isFull: boolean): Promise<Talk> {
  const talk = new Talk();
  talk.server.isFull = isFull;
  await talk.start();
  for (const event of events) await happens(talk, event);
  await calm(talk);
  talk.streams.stop();
  return talk;
}

const everything = (talk: Talk): number[] => Array.from({ length: talk.spoken }, (_, n) => n);

test("an undisturbed talk is one recording", async () => {
  const talk = await play(["speak", "speak", "next", "speak", "wait"], false);
  expect(talk.world.server.recordings.size).toBe(0);
  expect(onServer(talk)).toEqual(everything(talk));
});

test("a talk without a connection is sent as ordinary recordings", async () => {
  const talk = new Talk();
  await talk.start();
  talk.setOnline(false);
  for (const event of ["speak", "next", "speak"] as const) await happens(talk, event);
  await talk.end();
  await jest.advanceTimersByTimeAsync(100);
  expect(talk.world.queue.snapshot().map(({ state }) => state)).toEqual(["waiting", "waiting"]);
  await calm(talk);
  expect(talk.server.streams.size).toBe(0);
  expect(onServer(talk)).toEqual(everything(talk));
});

test("what the server had when it ended the talk is not sent again, and the rest is", async () => {
  const talk = await play(
    ["speak", "speak", "wait", "offline", "speak", "next", "speak", "away", "online", "wait"],
    false,
  );
  expect(talk.server.streams.get(STREAM)?.samples).toHaveLength(2 * PIECE);
  expect(onServer(talk)).toEqual(everything(talk));
});

test("whatever happens, each sample is on the server once", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...EVENTS), { maxLength: 40 }),
      fc.boolean(),
      async (events, isFull) => {
        const talk = await play(events, isFull);
        expect(onServer(talk)).toEqual(everything(talk));
      },
    ),
    { numRuns: 120 },
  );
}, 300_000);
