import type { ReactNode } from "react";
import { SafeAreaProvider } from "react-native-safe-area-context";

import { PreferencesContext } from "@/shared/preferences/context";
import { PreferencesStore } from "@/shared/preferences/preferences";
import { LibraryStore } from "@/shared/library/store";
import type { QueueItem } from "@/shared/queue/item";
import { ServicesContext } from "@/shared/services/context";
import type { Services } from "@/shared/services/context";
import { News } from "@/shared/sync/news";
import { World } from "@tests/shared/queue/world";

/** Services on a phone of our own, with `items` in its queue. */
export async function servicesWith(items: readonly QueueItem[]) {
  const world = new World("never");
  items.forEach((item) => world.disk.items.set(item.id, item));
  items.forEach(({ id }) => world.disk.chunks.set(id, [new Uint8Array(32_000)]));
  await world.startApp();
  const kick = jest.fn();
  const network = {
    subscribe: () => () => undefined,
    snapshot: () => NETWORK,
  } as unknown as Services["network"];
  const signedIn = { server: "https://s.example", email: "a@example.org", userId: "1" };
  const api = {} as Services["api"];
  const library = new LibraryStore();
  const news = new News();
  const notices = { isAvailable: false } as unknown as Services["notices"];
  const { queue } = world;
  const services: Services = { signedIn, api, library, network, news, notices, queue, kick };
  return { world, services, kick };
}

const NETWORK = { isOnline: true, isOnWifi: true };

const METRICS = {
  frame: { x: 0, y: 0, width: 390, height: 844 },
  insets: { top: 0, left: 0, right: 0, bottom: 0 },
};

export function Wrapped({ services, children }: { services: Services; children: ReactNode }) {
  const storage = { read: () => Promise.resolve(null), write: () => Promise.resolve() };
  return (
    <PreferencesContext value={new PreferencesStore(storage)}>
      <SafeAreaProvider initialMetrics={METRICS}>
        <ServicesContext value={services}>{children}</ServicesContext>
      </SafeAreaProvider>
    </PreferencesContext>
  );
}
