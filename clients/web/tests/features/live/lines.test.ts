import { describe, expect, it } from "vitest";

import { firstMissing, isShown, putCaption, reconcile, shownText } from "@api/live-lines";
import type { Lines } from "@api/live-lines";
import type { Caption } from "@/shared/api/types";

function caption(index: number, change: Partial<Caption> = {}): Caption {
  return {
    type: "caption",
    utterance: `u${index}`,
    index,
    revision: 1,
    final: false,
    retracted: false,
    start_s: index,
    end_s: index + 1,
    stable: "",
    unstable: "",
    words: [],
    emotion: null,
    speaker: null,
    language: "en",
    lag_s: 0,
    ...change,
  };
}

const all = (...captions: Caption[]): Lines => captions.reduce<Lines>(putCaption, []);

describe("lines", () => {
  it("take the newer revision, never an older one, and nothing after the final", () => {
    const newer = caption(0, { revision: 2, stable: "you said" });
    expect(all(caption(0), newer, caption(0))).toEqual([newer]);
    const final = caption(0, { revision: 9, final: true, stable: "you said it" });
    expect(all(final, caption(0, { revision: 10, stable: "other" }))).toEqual([final]);
  });

  it("stand in their order, whatever order they come in", () => {
    expect(all(caption(1), caption(0), caption(2)).map(({ index }) => index)).toEqual([0, 1, 2]);
  });

  it("lose what was no speech", () => {
    expect(all(caption(0), caption(0, { revision: 2, final: true, retracted: true }))).toEqual([]);
  });

  it("lose what the server knows nothing more of after a broken connection", () => {
    const lines = all(caption(0, { final: true }), caption(1), caption(2), caption(3));
    const kept = reconcile(lines, { utterances: 3, waiting: [2] });
    expect(kept.map(({ index }) => index)).toEqual([0, 2, 3]);
  });

  it("ask for finals from the first that may be missing", () => {
    const final = (index: number) => caption(index, { final: true });
    expect(firstMissing([])).toBe(0);
    expect(firstMissing(all(caption(0)))).toBe(0);
    expect(firstMissing(all(final(0), final(1)))).toBe(2);
    expect(firstMissing(all(final(0), caption(1), final(2)))).toBe(1);
    expect(firstMissing(all(final(30)))).toBe(20);
  });

  it("show only what does not change any more in calm mode", () => {
    const line = caption(0, { unstable: "maybe" });
    expect(shownText(line, true)).toEqual({ stable: "", unstable: "" });
    expect([isShown(line, true), isShown(line, false)]).toEqual([false, true]);
    expect(isShown(caption(0, { final: true }), true)).toBe(true);
  });
});
