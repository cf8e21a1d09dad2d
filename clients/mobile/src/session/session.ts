import { randomUUID } from "expo-crypto";

import { openMicrophone } from "@/features/capture/microphone";
import { Recorder } from "@/features/capture/recorder";
import { LiveTalk } from "@/features/live/talk";
import type { SignedIn } from "@/shared/account/accounts";
import { createApi } from "@/shared/api/client";
import type { Access, Api } from "@/shared/api/client";
import type { Changes } from "@/shared/api/types";
import { deviceLanguage } from "@/shared/i18n/setup";
import { LibraryStore } from "@/shared/library/store";
import { LiveStreams } from "@/shared/live/live-streams";
import { NetworkWatch } from "@/shared/network/network";
import { Notices } from "@/shared/notices/notices";
import type { PreferencesStore } from "@/shared/preferences/preferences";
import { RecordingQueue } from "@/shared/queue/queue";
import { QueueRunner } from "@/shared/queue/runner";
import { serverTransport } from "@/shared/queue/server-transport";
import { openSqlStore } from "@/shared/queue/sql-store";
import type { SqlDatabase } from "@/shared/queue/sql-store";
import type { Services } from "@/shared/services/context";
import { News } from "@/shared/sync/news";
import { Synchroniser } from "@/shared/sync/synchroniser";

import { afterRecording } from "./after-recording";
import { liveLinkOf } from "./live-link-of";
import { systemNotices } from "./system-notices";

interface Options {
  signedIn: SignedIn;
  token: string;
  database: SqlDatabase;
  preferences: PreferencesStore;
  onSignedOut: () => void;
}

/** The system gives an app that is not in front half a minute. */
const TALKS_WITHOUT_SCREEN_MS = 15_000;

/** Everything that runs for one signed-in person. Made once, outlives every screen. */
export class Session implements Services {
  readonly signedIn: SignedIn;
  readonly api: Api;
  readonly library = new LibraryStore();
  readonly network = new NetworkWatch();
  readonly queue: RecordingQueue;
  readonly recorder: Recorder;
  readonly talk: LiveTalk;
  readonly news = new News();
  readonly notices: Notices;
  private readonly preferences: PreferencesStore;
  private readonly streams: LiveStreams;
  private readonly runner: QueueRunner;
  private readonly synchroniser: Synchroniser;

  static async open(options: Options): Promise<Session> {
    return new Session(options, await openSqlStore(options.database));
  }

  private constructor(
    { signedIn, token, preferences, onSignedOut }: Options,
    store: Awaited<ReturnType<typeof openSqlStore>>,
  ) {
    const access = { server: signedIn.server, token };
    const onEnded = this.onceAfterRecording(onSignedOut);
    this.signedIn = signedIn;
    this.preferences = preferences;
    this.api = createApi(access, onEnded);
    this.notices = new Notices(this.api, systemNotices, preferences);
    this.queue = new RecordingQueue({
      owner: ownerOf(signedIn),
      store,
      transport: serverTransport(access, this.api),
      now_ms: Date.now,
      random: Math.random,
      conditions: () => ({
        ...this.network.snapshot(),
        wifiOnly: preferences.snapshot().wifiOnly,
        runningConversationId: this.runningConversationId(),
      }),
      dropRule: () => preferences.snapshot().dropRule,
    });
    this.runner = new QueueRunner(this.queue, this.network);
    this.recorder = new Recorder({
      queue: this.queue,
      openMicrophone,
      newId: randomUUID,
      now_ms: Date.now,
      onLiveSound: (sound) => this.streams.push(sound),
      streamState: (streamId) => this.streams.stateOf(streamId),
      onAwake: () => this.runner.kick(),
    });
    this.talk = new LiveTalk(this.recorder);
    this.streams = this.openStreams(access, preferences);
    this.synchroniser = new Synchroniser({
      access,
      api: this.api,
      onChanges: (changes) => this.onChanges(changes),
      onEvent: ({ type }) => {
        if (type === "conversation.changed" || type === "recording.deleted") this.news.note();
      },
      onConnected: () => this.news.note(),
      onSignedOut: onEnded,
    });
  }

