import { packOpus, SAMPLE_RATE_HZ } from "@api/live-frames";

/** 60 ms: few headers, and still no delay that anybody notices. */
export const PACKET_SAMPLES = 960;
const MOST_QUEUED = 32;
const CONFIG: AudioEncoderConfig = {
  codec: "opus",
  sampleRate: SAMPLE_RATE_HZ,
  numberOfChannels: 1,
  bitrate: 32_000,
  opus: { frameDuration: (PACKET_SAMPLES * 1_000_000) / SAMPLE_RATE_HZ },
};

/** Whether this browser makes packets of Opus from 16 kHz mono. */
export async function canSendOpus(): Promise<boolean> {
  if (typeof AudioEncoder === "undefined") return false;
  try {
    return (await AudioEncoder.isConfigSupported(CONFIG)).supported === true;
  } catch {
    return false;
  }
}

/**
 * Sends sound as Opus, an eighth of its size. Each packet stands for 960 samples in their order, so that positions
 * are those of PCM; what the encoder has not given out when it ends is not sent, and `finish` says from where.
 */
export class OpusSender {
  /** Everything before is sent, as sample number. */
  sent: number;
  private fed: number;
  private readonly encoder: AudioEncoder;

  constructor(first: number, send: (frame: ArrayBuffer) => void, onBroken: () => void) {
    this.sent = first;
    this.fed = first;
    this.encoder = new AudioEncoder({
      output: (packet) => {
        // A packet that goes on behind what was recorded is filled up with silence that nobody said.
        if (this.sent + PACKET_SAMPLES > this.fed) return;
        send(packOpus(this.sent, packet));
        this.sent += PACKET_SAMPLES;
      },
      error: onBroken,
    });
    this.encoder.configure(CONFIG);
  }

  get isFull(): boolean {
    return this.encoder.encodeQueueSize >= MOST_QUEUED;
  }

  /** `sound`: the next 960 samples. */
  push(sound: Int16Array<ArrayBuffer>): void {
    const data = new AudioData({
      format: "s16",
      sampleRate: SAMPLE_RATE_HZ,
      numberOfFrames: sound.length,
      numberOfChannels: 1,
      timestamp: Math.round((this.fed * 1_000_000) / SAMPLE_RATE_HZ),
      data: sound,
    });
    this.fed += sound.length;
    this.encoder.encode(data);
    data.close();
  }

  /** Everything that can be sent as Opus is sent. Returns where the rest begins. */
  async finish(): Promise<number> {
    try {
      await this.encoder.flush();
    } catch {
      // Broken, or closed in the meantime: the rest goes as PCM.
    }
    this.close();
    return this.sent;
  }

  close(): void {
    if (this.encoder.state !== "closed") this.encoder.close();
  }
}
