/** One reading of the microphone. */
export interface Level {
  /** Largest absolute sample, in [0, 1]. */
  peak: number;
  /** Root mean square in decibels relative to full scale; -Infinity for digital silence. */
  rms_db: number;
}

export type LevelWarning = "silent" | "clipping";

/** `samples`: (time,) float32 in [-1, 1]. */
export function measureLevel(samples: Float32Array): Level {
  let peak = 0;
  let sumOfSquares = 0;
  for (const sample of samples) {
    peak = Math.max(peak, Math.abs(sample));
    sumOfSquares += sample * sample;
  }
  const rms = samples.length === 0 ? 0 : Math.sqrt(sumOfSquares / samples.length);
  return { peak, rms_db: 20 * Math.log10(rms) };
}

const QUIETEST_DB = -60;

/** Height of a bar, in [0, 1]: -60 dB and below is 0, full scale is 1. */
export function barHeight(rms_db: number): number {
  return Math.min(1, Math.max(0, 1 - rms_db / QUIETEST_DB));
}

/** Even a quiet room gives more than this, about -60 dB; a muted microphone gives zeros. */
const SILENT_PEAK = 0.001;
const SILENT_AFTER_MS = 3_000;
const CLIPPING_PEAK = 0.99;
const CLIPPING_READINGS = 3;
const CLIPPING_SHOWN_MS = 2_000;

/** Tells when the microphone stays silent, or is driven too hard. */
export class LevelWatch {
  private lastSound_ms: number;
  private clippedReadings = 0;
  private lastClipping_ms = -Infinity;

  constructor(now_ms: number) {
    this.lastSound_ms = now_ms;
  }

  push(level: Level, now_ms: number): LevelWarning | null {
    if (level.peak > SILENT_PEAK) this.lastSound_ms = now_ms;
    this.clippedReadings = level.peak >= CLIPPING_PEAK ? this.clippedReadings + 1 : 0;
    if (this.clippedReadings >= CLIPPING_READINGS) this.lastClipping_ms = now_ms;
    if (now_ms - this.lastClipping_ms < CLIPPING_SHOWN_MS) return "clipping";
    return now_ms - this.lastSound_ms >= SILENT_AFTER_MS ? "silent" : null;
  }
}
