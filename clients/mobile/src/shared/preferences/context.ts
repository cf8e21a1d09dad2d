import { createContext, use, useSyncExternalStore } from "react";

import { DEFAULT_PREFERENCES } from "./preferences";
import type { Preferences, PreferencesStore } from "./preferences";

export const PreferencesContext = createContext<PreferencesStore | null>(null);

export function usePreferencesStore(): PreferencesStore {
  const store = use(PreferencesContext);
  if (store === null) throw new Error("PreferencesContext is missing above this component.");
  return store;
}

export function usePreferences(): Preferences {
  const store = usePreferencesStore();
  return useSyncExternalStore(store.subscribe, store.snapshot);
}

const subscribeToNothing = (): (() => void) => () => undefined;

/** Works without the context, too: the first screens come before the choices are read. */
export function useTextScale(): number {
  const store = use(PreferencesContext);
  const preferences = useSyncExternalStore(
    store?.subscribe ?? subscribeToNothing,
    store?.snapshot ?? (() => DEFAULT_PREFERENCES),
  );
  return preferences.textScale;
}
