import { createContext, use, useSyncExternalStore } from "react";

import type { CaptureSession } from "./capture-session";
import type { RecorderState } from "./recorder";
import type { QueuedUpload } from "./upload-queue";

export const CaptureContext = createContext<CaptureSession | null>(null);

export function useCapture(): CaptureSession {
  const session = use(CaptureContext);
  if (session === null) throw new Error("CaptureContext is missing above this component.");
  return session;
}

export function useRecorder(): RecorderState {
  const { recorder } = useCapture();
  return useSyncExternalStore(recorder.subscribe, recorder.snapshot);
}

export function useUploads(): readonly QueuedUpload[] {
  const { queue } = useCapture();
  return useSyncExternalStore(queue.subscribe, queue.snapshot);
}

export function useUpload(id: string): QueuedUpload | undefined {
  return useUploads().find((upload) => upload.id === id);
}
