import { act, fireEvent, render, screen, waitFor } from "@testing-library/react-native";

import { QueueScreen } from "@/features/queue/QueueScreen";
import { byConversation, countPlaces } from "@/features/queue/summary";
import { servicesWith, Wrapped } from "@tests/features/services";
import { queueItem } from "@tests/shared/queue/items";

const refused = queueItem({
  id: "b",
  state: "refused",
  recordedAt: "2026-11-22T10:00:20.000Z",
  problem: { code: "recording_too_large", detail: "" },
});

test("counts parts by place, and puts conversations newest first", () => {
  const items = [
    queueItem({ id: "a", state: "safe" }),
    queueItem({ id: "b", state: "sending" }),
    queueItem({ id: "c", conversationId: "later", recordedAt: "2026-11-22T12:00:00.000Z" }),
  ];
  expect(countPlaces(items)).toEqual({
    phone: 1,
    way: 1,
    safe: 1,
    captioned: 0,
    refused: 0,
    deleted: 0,
  });
  const [newest, oldest] = byConversation(items);
  expect(newest).toMatchObject({ conversationId: "later", duration_s: 1 });
  expect(oldest).toMatchObject({ startedAt: "2026-11-22T10:00:00.000Z", duration_s: 2 });
});

test("says what is where, and what to do about what the server refused", async () => {
  const { services, world, kick } = await servicesWith([
    queueItem({ id: "a", state: "safe" }),
    refused,
  ]);
  render(
    <Wrapped services={services}>
      <QueueScreen />
    </Wrapped>,
  );
  expect(screen.getAllByText("1 part safe on the server")).toHaveLength(2);
  expect(screen.getAllByText("1 part not accepted")).toHaveLength(2);
  expect(screen.getByText(/too large for this server/)).toBeTruthy();

  fireEvent.press(screen.getByRole("button", { name: "Try again now" }));
  await waitFor(() => expect(kick).toHaveBeenCalledTimes(1));
  expect(world.queue.snapshot().map(({ state }) => state)).toEqual(["safe", "waiting"]);
});

test("deleting takes only what cannot be sent", async () => {
  const { services, world } = await servicesWith([queueItem({ id: "a" }), refused]);
  render(
    <Wrapped services={services}>
      <QueueScreen />
    </Wrapped>,
  );
  fireEvent.press(screen.getByRole("button", { name: "Delete from this phone" }));
  await act(async () => Promise.resolve());
  await waitFor(() => expect([...world.disk.items.keys()]).toEqual(["a"]));
});
