export type Release = () => void;

/**
 * Takes a recording for this tab until the page goes away or the returned function is called, so
 * that no other tab sends what this one is still making. Null when another tab has it. Without the
 * Web Locks API every tab gets it; the server takes the same recording only once anyway.
 */
export function takeRecording(id: string): Promise<Release | null> {
  if (!("locks" in navigator)) return Promise.resolve(() => undefined);
  return new Promise((resolve) => {
    void navigator.locks.request(`recording:${id}`, { ifAvailable: true }, (lock) => {
      if (lock === null) {
        resolve(null);
        return undefined;
      }
      return new Promise<void>((release) => resolve(release));
    });
  });
}
