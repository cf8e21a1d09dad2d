import { MicrophoneError } from "./pcm-source";
import type { MicrophoneProblem, PcmSource } from "./pcm-source";

const SAMPLE_RATE_HZ = 16_000;
const PIECE_S = 0.1;

/** Collects what the audio thread gives (128 samples at a time) and hands it over as 16-bit samples. */
const WORKLET = `
class Tap extends AudioWorkletProcessor {
  constructor() {
    super();
    this.size = Math.round(sampleRate * ${PIECE_S});
    this.piece = new Int16Array(this.size);
    this.filled = 0;
  }
  process([input]) {
    for (const sample of input[0] ?? []) {
      this.piece[this.filled++] = Math.max(-1, Math.min(1, sample)) * 32767;
      if (this.filled === this.size) {
        this.port.postMessage(this.piece.buffer, [this.piece.buffer]);
        this.piece = new Int16Array(this.size);
        this.filled = 0;
      }
    }
    return true;
  }
}
registerProcessor("tap", Tap);
`;

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
};

class BrowserMicrophone implements PcmSource {
  readonly worksInBackground = false;
  private media: MediaStream | null = null;
  private context: AudioContext | null = null;

  async start(onPcm: (pcm: Int16Array, sampleRate_hz: number) => void): Promise<void> {
    try {
      await this.open(onPcm);
    } catch (error) {
      await this.stop();
      const name = error instanceof Error ? error.name : "";
      throw new MicrophoneError(PROBLEM_BY_NAME[name] ?? "microphone_busy", { cause: error });
    }
  }

  async stop(): Promise<void> {
    this.media?.getTracks().forEach((track) => track.stop());
    this.media = null;
    await this.context?.close();
    this.context = null;
  }

  /** Everything that takes time comes before the microphone is opened: from then on every word counts. */
  private async open(onPcm: (pcm: Int16Array, sampleRate_hz: number) => void): Promise<void> {
    const context = new AudioContext({ sampleRate: SAMPLE_RATE_HZ });
    this.context = context;
    const module = URL.createObjectURL(new Blob([WORKLET], { type: "text/javascript" }));
    await context.audioWorklet.addModule(module);
    URL.revokeObjectURL(module);
    const tap = new AudioWorkletNode(context, "tap", { numberOfOutputs: 0 });
    tap.port.onmessage = ({ data }: MessageEvent<ArrayBuffer>) =>
      onPcm(new Int16Array(data), context.sampleRate);
    await context.resume();
    this.media = await navigator.mediaDevices.getUserMedia(CONSTRAINTS);
    context.createMediaStreamSource(this.media).connect(tap);
  }
}

export function openMicrophone(): PcmSource {
  return new BrowserMicrophone();
}
