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
  vi.mocked(api.correctUtterance).mockImplementation((_, correction) =>
    Promise.resolve({
      edit: null,
      utterances: [anUtterance({ revision: 8, ...("text" in correction ? correction : {}) })],
      deleted_utterance_ids: [],
    }),
  );
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
  const changeTo = (newer: Partial<typeof utterance>) =>
    rerender(editor({ ...utterance, ...newer }));
  return { onClose, container, changeTo };
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

it("saves an emotion that the keyboard went past others to, and the words with it", async () => {
  const user = userEvent.setup();
  const { onClose } = show();
  const list = screen.getByLabelText("How it sounds to you");
  await user.selectOptions(list, "sounds happy");
  await user.selectOptions(list, "sounds sad");
  await user.type(screen.getByLabelText("Words"), "!");
  expect(api.correctUtterance).not.toHaveBeenCalled();
  expect(onClose).not.toHaveBeenCalled();
  expect(screen.getByRole("button", { name: "Split at the cursor" }).ariaDisabled).toBe("true");
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(vi.mocked(api.correctUtterance).mock.calls).toEqual([
    [expect.objectContaining({ revision: 7 }), { emotion: "sad" }],
    [expect.objectContaining({ revision: 8 }), { text: "a 👍 b!" }],
  ]);
});

it("saves beside what another device changed elsewhere in the line", async () => {
  const user = userEvent.setup();
  const { changeTo } = show();
  changeTo({ speaker: "Mina", revision: 9 });
  await user.type(screen.getByLabelText("Words"), "!");
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(vi.mocked(api.correctUtterance).mock.calls).toEqual([
    [expect.objectContaining({ revision: 9 }), { text: "a 👍 b!" }],
  ]);
  await user.type(screen.getByLabelText("Who speaks"), "Jin");
  expect(screen.getByRole("button", { name: "Save" }).ariaDisabled).toBe("true");
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
  const { changeTo } = show();
  changeTo({ text: "from another device" });
  expect(screen.getByRole("alert").textContent).toContain("from another device");
  expect(screen.getByRole("button", { name: "Save" }).ariaDisabled).toBe("true");
  await user.click(screen.getByRole("button", { name: "Save mine instead" }));
  expect(screen.getByRole("button", { name: "Save" }).ariaDisabled).toBeNull();
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
