import { ApiProblem, networkProblem } from "@/shared/api/problem";
import type { Recording } from "@/shared/api/types";
import type { RecordingUpload } from "@/shared/api/upload-recording";
import { backoffDelay_ms } from "@/shared/sync/backoff";

/**
 * waiting -> uploading -> (stored: leaves the queue)
 * uploading -> waiting   no connection, or the server is busy or ill: tried again by itself
 * uploading -> refused   the server will not take it; the person decides
 * refused -> waiting     the person sends it again
 */
export type UploadState = "waiting" | "uploading" | "refused";

export interface QueuedUpload extends RecordingUpload {
  state: UploadState;
  audio: Blob;
  sent_bytes: number;
  /** Tries that failed since it was added or sent again. */
  failures: number;
  problem: ApiProblem | null;
  /** Found at the start: an earlier visit could not send it. */
  recovered: boolean;
}

interface Dependencies {
  send: (
    upload: RecordingUpload,
    audio: Blob,
    options: { onSent: (sent_bytes: number) => void; signal: AbortSignal },
  ) => Promise<Recording>;
  /** The server has it. Only now may the copy on this device go. */
  onStored: (recording: Recording) => void;
  /** The person gave it up. */
  onDiscarded: (id: string) => void;
  isOnline: () => boolean;
}

const RETRIED_STATUS = new Set([0, 401, 403, 408, 423, 425, 429, 460]);
/** Another tab went on with it, or it was damaged on the way: the next try goes on or begins anew. */
const RETRIED_CODES = new Set(["upload_offset", "audio_damaged"]);

/** Whether trying again by itself can help: no connection, signed out, too busy, or a server error. */
export function isWorthRetrying({ status, code }: ApiProblem): boolean {
  if (RETRIED_CODES.has(code)) return true;
  return RETRIED_STATUS.has(status) || (status >= 500 && status !== 507);
}

/** Sends recordings one after the other, and again until the server has answered. */
export class UploadQueue {
  private uploads: readonly QueuedUpload[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly dependencies: Dependencies;
  private current: { id: string; abort: AbortController } | null = null;
  private running = false;

  constructor(dependencies: Dependencies) {
    this.dependencies = dependencies;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): readonly QueuedUpload[] => this.uploads;

  start(): void {
    this.running = true;
    window.addEventListener("online", this.tryAllNow);
    this.sendNext();
  }

  stop(): void {
    this.running = false;
    window.removeEventListener("online", this.tryAllNow);
    this.timers.forEach((timer) => clearTimeout(timer));
    this.timers.clear();
    this.current?.abort.abort();
    this.current = null;
  }

  /** Adding the same id twice is adding it once. */
  add(upload: RecordingUpload, audio: Blob, recovered = false): void {
    if (this.uploads.some(({ id }) => id === upload.id)) return;
    const fresh = { state: "waiting", sent_bytes: 0, failures: 0, problem: null } as const;
    this.set([...this.uploads, { ...upload, ...fresh, audio, recovered }]);
    this.sendNext();
  }

  sendAgain(id: string): void {
    this.change(id, { state: "waiting", failures: 0, problem: null });
    this.clearTimer(id);
    this.sendNext();
  }

  discard(id: string): void {
    if (this.current?.id === id) this.current.abort.abort();
    this.clearTimer(id);
    this.remove(id);
    this.dependencies.onDiscarded(id);
  }

  private readonly tryAllNow = (): void => {
    this.timers.forEach((timer) => clearTimeout(timer));
    this.timers.clear();
    this.sendNext();
  };

  private sendNext(): void {
    if (!this.running || this.current !== null || !this.dependencies.isOnline()) return;
    const next = this.uploads.find(({ id, state }) => state === "waiting" && !this.timers.has(id));
    if (next) void this.send(next);
  }

  private async send(upload: QueuedUpload): Promise<void> {
    const { id, audio } = upload;
    const current = { id, abort: new AbortController() };
    this.current = current;
    this.change(id, { state: "uploading", sent_bytes: 0, problem: null });
    try {
      const recording = await this.dependencies.send(upload, audio, {
        onSent: (sent_bytes) => this.change(id, { sent_bytes: Math.min(sent_bytes, audio.size) }),
        signal: current.abort.signal,
      });
      this.dependencies.onStored(recording);
      this.remove(id);
    } catch (error) {
      this.afterFailure(id, error instanceof ApiProblem ? error : networkProblem());
    } finally {
      if (this.current === current) this.current = null;
    }
    this.sendNext();
  }

  private afterFailure(id: string, problem: ApiProblem): void {
    const upload = this.uploads.find((candidate) => candidate.id === id);
    if (!upload || !this.running) return;
    if (!isWorthRetrying(problem)) {
      this.change(id, { state: "refused", sent_bytes: 0, problem });
      return;
    }
    this.change(id, {
      state: "waiting",
      sent_bytes: 0,
      failures: upload.failures + 1,
      problem,
    });
    const wait_ms = Math.max(backoffDelay_ms(upload.failures), (problem.retryAfter_s ?? 0) * 1000);
    this.timers.set(
      id,
      setTimeout(() => {
        this.timers.delete(id);
        this.sendNext();
      }, wait_ms),
    );
  }

  private clearTimer(id: string): void {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
  }

  private change(id: string, change: Partial<QueuedUpload>): void {
    this.set(this.uploads.map((upload) => (upload.id === id ? { ...upload, ...change } : upload)));
  }

  private remove(id: string): void {
    this.set(this.uploads.filter((upload) => upload.id !== id));
  }

  private set(uploads: readonly QueuedUpload[]): void {
    this.uploads = uploads;
    this.listeners.forEach((listener) => listener());
  }
}
