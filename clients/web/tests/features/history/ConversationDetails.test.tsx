import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";

import { ConversationDetails } from "@/features/history/ConversationDetails";
import { updateConversation } from "@/shared/api/conversations";
import type { Conversation } from "@/shared/api/types";
import { LibraryContext } from "@/shared/library/context";
import { LibraryStore } from "@/shared/library/store";

import { aConversation } from "../../factories";

vi.mock("@/shared/api/conversations", async (original) => ({
  ...(await original<object>()),
  updateConversation: vi.fn(),
}));

const queries = new QueryClient();

function page(conversation: Conversation) {
  return (
    <QueryClientProvider client={queries}>
      <LibraryContext value={new LibraryStore()}>
        <ConversationDetails conversation={conversation} />
      </LibraryContext>
    </QueryClientProvider>
  );
}

it("keeps the focus and says so when it is saved, and shows what another device wrote", async () => {
  const before = aConversation({ title: "Lunch", revision: 1 });
  const after = { ...before, title: "Dinner", revision: 2 };
  vi.mocked(updateConversation).mockResolvedValueOnce(after);
  const { rerender } = render(page(before));
  await userEvent.click(screen.getByText("Title, notes and tags"));
  const title = screen.getByLabelText("Title");
  await userEvent.clear(title);
  await userEvent.type(title, "Dinner");
  const save = screen.getByRole("button", { name: "Save" });
  await userEvent.click(save);
  rerender(page(after));
  await waitFor(() => expect(screen.getByRole("status").textContent).toBe("Saved."));
  expect(document.activeElement).toBe(save);
  rerender(page({ ...after, title: "Supper", revision: 3 }));
  expect(screen.getByLabelText<HTMLInputElement>("Title").value).toBe("Supper");
});
