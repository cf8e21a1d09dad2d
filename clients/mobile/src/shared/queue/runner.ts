import type { NetworkWatch } from "@/shared/network/network";

import type { RecordingQueue } from "./queue";

/** Waits for the right moment and lets the queue work: something was added, the connection is back, a delay is over. */
export class QueueRunner {
  private readonly queue: RecordingQueue;
  private readonly network: NetworkWatch;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stops: (() => void)[] = [];
  private running = false;
  private waiting = 0;
  private again = false;
  private busy = false;

  constructor(queue: RecordingQueue, network: NetworkWatch) {
    this.queue = queue;
    this.network = network;
  }

  start(): void {
    this.running = true;
    this.stops = [
      this.queue.subscribe(() => this.kickIfSomethingWaits()),
      this.network.subscribe(() => void this.onNetwork()),
    ];
    this.kick();
  }

  stop(): void {
    this.running = false;
    this.stops.forEach((stop) => stop());
    clearTimeout(this.timer);
    this.queue.stop();
  }

  /** Also called by whoever is awake while timers sleep: a running recording in the background. */
  kick(): void {
    if (!this.running) return;
    if (this.busy) this.again = true;
    else void this.work();
  }

  private async work(): Promise<void> {
    this.busy = true;
    this.again = false;
    clearTimeout(this.timer);
    try {
      const due_ms = await this.queue.pump();
      if (due_ms !== null) this.timer = setTimeout(() => this.kick(), due_ms + 1);
    } finally {
      this.busy = false;
    }
    this.afterWork();
  }

  /** Something came while it worked. */
  private afterWork(): void {
    if (this.again) this.kick();
    else if (!this.running) clearTimeout(this.timer);
  }

  private async onNetwork(): Promise<void> {
    if (this.network.snapshot().isOnline) await this.queue.online();
    this.kick();
  }

  private kickIfSomethingWaits(): void {
    const waiting = this.queue
      .snapshot()
      .filter(({ state, retryAt_ms }) => state === "waiting" && retryAt_ms === 0).length;
    const isMore = waiting > this.waiting;
    this.waiting = waiting;
    if (isMore) this.kick();
  }
}
