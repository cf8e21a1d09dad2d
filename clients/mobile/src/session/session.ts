import { randomUUID } from "expo-crypto";

import { openMicrophone } from "@/features/capture/microphone";
import { Recorder } from "@/features/capture/recorder";
import type { SignedIn } from "@/shared/account/accounts";
import { createApi } from "@/shared/api/client";
import type { Api } from "@/shared/api/client";
import type { Changes } from "@/shared/api/types";
import { LibraryStore } from "@/shared/library/store";
import { NetworkWatch } from "@/shared/network/network";
import type { PreferencesStore } from "@/shared/preferences/preferences";
import { RecordingQueue } from "@/shared/queue/queue";
import { QueueRunner } from "@/shared/queue/runner";
import { serverTransport } from "@/shared/queue/server-transport";
import { openSqlStore } from "@/shared/queue/sql-store";
import type { SqlDatabase } from "@/shared/queue/sql-store";
import type { Services } from "@/shared/services/context";
import { Synchroniser } from "@/shared/sync/synchroniser";

import { afterRecording } from "./after-recording";

interface Options {
  signedIn: SignedIn;
  token: string;
  database: SqlDatabase;
  preferences: PreferencesStore;
  onSignedOut: () => void;
}

/** Everything that runs for one signed-in person. Made once, outlives every screen. */
export class Session implements Services {
  readonly signedIn: SignedIn;
  readonly api: Api;
  readonly library = new LibraryStore();
  readonly network = new NetworkWatch();
  readonly queue: RecordingQueue;
  readonly recorder: Recorder;
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
    this.api = createApi(access, onEnded);
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
      onAwake: () => this.runner.kick(),
    });
    this.synchroniser = new Synchroniser({
      access,
      api: this.api,
      onChanges: (changes) => this.onChanges(changes),
      onSignedOut: onEnded,
    });
  }

  async start(): Promise<void> {
    await this.queue.start();
    await this.network.start();
    this.runner.start();
    this.synchroniser.start();
    void this.askAboutSafeOnes();
  }

  /** For the system's background task: no screen, no push, no recorder. */
  async sendWithoutScreen(): Promise<void> {
    await this.queue.start();
    await this.network.start();
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
    this.runner.stop();
    this.network.stop();
  }

  /** The app came to the front: timers and sockets may have slept. */
  wake(): void {
    void this.recorder.look();
    void this.synchroniser.catchUp();
    this.runner.kick();
  }

  /** The preferences of the queue changed, or somebody wants it to be quick. */
  kick(): void {
    this.runner.kick();
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
      await this.queue.note(id, { type: "serverHas", analysisDone: analysis.state === "done" });
    }
    for (const id of changes.deleted_recording_ids) {
      await this.queue.note(id, { type: "deletedOnServer" });
    }
  }

  /** What was analysed while this app was not running is in no change that we hear of. */
  private async askAboutSafeOnes(): Promise<void> {
    for (const { id, state } of this.queue.snapshot()) {
      if (state !== "safe") continue;
      await this.queue.ask(id).catch(() => undefined);
    }
  }
}

/** Recordings belong to a person on a server: another one on this phone neither sees nor sends them. */
export function ownerOf({ server, userId }: SignedIn): string {
  return `${server} ${userId}`;
}
