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

/** In order of preference: Chromium and Firefox take the first, Safari the second. */
const FORMATS = [
  { mimeType: "audio/webm;codecs=opus", extension: "webm" },
  { mimeType: "audio/mp4;codecs=mp4a.40.2", extension: "m4a" },
  { mimeType: "audio/mp4", extension: "m4a" },
  { mimeType: "audio/ogg;codecs=opus", extension: "ogg" },
] as const;

export type AudioFormat = (typeof FORMATS)[number];

/** Raises `MicrophoneError` where the browser cannot record. */
export function recordingFormat(): AudioFormat {
  if (!window.isSecureContext) throw new MicrophoneError("insecure_origin");
  const format =
    typeof MediaRecorder === "undefined"
      ? undefined
      : FORMATS.find(({ mimeType }) => MediaRecorder.isTypeSupported(mimeType));
  if (format === undefined) throw new MicrophoneError("unsupported");
  return format;
}

/** The voice as it is: what makes calls pleasant also flattens how somebody sounds. */
const CONSTRAINTS: MediaStreamConstraints = {
  audio: {
    channelCount: { ideal: 1 },
    echoCancellation: false,
    noiseSuppression: false,
    autoGainControl: false,
  },
};

const PROBLEM_BY_NAME: Record<string, MicrophoneProblem> = {
  NotAllowedError: "permission_denied",
  SecurityError: "permission_denied",
  NotFoundError: "no_microphone",
  OverconstrainedError: "no_microphone",
  NotReadableError: "microphone_busy",
  AbortError: "microphone_busy",
};

/** Raises `MicrophoneError`. */
export async function openMicrophone(): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia(CONSTRAINTS);
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    throw new MicrophoneError(PROBLEM_BY_NAME[name] ?? "microphone_busy", { cause: error });
  }
}
