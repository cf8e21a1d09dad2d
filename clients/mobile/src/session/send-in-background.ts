import { boot } from "./boot";
import { Session } from "./session";

let running: Session | null = null;
let sending: Promise<void> = Promise.resolve();

/** The session of the screen, if there is one: two of them must not send the same. */
export function noteRunning(session: Session | null): void {
  running = session;
}

/** Resolves when no background sending is under way: before a screen opens its own session. */
export function backgroundIsQuiet(): Promise<void> {
  return sending;
}

/** Sends what is due, by the session of the screen or by one without a screen. Rejects when nothing can be opened. */
export function sendInBackground(): Promise<void> {
  const work = sending.then(sendOnce);
  sending = work.catch(() => undefined);
  return work;
}

async function sendOnce(): Promise<void> {
  if (running !== null) {
    await running.sendDue();
    return;
  }
  const { accounts, database, preferences } = await boot();
  const state = accounts.snapshot();
  if (state.kind !== "signedIn") return;
  const session = await Session.open({
    signedIn: state.signedIn,
    token: state.token,
    database,
    preferences,
    onSignedOut: () => void accounts.signOut({ hasEnded: true }),
  });
  await session.sendWithoutScreen();
}
