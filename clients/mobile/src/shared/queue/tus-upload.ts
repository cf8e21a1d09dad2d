import { DetailedError, Upload } from "tus-js-client";
import type { HttpStack, UploadOptions } from "tus-js-client";

import { networkProblem, problemFromText } from "@/shared/api/problem";
import type { ApiProblem } from "@/shared/api/problem";

import type { QueueItem } from "./item";
import type { SendOptions } from "./transport";

/** What is lost at most when the connection breaks on a server that keeps whole requests only. */
const CHUNK_BYTES = 256 * 1024;

interface TusOptions {
  /** The server's `/api/v1/uploads/`. */
  endpoint: string;
  headers: () => Record<string, string>;
  /** SHA-256 in lower-case hexadecimal. */
  digest: (bytes: Uint8Array<ArrayBuffer>) => Promise<string>;
  /** Left out: the platform's own. */
  httpStack?: HttpStack;
}

/** Sends one file by tus 1.0 (https://tus.io/protocols/resumable-upload). Rejects with an `ApiProblem`. */
export async function tusUpload(
  item: QueueItem,
  file: Uint8Array<ArrayBuffer>,
  send: SendOptions,
  { endpoint, headers, digest, httpStack }: TusOptions,
): Promise<void> {
  const metadata = metadataOf(item, await digest(file));
  await new Promise<void>((resolve, reject) => {
    const options: UploadOptions = {
      // A refused question for the offset must come to us: the library would begin anew.
      endpoint: send.uploadUrl === null ? endpoint : null,
      uploadUrl: send.uploadUrl,
      metadata,
      headers: headers(),
      chunkSize: CHUNK_BYTES,
      // When to try again is decided by the queue, which survives the app.
      retryDelays: null,
      fileReader: { openFile: (bytes: Uint8Array) => Promise.resolve(new BytesSource(bytes)) },
      fingerprint: () => Promise.resolve(item.id),
      urlStorage: noteUrl(send.onUrl),
      onProgress: send.onSent,
      onSuccess: () => resolve(),
      onError: (error) => reject(problemOf(error)),
    };
    // The library looks at what its own reader gets; the declared types name browser inputs only.
    const input = file as unknown as Blob;
    const upload = new Upload(input, httpStack === undefined ? options : { ...options, httpStack });
    send.signal.addEventListener("abort", () => {
      void upload.abort().catch(() => undefined);
      reject(networkProblem());
    });
    if (send.signal.aborted) reject(networkProblem());
    else upload.start();
  });
}

function metadataOf(item: QueueItem, sha256: string): Record<string, string> {
  return {
    recording_id: item.id,
    filename: `recording-${item.recordedAt.slice(0, 19).replaceAll(":", "-")}.wav`,
    filetype: "audio/wav",
    source: item.source,
    recorded_at: item.recordedAt,
    conversation_id: item.conversationId,
    sha256,
    ...(item.language === null ? {} : { language: item.language }),
    ...(item.conversationTitle === null ? {} : { conversation_title: item.conversationTitle }),
  };
}

/** The library waits for its store before it sends a byte: the address is on disk by then. */
function noteUrl(onUrl: SendOptions["onUrl"]): NonNullable<UploadOptions["urlStorage"]> {
  return {
    findAllUploads: () => Promise.resolve([]),
    findUploadsByFingerprint: () => Promise.resolve([]),
    removeUpload: () => Promise.resolve(),
    addUpload: async (fingerprint, { uploadUrl }) => {
      if (uploadUrl !== null) await onUrl(uploadUrl);
      return fingerprint;
    },
  };
}

class BytesSource {
  readonly size: number;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.size = bytes.byteLength;
  }

  slice(start: number, end: number) {
    const part = this.bytes.slice(start, end);
    const value = Object.assign(part, { size: part.byteLength });
    return Promise.resolve({ value, done: end >= this.size });
  }

  close(): void {
    // The bytes belong to the caller.
  }
}

function problemOf(error: Error): ApiProblem {
  const response = error instanceof DetailedError ? error.originalResponse : null;
  if (response === null || response.getStatus() === 0) return networkProblem();
  const retryAfter = response.getHeader("Retry-After") ?? null;
  return problemFromText(response.getStatus(), response.getBody(), retryAfter);
}
