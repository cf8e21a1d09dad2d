import initSqlJs from "sql.js";
import type { Database } from "sql.js";

import type { QueueItem } from "@/shared/queue/item";
import { openSqlStore } from "@/shared/queue/sql-store";
import type { SqlDatabase, SqlValue } from "@/shared/queue/sql-store";

import { OWNER, queueItem } from "./items";

function rowsOf(database: Database, sql: string, values: readonly SqlValue[]): unknown[] {
  const statement = database.prepare(sql);
  statement.bind([...values]);
  const rows: unknown[] = [];
  while (statement.step()) rows.push(statement.getAsObject());
  statement.free();
  return rows;
}

/** A real SQLite in memory. */
function adapt(database: Database): SqlDatabase {
  return {
    exec: (sql) => Promise.resolve(void database.exec(sql)),
    run: (sql, values) => Promise.resolve(void database.run(sql, [...values])),
    all: <Row>(sql: string, values: readonly SqlValue[]) =>
      Promise.resolve(rowsOf(database, sql, values) as Row[]),
    transaction: (statements) => {
      database.exec("BEGIN");
      statements.forEach(([sql, values]) => database.run(sql, [...values]));
      database.exec("COMMIT");
      return Promise.resolve();
    },
  };
}

async function openStore() {
  const { Database } = await initSqlJs();
  const database = new Database();
  return { database, store: await openSqlStore(adapt(database)) };
}

const item: QueueItem = queueItem({ state: "recording" });

test("an item is read as it was written, by its owner only", async () => {
  const { store } = await openStore();
  await store.add(item);
  await store.save({ ...item, state: "waiting", problem: { code: "network", detail: "x" } });
  expect(await store.list(OWNER)).toEqual([
    { ...item, state: "waiting", problem: { code: "network", detail: "x" } },
  ]);
  expect(await store.list("https://server.example somebody-else")).toEqual([]);
});

test("audio comes back in the order in which it was recorded", async () => {
  const { store } = await openStore();
  await store.add(item);
  for (const position of [0, 2, 10, 1]) {
    await store.append(item.id, position, new Uint8Array([position, 255]));
  }
  const chunks = await store.readChunks(item.id);
  expect(chunks.map((chunk) => [...chunk])).toEqual([
    [0, 255],
    [1, 255],
    [2, 255],
    [10, 255],
  ]);
  expect(await store.pcmBytes(item.id)).toBe(8);
});

test("the same piece cannot be written twice", async () => {
  const { store } = await openStore();
  await store.append(item.id, 0, new Uint8Array([1]));
  await expect(async () => store.append(item.id, 0, new Uint8Array([2]))).rejects.toThrow("UNIQUE");
});

test("dropping the audio keeps the item; removing takes both", async () => {
  const { database, store } = await openStore();
  await store.add(item);
  await store.append(item.id, 0, new Uint8Array([1, 2]));
  await store.dropAudio({ ...item, hasAudio: false });
  expect(await store.pcmBytes(item.id)).toBe(0);
  expect((await store.list(OWNER))[0]?.hasAudio).toBe(false);
  await store.append(item.id, 1, new Uint8Array([1, 2]));
  await store.remove(item.id);
  expect(await store.list(OWNER)).toEqual([]);
  expect(rowsOf(database, "SELECT * FROM chunks", [])).toEqual([]);
});

test("saving what was removed does not bring it back", async () => {
  const { store } = await openStore();
  await store.save(item);
  expect(await store.list(OWNER)).toEqual([]);
});

test("opening again changes nothing; a newer app's queue is left alone", async () => {
  const { database, store } = await openStore();
  await store.add(item);
  expect(await (await openSqlStore(adapt(database))).list(OWNER)).toEqual([item]);
  database.exec("PRAGMA user_version = 2");
  await expect(openSqlStore(adapt(database))).rejects.toThrow("newer app");
});
