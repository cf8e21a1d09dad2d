// Runs beside the page's own thread: takes what the microphone gives, at whatever rate, and hands out 16 kHz mono as
// 16-bit samples, a tenth of a second at a time.
const TARGET_HZ = 16000;
const CHUNK = 1600;
/** Zero crossings of the sinc on each side: stop band below -70 dB. */
const CROSSINGS = 16;
/** Of the lower of the two Nyquist frequencies; above it the filter falls off. */
const PASS_BAND = 0.92;

function greatestCommonDivisor(a, b) {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Blackman-windowed sinc, one set of taps for each position between two input samples (J. O. Smith, "Digital Audio
 * Resampling", https://ccrma.stanford.edu/~jos/resample/). Takes blocks of any length; remembers what it needs. */
class Resampler {
  constructor(inputHz) {
    const divisor = greatestCommonDivisor(Math.round(inputHz), TARGET_HZ);
    this.step = Math.round(inputHz) / divisor;
    this.phases = TARGET_HZ / divisor;
    const cutoff = PASS_BAND * Math.min(1, TARGET_HZ / inputHz);
    this.half = Math.ceil(CROSSINGS / cutoff);
    this.taps = Array.from({ length: this.phases }, (_, phase) =>
      this.tapsAt(phase / this.phases, cutoff),
    );
    // The first output sits on the first input sample.
    this.kept = new Float32Array(this.half - 1);
    this.position = 0;
  }

  tapsAt(fraction, cutoff) {
    const taps = new Float32Array(2 * this.half);
    let sum = 0;
    for (let index = 0; index < taps.length; index += 1) {
      const x = index - this.half + 1 - fraction;
      const angle = Math.PI * cutoff * x;
      const sinc = x === 0 ? 1 : Math.sin(angle) / angle;
      const place = (x / this.half + 1) / 2;
      const window =
        place <= 0 || place >= 1
          ? 0
          : 0.42 - 0.5 * Math.cos(2 * Math.PI * place) + 0.08 * Math.cos(4 * Math.PI * place);
      taps[index] = sinc * window;
      sum += taps[index];
    }
    return taps.map((tap) => tap / sum);
  }

  /** `input`: (time,) in [-1, 1]. Returns what can be computed by now, in [-1, 1]. */
  push(input) {
    const sound = new Float32Array(this.kept.length + input.length);
    sound.set(this.kept);
    sound.set(input, this.kept.length);
    const output = [];
    let place = Math.floor(this.position / this.phases);
    while (place + 2 * this.half <= sound.length) {
      const taps = this.taps[this.position % this.phases];
      let sample = 0;
      for (let index = 0; index < taps.length; index += 1)
        sample += taps[index] * sound[place + index];
      output.push(sample);
      this.position += this.step;
      place = Math.floor(this.position / this.phases);
    }
    const gone = Math.min(place, sound.length);
    this.kept = sound.slice(gone);
    this.position -= gone * this.phases;
    return output;
  }
}

class LiveMicrophone extends AudioWorkletProcessor {
  constructor() {
    super();
    this.resampler = new Resampler(sampleRate);
    this.chunk = new Int16Array(CHUNK);
    this.filled = 0;
  }

  process([channels]) {
    if (channels.length === 0) return true;
    const mono = new Float32Array(channels[0].length);
    for (const channel of channels) {
      for (let index = 0; index < mono.length; index += 1)
        mono[index] += channel[index] / channels.length;
    }
    for (const sample of this.resampler.push(mono)) this.take(sample);
    return true;
  }

  take(sample) {
    this.chunk[this.filled] = Math.max(-32768, Math.min(32767, Math.round(sample * 32767)));
    this.filled += 1;
    if (this.filled < CHUNK) return;
    this.port.postMessage(this.chunk, [this.chunk.buffer]);
    this.chunk = new Int16Array(CHUNK);
    this.filled = 0;
  }
}

registerProcessor("live-microphone", LiveMicrophone);
