import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";

import { AnalyseAgain } from "@/features/recordings/AnalyseAgain";
import type { Recording } from "@/shared/api/types";
import { changeLanguage } from "@/shared/i18n/setup";
import { LibraryContext } from "@/shared/library/context";
import { LibraryStore } from "@/shared/library/store";

import { accessibilityProblems } from "../../axe";
import { anAnalysis, aRecording } from "../../factories";

const DONE = anAnalysis({ state: "done", utterance_count: 3 });

afterEach(() => vi.unstubAllGlobals());

function show(recording: Recording) {
  return render(
    <QueryClientProvider client={new QueryClient()}>
      <LibraryContext value={new LibraryStore()}>
        <AnalyseAgain recording={recording} />
      </LibraryContext>
    </QueryClientProvider>,
  );
}

function answering(body: unknown, status = 202) {
  const fetched = vi.fn<(request: Request) => Promise<Response>>(() =>
    Promise.resolve(Response.json(body, { status })),
  );
  vi.stubGlobal("fetch", fetched);
  return fetched;
}

function confirm(name: string) {
  fireEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name }));
}

async function sentBody(fetched: ReturnType<typeof answering>) {
  await waitFor(() => expect(fetched).toHaveBeenCalledTimes(1));
  return JSON.parse(await (fetched.mock.calls[0]?.[0].text() ?? "null")) as unknown;
}

it("says what stays, and keeps corrections", async () => {
  const recording = aRecording({ analysis: DONE });
  const fetched = answering({ ...recording, analysis: anAnalysis({ state: "queued" }) });
  const { container } = show(recording);
  fireEvent.click(screen.getByRole("button", { name: "Analyse again" }));
  const dialog = screen.getByRole("dialog", { name: "Analyse it once more?" });
  expect(dialog.textContent).toContain("What you corrected stays");
  expect(await accessibilityProblems(container)).toEqual([]);
  confirm("Analyse again");
  expect(await sentBody(fetched)).toEqual({ discard_edits: false });
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

it("replaces corrections only when asked to", async () => {
  changeLanguage("ko");
  const fetched = answering(aRecording({ analysis: DONE }));
  show(aRecording({ analysis: DONE }));
  fireEvent.click(screen.getByRole("button", { name: "다시 분석" }));
  fireEvent.click(screen.getByRole("checkbox", { name: /직접 고친 내용도 바꾸기/ }));
  confirm("다시 분석");
  expect(await sentBody(fetched)).toEqual({ discard_edits: true });
});

it("stays open and says what went wrong", async () => {
  answering({ code: "audio_removed", detail: "Gone." }, 409);
  show(aRecording({ analysis: DONE }));
  fireEvent.click(screen.getByRole("button", { name: "Analyse again" }));
  confirm("Analyse again");
  expect((await screen.findByRole("alert")).textContent).not.toBe("");
  expect(screen.getByRole("dialog")).toBeTruthy();
});

it("is not there where nothing can be analysed", () => {
  const { container } = show(aRecording({ analysis: DONE, audio_url: null }));
  expect(container.textContent).toBe("");
  show(aRecording({ analysis: anAnalysis({ state: "running" }) }));
  expect(screen.queryByRole("button")).toBeNull();
});
