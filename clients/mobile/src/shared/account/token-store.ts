import {
  AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY,
  deleteItemAsync,
  getItemAsync,
  setItemAsync,
} from "expo-secure-store";

const NAME = "session-token";

/**
 * The session token, in the key store of the system (iOS Keychain, Android Keystore) and nowhere else. It does not
 * leave this phone with a backup. It can be read while the phone is locked, since recordings are sent then.
 */
export const tokenStore = {
  read: (): Promise<string | null> => getItemAsync(NAME),
  write: (token: string): Promise<void> =>
    setItemAsync(NAME, token, { keychainAccessible: AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY }),
  remove: (): Promise<void> => deleteItemAsync(NAME),
};
