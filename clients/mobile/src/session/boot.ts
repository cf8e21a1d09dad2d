import { AccountStore } from "@/shared/account/accounts";
import { tokenStore } from "@/shared/account/token-store";
import { changeLanguage } from "@/shared/i18n/setup";
import { PreferencesStore } from "@/shared/preferences/preferences";
import type { SqlDatabase } from "@/shared/queue/sql-store";
import { DEFAULT_SERVER } from "@/shared/server/default-address";
import { openDatabase } from "@/shared/storage/database";
import { openTextStorage } from "@/shared/storage/sql-text-storage";

export interface Booted {
  database: SqlDatabase;
  preferences: PreferencesStore;
  accounts: AccountStore;
}

let booting: Promise<Booted> | null = null;

/** Opens what is on this phone; once, however often it is asked for: also by the system in the background. */
export function boot(): Promise<Booted> {
  booting ??= open();
  return booting;
}

async function open(): Promise<Booted> {
  const database = await openDatabase();
  const texts = await openTextStorage(database);
  const preferences = new PreferencesStore(texts);
  await preferences.load();
  const { uiLanguage } = preferences.snapshot();
  if (uiLanguage !== null) changeLanguage(uiLanguage);
  const accounts = new AccountStore(texts, tokenStore, DEFAULT_SERVER);
  await accounts.load();
  return { database, preferences, accounts };
}
