import { openDatabaseAsync } from "expo-sqlite";
import type { SQLiteBindValue, SQLiteDatabase } from "expo-sqlite";

import type { SqlDatabase, SqlValue } from "@/shared/queue/sql-store";

const NAME = "recognitionhelpers.db";

/** The phone's own SQLite; on the web target SQLite in WebAssembly over the browser's private files. */
export async function openDatabase(): Promise<SqlDatabase> {
  const database = await openDatabaseAsync(NAME);
  // A recording must be there after the battery was pulled, too.
  await database.execAsync("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
  return new SerialDatabase(database);
}

/** One connection, one statement or transaction after the other. */
class SerialDatabase implements SqlDatabase {
  private readonly database: SQLiteDatabase;
  private last: Promise<unknown> = Promise.resolve();

  constructor(database: SQLiteDatabase) {
    this.database = database;
  }

  exec(sql: string): Promise<void> {
    return this.next(() => this.database.execAsync(sql));
  }

  run(sql: string, values: readonly SqlValue[]): Promise<void> {
    return this.next(async () => {
      await this.database.runAsync(sql, values as SQLiteBindValue[]);
    });
  }

  all<Row>(sql: string, values: readonly SqlValue[]): Promise<Row[]> {
    return this.next(() => this.database.getAllAsync<Row>(sql, values as SQLiteBindValue[]));
  }

  transaction(statements: readonly (readonly [string, readonly SqlValue[]])[]): Promise<void> {
    return this.next(() =>
      this.database.withTransactionAsync(async () => {
        for (const [sql, values] of statements) {
          await this.database.runAsync(sql, values as SQLiteBindValue[]);
        }
      }),
    );
  }

  private next<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work, work);
    this.last = result.catch(() => undefined);
    return result;
  }
}
