import type { Api } from "@/shared/api/client";
import { networkProblem } from "@/shared/api/problem";
import { Notices } from "@/shared/notices/notices";
import type { SystemNotices } from "@/shared/notices/notices";
import { PreferencesStore } from "@/shared/preferences/preferences";

const DEVICE = "0d6d6e9e-6a2f-4b5e-9a77-3f1f0a7f0001";
const ADDRESS = "ExponentPushToken[abcdefgh-12345678]";

function setUp(change: Partial<SystemNotices> = {}) {
  const POST = jest.fn().mockResolvedValue({ data: { id: DEVICE } });
  const DELETE = jest.fn().mockResolvedValue({});
  const GET = jest.fn().mockResolvedValue({ data: { conversation_id: "c1" } });
  let tap: (recordingId: string) => void = () => undefined;
  const askPermission = jest.fn().mockResolvedValue(true);
  const system: SystemNotices = {
    isAvailable: true,
    askPermission,
    address: () => Promise.resolve(ADDRESS),
    onTap: (listener) => {
      tap = listener;
      return () => (tap = () => undefined);
    },
    ...change,
  };
  const storage = { read: () => Promise.resolve(null), write: () => Promise.resolve() };
  const preferences = new PreferencesStore(storage);
  const notices = new Notices({ POST, DELETE, GET } as unknown as Api, system, preferences);
  const device = () => preferences.snapshot().noticeDevice;
  return { notices, device, POST, DELETE, GET, askPermission, tapOn: (id: string) => tap(id) };
}

test("nothing is asked and nobody is told before somebody wants notices", async () => {
  const { notices, askPermission, POST } = setUp();
  await notices.refresh("ko");
  await notices.switchOff();
  expect(askPermission).not.toHaveBeenCalled();
  expect(POST).not.toHaveBeenCalled();
});

test("switched on, the phone is registered, and again at each start", async () => {
  const { notices, device, POST } = setUp();
  expect(await notices.switchOn("ko")).toBeNull();
  expect(device()).toBe(DEVICE);
  expect(POST).toHaveBeenCalledWith("/api/v1/push/devices", {
    body: expect.objectContaining({ kind: "expo", address: ADDRESS, language: "ko" }) as unknown,
  });
  await notices.refresh("en");
  expect(POST).toHaveBeenCalledTimes(2);
});

test("a refused permission and a lost connection are told apart, and leave it off", async () => {
  const refused = setUp({ askPermission: () => Promise.resolve(false) });
  expect(await refused.notices.switchOn("en")).toBe("refused");
  expect(refused.POST).not.toHaveBeenCalled();
  const lost = setUp();
  lost.POST.mockRejectedValue(networkProblem());
  expect(await lost.notices.switchOn("en")).toBe("failed");
  expect([refused.device(), lost.device()]).toEqual([null, null]);
});

test("at the end the server forgets the phone, and the phone forgets it also without a connection", async () => {
  const { notices, device, DELETE } = setUp();
  await notices.switchOn("en");
  DELETE.mockRejectedValue(networkProblem());
  await notices.switchOff();
  expect(DELETE).toHaveBeenCalledWith("/api/v1/push/devices/{device_id}", {
    params: { path: { device_id: DEVICE } },
  });
  expect(device()).toBeNull();
});

test("a tap opens the conversation of the recording", async () => {
  const { notices, GET, tapOn } = setUp();
  const opened: string[] = [];
  const stop = notices.onOpened((id) => opened.push(id));
  tapOn("r1");
  await Promise.resolve();
  await Promise.resolve();
  expect(opened).toEqual(["c1"]);
  expect(GET).toHaveBeenCalledWith("/api/v1/recordings/{recording_id}", {
    params: { path: { recording_id: "r1" } },
  });
  stop();
  tapOn("r2");
  expect(GET).toHaveBeenCalledTimes(1);
});
