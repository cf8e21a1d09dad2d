/** As the server's: 16 kHz mono, 16 bit. */
export const SAMPLE_RATE_HZ = 16_000;
const HEADER_BYTES = 8;
const VERSION = 1;
const FORM_PCM = 0;
const FORM_OPUS = 1;

/** One binary message: a header that says at which sample it begins, and the sound. */
export function packFrame(firstSample: number, sound: Int16Array): ArrayBuffer {
  const view = withHeader(FORM_PCM, firstSample, 2 * sound.length);
  sound.forEach((sample, index) => view.setInt16(HEADER_BYTES + 2 * index, sample, true));
  return view.buffer;
}

/** The same with a packet of Opus. */
export function packOpus(firstSample: number, packet: EncodedAudioChunk): ArrayBuffer {
  const view = withHeader(FORM_OPUS, firstSample, packet.byteLength);
  packet.copyTo(new Uint8Array(view.buffer, HEADER_BYTES));
  return view.buffer;
}

function withHeader(form: number, firstSample: number, bytes: number): DataView<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(HEADER_BYTES + bytes));
  view.setUint8(0, VERSION);
  view.setUint8(1, form);
  view.setUint32(4, firstSample, true);
  return view;
}
