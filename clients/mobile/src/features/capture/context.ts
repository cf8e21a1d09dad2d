import { createContext, use, useEffect, useState, useSyncExternalStore } from "react";

import type { Recorder, RecorderState } from "./recorder";

export const RecorderContext = createContext<Recorder | null>(null);

export function useRecorder(): Recorder {
  const recorder = use(RecorderContext);
  if (recorder === null) throw new Error("RecorderContext is missing above this component.");
  return recorder;
}

export function useRecorderState(): RecorderState {
  const recorder = useRecorder();
  return useSyncExternalStore(recorder.subscribe, recorder.snapshot);
}

/** In [0, 1]. */
export function useLevel(): number {
  const recorder = useRecorder();
  const [level, setLevel] = useState(0);
  useEffect(() => recorder.subscribeLevel(setLevel), [recorder]);
  return level;
}
