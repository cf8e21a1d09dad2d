import { networkProblem } from "@/shared/api/problem";
import type { DropRule } from "@/shared/queue/machine";
import { RecordingQueue } from "@/shared/queue/queue";
import type { Transport } from "@/shared/queue/transport";
import { tusUpload } from "@/shared/queue/tus-upload";
import { wavFile } from "@/shared/queue/wav";

import { ENDPOINT, FakeServer, faultyStack, sha256 } from "./fake-server";
import type { Fault } from "./fake-server";
import { OWNER } from "./items";
import { emptyDisk, MemoryStore } from "./memory-store";

const RATE_HZ = 16_000;

/** A phone whose app runs, dies and starts again, a connection that comes and goes, and a server. */
export class World {
  readonly disk = emptyDisk();
  readonly server = new FakeServer();
  /** Everything that was ever recorded, as the file that must arrive. */
  readonly recorded = new Map<string, Uint8Array>();
  readonly analysed = new Set<string>();
  isOnline = true;
  now_ms = 1_000_000;
  queue!: RecordingQueue;
  private store!: MemoryStore;
  private faults: Fault[] = [];
  private onDeath: () => void = () => undefined;
  private nextId = 1;
  private readonly dropRule: DropRule;

  constructor(dropRule: DropRule) {
    this.dropRule = dropRule;
  }

  /** Starts the app, for the first time or after its end. */
  async startApp(): Promise<void> {
    const store = new MemoryStore(this.disk);
    this.store = store;
    this.queue = new RecordingQueue({
      owner: OWNER,
      store,
      transport: this.transport(),
      now_ms: () => this.now_ms,
      random: () => 0.5,
      conditions: () => ({
        isOnline: this.isOnline,
        isOnWifi: true,
        wifiOnly: false,
        runningConversationId: null,
      }),
      dropRule: () => this.dropRule,
    });
    await this.queue.start();
  }

  async crash(): Promise<void> {
    this.store.cut();
    await this.startApp();
  }

  /** Records `chunks` pieces; the app dies before it can end the recording if `dies`. */
  async record(chunks: number, dies: boolean): Promise<void> {
    const index = this.nextId++;
    const id = `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
    const recordedAt = new Date(this.now_ms + index).toISOString();
    await this.queue.begin({
      id,
      conversationId: "c0000000-0000-4000-8000-000000000001",
      conversationTitle: null,
      source: "microphone",
      language: null,
      recordedAt,
      sampleRate_hz: RATE_HZ,
      stream: null,
    });
    const written: Uint8Array[] = [];
    for (let position = 0; position < chunks; position += 1) {
      const pcm = new Uint8Array(6).map((_, byte) => index * 31 + position * 7 + byte);
      await this.queue.append(id, position, pcm);
      written.push(pcm);
    }
    if (chunks > 0) this.recorded.set(id, wavFile(written, RATE_HZ));
    if (dies) await this.crash();
    else await this.queue.close(id);
  }

  /** Sends what is due; each request meets the next fault. */
  async pump(faults: readonly Fault[]): Promise<number | null> {
    this.faults = [...faults];
    const death = new Promise<"dead">((resolve) => (this.onDeath = () => resolve("dead")));
    const outcome = await Promise.race([this.queue.pump(), death]);
    if (outcome !== "dead") return outcome;
    await this.startApp();
    return null;
  }

  async analyse(): Promise<void> {
    for (const id of this.server.recordings.keys()) {
      this.analysed.add(id);
      await this.queue.note(id, { type: "serverHas", analysisDone: true });
    }
  }

  /** Everything works from now on: how many rounds until nothing is left to do. */
  async calm(): Promise<number> {
    this.isOnline = true;
    await this.crash();
    for (let round = 1; round < 50; round += 1) {
      const wait_ms = await this.pump([]);
      await this.analyse();
      if (this.queue.snapshot().every(({ state }) => state === "captioned")) {
        await this.pump([]);
        return round;
      }
      this.now_ms += (wait_ms ?? 0) + 1;
    }
    throw new Error(`It never ends: ${JSON.stringify(this.queue.snapshot())}`);
  }

  private transport(): Transport {
    const { store } = this;
    const fault = (): Fault => this.faults.shift() ?? "none";
    const die = (): void => {
      store.cut();
      this.onDeath();
    };
    const httpStack = faultyStack(this.server, fault, die);
    return {
      look: (id) => {
        const met = fault();
        if (met === "lost" || met === "unanswered" || met === "half") {
          return Promise.reject(networkProblem());
        }
        if (!this.server.recordings.has(id)) return Promise.resolve({ found: false });
        return Promise.resolve({ found: true, analysisDone: this.analysed.has(id) });
      },
      send: (item, file, options) =>
        tusUpload(item, file, options, {
          endpoint: ENDPOINT,
          headers: () => ({}),
          digest: (bytes) => Promise.resolve(sha256(bytes)),
          httpStack,
        }),
    };
  }
}
