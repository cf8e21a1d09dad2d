import { expect, it } from "vitest";

import { isMediaFile } from "@/features/capture/media-files";

it.each([
  ["talk.webm", "audio/webm", true],
  ["film.mov", "video/quicktime", true],
  ["VOICE.M4A", "", true],
  ["phone.amr", "", true],
  ["report.pdf", "application/pdf", false],
  ["mp3", "", false],
  ["notes.mp3.txt", "text/plain", false],
])("%s of type %j: %s", (name, type, expected) => {
  expect(isMediaFile({ name, type })).toBe(expected);
});
