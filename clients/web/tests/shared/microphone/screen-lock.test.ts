import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { ScreenLock } from "@/shared/microphone/screen-lock";
import { DEFAULT_DISPLAY, setDisplay } from "@/shared/preferences/display";

const held = new Set<object>();
const lock = new ScreenLock();

function keepAwake(keep_awake: boolean): void {
  setDisplay({ ...DEFAULT_DISPLAY, keep_awake });
}

beforeEach(() => {
  held.clear();
  const request = () => {
    const sentinel = {
      released: false,
      release: () => {
        sentinel.released = true;
        held.delete(sentinel);
        return Promise.resolve();
      },
    };
    held.add(sentinel);
    return Promise.resolve(sentinel);
  };
  vi.stubGlobal("navigator", { wakeLock: { request } });
});

afterEach(async () => {
  await lock.release();
  setDisplay(DEFAULT_DISPLAY);
  vi.unstubAllGlobals();
});

it("holds the screen on from the beginning to the end, once", async () => {
  await lock.acquire();
  await lock.acquire();
  expect(held.size).toBe(1);
  await lock.release();
  expect(held.size).toBe(0);
});

it("obeys the setting at once, whichever way it is changed meanwhile", async () => {
  keepAwake(false);
  await lock.acquire();
  expect(held.size).toBe(0);
  keepAwake(true);
  await vi.waitFor(() => expect(held.size).toBe(1));
  keepAwake(false);
  await vi.waitFor(() => expect(held.size).toBe(0));
});

it("asks for it once while the browser has not answered", async () => {
  const first = lock.acquire();
  document.dispatchEvent(new Event("visibilitychange"));
  await first;
  expect(held.size).toBe(1);
});

it("lets go of what the browser gives too late", async () => {
  const asked = lock.acquire();
  await lock.release();
  await asked;
  expect(held.size).toBe(0);
});
