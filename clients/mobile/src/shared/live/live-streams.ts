import type { LiveProtocol } from "@api/live.gen";

import type { QueueItem, StreamPart } from "@/shared/queue/item";
import type { RecordingQueue } from "@/shared/queue/queue";

import { LiveLink } from "./live-link";
import type { LinkDependencies } from "./link-dependencies";
import type { LinkState } from "./link-machine";
import { StreamSound } from "./sound";
import type { LiveSound } from "./sound";

export interface StreamNotice {
  streamId: string;
  /** Left out: only the state changed. */
  message?: LiveProtocol["server"];
  state: LinkState;
}

export interface StreamsDependencies {
  queue: RecordingQueue;
  /** The stream that is being recorded now. */
  runningStreamId: () => string | null;
  link: Pick<LinkDependencies, "mayConnect" | "language" | "openSocket"> & {
    askServer: (streamId: string) => ReturnType<LinkDependencies["askServer"]>;
    finalsFrom: (streamId: string) => number;
  };
}

interface Held {
  link: LiveLink;
  sound: StreamSound;
  overAt: number | null;
}

/**
 * All live talks that are not wholly on the server yet: the one that is spoken, and those that a lost connection or a
 * crash left behind. What is here is only made of the queue, which is on disk.
 */
export class LiveStreams {
  private readonly dependencies: StreamsDependencies;
  private readonly held = new Map<string, Held>();
  private readonly listeners = new Set<(notice: StreamNotice) => void>();
  private stopQueue: () => void = () => undefined;

  constructor(dependencies: StreamsDependencies) {
    this.dependencies = dependencies;
  }

  readonly subscribe = (listener: (notice: StreamNotice) => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  start(): void {
    this.stopQueue = this.dependencies.queue.subscribe(() => this.followQueue());
    this.followQueue();
  }

  stop(): void {
    this.stopQueue();
    this.held.forEach(({ link }) => link.stop());
    this.held.clear();
  }

  /** What a segment that begins now has to know of its stream. */
  stateOf(streamId: string): Pick<StreamPart, "opened" | "overAt"> {
    const held = this.held.get(streamId);
    return { opened: held?.link.opened ?? false, overAt: held?.overAt ?? null };
  }

  push(sound: LiveSound): void {
    const held = this.held.get(sound.streamId);
    held?.sound.push(sound);
    held?.link.look();
  }

  /** The network changed, the app came to the front, or a recording ended. */
  hurry(): void {
    this.held.forEach(({ link }) => {
      link.hurry();
      link.look();
    });
  }

  /** Resolves when the server has every talk or will not have it over this way, and at the latest after `limit_ms`. */
  settled(limit_ms: number): Promise<void> {
    const { queue } = this.dependencies;
    return new Promise((resolve) => {
      const look = (): void => {
        if (!queue.snapshot().some((item) => item.stream !== null && isUnsettled(item))) done();
      };
      const timer = setTimeout(() => done(), limit_ms);
      const stop = queue.subscribe(look);
      const done = (): void => {
        clearTimeout(timer);
        stop();
        resolve();
      };
      look();
    });
  }

  private followQueue(): void {
    for (const item of this.dependencies.queue.snapshot()) {
      const { stream } = item;
      if (stream === null || stream.overAt !== null || !isUnsettled(item)) continue;
      const held = this.held.get(stream.id);
      if (held === undefined) this.hold(item, stream);
      else if (held.overAt !== null) void this.noteOver(stream.id, held.overAt);
    }
  }

  private hold({ conversationId }: QueueItem, { id }: StreamPart): void {
    const { queue, link, runningStreamId } = this.dependencies;
    const sound = new StreamSound(queue, id);
    const opened = queue.snapshot().some(({ stream }) => stream?.id === id && stream.opened);
    const live = new LiveLink({
      ...link,
      streamId: id,
      conversationId,
      opened,
      sound,
      isRecording: () => runningStreamId() === id,
      askServer: () => link.askServer(id),
      finalsFrom: () => link.finalsFrom(id),
      onOpened: () => queue.noteStream(id, { type: "streamOpened" }),
      onHas: (samples) => queue.noteStream(id, { type: "streamHas", samples }),
      onOver: (samples) => {
        held.overAt = samples;
        return this.noteOver(id, samples);
      },
      onDeleted: () => {
        // What is said after it is something new.
        held.overAt = 0;
        return queue.noteStream(id, { type: "deletedOnServer" });
      },
      onMessage: (message, state) => this.tell({ streamId: id, message, state }),
      onState: (state) => this.tell({ streamId: id, state }),
    });
    const held: Held = { link: live, sound, overAt: null };
    this.held.set(id, held);
    live.start();
  }

  /** Also of a segment that was being written when the stream ended. */
  private noteOver(streamId: string, samples: number): Promise<void> {
    return this.dependencies.queue.noteStream(streamId, { type: "streamOver", samples });
  }

  private tell(notice: StreamNotice): void {
    this.listeners.forEach((listener) => listener(notice));
  }
}

function isUnsettled({ state }: QueueItem): boolean {
  return state === "recording" || state === "streaming";
}
