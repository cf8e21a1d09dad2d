import { measureLevel } from "@/shared/microphone/level";
import type { Level } from "@/shared/microphone/level";
import { MicrophoneError, openMicrophone } from "@/shared/microphone/microphone";

const PROCESSOR = "live-microphone";
const PROCESSOR_URL = `${import.meta.env.BASE_URL}live-microphone.js`;

export interface MicrophoneListeners {
  /** A tenth of a second at 16 kHz. */
  onSound: (sound: Int16Array) => void;
  onLevel: (level: Level) => void;
  /** It was unplugged or taken away. */
  onLost: () => void;
}

/** The microphone as 16 kHz mono, without the processing that flattens a voice. */
export class MicrophoneSource {
  private readonly stream: MediaStream;
  private readonly context: AudioContext;

  private constructor(stream: MediaStream, context: AudioContext) {
    this.stream = stream;
    this.context = context;
  }

  /** Raises `MicrophoneError`. */
  static async open(listeners: MicrophoneListeners): Promise<MicrophoneSource> {
    if (!window.isSecureContext) throw new MicrophoneError("insecure_origin");
    if (typeof AudioWorkletNode === "undefined") throw new MicrophoneError("unsupported");
    const stream = await openMicrophone();
    const context = new AudioContext();
    const source = new MicrophoneSource(stream, context);
    try {
      await context.audioWorklet.addModule(PROCESSOR_URL);
      await context.resume();
    } catch (error) {
      source.close();
      throw new MicrophoneError("unsupported", { cause: error });
    }
    const node = new AudioWorkletNode(context, PROCESSOR, { numberOfOutputs: 0 });
    node.port.onmessage = ({ data }: MessageEvent<Int16Array>) => {
      listeners.onSound(data);
      listeners.onLevel(measureLevel(Float32Array.from(data, (sample) => sample / 32768)));
    };
    context.createMediaStreamSource(stream).connect(node);
    stream.getAudioTracks().forEach((track) => {
      track.onended = listeners.onLost;
    });
    return source;
  }

  /** Push-to-talk: the microphone stays open, and gives silence. */
  setMuted(isMuted: boolean): void {
    this.stream.getAudioTracks().forEach((track) => {
      track.enabled = !isMuted;
    });
  }

  close(): void {
    this.stream.getTracks().forEach((track) => {
      track.onended = null;
      track.stop();
    });
    void this.context.close();
  }
}
