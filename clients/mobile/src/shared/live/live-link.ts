import { packFrame, SAMPLE_RATE_HZ } from "@api/live-frames";

import { backoffDelay_ms } from "@/shared/sync/backoff";

import type { LinkDependencies } from "./link-dependencies";
import { newLink, stepLink, WINDOW_SAMPLES } from "./link-machine";
import type { LinkCommand, LinkEvent, LinkState, LiveMessage } from "./link-machine";

const TICK_MS = 200;
/** `WebSocket.OPEN`. */
const SOCKET_OPEN = 1;
const LONG_WAIT_MS = 30_000;
/** Beyond that no answer comes any more, though nobody has said so. */
const SILENT_AFTER_MS = 12_000;

/** Brings one live talk to the server, for as long as it takes. The rules are in `link-machine`. */
export class LiveLink {
  private state: LinkState;
  private readonly dependencies: LinkDependencies;
  private socket: WebSocket | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private tick: ReturnType<typeof setInterval> | undefined;
  private heard_ms = 0;
  private pumping = false;
  private stopped = false;

  constructor(dependencies: LinkDependencies) {
    this.dependencies = dependencies;
    this.state = newLink(dependencies.opened);
  }

  start(): void {
    this.tick = setInterval(() => this.look(), TICK_MS);
    this.look();
  }

  get isOver(): boolean {
    return this.state.phase === "over";
  }

  get opened(): boolean {
    return this.state.opened;
  }

  /** New sound, the recording ended, or the network changed. Also without timers, which sleep in the background. */
  look(): void {
    if (this.stopped || this.isOver) return;
    const { phase, opened } = this.state;
    if (!this.dependencies.isRecording() && !opened && phase === "waiting") {
      this.take({ type: "endedUnopened" });
    } else if (phase === "waiting" && this.retry === undefined && this.dependencies.mayConnect()) {
      this.take({ type: "due" });
    } else if (this.isSilent() || (this.socket !== null && !this.dependencies.mayConnect())) {
      this.dropSocket();
      this.take({ type: "socketClosed" });
    }
    void this.pump();
  }

  /** A network came: no reason to wait out a delay. */
  hurry(): void {
    if (this.state.phase !== "waiting") return;
    clearTimeout(this.retry);
    this.retry = undefined;
    this.look();
  }

  /** The app goes; what is left is on disk, and goes on at its next start. */
  stop(): void {
    this.stopped = true;
    clearInterval(this.tick);
    clearTimeout(this.retry);
    this.dropSocket();
  }

  private isSilent(): boolean {
    const isBusy = this.state.phase !== "ready" || this.state.acked < this.dependencies.sound.end;
    return this.socket !== null && isBusy && Date.now() - this.heard_ms > SILENT_AFTER_MS;
  }

  private take(event: LinkEvent): void {
    if (this.stopped) return;
    const [state, commands] = stepLink(this.state, event);
    const changed = state !== this.state;
    this.state = state;
    commands.forEach((command) => this.carryOut(command));
    if (changed) this.dependencies.onState(state);
    if (state.phase === "over") clearInterval(this.tick);
  }

  private carryOut(command: LinkCommand): void {
    const { dependencies } = this;
    switch (command.type) {
      case "openSocket":
        this.connect();
        break;
      case "closeSocket":
        this.dropSocket();
        break;
      case "noteOpened":
        this.then(dependencies.onOpened(), { type: "noted" });
        break;
      case "sendStart":
        void this.sendStart();
        break;
      case "sendStop":
        this.send({ type: "stop", samples: command.samples });
        break;
      case "askServer":
        dependencies.askServer().then(
          (recording) => this.take({ type: "told", recording }),
          () => this.take({ type: "notTold" }),
        );
        break;
      case "retry":
        this.later(command.isLong ? LONG_WAIT_MS : backoffDelay_ms(command.failures));
        break;
      case "streamHas":
        void dependencies.onHas(command.samples);
        break;
      case "streamOver":
        void dependencies.onOver(command.samples);
        break;
      case "deleted":
        void dependencies.onDeleted();
        break;
    }
  }

  /** What cannot be written leaves the phase as it is; the silence that follows closes the socket. */
  private then(work: Promise<void>, event: LinkEvent): void {
    work.then(
      () => this.take(event),
      () => undefined,
    );
  }

  private later(wait_ms: number): void {
    this.dropSocket();
    clearTimeout(this.retry);
    this.retry = setTimeout(() => {
      this.retry = undefined;
      this.look();
    }, wait_ms);
  }

  private connect(): void {
    const socket = this.dependencies.openSocket();
    this.socket = socket;
    this.heard_ms = Date.now();
    const ifCurrent = (work: () => void) => () => {
      if (this.socket === socket) work();
    };
    socket.onopen = ifCurrent(() => this.take({ type: "socketOpen" }));
    socket.onclose = ifCurrent(() => {
      this.socket = null;
      this.take({ type: "socketClosed" });
    });
    socket.onmessage = ({ data }: MessageEvent<string>) =>
      ifCurrent(() => this.hear(JSON.parse(data) as LiveMessage))();
  }

  private hear(message: LiveMessage): void {
    this.heard_ms = Date.now();
    this.take({ type: "message", message });
    this.dependencies.onMessage(message, this.state);
    void this.pump();
  }

  private async sendStart(): Promise<void> {
    const { socket } = this;
    const { streamId, conversationId, finalsFrom } = this.dependencies;
    const language = await this.dependencies.language().catch(() => null);
    if (socket === null || socket !== this.socket) return;
    this.send({
      type: "start",
      stream_id: streamId,
      sample_rate_hz: SAMPLE_RATE_HZ,
      language,
      conversation_id: conversationId,
      finals_from: finalsFrom(),
    });
  }

  private send(message: object): void {
    if (this.socket?.readyState === SOCKET_OPEN) this.socket.send(JSON.stringify(message));
  }

  /** Gives the socket what the server may have now; one run at a time. */
  private async pump(): Promise<void> {
    if (this.pumping) return;
    this.pumping = true;
    try {
      while (await this.sendOne());
    } catch {
      // The store does not answer: the next tick asks again.
    } finally {
      this.pumping = false;
    }
  }

  private async sendOne(): Promise<boolean> {
    const { socket } = this;
    const { phase, position, acked } = this.state;
    const { sound } = this.dependencies;
    if (socket === null || phase !== "ready" || position - acked > WINDOW_SAMPLES) return false;
    const wasRecording = this.dependencies.isRecording();
    const next = await sound.read(position);
    if (socket !== this.socket || this.state.position !== position) return true;
    if (next === null) {
      if (!wasRecording && position >= sound.end) this.take({ type: "allSent" });
      return false;
    }
    if ("gapUntil" in next) {
      this.send({ type: "gap", until: next.gapUntil });
      this.take({ type: "sent", until: next.gapUntil });
    } else {
      socket.send(packFrame(position, next.samples));
      this.take({ type: "sent", until: position + next.samples.length });
    }
    return true;
  }

  private dropSocket(): void {
    const { socket } = this;
    this.socket = null;
    if (socket === null) return;
    socket.onopen = socket.onclose = socket.onmessage = null;
    socket.close();
  }
}
