import { bodyOf } from "@/shared/api/client";
import type { Access, Api } from "@/shared/api/client";
import type { Changes, ServerEvent } from "@/shared/api/types";

import { backoffDelay_ms } from "./backoff";
import { openSocket } from "./socket";

const PING_EVERY_MS = 25_000;
const NOT_AUTHENTICATED = 4401;

interface Options {
  access: Access;
  api: Api;
  onChanges: (changes: Changes) => Promise<void>;
  onSignedOut: () => void;
  /** What is told by push only: conversations were changed, or what they look like. */
  onEvent: (event: ServerEvent) => void;
  /** It is the same as the server again: after a lost connection anything may have changed. */
  onConnected: () => void;
  open?: typeof openSocket;
}

/**
 * Keeps this app equal to the server. A push says that something changed; what changed is read over REST, which is
 * the truth: a push that is lost costs time, never a caption.
 */
export class Synchroniser {
  private readonly options: Options;
  /** Every revision up to this one was read; null: not known yet. */
  private caughtUpTo: number | null = null;
  private running = false;
  private busy = false;
  private again = false;
  private failures = 0;
  private socket: WebSocket | null = null;
  private timers = new Set<ReturnType<typeof setTimeout>>();
  private ping: ReturnType<typeof setInterval> | undefined;

  constructor(options: Options) {
    this.options = options;
  }

  start(): void {
    this.running = true;
    this.connect();
    void this.catchUp();
  }

  stop(): void {
    this.running = false;
    this.timers.forEach((timer) => clearTimeout(timer));
    this.letGo();
  }

  /** Reads all changes since the last time; one run at a time. */
  async catchUp(): Promise<void> {
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    try {
      do {
        this.again = false;
        await this.readChanges();
      } while (this.wantsMore());
      this.failures = 0;
    } catch {
      this.later(backoffDelay_ms(this.failures), () => void this.catchUp());
      this.failures += 1;
    } finally {
      this.busy = false;
    }
  }

  /** A method, so that the compiler knows that others may have changed it meanwhile. */
  private wantsMore(): boolean {
    return this.again && this.running;
  }

  private async readChanges(): Promise<void> {
    const { api } = this.options;
    this.caughtUpTo ??= bodyOf(await api.GET("/api/v1/me")).revision;
    let changes: Changes;
    do {
      const query = { since: this.caughtUpTo };
      changes = bodyOf(await api.GET("/api/v1/changes", { params: { query } }));
      if (!this.running) return;
      await this.options.onChanges(changes);
      this.caughtUpTo = Math.max(this.caughtUpTo, changes.revision);
    } while (changes.more);
  }

  private connect(): void {
    const socket = (this.options.open ?? openSocket)(this.options.access, "/ws/events");
    this.socket = socket;
    let wasOpen = false;
    this.ping = setInterval(() => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: "ping" }));
    }, PING_EVERY_MS);
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      this.onEvent(JSON.parse(data) as ServerEvent);
      if (!wasOpen) this.options.onConnected();
      wasOpen = true;
    };
    socket.onclose = ({ code }) => {
      this.letGo();
      if (code === NOT_AUTHENTICATED) this.options.onSignedOut();
      else this.later(backoffDelay_ms(this.failures++), () => this.connect());
    };
  }

  private onEvent(event: ServerEvent): void {
    this.options.onEvent(event);
    // What has no revision is told by push only, and changes no caption.
    if (!("revision" in event)) return;
    if (event.revision > (this.caughtUpTo ?? -1)) void this.catchUp();
  }

  private later(wait_ms: number, work: () => void): void {
    if (!this.running) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      if (this.running) work();
    }, wait_ms);
    this.timers.add(timer);
  }

  private letGo(): void {
    clearInterval(this.ping);
    if (this.socket === null) return;
    this.socket.onmessage = this.socket.onclose = null;
    this.socket.close();
    this.socket = null;
  }
}
