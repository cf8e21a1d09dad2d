import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";

import { CaptionLine } from "@/features/captions/CaptionLine";
import type { Utterance } from "@/shared/api/types";
import { changeLanguage } from "@/shared/i18n/setup";
import { DEFAULT_DISPLAY, setDisplay } from "@/shared/preferences/display";

import { accessibilityProblems } from "../../axe";
import { anEmotion, anUtterance, theCues } from "../../factories";

const onPlay = vi.fn();

function show(
  change: Partial<Utterance> = {},
  showEmotion = true,
  position_s: number | null = null,
) {
  const { container } = render(
    <ol>
      <CaptionLine
        utterance={anUtterance({ start_s: 65, ...change })}
        showEmotion={showEmotion}
        position_s={position_s}
        onPlay={onPlay}
      />
    </ol>,
  );
  const text = container.querySelector(".line-text");
  return { container, text };
}

it("reads as a line of a script, with an icon and a colour", () => {
  const { text } = show();
  expect(text?.textContent).toBe("(angrily) You said it first.");
  const tag = text?.querySelector("[data-emotion]");
  expect(tag?.getAttribute("data-emotion")).toBe("angry");
  expect(tag?.getAttribute("title")).toBe("sounds angry");
  expect(tag?.querySelector("svg")).not.toBeNull();
});

it("reads in Korean", () => {
  changeLanguage("ko");
  const { text } = show({ text: "네가 먼저 그랬잖아." });
  expect(text?.textContent).toBe("(화난 듯이) 네가 먼저 그랬잖아.");
  expect(text?.querySelector("[title]")?.getAttribute("title")).toBe("화난 듯이 들려요");
});

it("is quiet when the voice is neutral, and when emotions are switched off", () => {
  expect(show({ emotion: anEmotion({ label: "neutral" }) }).text?.textContent).toBe(
    "You said it first.",
  );
  expect(show({}, false).text?.textContent).toBe("You said it first.");
});

it("marks speech that could not be written", () => {
  const unsure = anEmotion({ confident: false });
  expect(show({ text: "", emotion: unsure }).text?.textContent).toBe("(unsure) [speech]");
});

it("plays from its start by a real button, and by a click on the words", async () => {
  const { text } = show();
  await userEvent.click(screen.getByRole("button", { name: "Play from 1:05" }));
  if (text) await userEvent.click(text);
  expect(onPlay.mock.calls).toEqual([[65], [65]]);
});

it("underlines the spoken word of the current line", () => {
  const words = ["You", "said", "it", "first"].map((text, index) => ({
    text,
    start_s: 65 + index,
    end_s: 66 + index,
    confidence: null,
  }));
  const { container, text } = show({ words }, true, 67.2);
  expect(container.querySelector("li")?.getAttribute("aria-current")).toBe("true");
  expect(text?.querySelector(".spoken")?.textContent).toBe("it");
  expect(text?.textContent).toBe("(angrily) You said it first.");
});

it("tells more on demand, and has no accessibility problems", async () => {
  const { container } = show();
  const toggle = screen.getByRole("button", { name: "How the line at 1:05 sounds" });
  expect(toggle.getAttribute("aria-expanded")).toBe("false");
  await userEvent.click(toggle);
  expect(toggle.getAttribute("aria-expanded")).toBe("true");
  expect(screen.getByText("sounds angry")).toBeTruthy();
  const likely = screen.getByRole("list", { name: "How it sounds" });
  expect(likely.firstElementChild?.textContent).toBe("angry80%");
  expect(likely.children).toHaveLength(7);
  expect(await accessibilityProblems(container)).toEqual([]);
});

it("shows measured words, which can be switched off on this device", async () => {
  const { text, container } = show({ cues: theCues() });
  expect(text?.textContent).toBe("(angrily) (loud, fast) You said it first.");
  await userEvent.click(screen.getByRole("button", { name: "How the line at 1:05 sounds" }));
  expect(screen.getByText("210 Hz")).toBeTruthy();
  expect(screen.getByText("5.5 syllables a second")).toBeTruthy();
  expect(await accessibilityProblems(container)).toEqual([]);
  act(() => setDisplay({ ...DEFAULT_DISPLAY, show_cues: false }));
  expect(text?.textContent).toBe("(angrily) You said it first.");
  act(() => setDisplay(DEFAULT_DISPLAY));
});

it("keeps measured words to itself when emotions are switched off", () => {
  expect(show({ cues: theCues() }, false).text?.textContent).toBe("You said it first.");
});
