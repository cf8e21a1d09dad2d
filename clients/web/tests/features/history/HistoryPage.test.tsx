import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { afterEach, expect, it, vi } from "vitest";

import { HistoryList } from "@/features/history/HistoryList";
import { Shelves } from "@/features/history/Shelves";
import { useShelf } from "@/features/history/use-shelf";
import { LibraryContext } from "@/shared/library/context";
import { LibraryStore } from "@/shared/library/store";

import { accessibilityProblems } from "../../axe";

const TAGS = [
  { name: "family", conversation_count: 2 },
  { name: "주말", conversation_count: 1 },
];
const asked: string[] = [];

afterEach(() => {
  vi.unstubAllGlobals();
  asked.length = 0;
});

function History() {
  const { shelf, tag, show } = useShelf();
  return (
    <>
      <Shelves shelf={shelf} tag={tag} onChange={show} />
      <HistoryList shelf={shelf} tag={tag} />
    </>
  );
}

function show(address: string, tags: unknown = TAGS) {
  vi.stubGlobal("fetch", ({ url }: Request) => {
    const { pathname, search } = new URL(url);
    if (pathname.endsWith("/conversations")) asked.push(search);
    const body = pathname.endsWith("/tags") ? tags : { results: [], next: null, previous: null };
    return Promise.resolve(Response.json(body));
  });
  return render(
    <QueryClientProvider client={new QueryClient()}>
      <LibraryContext value={new LibraryStore()}>
        <MemoryRouter initialEntries={[address]}>
          <History />
        </MemoryRouter>
      </LibraryContext>
    </QueryClientProvider>,
  );
}

function tagFilter() {
  return screen.findByRole("group", { name: "Only those with a tag" });
}

it("shows those with a tag, and all again", async () => {
  const { container } = show("/history");
  const filter = await tagFilter();
  fireEvent.click(within(filter).getByRole("button", { name: "주말, 1" }));
  expect(await screen.findByText("No conversation here has the tag “주말”.")).toBeTruthy();
  expect(asked).toEqual(["", "?tag=%EC%A3%BC%EB%A7%90"]);
  const pressed = within(filter).getByRole("button", { pressed: true });
  expect(pressed.textContent).toContain("주말");
  expect(await accessibilityProblems(container)).toEqual([]);
  fireEvent.click(within(filter).getByRole("button", { name: "All tags" }));
  expect(await screen.findByText(/There are no conversations yet/)).toBeTruthy();
});

it("shows those of a shelf that have the tag", async () => {
  show("/history?shelf=archive&tag=family");
  await waitFor(() => expect(asked).toEqual(["?tag=family&archived=true"]));
  fireEvent.click(screen.getByRole("button", { name: "Pinned only" }));
  await waitFor(() =>
    expect(asked).toEqual(["?tag=family&archived=true", "?tag=family&pinned=true"]),
  );
});

it("names a tag that is no longer in use, so that it can be taken off", async () => {
  show("/history?tag=gone", []);
  const filter = await tagFilter();
  fireEvent.click(within(filter).getByRole("button", { name: "gone, 0" }));
  await waitFor(() =>
    expect(screen.queryByRole("group", { name: "Only those with a tag" })).toBeNull(),
  );
});

it("takes what is no shelf for the current ones", async () => {
  show("/history?shelf=nothing");
  await waitFor(() => expect(asked).toEqual([""]));
  expect(screen.getByRole("button", { name: "Current", pressed: true })).toBeTruthy();
});
