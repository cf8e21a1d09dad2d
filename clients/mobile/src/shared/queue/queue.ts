import { ApiProblem, networkProblem } from "@/shared/api/problem";

import { beginItem } from "./item";
import type { NewItem, QueueItem } from "./item";
import { maySend, mayDropAudio, nextDue_ms, nextToSend, step } from "./machine";
import type { Conditions, DropRule, QueueEvent } from "./machine";
import type { QueueStore } from "./store";
import { verdictOn, waitAfter_ms } from "./transport";
import type { Transport } from "./transport";
import { wavFile } from "./wav";

export type StreamNews = Extract<
  QueueEvent,
  { type: "streamOpened" | "streamHas" | "streamOver" | "streamCaptioned" | "deletedOnServer" }
>;

export interface QueueDependencies {
  owner: string;
  store: QueueStore;
  transport: Transport;
  now_ms: () => number;
  random: () => number;
  conditions: () => Omit<Conditions, "now_ms">;
  dropRule: () => DropRule;
}

/**
 * Keeps recordings on the phone and brings them to the server. The rules are in `machine`; here every
 * step is on disk before the next one is taken, so that it goes on wherever it was stopped. It runs no timer: whoever has one
 * (a screen, a running recording, the system's background task) calls `pump`.
 */
export class RecordingQueue {
  private items: readonly QueueItem[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly dependencies: QueueDependencies;
  private current: { id: string; abort: AbortController } | null = null;
  private stopped = false;
  private pumping: Promise<void> | null = null;

  constructor(dependencies: QueueDependencies) {
    this.dependencies = dependencies;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Oldest first; the same array as long as nothing changed. */
  readonly snapshot = (): readonly QueueItem[] => this.items;

  /** Reads what an earlier run of the app left behind, recordings that it had no time to end included. */
  async start(): Promise<void> {
    const { store, owner } = this.dependencies;
    for (const item of await store.list(owner)) {
      const pcm_bytes = item.hasAudio ? await store.pcmBytes(item.id) : item.pcm_bytes;
      if (pcm_bytes === 0 && item.state === "recording") {
        await store.remove(item.id);
        continue;
      }
      this.put(item);
      await this.apply(item.id, { type: "restarted", pcm_bytes });
    }
  }

  stop(): void {
    this.stopped = true;
    this.current?.abort.abort();
  }

  async begin(fresh: NewItem): Promise<void> {
    const item = beginItem(this.dependencies.owner, fresh);
    await this.dependencies.store.add(item);
    this.put(item);
  }

  async append(id: string, index: number, pcm: Uint8Array): Promise<void> {
    await this.dependencies.store.append(id, index, pcm);
  }

  /** The recording is complete. One without a sound is forgotten. */
  async close(id: string): Promise<void> {
    const pcm_bytes = await this.dependencies.store.pcmBytes(id);
    if (pcm_bytes === 0) await this.forget(id);
    else await this.apply(id, { type: "closed", pcm_bytes });
  }

  /** What the server says of a recording on its own: an event, or an answer to another question. */
  async note(
    id: string,
    event: Extract<QueueEvent, { type: "serverHas" | "deletedOnServer" }>,
  ): Promise<void> {
    await this.apply(id, event);
    await this.dropWhatMayGo();
  }

  /** The same of every segment of a live talk. Resolves when it is on disk. */
  async noteStream(streamId: string, event: StreamNews): Promise<void> {
    const parts = this.items.filter(({ stream }) => stream?.id === streamId);
    for (const { id } of parts) await this.apply(id, event);
    await this.dropWhatMayGo();
  }

  /** The sound of one that is still on this phone, in the order in which it was recorded. */
  readAudio(id: string): Promise<Uint8Array[]> {
    return this.dependencies.store.readChunks(id);
  }

  /** Whether the server has finished with one that it has. Rejects with an `ApiProblem`. */
  async ask(id: string): Promise<void> {
    await this.findOut(id);
    await this.dropWhatMayGo();
  }

  async sendAgain(id: string): Promise<void> {
    await this.apply(id, { type: "sendAgain" });
  }

  async online(): Promise<void> {
    for (const { id } of this.items) await this.apply(id, { type: "online" });
  }

  /** The person gives it up, whatever became of it. */
  async discard(id: string): Promise<void> {
    if (this.current?.id === id) this.current.abort.abort();
    await this.forget(id);
  }

  /** Sends what is due, one after the other. Milliseconds until something is due again; null: nothing waits. */
  async pump(): Promise<number | null> {
    this.pumping ??= this.sendAllDue().finally(() => (this.pumping = null));
    await this.pumping;
    await this.dropWhatMayGo();
    const conditions = this.conditions();
    return maySend(conditions) ? nextDue_ms(this.items, conditions.now_ms) : null;
  }

  private async sendAllDue(): Promise<void> {
    for (;;) {
      const next = this.stopped ? null : nextToSend(this.items, this.conditions());
      if (next === null) return;
      await this.send(next);
    }
  }

  private conditions(): Conditions {
    return { ...this.dependencies.conditions(), now_ms: this.dependencies.now_ms() };
  }

  private async send({ id }: QueueItem): Promise<void> {
    const abort = new AbortController();
    this.current = { id, abort };
    try {
      await this.apply(id, { type: "sendBegan" });
      await this.sendOrFindOut(id, abort.signal);
    } catch (error) {
      if (!this.stopped) await this.apply(id, this.failure(id, error));
    } finally {
      this.current = null;
    }
  }

  private async sendOrFindOut(id: string, signal: AbortSignal): Promise<void> {
    const { store, transport } = this.dependencies;
    // An earlier try may have got through without its answer.
    const mayBeThere = (this.item(id)?.failures ?? 0) > 0;
    if (!mayBeThere || !(await this.findOut(id))) {
      const item = this.item(id);
      if (item === undefined) return;
      const file = wavFile(await store.readChunks(id), item.sampleRate_hz, item.skip_bytes);
      await transport.send(item, file, {
        uploadUrl: item.uploadUrl,
        onUrl: (url) => this.apply(id, { type: "uploadCreated", url }),
        onSent: (sent_bytes) => this.show(id, { type: "progressed", sent_bytes }),
        signal,
      });
      // It is safe when the server shows it, not when the last byte was accepted.
      if (!(await this.findOut(id))) {
        await this.apply(id, { type: "uploadGone", now_ms: this.dependencies.now_ms() });
      }
    }
  }

  private async findOut(id: string): Promise<boolean> {
    const item = this.item(id);
    const said = await this.dependencies.transport.look(item?.stream?.id ?? id);
    if (said.found) await this.apply(id, { type: "serverHas", analysisDone: said.analysisDone });
    return said.found;
  }

  private failure(id: string, error: unknown): QueueEvent {
    const problem = error instanceof ApiProblem ? error : networkProblem();
    const now_ms = this.dependencies.now_ms();
    const verdict = verdictOn(problem, (this.item(id)?.uploadUrl ?? null) !== null);
    const { code, detail } = problem;
    if (verdict === "refused") return { type: "refused", problem: { code, detail } };
    if (verdict === "deletedOnServer") return { type: "deletedOnServer" };
    if (verdict !== "failedForNow") return { type: verdict, now_ms };
    const wait_ms = waitAfter_ms(problem);
    return { type: "failedForNow", problem: { code, detail }, now_ms, wait_ms };
  }

  private async dropWhatMayGo(): Promise<void> {
    for (const item of this.items) {
      if (!mayDropAudio(item, this.dependencies.dropRule())) continue;
      const dropped = step(item, { type: "audioDropped" });
      await this.dependencies.store.dropAudio(dropped);
      this.put(dropped);
    }
  }

  private async forget(id: string): Promise<void> {
    this.set(this.items.filter((item) => item.id !== id));
    await this.dependencies.store.remove(id);
  }

  private item(id: string): QueueItem | undefined {
    return this.items.find((item) => item.id === id);
  }

  /** At once in memory, so that events cannot overtake each other; resolves when it is on disk. */
  private async apply(id: string, event: QueueEvent): Promise<void> {
    const before = this.item(id);
    if (before === undefined) return;
    const after = step(before, event, this.dependencies.random);
    if (after === before) return;
    this.put(after);
    await this.dependencies.store.save(after);
  }

  /** Only shown: it would be written many times a second. */
  private show(id: string, event: QueueEvent): void {
    const before = this.item(id);
    if (before !== undefined) this.put(step(before, event));
  }

  private put(item: QueueItem): void {
    const isKnown = this.items.some(({ id }) => id === item.id);
    const others = this.items.map((held) => (held.id === item.id ? item : held));
    this.set(isKnown ? others : [...this.items, item]);
  }

  private set(items: readonly QueueItem[]): void {
    this.items = items;
    this.listeners.forEach((listener) => listener());
  }
}
