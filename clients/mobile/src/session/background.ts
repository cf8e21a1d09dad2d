import { BackgroundTaskResult, registerTaskAsync } from "expo-background-task";
import { defineTask } from "expo-task-manager";

import { sendInBackground } from "./send-in-background";

const NAME = "send-recordings";
/** The system decides when; it never comes sooner. Minutes. */
const EVERY_MIN = 15;

// The system starts the app without a screen, also after the phone was restarted: the task must be known by then.
defineTask(NAME, async () => {
  try {
    await sendInBackground();
    return BackgroundTaskResult.Success;
  } catch {
    return BackgroundTaskResult.Failed;
  }
});

/** Asks the system to let us send what is left while the app is closed. */
export async function registerBackgroundSending(): Promise<void> {
  await registerTaskAsync(NAME, { minimumInterval: EVERY_MIN });
}
