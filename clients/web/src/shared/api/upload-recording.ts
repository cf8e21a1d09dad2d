import { csrfToken } from "./csrf";
import { networkProblem, problemFromText } from "./problem";
import { uploadInPieces } from "./resumable-upload";
import { noteSignedOut } from "./signed-out";
import type { Recording } from "./types";

const UPLOAD_PATH = "/api/v1/recordings";
/** Some minutes of speech. Up to here one request is quicker than four, and repeated quickly. */
const ONE_REQUEST_BYTES = 1_000_000;

export interface RecordingUpload {
  /** Made by this client: the same one again never makes a second recording. */
  id: string;
  source: Recording["source"];
  fileName: string;
  language: string | null;
  /** ISO 8601; null when it is not known. */
  recordedAt: string | null;
}

export interface UploadOptions {
  onSent: (sent_bytes: number) => void;
  signal: AbortSignal;
}

/**
 * Sends one audio file; a long one so that an interrupted upload goes on where it was.
 * Rejects with an `ApiProblem`; an abort counts as a network problem.
 */
export function uploadRecording(
  upload: RecordingUpload,
  audio: Blob,
  options: UploadOptions,
): Promise<Recording> {
  const send = audio.size > ONE_REQUEST_BYTES ? uploadInPieces : uploadAtOnce;
  return send(upload, audio, options);
}

/** XMLHttpRequest, because fetch cannot tell how much has been sent. */
function uploadAtOnce(
  upload: RecordingUpload,
  audio: Blob,
  options: UploadOptions,
): Promise<Recording> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", UPLOAD_PATH);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.upload.onprogress = (event) => options.onSent(event.loaded);
    request.onerror = () => reject(networkProblem());
    request.onabort = () => reject(networkProblem());
    request.onload = () => {
      const { status, responseText } = request;
      if (status === 200 || status === 201) {
        resolve(JSON.parse(responseText) as Recording);
        return;
      }
      const retryAfter = request.getResponseHeader("Retry-After");
      const problem = problemFromText(status, responseText, retryAfter);
      noteSignedOut(problem);
      reject(problem);
    };
    options.signal.addEventListener("abort", () => request.abort());
    request.send(formOf(upload, audio));
  });
}

function formOf(upload: RecordingUpload, audio: Blob): FormData {
  const form = new FormData();
  form.append("id", upload.id);
  form.append("source", upload.source);
  if (upload.language !== null) form.append("language", upload.language);
  if (upload.recordedAt !== null) form.append("recorded_at", upload.recordedAt);
  form.append("audio", audio, upload.fileName);
  return form;
}
