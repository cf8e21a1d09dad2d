/** As the server's: 16 kHz mono, 16 bit. */
export const SAMPLE_RATE_HZ = 16_000;
const HEADER_BYTES = 8;
const VERSION = 1;
const FORM_PCM = 0;

/** One binary message: a header that says at which sample it begins, and the sound. */
export function packFrame(firstSample: number, sound: Int16Array): ArrayBuffer {
  const frame = new ArrayBuffer(HEADER_BYTES + 2 * sound.length);
  const view = new DataView(frame);
  view.setUint8(0, VERSION);
  view.setUint8(1, FORM_PCM);
  view.setUint32(4, firstSample, true);
  sound.forEach((sample, index) => view.setInt16(HEADER_BYTES + 2 * index, sample, true));
  return frame;
}
