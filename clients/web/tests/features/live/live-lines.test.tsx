import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { LiveLines } from "@/features/live/LiveLines";
import type { Caption } from "@/shared/api/types";

const CAPTION: Caption = {
  type: "caption",
  utterance: "u",
  index: 0,
  revision: 1,
  final: true,
  retracted: false,
  start_s: 0,
  end_s: 1,
  stable: "Open the door",
  unstable: "",
  words: [],
  emotion: null,
  cues: {
    loudness_dbfs: -12,
    pitch_hz: null,
    pitch_range_semitones: null,
    final_semitones: null,
    syllables_per_s: null,
    whispered: false,
    words: ["loud", "fast"],
  },
  speaker: null,
  language: "en",
  lag_s: 0,
};

const show = (line: Partial<Caption>, { showEmotion = true, calm = false } = {}) =>
  render(
    <LiveLines
      lines={[{ ...CAPTION, ...line }]}
      calm={calm}
      showEmotion={showEmotion}
      hint="hint"
    />,
  );

describe("the lines of a live talk", () => {
  it("say how a line was spoken, where that sets it apart", () => {
    show({});
    expect(screen.getByRole("listitem").textContent).toBe("(loud, fast) Open the door");
  });

  it("say nothing of it to whoever has switched it off, nor for lines without it", () => {
    show({}, { showEmotion: false });
    expect(screen.getByRole("listitem").textContent).toBe("Open the door");
  });

  it("work with servers that send no cues", () => {
    const { cues, ...older } = CAPTION;
    expect(cues).toBeDefined();
    render(<LiveLines lines={[older]} calm={false} showEmotion hint="hint" />);
    expect(screen.getByRole("listitem").textContent).toBe("Open the door");
  });

  it("show in calm mode only what does not change any more", () => {
    show({ final: false, stable: "Open", unstable: "the", cues: null }, { calm: true });
    expect(screen.getByRole("listitem").textContent).toBe("Open");
  });

  it("hint at what to do while there is nothing", () => {
    render(<LiveLines lines={[]} calm={false} showEmotion hint="hint" />);
    expect(screen.getByText("hint").tagName).toBe("P");
  });
});
