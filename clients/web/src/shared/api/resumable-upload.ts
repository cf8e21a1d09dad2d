import { Upload } from "tus-js-client";
import type { DetailedError } from "tus-js-client";

import { csrfToken } from "./csrf";
import { getRecording } from "./get-recording";
import { networkProblem, problemFromText } from "./problem";
import type { ApiProblem } from "./problem";
import { noteSignedOut } from "./signed-out";
import type { Recording } from "./types";
import type { RecordingUpload, UploadOptions } from "./upload-recording";

const UPLOADS_PATH = "/api/v1/uploads/";

interface Begun {
  location: string;
  offset_bytes: number;
}

/**
 * Sends a file by tus: what the server has from an earlier try, another tab or another visit is not
 * sent again, because the recording's id is all that has to be known.
 * Rejects with an `ApiProblem`; an abort counts as a network problem.
 */
export async function uploadInPieces(
  upload: RecordingUpload,
  audio: Blob,
  options: UploadOptions,
): Promise<Recording> {
  const { location, offset_bytes } = await begin(upload, audio, options.signal);
  options.onSent(offset_bytes);
  if (offset_bytes < audio.size) await sendRest(location, audio, options);
  return getRecording(upload.id);
}

async function begin(upload: RecordingUpload, audio: Blob, signal: AbortSignal): Promise<Begun> {
  const request = new Request(new URL(UPLOADS_PATH, window.location.origin), {
    method: "POST",
    headers: {
      "Tus-Resumable": "1.0.0",
      "Upload-Length": String(audio.size),
      "Upload-Metadata": metadataOf(upload, audio),
      "X-CSRFToken": csrfToken(),
    },
    signal,
  });
  const answer = await fetch(request).catch(() => Promise.reject(networkProblem()));
  const location = answer.headers.get("Location");
  if (answer.status !== 201 || location === null) {
    throw told(answer.status, await answer.text(), answer.headers.get("Retry-After"));
  }
  return { location, offset_bytes: Number(answer.headers.get("Upload-Offset")) };
}

function sendRest(uploadUrl: string, audio: Blob, options: UploadOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const sending = new Upload(audio, {
      uploadUrl,
      headers: { "X-CSRFToken": csrfToken() },
      // The queue tries again, with longer and longer pauses, and goes on from where this was.
      retryDelays: null,
      storeFingerprintForResuming: false,
      onProgress: options.onSent,
      onSuccess: () => resolve(),
      onError: (error) => reject(problemOf(error)),
    });
    options.signal.addEventListener("abort", () => {
      void sending.abort();
      reject(networkProblem());
    });
    sending.start();
  });
}

function problemOf(error: Error | DetailedError): ApiProblem {
  const answer = "originalResponse" in error ? error.originalResponse : null;
  // Not there any more: it expired or was cancelled. The next try begins a new one.
  if (!answer || answer.getStatus() === 404) return networkProblem();
  return told(answer.getStatus(), answer.getBody(), answer.getHeader("Retry-After") ?? null);
}

function told(status: number, body: string, retryAfter: string | null): ApiProblem {
  const problem = problemFromText(status, body, retryAfter);
  noteSignedOut(problem);
  return problem;
}

function metadataOf(upload: RecordingUpload, audio: Blob): string {
  const values = {
    recording_id: upload.id,
    filename: upload.fileName,
    filetype: audio.type,
    source: upload.source,
    language: upload.language,
    recorded_at: upload.recordedAt,
  };
  return Object.entries(values)
    .filter((pair): pair is [string, string] => pair[1] !== null)
    .map(([key, value]) => `${key} ${base64(value)}`)
    .join(",");
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
