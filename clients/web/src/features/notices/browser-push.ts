import { forgetPushDevice, getPushKey, registerPushDevice } from "@/shared/api/push";

const WORKER_PATH = "/push-worker.js";
const DEVICE_ID = "push-device";

export type PushState = "unsupported" | "blocked" | "off" | "on";

function isSupported(): boolean {
  return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

export async function readPushState(): Promise<PushState> {
  if (!isSupported()) return "unsupported";
  if (Notification.permission === "denied") return "blocked";
  const worker = await navigator.serviceWorker.getRegistration("/");
  const subscription = await worker?.pushManager.getSubscription();
  return subscription && localStorage.getItem(DEVICE_ID) !== null ? "on" : "off";
}

/** Asks for permission, and has this browser told. Rejects with an `ApiProblem` or what the browser says. */
export async function switchPushOn(language: "ko" | "en", name: string): Promise<PushState> {
  if ((await Notification.requestPermission()) !== "granted") return readPushState();
  const worker = await navigator.serviceWorker.register(WORKER_PATH, { scope: "/" });
  const applicationServerKey = await getPushKey();
  // One that was made for another key of the server cannot be used any more.
  await (await worker.pushManager.getSubscription())?.unsubscribe();
  const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  const { endpoint = "", keys = {} } = made.toJSON();
  const device = await registerPushDevice({
    kind: "web",
    address: endpoint,
    public_key: keys.p256dh ?? "",
    auth_secret: keys.auth ?? "",
    language,
    name,
  });
  localStorage.setItem(DEVICE_ID, device.id);
  return "on";
}

export async function switchPushOff(): Promise<PushState> {
  const id = localStorage.getItem(DEVICE_ID);
  const worker = await navigator.serviceWorker.getRegistration("/");
  await (await worker?.pushManager.getSubscription())?.unsubscribe();
  // Not there any more is as good as forgotten: the subscription is gone either way.
  if (id !== null) await forgetPushDevice(id).catch(() => undefined);
  localStorage.removeItem(DEVICE_ID);
  return readPushState();
}
