import type { RecorderState } from "@/features/capture/recorder";
import { afterRecording } from "@/session/after-recording";

function recorderIn(phase: RecorderState["phase"]) {
  const listeners = new Set<() => void>();
  let now = phase;
  return {
    snapshot: () => ({ phase: now }) as RecorderState,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    become: (next: RecorderState["phase"]) => {
      now = next;
      listeners.forEach((listener) => listener());
    },
    listeners,
  };
}

test("a session that ends while somebody records waits for the end of the recording", () => {
  const recorder = recorderIn("recording");
  const work = jest.fn();
  afterRecording(recorder, work);
  recorder.become("interrupted");
  recorder.become("saving");
  expect(work).not.toHaveBeenCalled();
  recorder.become("idle");
  recorder.become("idle");
  expect(work).toHaveBeenCalledTimes(1);
  expect(recorder.listeners.size).toBe(0);
});

test("without a recording it ends at once", () => {
  const work = jest.fn();
  afterRecording(recorderIn("idle"), work);
  expect(work).toHaveBeenCalledTimes(1);
});
