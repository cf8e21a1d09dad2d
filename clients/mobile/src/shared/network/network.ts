import { addNetworkStateListener, getNetworkStateAsync, NetworkStateType } from "expo-network";
import type { NetworkState } from "expo-network";

export interface Reach {
  isOnline: boolean;
  /** No mobile data is used. */
  isOnWifi: boolean;
}

/** `isInternetReachable` is not asked: a server at home is reached without the internet. */
export function reachOf({ isConnected, type }: NetworkState): Reach {
  const isOnline = isConnected !== false && type !== NetworkStateType.NONE;
  const isMobileData = type === NetworkStateType.CELLULAR || type === NetworkStateType.WIMAX;
  return { isOnline, isOnWifi: isOnline && !isMobileData };
}

/** Follows the connection of this phone. */
export class NetworkWatch {
  private reach: Reach = { isOnline: true, isOnWifi: false };
  private readonly listeners = new Set<() => void>();
  private subscription: { remove: () => void } | null = null;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): Reach => this.reach;

  async start(): Promise<void> {
    this.subscription = addNetworkStateListener((state) => this.set(reachOf(state)));
    this.set(reachOf(await getNetworkStateAsync()));
  }

  stop(): void {
    this.subscription?.remove();
    this.subscription = null;
  }

  private set(reach: Reach): void {
    const { isOnline, isOnWifi } = this.reach;
    if (reach.isOnline === isOnline && reach.isOnWifi === isOnWifi) return;
    this.reach = reach;
    this.listeners.forEach((listener) => listener());
  }
}
