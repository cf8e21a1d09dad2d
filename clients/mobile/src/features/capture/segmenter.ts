/** No segment is shorter, unless the recording ends. */
const SHORTEST_S = 8;
/** No segment is longer: its captions are waited for. */
const LONGEST_S = 25;
/** Between words people are quiet for less. */
const PAUSE_S = 0.4;
/** Louder than the quietest that was heard lately by this factor counts as speech: about 8 dB. */
const SPEECH_OVER_FLOOR = 2.5;
/** Even a silent microphone has no lower floor; full scale is 1. */
const LOWEST_FLOOR = 0.001;
/** The floor follows a room that becomes louder: twice as high after about seven seconds without a gap. */
const FLOOR_RISE_PER_S = 1.1;

/** Root mean square of 16-bit samples, in [0, 1]. */
export function loudness(pcm: Int16Array): number {
  let sum = 0;
  for (const sample of pcm) sum += sample * sample;
  return pcm.length === 0 ? 0 : Math.sqrt(sum / pcm.length) / 32_768;
}

/**
 * Says where one segment ends and the next begins: in a pause, so that no word is cut, and at the latest after 25 s.
 * The samples themselves are not touched: put together, the segments are the recording.
 */
export class Segmenter {
  private length_s = 0;
  private quiet_s = 0;
  private floor = 1;

  /** After each piece of sound: whether a segment ends here. */
  push(pcm: Int16Array, sampleRate_hz: number): boolean {
    const seconds = pcm.length / sampleRate_hz;
    const level = loudness(pcm);
    const risen = this.floor * FLOOR_RISE_PER_S ** seconds;
    this.floor = Math.max(LOWEST_FLOOR, Math.min(level, risen));
    this.length_s += seconds;
    this.quiet_s = level <= this.floor * SPEECH_OVER_FLOOR ? this.quiet_s + seconds : 0;
    const inPause = this.length_s >= SHORTEST_S && this.quiet_s >= PAUSE_S;
    if (!inPause && this.length_s < LONGEST_S) return false;
    this.length_s = 0;
    return true;
  }

  /** A segment ended for another reason. */
  restart(): void {
    this.length_s = 0;
    this.quiet_s = 0;
  }
}
