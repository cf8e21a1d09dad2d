import { act, render, renderHook, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ReadNotices } from "@/features/live/LiveNotices";
import { READ_AFTER_MS, useNotices } from "@/features/live/use-notices";
import type { LiveNotice } from "@/features/live/use-notices";

const OTHERS: LiveNotice = { id: "others", kind: "info", text: "Tell them", confirm: "They know" };
const OFFLINE: LiveNotice = { id: "offline", kind: "warning", text: "No connection" };
const LOST: LiveNotice = { id: "lost", kind: "problem", text: "The microphone is gone" };

const shown = (first: LiveNotice[]) =>
  renderHook(({ notices }) => useNotices(notices), { initialProps: { notices: first } });

describe("notices of a talk", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("shows the most urgent one alone, and keeps what was read", () => {
    const { result } = shown([OTHERS, OFFLINE]);
    expect(result.current.open).toEqual(OFFLINE);
    expect(result.current.read).toEqual([]);
    act(() => result.current.confirm("offline"));
    expect(result.current.open).toEqual(OTHERS);
    act(() => result.current.confirm("others"));
    expect(result.current.open).toBeUndefined();
    expect(result.current.read).toEqual([OTHERS, OFFLINE]);
  });

  it("makes room by itself, but not for a problem", () => {
    const { result } = shown([OTHERS, LOST]);
    act(() => void vi.advanceTimersByTime(10 * READ_AFTER_MS));
    expect(result.current.open).toEqual(LOST);
    act(() => result.current.confirm("lost"));
    expect(result.current.open).toEqual(OTHERS);
    act(() => void vi.advanceTimersByTime(READ_AFTER_MS - 1));
    expect(result.current.open).toEqual(OTHERS);
    act(() => void vi.advanceTimersByTime(1));
    expect(result.current.open).toBeUndefined();
    expect(result.current.read).toEqual([OTHERS, LOST]);
  });

  it("is news again when it comes again", () => {
    const { result, rerender } = shown([OFFLINE]);
    act(() => result.current.confirm("offline"));
    rerender({ notices: [] });
    expect(result.current).toMatchObject({ open: undefined, read: [] });
    rerender({ notices: [OFFLINE] });
    expect(result.current.open).toEqual(OFFLINE);
  });
});

it("gives what was read back", async () => {
  const { rerender } = render(<ReadNotices notices={[]} />);
  expect(screen.queryByRole("button")).toBeNull();
  rerender(<ReadNotices notices={[OTHERS, OFFLINE]} />);
  await userEvent.click(screen.getByRole("button", { name: "2 notices" }));
  const dialog = screen.getByRole("dialog", { name: "What to know" });
  expect(dialog.textContent).toContain("Tell them");
  expect(dialog.textContent).toContain("No connection");
});
