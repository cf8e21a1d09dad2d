import type { capture } from "@/shared/i18n/en/capture";

export type MicrophoneProblem = keyof typeof capture.problem;

export class MicrophoneError extends Error {
  readonly problem: MicrophoneProblem;

  constructor(problem: MicrophoneProblem, options?: ErrorOptions) {
    super(problem, options);
    this.name = "MicrophoneError";
    this.problem = problem;
  }
}

/** Sound as it comes, and nothing else: everything above is the same on each platform. */
export interface PcmSource {
  /** Rejects with a `MicrophoneError`. `onPcm` gets 16-bit mono samples, about ten times a second. */
  start(onPcm: (pcm: Int16Array, sampleRate_hz: number) => void): Promise<void>;
  stop(): Promise<void>;
  /** Whether it goes on with the screen locked. Known after `start`. */
  readonly worksInBackground: boolean;
}
