import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test } from "vitest";

import { LeftOut } from "@/features/captions/LeftOut";
import { changeLanguage } from "@/shared/i18n/setup";

import { anAnalysis, aRecording } from "../../factories";

afterEach(() => {
  changeLanguage("en");
});

const LEFT_OUT = anAnalysis({
  no_speech_s: 12.25,
  no_speech: [
    { start_s: 3, end_s: 5.5, reason: "steady" },
    { start_s: 65, end_s: 74.75, reason: "of a later worker" },
  ],
});

test("says how much was left out, when, and why", async () => {
  render(<LeftOut recording={aRecording({ analysis: LEFT_OUT })} />);
  await userEvent.click(screen.getByText("12 seconds of sound without speech were left out"));
  const lines = screen.getAllByRole("listitem").map((item) => item.textContent);
  expect(lines).toEqual([
    "0:03–0:05 a steady sound, such as a siren or a machine",
    "1:05–1:14 no speech",
  ]);
});

test("says it in Korean", () => {
  changeLanguage("ko");
  render(<LeftOut recording={aRecording({ analysis: LEFT_OUT })} />);
  const summary = screen.getByText("말소리가 아닌 소리 12초는 적지 않았어요");
  expect(summary.parentElement?.textContent).toContain("사이렌이나 기계처럼 일정한 소리");
});

test("says nothing where nothing was left out", () => {
  const { container } = render(
    <LeftOut recording={aRecording({ analysis: anAnalysis({ vocabulary_used: true }) })} />,
  );
  expect(container.textContent).toBe("");
});

test("says that names and terms were not used", () => {
  const { container } = render(
    <LeftOut recording={aRecording({ analysis: anAnalysis({ vocabulary_used: false }) })} />,
  );
  expect(container.textContent).toBe(
    "Your names and terms were not used: this engine cannot do that.",
  );
});
