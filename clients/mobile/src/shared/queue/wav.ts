export const WAV_HEADER_BYTES = 44;
const BYTES_PER_SAMPLE = 2;

/**
 * The header of 16-bit mono PCM (WAVE, RIFF; Microsoft/IBM "Multimedia Programming Interface and Data
 * Specifications 1.0", 1991). Made when the length is known, so that audio on the phone is never in need of
 * repair after a crash.
 */
export function wavHeader(pcm_bytes: number, sampleRate_hz: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(WAV_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  const tag = (offset: number, text: string): void => {
    for (let i = 0; i < text.length; i += 1) view.setUint8(offset + i, text.charCodeAt(i));
  };
  tag(0, "RIFF");
  view.setUint32(4, WAV_HEADER_BYTES - 8 + pcm_bytes, true);
  tag(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate_hz, true);
  view.setUint32(28, sampleRate_hz * BYTES_PER_SAMPLE, true);
  view.setUint16(32, BYTES_PER_SAMPLE, true);
  view.setUint16(34, 8 * BYTES_PER_SAMPLE, true);
  tag(36, "data");
  view.setUint32(40, pcm_bytes, true);
  return bytes;
}

/** `chunks` of PCM in their order, behind each other. */
export function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

/** The whole file of `chunks` of PCM in their order, without the first `skip_bytes` of them. */
export function wavFile(
  chunks: readonly Uint8Array[],
  sampleRate_hz: number,
  skip_bytes = 0,
): Uint8Array<ArrayBuffer> {
  const pcm = joined(chunks).subarray(skip_bytes);
  return joined([wavHeader(pcm.byteLength, sampleRate_hz), pcm]);
}

export function pcmSeconds(pcm_bytes: number, sampleRate_hz: number): number {
  return pcm_bytes / BYTES_PER_SAMPLE / sampleRate_hz;
}
