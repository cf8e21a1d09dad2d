/** The cursor in a page's `next`, which is an address or the bare cursor; null at the end. */
export function cursorOf(next: string | null | undefined): string | null {
  if (!next) return null;
  if (!next.includes("cursor=")) return next;
  return new URL(next, window.location.origin).searchParams.get("cursor");
}
