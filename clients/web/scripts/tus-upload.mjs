// Uploads one file with the official tus client, for the tests of the server.
// node tus-upload.mjs ENDPOINT FILE METADATA_JSON HEADERS_JSON [CHUNK_BYTES]
import { readFile } from "node:fs/promises";

import { Upload } from "tus-js-client";

const [endpoint, file, metadata, headers, chunk_bytes] = process.argv.slice(2);
const seen = { retries: 0, offsets: [] };
const upload = new Upload(await readFile(file), {
  endpoint,
  metadata: JSON.parse(metadata),
  headers: JSON.parse(headers),
  chunkSize: chunk_bytes ? Number(chunk_bytes) : Infinity,
  retryDelays: Array.from({ length: 100 }, (_, tries) => Math.min(100 * (tries + 1), 500)),
  onShouldRetry: (error) => {
    seen.retries += 1;
    const status = error.originalResponse?.getStatus() ?? 0;
    return status === 0 || status === 409 || status === 423 || status >= 500 || status === 408;
  },
  onAfterResponse: (_, response) => {
    const offset = response.getHeader("Upload-Offset");
    if (offset) seen.offsets.push(Number(offset));
  },
  onError: (error) => {
    console.error(String(error));
    process.exit(1);
  },
  onSuccess: () => {
    console.log(JSON.stringify({ url: upload.url, ...seen }));
    process.exit(0);
  },
});
upload.start();
