import { display } from "@/shared/preferences/display";

/** Keeps the screen on where the browser can, unless the person has said no. */
export class ScreenLock {
  private sentinel: WakeLockSentinel | null = null;
  private wanted = false;

  async acquire(): Promise<void> {
    if (!display().keep_awake) return;
    this.wanted = true;
    document.addEventListener("visibilitychange", this.onVisible);
    await this.request();
  }

  async release(): Promise<void> {
    this.wanted = false;
    document.removeEventListener("visibilitychange", this.onVisible);
    const { sentinel } = this;
    this.sentinel = null;
    await sentinel?.release();
  }

  /** The browser takes the lock away whenever the page is hidden. */
  private readonly onVisible = (): void => {
    if (document.visibilityState === "visible") void this.request();
  };

  private async request(): Promise<void> {
    if (!("wakeLock" in navigator)) return;
    try {
      const sentinel = await navigator.wakeLock.request("screen");
      if (this.wanted) this.sentinel = sentinel;
      else await sentinel.release();
    } catch {
      // Low battery or a policy: recording goes on without it.
    }
  }
}
