const GATHERED_MS = 300;

/** Tells that lists may be out of date; a number that grows, and not for each of many changes at once. */
export class News {
  private count = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): number => this.count;

  note(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.count += 1;
      this.listeners.forEach((listener) => listener());
    }, GATHERED_MS);
  }
}
