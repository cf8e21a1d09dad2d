import type { ServerEvent } from "@/shared/api/types";

import { backoffDelay_ms } from "./backoff";

export type ConnectionState = "connecting" | "open" | "reconnecting";

const PING_EVERY_MS = 25_000;
const SILENT_IS_DEAD_MS = 60_000;
const STABLE_AFTER_MS = 5_000;
const CLOSED_NOT_AUTHENTICATED = 4401;

interface Handlers {
  onEvent: (event: ServerEvent) => void;
  onState: (state: ConnectionState) => void;
  /** The session has ended: coming back makes no sense. */
  onNotAuthenticated: () => void;
}

/** A websocket that comes back by itself. What was pushed while it was away is lost. */
export class EventSocket {
  private socket: WebSocket | null = null;
  private attempt = 0;
  private lastHeard_ms = 0;
  private reconnectTimer: ReturnType<typeof setTimeout> | undefined;
  private pingTimer: ReturnType<typeof setInterval> | undefined;
  private stableTimer: ReturnType<typeof setTimeout> | undefined;
  private running = false;
  private readonly url: string;
  private readonly handlers: Handlers;

  constructor(url: string, handlers: Handlers) {
    this.url = url;
    this.handlers = handlers;
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    window.addEventListener("online", this.connectNow);
    this.handlers.onState("connecting");
    this.connect();
  }

  stop(): void {
    this.running = false;
    window.removeEventListener("online", this.connectNow);
    clearTimeout(this.reconnectTimer);
    this.letGo();
  }

  private readonly connectNow = (): void => {
    if (!this.running || this.socket?.readyState === WebSocket.OPEN) return;
    clearTimeout(this.reconnectTimer);
    this.attempt = 0;
    this.connect();
  };

  private connect(): void {
    this.letGo();
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.lastHeard_ms = Date.now();
    // Also from the start: a handshake that never ends must not hold us for ever.
    this.pingTimer = setInterval(() => this.keepAlive(socket), PING_EVERY_MS);
    socket.onopen = () => {
      this.stableTimer = setTimeout(() => (this.attempt = 0), STABLE_AFTER_MS);
      this.handlers.onState("open");
    };
    socket.onmessage = (message: MessageEvent<string>) => {
      this.lastHeard_ms = Date.now();
      this.handlers.onEvent(JSON.parse(message.data) as ServerEvent);
    };
    socket.onclose = ({ code }) => {
      if (code === CLOSED_NOT_AUTHENTICATED) {
        this.stop();
        this.handlers.onNotAuthenticated();
      } else this.comeBackLater();
    };
  }

  private comeBackLater(): void {
    this.letGo();
    if (!this.running) return;
    this.handlers.onState("reconnecting");
    this.reconnectTimer = setTimeout(() => this.connect(), backoffDelay_ms(this.attempt));
    this.attempt += 1;
  }

  private keepAlive(socket: WebSocket): void {
    if (Date.now() - this.lastHeard_ms > SILENT_IS_DEAD_MS) this.comeBackLater();
    else if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: "ping" }));
  }

  private letGo(): void {
    clearInterval(this.pingTimer);
    clearTimeout(this.stableTimer);
    if (this.socket === null) return;
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
    this.socket.close();
    this.socket = null;
  }
}
