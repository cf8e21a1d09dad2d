import type { LinkState, LiveMessage } from "./link-machine";
import type { StreamSound } from "./sound";

/** What the connection of one live talk needs of the phone and of the server. */
export interface LinkDependencies {
  streamId: string;
  conversationId: string;
  opened: boolean;
  sound: StreamSound;
  openSocket: () => WebSocket;
  /** There is a network, and the person lets it be used. */
  mayConnect: () => boolean;
  isRecording: () => boolean;
  /** First utterance whose final words may have been missed. */
  finalsFrom: () => number;
  /** What is spoken; null: the engine decides. */
  language: () => Promise<string | null>;
  /** Of the talk's recording; null: there is none. Rejects when the server does not answer. */
  askServer: () => Promise<{ samples: number; isOver: boolean } | null>;
  /** Each resolves when it is on disk. */
  onOpened: () => Promise<void>;
  onHas: (samples: number) => Promise<void>;
  onOver: (samples: number) => Promise<void>;
  onDeleted: () => Promise<void>;
  onMessage: (message: LiveMessage, state: LinkState) => void;
  onState: (state: LinkState) => void;
}
