import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";

import { LineEditor } from "@/features/captions/LineEditor";
import { newerUtterance } from "@/features/captions/use-edits";
import type { Edits } from "@/features/captions/use-edits";
import * as api from "@/shared/api/edits";
import { ApiProblem } from "@/shared/api/problem";

import { accessibilityProblems } from "../../axe";
import { anUtterance } from "../../factories";

vi.mock("@/shared/api/edits");

function show(change: Parameters<typeof anUtterance>[0] = {}) {
  vi.resetAllMocks();
  const edits: Edits = {
    last: null,
    problem: null,
    run: async (edit) => {
      await edit();
      return true;
    },
    undo: vi.fn(),
    redo: vi.fn(),
  };
  const onClose = vi.fn();
  const utterance = anUtterance({ text: "a 👍 b", revision: 7, ...change });
  const editor = (line: typeof utterance) => (
    <LineEditor
      utterance={line}
      next={anUtterance({ id: "utterance-2", revision: 8 })}
      showEmotion
      edits={edits}
      onClose={onClose}
    />
  );
  const { container, rerender } = render(editor(utterance));
  return { onClose, container, change: (text: string) => rerender(editor({ ...utterance, text })) };
}

it("sends the words with the revision that the person saw", async () => {
  const user = userEvent.setup();
  const { onClose, container } = show();
  expect(await accessibilityProblems(container)).toEqual([]);
  await user.clear(screen.getByLabelText("Words"));
  await user.type(screen.getByLabelText("Words"), "new words");
  await user.keyboard("{Control>}{Enter}{/Control}");
  const seen = expect.objectContaining({ id: "utterance-1", revision: 7 }) as unknown;
  expect(api.correctUtterance).toHaveBeenCalledExactlyOnceWith(seen, { text: "new words" });
  expect(onClose).toHaveBeenCalled();
});

it("counts characters as the server does when it splits", async () => {
  const user = userEvent.setup();
  show();
  const field = screen.getByLabelText<HTMLTextAreaElement>("Words");
  field.setSelectionRange(5, 5);
  await user.click(screen.getByRole("button", { name: "Split at the cursor" }));
  expect(api.splitUtterance).toHaveBeenCalledExactlyOnceWith(expect.anything(), 4);
});

it("shows what another device wrote, and saves only when the person wants theirs", async () => {
  const user = userEvent.setup();
  const { change } = show();
  change("from another device");
  expect(screen.getByRole("alert").textContent).toContain("from another device");
  expect(screen.getByRole("button", { name: "Save" })).toHaveProperty("disabled", true);
  await user.click(screen.getByRole("button", { name: "Save mine instead" }));
  expect(screen.getByRole("button", { name: "Save" })).toHaveProperty("disabled", false);
});

it("takes the newer line from a refusal", () => {
  const utterance = anUtterance({ revision: 9 });
  const refusal = new ApiProblem(409, {
    code: "utterance_changed",
    detail: "",
    data: { utterance },
  });
  expect(newerUtterance(refusal)).toBe(utterance);
  expect(newerUtterance(new ApiProblem(409, { code: "edit_superseded", detail: "" }))).toBeNull();
});
