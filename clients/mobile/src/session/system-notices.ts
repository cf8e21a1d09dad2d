import Constants from "expo-constants";
import {
  addNotificationResponseReceivedListener,
  getExpoPushTokenAsync,
  getLastNotificationResponse,
  requestPermissionsAsync,
  setNotificationHandler,
} from "expo-notifications";
import type { NotificationResponse } from "expo-notifications";

import type { SystemNotices } from "@/shared/notices/notices";

/** Whoever builds the app for the stores names the project that Apple and Google know it by. */
function projectId(): string | null {
  const extra = Constants.expoConfig?.extra as { eas?: { projectId?: string } } | undefined;
  return extra?.eas?.projectId ?? null;
}

function recordingIn({ notification }: NotificationResponse): string | null {
  const { recording_id } = (notification.request.content.data ?? {}) as { recording_id?: unknown };
  return typeof recording_id === "string" && recording_id !== "" ? recording_id : null;
}

export const systemNotices: SystemNotices = {
  isAvailable: projectId() !== null,
  askPermission: async () => (await requestPermissionsAsync()).granted,
  address: async () => (await getExpoPushTokenAsync({ projectId: projectId() ?? "" })).data,
  onTap: (listener) => {
    setNotificationHandler({
      handleNotification: () =>
        Promise.resolve({
          shouldShowBanner: true,
          shouldShowList: true,
          shouldPlaySound: false,
          shouldSetBadge: false,
        }),
    });
    const take = (response: NotificationResponse | null): void => {
      const id = response === null ? null : recordingIn(response);
      if (id !== null) listener(id);
    };
    // The app may have been started by the tap.
    take(getLastNotificationResponse());
    const subscription = addNotificationResponseReceivedListener(take);
    return () => subscription.remove();
  },
};
