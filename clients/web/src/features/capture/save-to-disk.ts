/** Hands the audio to the person as a file. */
export function saveToDisk(audio: Blob, fileName: string): void {
  const url = URL.createObjectURL(audio);
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  // The download has begun by then; freeing it at once breaks it in some browsers.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
