import fc from "fast-check";

import type { DropRule } from "@/shared/queue/machine";

import type { Fault } from "./fake-server";
import { World } from "./world";

type Action =
  | { do: "record"; chunks: number; dies: boolean }
  | { do: "pump"; faults: Fault[] }
  | { do: "crash" | "goOffline" | "comeOnline" | "analyse" }
  | { do: "wait"; ms: number };

const anyFault = fc.constantFrom<Fault>(
  "none",
  "none",
  "lost",
  "unanswered",
  "twice",
  "half",
  "flipped",
  "busy",
  "full",
  "forgets",
  "diesBefore",
  "diesAfter",
);

const anyAction: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    do: fc.constant("record" as const),
    chunks: fc.nat({ max: 4 }),
    dies: fc.boolean(),
  }),
  fc.record({ do: fc.constant("pump" as const), faults: fc.array(anyFault, { maxLength: 8 }) }),
  fc.record({ do: fc.constantFrom("crash", "goOffline", "comeOnline", "analyse") }),
  fc.record({ do: fc.constant("wait" as const), ms: fc.nat({ max: 700_000 }) }),
);

async function perform(world: World, action: Action): Promise<void> {
  switch (action.do) {
    case "record":
      return world.record(action.chunks, action.dies);
    case "pump":
      await world.pump(action.faults);
      return;
    case "crash":
      return world.crash();
    case "goOffline":
      world.isOnline = false;
      return;
    case "comeOnline":
      world.isOnline = true;
      return world.queue.online();
    case "analyse":
      return world.analyse();
    case "wait":
      world.now_ms += action.ms;
  }
}

/** What must hold at every moment: it is on the phone, or the server has the very same bytes. */
function nothingIsLost(world: World): void {
  for (const [id, file] of world.recorded) {
    const arrived = world.server.recordings.get(id);
    if (arrived !== undefined) expect(Buffer.compare(arrived, file)).toBe(0);
    else expect(world.disk.chunks.has(id)).toBe(true);
  }
}

const RULES = ["never", "whenSafe", "whenCaptioned"] as const satisfies readonly DropRule[];

test("any order of crash, offline, damage and duplicate answers ends with each recording on the server once", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...RULES),
      fc.array(anyAction, { minLength: 3, maxLength: 30 }),
      async (rule, actions) => {
        const world = new World(rule);
        await world.startApp();
        for (const action of actions) {
          await perform(world, action);
          nothingIsLost(world);
        }
        await world.calm();
        nothingIsLost(world);
        const ids = [...world.recorded.keys()].sort();
        expect([...world.server.recordings.keys()].sort()).toEqual(ids);
        expect([...world.server.made.values()]).toEqual(ids.map(() => 1));
        expect(world.queue.snapshot().map(({ state }) => state)).toEqual(
          ids.map(() => "captioned"),
        );
        const kept = rule === "never" ? ids : [];
        expect([...world.disk.chunks.keys()].sort()).toEqual(kept);
      },
    ),
    { numRuns: 400 },
  );
}, 120_000);

test("a disk that fills and empties, a cut in the middle, a damaged byte: told one by one", async () => {
  const world = new World("whenCaptioned");
  await world.startApp();
  await world.record(3, false);
  const [item] = world.queue.snapshot();
  expect(item).toMatchObject({ state: "waiting", pcm_bytes: 18, uploadUrl: null });

  // Half of it arrives, then the connection breaks.
  expect(await world.pump(["none", "half"])).toBe(375);
  expect(world.queue.snapshot()[0]).toMatchObject({
    state: "waiting",
    failures: 1,
    uploadUrl: "https://server.example/api/v1/uploads/1",
    problem: { code: "network" },
  });

  // It goes on from there, but a bit is turned: the server refuses the sum, and a new upload is due.
  world.now_ms += 375;
  await world.pump(["none", "none", "flipped"]);
  expect(world.server.recordings.size).toBe(0);
  expect(world.queue.snapshot()[0]).toMatchObject({
    state: "waiting",
    failures: 2,
    uploadUrl: null,
    problem: { code: "checksum_mismatch" },
  });

  // No space: asked again after ten minutes, not sooner.
  world.now_ms += 60_000;
  expect(await world.pump(["none", "full"])).toBe(600_000);
  expect(world.queue.snapshot()[0]?.problem).toEqual({
    code: "storage_full",
    detail: "storage_full",
  });

  // The answer to the last byte is lost; the next try asks first and sends nothing.
  world.now_ms += 600_000;
  await world.pump(["none", "none", "unanswered"]);
  expect(world.queue.snapshot()[0]?.state).toBe("waiting");
  expect(world.server.recordings.size).toBe(1);
  world.now_ms += 60_000;
  await world.pump(["none", "lost"]);
  expect(world.queue.snapshot()[0]?.state).toBe("safe");
  expect(world.disk.chunks.size).toBe(1);
  await world.analyse();
  expect(world.queue.snapshot()[0]).toMatchObject({ state: "captioned", hasAudio: false });
  expect(world.disk.chunks.size).toBe(0);
});

test("what was written before the app died is found, ended and sent", async () => {
  const world = new World("never");
  await world.startApp();
  await world.record(2, true);
  expect(world.queue.snapshot()[0]).toMatchObject({
    state: "waiting",
    recovered: true,
    pcm_bytes: 12,
  });
  await world.pump([]);
  expect(world.queue.snapshot()[0]?.state).toBe("safe");
});

test("nothing was heard before the app died: nothing is kept", async () => {
  const world = new World("never");
  await world.startApp();
  await world.record(0, true);
  expect(world.queue.snapshot()).toEqual([]);
  expect(world.disk.items.size).toBe(0);
});
