/** A closed page does nothing: what is left is sent when it is opened again. */
export function registerBackgroundSending(): Promise<void> {
  return Promise.resolve();
}
