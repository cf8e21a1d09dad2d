interface Stream {
  samples: number[];
  isOver: boolean;
}

// As a browser counts them.
const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 3;
const HEADER_BYTES = 8;
const RATE_HZ = 16_000;

/** `/ws/live` as our server speaks it, in memory: sound is taken once, in order, and acknowledged when it is kept. */
export class FakeLiveServer {
  readonly streams = new Map<string, Stream>();
  /** It refuses to begin another talk. */
  isFull = false;
  private readonly sockets = new Set<FakeSocket>();

  connect(): WebSocket {
    const socket = new FakeSocket(this);
    this.sockets.add(socket);
    return socket as unknown as WebSocket;
  }

  /** The network breaks: what is on its way, in either direction, is lost. */
  cut(): void {
    this.sockets.forEach((socket) => socket.breakOff());
    this.sockets.clear();
  }

  /** Nobody has been connected for long: every talk ends with what there is of it. */
  endAll(): void {
    this.cut();
    this.streams.forEach((stream) => (stream.isOver = true));
  }

  ask(streamId: string): { samples: number; isOver: boolean } | null {
    const stream = this.streams.get(streamId);
    return stream === undefined ? null : { samples: stream.samples.length, isOver: stream.isOver };
  }

  start(socket: FakeSocket, streamId: string): void {
    if (this.isFull && !this.streams.has(streamId)) {
      refuse(socket, "too_many_streams");
      return;
    }
    const stream = this.streams.get(streamId) ?? { samples: [], isOver: false };
    this.streams.set(streamId, stream);
    if (stream.isOver) {
      refuse(socket, "stream_ended");
      return;
    }
    socket.stream = stream;
    socket.answer({ type: "ready", received: stream.samples.length, utterances: 0, waiting: [] });
  }

  sound(socket: FakeSocket, frame: ArrayBuffer): void {
    const { stream } = socket;
    if (stream === null || stream.isOver) return;
    const first = new DataView(frame).getUint32(4, true);
    const samples = [...new Int16Array(frame.slice(HEADER_BYTES))];
    const expected = stream.samples.length;
    if (first > expected) {
      socket.answer({ type: "error", code: "sound_missing", fatal: false, data: { expected } });
      return;
    }
    stream.samples.push(...samples.slice(expected - first));
    socket.answer({ type: "ack", received: stream.samples.length });
  }

  stop(socket: FakeSocket, samples: number): void {
    const { stream } = socket;
    if (stream === null || stream.samples.length < samples) return;
    stream.isOver = true;
    socket.answer({ type: "ended", duration_s: stream.samples.length / RATE_HZ });
  }
}

function refuse(socket: FakeSocket, code: string): void {
  socket.answer({ type: "error", code, fatal: true, data: {} });
  socket.hangUp();
}

/** One end of a connection. Everything arrives a moment later, or never. */
class FakeSocket {
  readyState: number = CONNECTING;
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  stream: Stream | null = null;
  private isBroken = false;
  private readonly server: FakeLiveServer;

  constructor(server: FakeLiveServer) {
    this.server = server;
    this.soon(() => {
      this.readyState = OPEN;
      this.onopen?.();
    });
  }

  send(data: string | ArrayBuffer): void {
    this.soon(() => {
      if (typeof data !== "string") this.server.sound(this, data);
      else this.hear(JSON.parse(data) as { type: string; stream_id?: string; samples?: number });
    });
  }

  answer(message: object): void {
    this.soon(() => this.onmessage?.({ data: JSON.stringify({ lag_s: 0, ...message }) }));
  }

  hangUp(): void {
    this.soon(() => {
      this.readyState = CLOSED;
      this.onclose?.();
    });
  }

  breakOff(): void {
    this.isBroken = true;
    this.readyState = CLOSED;
    setTimeout(() => this.onclose?.(), 1);
  }

  close(): void {
    this.isBroken = true;
    this.readyState = CLOSED;
  }

  private hear(message: { type: string; stream_id?: string; samples?: number }): void {
    if (message.type === "start") this.server.start(this, message.stream_id ?? "");
    if (message.type === "stop") this.server.stop(this, message.samples ?? 0);
  }

  private soon(work: () => void): void {
    setTimeout(() => {
      if (!this.isBroken) work();
    }, 10);
  }
}