  async start(): Promise<void> {
    await this.queue.start();
    await this.network.start();
    this.runner.start();
    this.streams.start();
    this.synchroniser.start();
    void this.askAboutSafeOnes();
    void this.notices.refresh(this.preferences.snapshot().uiLanguage ?? deviceLanguage());
  }

  /** For the system's background task: no screen, no push, no recorder. */
  async sendWithoutScreen(): Promise<void> {
    await this.queue.start();
    await this.network.start();
    this.streams.start();
    await this.streams.settled(TALKS_WITHOUT_SCREEN_MS);
    this.streams.stop();
    await this.queue.pump();
    this.network.stop();
  }

  /** Sends what is due now. */
  async sendDue(): Promise<void> {
    await this.queue.pump();
  }

  async stop(): Promise<void> {
    await this.recorder.stop();
    this.synchroniser.stop();
    this.streams.stop();
    this.runner.stop();
    this.network.stop();
  }

  /** The app came to the front: timers and sockets may have slept. */
  wake(): void {
    void this.recorder.look();
    void this.synchroniser.catchUp();
    this.kick();
  }

  /** The preferences of the queue changed, or somebody wants it to be quick. */
  kick(): void {
    this.runner.kick();
    this.streams.hurry();
  }

  private openStreams(access: Access, preferences: PreferencesStore): LiveStreams {
    const streams = new LiveStreams({
      queue: this.queue,
      runningStreamId: () => {
        const { phase, streamId } = this.recorder.snapshot();
        return phase === "idle" ? null : streamId;
      },
      link: {
        ...liveLinkOf(access, this.api),
        mayConnect: () => {
          const { isOnline, isOnWifi } = this.network.snapshot();
          return isOnline && (isOnWifi || !preferences.snapshot().wifiOnly);
        },
        finalsFrom: (streamId) => this.talk.finalsFrom(streamId),
      },
    });
    streams.subscribe(this.talk.take);
    this.network.subscribe(() => streams.hurry());
    this.recorder.subscribe(() => {
      if (this.recorder.snapshot().phase === "idle") streams.hurry();
    });
    return streams;
  }

  /** The session ended on the server: each refused request says so again. */
  private onceAfterRecording(work: () => void): () => void {
    let isNoted = false;
    return () => {
      if (isNoted) return;
      isNoted = true;
      afterRecording(this.recorder, work);
    };
  }

  private runningConversationId(): string | null {
    const { phase, conversationId } = this.recorder.snapshot();
    return phase === "idle" ? null : conversationId;
  }

  private async onChanges(changes: Changes): Promise<void> {
    this.library.put(changes);
    for (const { id, analysis } of changes.recordings) {
      const analysisDone = analysis.state === "done";
      await this.queue.note(id, { type: "serverHas", analysisDone });
      if (analysisDone) await this.queue.noteStream(id, { type: "streamCaptioned" });
    }
    for (const id of changes.deleted_recording_ids) {
      await this.queue.note(id, { type: "deletedOnServer" });
      await this.queue.noteStream(id, { type: "deletedOnServer" });
    }
    if (tellsOfConversations(changes)) this.news.note();
  }

  /** What was analysed while this app was not running is in no change that we hear of. */
  private async askAboutSafeOnes(): Promise<void> {
    for (const { id, state } of this.queue.snapshot()) {
      if (state !== "safe") continue;
      await this.queue.ask(id).catch(() => undefined);
    }
  }
}

function tellsOfConversations(changes: Changes): boolean {
  const { recordings, deleted_recording_ids, conversations, trashed_conversation_ids } = changes;
  const lists = [recordings, deleted_recording_ids, conversations, trashed_conversation_ids];
  return lists.some((list) => list.length > 0);
}

/** Recordings belong to a person on a server: another one on this phone neither sees nor sends them. */
export function ownerOf({ server, userId }: SignedIn): string {
  return `${server} ${userId}`;
}
