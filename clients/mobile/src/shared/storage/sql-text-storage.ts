import type { TextStorage } from "@/shared/preferences/preferences";
import type { SqlDatabase } from "@/shared/queue/sql-store";

/** Small texts by name. Nothing secret: secrets are in the key store. */
export async function openTextStorage(database: SqlDatabase): Promise<TextStorage> {
  await database.exec(
    "CREATE TABLE IF NOT EXISTS texts (name TEXT PRIMARY KEY NOT NULL, text TEXT NOT NULL) STRICT",
  );
  return {
    read: async (name) => {
      const rows = await database.all<{ text: string }>("SELECT text FROM texts WHERE name = ?", [
        name,
      ]);
      return rows[0]?.text ?? null;
    },
    write: (name, text) =>
      database.run("INSERT OR REPLACE INTO texts (name, text) VALUES (?, ?)", [name, text]),
  };
}
