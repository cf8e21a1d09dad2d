import type { LiveError, LiveProtocol, LiveStart, Ready } from "@/shared/api/types";
import { backoffDelay_ms } from "@/shared/sync/backoff";

import { packFrame, SAMPLE_RATE_HZ } from "@api/live-frames";
import { OpusSender, PACKET_SAMPLES } from "./opus-sender";
import type { SoundBuffer } from "./sound-buffer";

export type LiveMessage = LiveProtocol["server"];

/** More than this is not handed to the browser at a time: what waits there cannot be taken back. */
const MOST_BUFFERED_BYTES = 128 * 1024;
const PUMP_EVERY_MS = 100;
/** Beyond that no answer comes any more, though nobody has said so. */
const SILENT_AFTER_MS = 12_000;
/** The stream stays, but this device is not to go on with it by itself. */
const LASTING_CODES = new Set([
  "stream_replaced",
  "stream_ended",
  "recording_deleted",
  "recording_id_reused",
  "too_many_streams",
  "audio_too_long",
  "unsupported_sound",
  "malformed_message",
  "malformed_frame",
  "not_found",
]);

export interface LiveConnectionOptions {
  url: string;
  buffer: SoundBuffer;
  /** Send Opus where the server takes it. */
  opus?: boolean;
  start: () => LiveStart;
  onMessage: (message: LiveMessage) => void;
  onReady: (ready: Ready) => void;
  onConnected: (isConnected: boolean) => void;
  /** What was recorded by now is sent when somebody has signed in again. */
  onSignedOut: (error: LiveError) => void;
  /** It will not go on by itself. */
  onFailed: (error: LiveError) => void;
}

/** Sends what the server has not got yet, and connects again for as long as it takes. */
export class LiveConnection {
  private readonly options: LiveConnectionOptions;
  private socket: WebSocket | null = null;
  private position = 0;
  private ready = false;
  private usesOpus = false;
  private opus: OpusSender | null = null;
  private stopping = false;
  private stopSent = false;
  private closed = false;
  private failures = 0;
  private heard_ms = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private readonly pump: ReturnType<typeof setInterval>;

  constructor(options: LiveConnectionOptions) {
    this.options = options;
    this.pump = setInterval(this.tick, PUMP_EVERY_MS);
    window.addEventListener("online", this.connectNow);
    this.connect();
  }

  /** Everything that is recorded is sent, then the talk is over. */
  stop(): void {
    this.stopping = true;
    this.tick();
  }

  /** Ends this side at once. */
  close(): void {
    this.closed = true;
    clearInterval(this.pump);
    clearTimeout(this.retry);
    window.removeEventListener("online", this.connectNow);
    this.goOnAt(this.position);
    this.socket?.close();
  }

  private readonly connectNow = (): void => {
    if (this.socket === null) this.connect();
  };

  private connect(): void {
    if (this.closed) return;
    clearTimeout(this.retry);
    const socket = new WebSocket(this.options.url);
    this.socket = socket;
    this.ready = false;
    this.stopSent = false;
    this.heard_ms = Date.now();
    socket.onopen = () => socket.send(JSON.stringify(this.options.start()));
    socket.onmessage = ({ data }) => this.take(JSON.parse(data as string) as LiveMessage);
    socket.onclose = () => this.onClosed(socket);
  }

  private onClosed(socket: WebSocket): void {
    if (this.socket !== socket) return;
    this.socket = null;
    this.ready = false;
    this.goOnAt(this.position);
    this.options.onConnected(false);
    if (this.closed) return;
    this.retry = setTimeout(() => this.connect(), backoffDelay_ms(this.failures));
    this.failures += 1;
  }

  private take(message: LiveMessage): void {
    this.heard_ms = Date.now();
    if (message.type === "ready") this.begin(message);
    else if (message.type === "ack") this.options.buffer.forget(message.received);
    else if (message.type === "error") this.takeError(message);
    this.options.onMessage(message);
    if (message.type === "ended") this.close();
  }

  private begin(ready: Ready): void {
    this.failures = 0;
    this.ready = true;
    this.usesOpus = this.options.opus === true && ready.forms?.includes("opus") === true;
    this.goOnAt(ready.received);
    this.options.onReady(ready);
    this.options.onConnected(true);
    this.tick();
  }

  private takeError(error: LiveError): void {
    if (error.code === "sound_missing") {
      this.goOnAt(Number(error.data.expected ?? this.position));
      this.stopSent = false;
    } else if (error.code === "not_authenticated") {
      this.stopping = true;
      this.options.onSignedOut(error);
    } else if (error.fatal && LASTING_CODES.has(error.code)) {
      this.close();
      this.options.onFailed(error);
    }
  }

  private readonly tick = (): void => {
    const { socket } = this;
    if (socket === null || !this.ready) return;
    if (Date.now() - this.heard_ms > SILENT_AFTER_MS && this.position < this.options.buffer.end) {
      socket.close();
      this.onClosed(socket);
      return;
    }
    this.sendSound(socket);
    if (!this.stopping || this.stopSent) return;
    if (this.opus !== null && this.options.buffer.end - this.position < PACKET_SAMPLES) {
      void this.finishOpus(socket, this.opus);
      return;
    }
    if (this.position < this.options.buffer.end) return;
    this.stopSent = true;
    socket.send(JSON.stringify({ type: "stop", samples: this.position }));
  };

  private sendSound(socket: WebSocket): void {
    const { buffer } = this.options;
    if (this.position < buffer.start) {
      // More was recorded without a connection than can be kept: silence takes its place.
      this.goOnAt(buffer.start);
      socket.send(JSON.stringify({ type: "gap", until: buffer.start }));
    }
    if (this.usesOpus) {
      this.sendOpus(socket);
      return;
    }
    while (socket.bufferedAmount < MOST_BUFFERED_BYTES) {
      const sound = buffer.read(this.position);
      if (sound === null) return;
      const piece = sound.subarray(0, SAMPLE_RATE_HZ);
      socket.send(packFrame(this.position, piece));
      this.position += piece.length;
    }
  }

  private sendOpus(socket: WebSocket): void {
    this.opus ??= new OpusSender(
      this.position,
      (frame) => {
        if (socket === this.socket) socket.send(frame);
      },
      () => {
        // The encoder of this device does not work after all.
        const sent = this.opus?.sent ?? this.position;
        this.usesOpus = false;
        this.goOnAt(sent);
      },
    );
    while (socket.bufferedAmount < MOST_BUFFERED_BYTES && !this.opus.isFull) {
      const sound = this.options.buffer.take(this.position, PACKET_SAMPLES);
      if (sound === null) return;
      this.opus.push(sound);
      this.position += sound.length;
    }
  }

  /** What is left when the talk ends is less than a packet, and goes as PCM. */
  private async finishOpus(socket: WebSocket, opus: OpusSender): Promise<void> {
    this.ready = false;
    const rest = await opus.finish();
    if (this.socket !== socket) return;
    this.ready = true;
    this.usesOpus = false;
    this.goOnAt(rest);
    this.tick();
  }

  /** The next sample to send; an encoder that was elsewhere is of no use. */
  private goOnAt(position: number): void {
    this.opus?.close();
    this.opus = null;
    this.position = position;
  }
}
