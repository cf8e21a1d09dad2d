const NAME = "session-token";

/** A browser has no key store for pages: the token lives as long as the tab, and no longer. */
export const tokenStore = {
  read: (): Promise<string | null> => Promise.resolve(sessionStorage.getItem(NAME)),
  write: (token: string): Promise<void> => {
    sessionStorage.setItem(NAME, token);
    return Promise.resolve();
  },
  remove: (): Promise<void> => {
    sessionStorage.removeItem(NAME);
    return Promise.resolve();
  },
};
