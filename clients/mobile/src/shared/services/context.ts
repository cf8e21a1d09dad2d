import { createContext, use, useSyncExternalStore } from "react";

import type { SignedIn } from "@/shared/account/accounts";
import type { Api } from "@/shared/api/client";
import type { Line } from "@/shared/library/library";
import type { LibraryStore } from "@/shared/library/store";
import type { NetworkWatch } from "@/shared/network/network";
import type { Notices } from "@/shared/notices/notices";
import type { QueueItem } from "@/shared/queue/item";
import type { RecordingQueue } from "@/shared/queue/queue";
import type { News } from "@/shared/sync/news";

/** What screens may use of that which runs for one signed-in person. */
export interface Services {
  readonly signedIn: SignedIn;
  readonly api: Api;
  readonly library: LibraryStore;
  readonly network: NetworkWatch;
  readonly notices: Notices;
  readonly queue: RecordingQueue;
  /** Conversations were added, changed, trashed or deleted, here or elsewhere. */
  readonly news: News;
  /** Lets the queue look again, after a preference of it changed. */
  kick(): void;
}

export const ServicesContext = createContext<Services | null>(null);

export function useServices(): Services {
  const services = use(ServicesContext);
  if (services === null) throw new Error("ServicesContext is missing above this component.");
  return services;
}

export function useIsOnline(): boolean {
  const { network } = useServices();
  return useSyncExternalStore(network.subscribe, network.snapshot).isOnline;
}

/** Another number means that lists are to be read again. */
export function useNews(): number {
  const { news } = useServices();
  return useSyncExternalStore(news.subscribe, news.snapshot);
}

export function useQueueItems(): readonly QueueItem[] {
  const { queue } = useServices();
  return useSyncExternalStore(queue.subscribe, queue.snapshot);
}

export function useLines(conversationId: string): Line[] {
  const { library } = useServices();
  return useSyncExternalStore(library.subscribe, () => library.linesOf(conversationId));
}
