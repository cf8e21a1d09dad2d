import { LevelWatch, measureLevel } from "@/shared/microphone/level";
import type { Level, LevelWarning } from "@/shared/microphone/level";

const READ_EVERY_MS = 50;
const WINDOW_SAMPLES = 2048;

/** Reads how loud a stream is. Listens only: nothing is played. */
export class LevelMeter {
  private readonly context = new AudioContext();
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(stream: MediaStream, onLevel: (level: Level, warning: LevelWarning | null) => void) {
    const analyser = this.context.createAnalyser();
    analyser.fftSize = WINDOW_SAMPLES;
    this.context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(WINDOW_SAMPLES);
    const watch = new LevelWatch(performance.now());
    void this.context.resume();
    this.timer = setInterval(() => {
      // A context that the browser has not started yet gives zeros that mean nothing.
      if (this.context.state !== "running") return;
      analyser.getFloatTimeDomainData(samples);
      const level = measureLevel(samples);
      onLevel(level, watch.push(level, performance.now()));
    }, READ_EVERY_MS);
  }

  close(): void {
    clearInterval(this.timer);
    void this.context.close();
  }
}
