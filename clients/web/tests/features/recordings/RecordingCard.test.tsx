import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { expect, it } from "vitest";

import { RecordingCard } from "@/features/recordings/RecordingCard";
import type { Recording } from "@/shared/api/types";
import { changeLanguage } from "@/shared/i18n/setup";
import { LibraryContext } from "@/shared/library/context";
import { LibraryStore } from "@/shared/library/store";

import { accessibilityProblems } from "../../axe";
import { anAnalysis, aRecording } from "../../factories";

function show(recording: Recording) {
  return render(
    <QueryClientProvider client={new QueryClient()}>
      <LibraryContext value={new LibraryStore()}>
        <MemoryRouter>
          <RecordingCard recording={recording} />
        </MemoryRouter>
      </LibraryContext>
    </QueryClientProvider>,
  );
}

it("shows progress for eyes and for screen readers", async () => {
  const analysis = anAnalysis({ state: "running", progress: 0.2167, processed_until_s: 130 });
  const { container } = show(aRecording({ title: "Lecture", duration_s: 600, analysis }));
  expect(screen.getByText("21% · 2:10 of 10:00")).toBeTruthy();
  const bar = screen.getByRole("progressbar", { name: "Progress" });
  expect(bar.getAttribute("aria-valuenow")).toBe("22");
  expect(bar.getAttribute("aria-valuetext")).toBe("21%, 2:10 of 10:00");
  expect(screen.getByRole("button", { name: "Stop" })).toBeTruthy();
  expect(await accessibilityProblems(container)).toEqual([]);
});

it("translates a failure by its code and offers another try", () => {
  changeLanguage("ko");
  const error = { code: "worker_lost", detail: "The worker was lost.", can_pass: true };
  show(aRecording({ analysis: anAnalysis({ state: "failed", error }) }));
  expect(screen.getByText("듣고 있던 컴퓨터가 멈췄어요. 다시 시도해 주세요.")).toBeTruthy();
  expect(screen.getByRole("button", { name: "다시 시도" })).toBeTruthy();
});

it("offers no other try when it is the recording itself", () => {
  const error = { code: "audio_unreadable", detail: "No sound.", can_pass: false };
  show(aRecording({ analysis: anAnalysis({ state: "failed", error }) }));
  expect(screen.getByText(/cannot be read as sound/)).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
});

it("says that captions are there, without counting lines that a person may split and join", () => {
  const { container } = show(aRecording({ analysis: anAnalysis({ utterance_count: 1 }) }));
  expect(container.querySelector(".status")?.textContent).toBe("Captions are ready");
});

it("says that a silent recording had no speech", () => {
  show(aRecording({ title: "Silence" }));
  expect(screen.getByText("No speech heard")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
});

it("goes by its own title, else the file's name, else the moment", () => {
  const file = aRecording({ source: "file", file_name: "talk.mp3" });
  const names = [{ ...file, title: "Mine" }, file, aRecording()].map((recording) => {
    const { unmount } = show(recording);
    const name = screen.getByRole("link").textContent;
    unmount();
    return name;
  });
  expect(names.slice(0, 2)).toEqual(["Mine", "talk.mp3"]);
  expect(names[2]).toMatch(/^Recording of Nov 22/);
});
