import type { Recorder } from "@/features/capture/recorder";

/** Does `work` now, or once the running recording has ended: nothing may cut somebody off in mid-sentence. */
export function afterRecording(
  recorder: Pick<Recorder, "snapshot" | "subscribe">,
  work: () => void,
): void {
  if (recorder.snapshot().phase === "idle") {
    work();
    return;
  }
  const stop = recorder.subscribe(() => {
    if (recorder.snapshot().phase !== "idle") return;
    stop();
    work();
  });
}
