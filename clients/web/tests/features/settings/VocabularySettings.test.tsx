import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";

import { VocabularySettings } from "@/features/settings/VocabularySettings";
import { termsOf, termsProblem } from "@/features/settings/terms";
import { changeLanguage } from "@/shared/i18n/setup";

import { accessibilityProblems } from "../../axe";

const put = vi.fn<(body: unknown) => { status: number; body: unknown }>();

function show(kept: string[]) {
  changeLanguage("en");
  vi.stubGlobal("fetch", async (request: Request) => {
    const answer =
      request.method === "GET"
        ? { status: 200, body: { terms: kept } }
        : put(JSON.parse(await request.text()));
    return new Response(JSON.stringify(answer.body), {
      status: answer.status,
      headers: { "Content-Type": "application/json" },
    });
  });
  return render(
    <QueryClientProvider client={new QueryClient()}>
      <VocabularySettings />
    </QueryClientProvider>,
  );
}

afterEach(() => {
  vi.unstubAllGlobals();
  put.mockReset();
});

async function field() {
  const box = await screen.findByRole<HTMLTextAreaElement>("textbox", { name: "One on each line" });
  await waitFor(() => expect(box.disabled).toBe(false));
  return box;
}

it("keeps what is written, one term a line", async () => {
  put.mockImplementation((body) => ({ status: 200, body }));
  const { container } = show(["김서연"]);
  const box = await field();
  expect(box.value).toBe("김서연");
  expect(await accessibilityProblems(container)).toEqual([]);
  fireEvent.change(box, { target: { value: "김서연\n\n  Han   river \nhan river" } });
  expect(screen.getByRole("status").textContent).toBe("2 entries");
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
  await screen.findByText("Saved.");
  expect(put.mock.calls).toEqual([[{ terms: ["김서연", "Han river"] }]]);
  expect(box.value).toBe("김서연\nHan river");
});

it("says what is wrong before it is sent, and keeps what was typed when the server refuses", async () => {
  put.mockReturnValue({ status: 500, body: {} });
  show([]);
  const box = await field();
  fireEvent.change(box, { target: { value: "x" } });
  expect(screen.getByText("“x” cannot be used: write 2 to 60 characters.")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Save" }).ariaDisabled).toBe("true");
  fireEvent.change(box, { target: { value: "Seoyeon" } });
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText(/^The change was not saved\./)).toBeTruthy();
  expect(box.value).toBe("Seoyeon");
});

it("has the server's limits", () => {
  expect(termsProblem(termsOf("네\n"))?.key).toBe("badLength");
  expect(termsProblem(["x".repeat(60)])).toBeNull();
  expect(termsProblem(["x".repeat(61)])?.key).toBe("badLength");
  expect(termsProblem(Array.from({ length: 201 }, (_, n) => `term ${n}`))?.key).toBe("tooMany");
});
