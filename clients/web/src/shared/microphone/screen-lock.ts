import { display, onDisplayChange } from "@/shared/preferences/display";

/** Keeps the screen on where the browser can, as long as the person has not said no: their word holds at once. */
export class ScreenLock {
  private sentinel: WakeLockSentinel | null = null;
  private wanted = false;
  private asking = false;
  private forgetDisplay = (): void => undefined;

  async acquire(): Promise<void> {
    if (this.wanted) return;
    this.wanted = true;
    document.addEventListener("visibilitychange", this.follow);
    this.forgetDisplay = onDisplayChange(this.follow);
    await this.adjust();
  }

  async release(): Promise<void> {
    this.wanted = false;
    document.removeEventListener("visibilitychange", this.follow);
    this.forgetDisplay();
    await this.adjust();
  }

  private readonly follow = (): void => void this.adjust();

  /** The browser takes the lock away whenever the page is hidden. */
  private isDue(): boolean {
    return this.wanted && display().keep_awake && document.visibilityState === "visible";
  }

  private async adjust(): Promise<void> {
    if (!this.isDue()) {
      const { sentinel } = this;
      this.sentinel = null;
      await sentinel?.release();
      return;
    }
    const isHeld = this.sentinel !== null && !this.sentinel.released;
    if (isHeld || this.asking || !("wakeLock" in navigator)) return;
    this.asking = true;
    try {
      this.sentinel = await navigator.wakeLock.request("screen");
    } catch {
      // Low battery or a policy: recording goes on without it.
    } finally {
      this.asking = false;
    }
    // While the browser was asked, it may have become unwanted.
    if (!this.isDue()) await this.adjust();
  }
}
