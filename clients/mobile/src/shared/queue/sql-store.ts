import { readItem } from "./item";
import type { QueueItem } from "./item";
import type { QueueStore } from "./store";

export type SqlValue = string | number | null | Uint8Array;

/** The little of SQLite that we need; statements and transactions run one after the other. */
export interface SqlDatabase {
  exec(sql: string): Promise<void>;
  run(sql: string, values: readonly SqlValue[]): Promise<void>;
  all<Row>(sql: string, values: readonly SqlValue[]): Promise<Row[]>;
  /** Both or neither, also when the phone loses power in between. */
  transaction(statements: readonly (readonly [string, readonly SqlValue[]])[]): Promise<void>;
}

const SCHEMA_VERSION = 1;
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS items (
    id TEXT PRIMARY KEY NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS items_of_owner ON items (owner, recorded_at);
  CREATE TABLE IF NOT EXISTS chunks (
    item_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    pcm BLOB NOT NULL,
    PRIMARY KEY (item_id, position)
  ) STRICT;
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** Raises when a newer app has written this database. */
export async function openSqlStore(database: SqlDatabase): Promise<QueueStore> {
  const found = await database.all<{ user_version: number }>("PRAGMA user_version", []);
  const version = found[0]?.user_version ?? 0;
  if (version > SCHEMA_VERSION) throw new Error(`The queue was written by a newer app: ${version}`);
  await database.exec(SCHEMA);
  return new SqlStore(database);
}

class SqlStore implements QueueStore {
  private readonly database: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.database = database;
  }

  async add(item: QueueItem): Promise<void> {
    const values = [item.id, item.owner, item.state, item.recordedAt, JSON.stringify(item)];
    await this.database.run("INSERT INTO items VALUES (?, ?, ?, ?, ?)", values);
  }

  async save(item: QueueItem): Promise<void> {
    await this.database.run(...savingOf(item));
  }

  async list(owner: string): Promise<QueueItem[]> {
    const rows = await this.database.all<{ body: string }>(
      "SELECT body FROM items WHERE owner = ? ORDER BY recorded_at, id",
      [owner],
    );
    return rows.map(({ body }) => readItem(body));
  }

  async append(id: string, index: number, pcm: Uint8Array): Promise<void> {
    await this.database.run("INSERT INTO chunks VALUES (?, ?, ?)", [id, index, pcm]);
  }

  async pcmBytes(id: string): Promise<number> {
    const rows = await this.database.all<{ bytes: number | null }>(
      "SELECT sum(length(pcm)) AS bytes FROM chunks WHERE item_id = ?",
      [id],
    );
    return rows[0]?.bytes ?? 0;
  }

  /**
   * As hexadecimal: the web target's SQLite (expo-sqlite 56.0) hands out blobs as views of memory that it uses again
   * for the next row.
   */
  async readChunks(id: string): Promise<Uint8Array[]> {
    const rows = await this.database.all<{ pcm: string }>(
      "SELECT hex(pcm) AS pcm FROM chunks WHERE item_id = ? ORDER BY position",
      [id],
    );
    return rows.map(({ pcm }) => bytesOfHex(pcm));
  }

  async dropAudio(item: QueueItem): Promise<void> {
    await this.database.transaction([
      savingOf(item),
      ["DELETE FROM chunks WHERE item_id = ?", [item.id]],
    ]);
  }

  async remove(id: string): Promise<void> {
    await this.database.transaction([
      ["DELETE FROM items WHERE id = ?", [id]],
      ["DELETE FROM chunks WHERE item_id = ?", [id]],
    ]);
  }
}

function savingOf(item: QueueItem): readonly [string, readonly SqlValue[]] {
  return [
    "UPDATE items SET state = ?, body = ? WHERE id = ?",
    [item.state, JSON.stringify(item), item.id],
  ];
}

/** `hex` as SQLite writes it: two upper-case digits for each byte. */
function bytesOfHex(hex: string): Uint8Array {
  const digit = (index: number): number => {
    const code = hex.charCodeAt(index);
    return code < 58 ? code - 48 : code - 55;
  };
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = digit(2 * i) * 16 + digit(2 * i + 1);
  return bytes;
}
