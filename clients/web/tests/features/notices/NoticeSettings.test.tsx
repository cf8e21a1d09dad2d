import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { NoticeSettings } from "@/features/notices/NoticeSettings";
import { WebhookSettings } from "@/features/notices/WebhookSettings";

import { accessibilityProblems } from "../../axe";

const asked = vi.fn<(method: string, path: string, body: unknown) => unknown>();
const unsubscribe = vi.fn(() => Promise.resolve(true));
const subscription = {
  unsubscribe,
  toJSON: () => ({ endpoint: "https://push.example/1", keys: { p256dh: "key", auth: "secret" } }),
};
let subscribed: typeof subscription | null;
const subscribe = vi.fn(() => {
  subscribed = subscription;
  return Promise.resolve(subscription);
});

beforeEach(() => {
  subscribed = null;
  asked.mockReset();
  vi.stubGlobal("fetch", async (request: Request) => {
    const text = await request.text();
    const path = new URL(request.url).pathname;
    const answer = asked(request.method, path, text === "" ? null : JSON.parse(text));
    return new Response(answer === null ? null : JSON.stringify(answer), {
      status: answer === null ? 204 : 200,
      headers: { "Content-Type": "application/json" },
    });
  });
});

afterEach(() => vi.unstubAllGlobals());

function withPush(permission: NotificationPermission) {
  const pushManager = { getSubscription: () => Promise.resolve(subscribed), subscribe };
  const registration = { pushManager };
  vi.stubGlobal("navigator", {
    userAgent: "Browser",
    serviceWorker: {
      register: vi.fn(() => Promise.resolve(registration)),
      getRegistration: () => Promise.resolve(registration),
    },
  });
  vi.stubGlobal("PushManager", vi.fn());
  const requestPermission = () => Promise.resolve(permission);
  vi.stubGlobal("Notification", { permission, requestPermission });
}

function show(settings: React.ReactNode) {
  return render(<QueryClientProvider client={new QueryClient()}>{settings}</QueryClientProvider>);
}

const theSwitch = () => screen.getByRole<HTMLInputElement>("switch");

it("registers this browser with its subscription, and forgets it again", async () => {
  withPush("granted");
  asked.mockImplementation((method, path) => {
    if (path.endsWith("/key")) return { public_key: "server" };
    return method === "DELETE" ? null : { id: "device-1" };
  });
  const { container } = show(<NoticeSettings />);
  await waitFor(() => expect(theSwitch().disabled).toBe(false));
  expect(theSwitch().checked).toBe(false);
  fireEvent.click(theSwitch());
  await waitFor(() => expect(theSwitch().checked).toBe(true));
  expect(subscribe).toHaveBeenCalledWith({ userVisibleOnly: true, applicationServerKey: "server" });
  expect(asked).toHaveBeenCalledWith("POST", "/api/v1/push/devices", {
    kind: "web",
    address: "https://push.example/1",
    public_key: "key",
    auth_secret: "secret",
    language: "en",
    name: "Browser",
  });
  expect(await accessibilityProblems(container)).toEqual([]);
  fireEvent.click(theSwitch());
  await waitFor(() =>
    expect(asked).toHaveBeenLastCalledWith("DELETE", "/api/v1/push/devices/device-1", null),
  );
  expect(unsubscribe).toHaveBeenCalled();
});

it("says what to do where notices are blocked", async () => {
  withPush("denied");
  show(<NoticeSettings />);
  expect(await screen.findByText(/Allow them at the lock symbol/)).toBeTruthy();
  expect(theSwitch().disabled).toBe(true);
});

it("says so where a browser has no notices", async () => {
  show(<NoticeSettings />);
  expect(await screen.findByText(/cannot show notices/)).toBeTruthy();
});

it("shows the secret of a new webhook, and what became of a test", async () => {
  const webhook = {
    id: "w",
    url: "https://example.org/hook",
    is_enabled: true,
    disabled_because: "failing",
    failing_since: null,
    created_at: "2026-11-22T10:00:00Z",
  };
  asked.mockImplementation((method, path) => {
    if (method === "POST" && path === "/api/v1/webhooks") return { ...webhook, secret: "whsec_1" };
    if (path.endsWith("/deliveries")) {
      const delivery = { id: "d", notice: "test", state: "sent", status: 200, problem: "" };
      return { next: null, results: [{ ...delivery, created_at: "2026-11-22T10:00:00Z" }] };
    }
    return method === "GET" ? [webhook] : {};
  });
  const { container } = show(<WebhookSettings />);
  fireEvent.change(screen.getByRole("textbox"), { target: { value: webhook.url } });
  fireEvent.click(screen.getByRole("button", { name: "Add webhook" }));
  expect(await screen.findByText("whsec_1")).toBeTruthy();
  expect(asked).toHaveBeenCalledWith("POST", "/api/v1/webhooks", { url: webhook.url });
  expect(await screen.findByText(/has not answered for days/)).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: `Send a test to ${webhook.url}` }));
  expect(await screen.findByText(/arrived · 200/)).toBeTruthy();
  expect(await accessibilityProblems(container)).toEqual([]);
  fireEvent.click(screen.getByRole("switch"));
  await waitFor(() =>
    expect(asked).toHaveBeenCalledWith("PATCH", "/api/v1/webhooks/w", { is_enabled: false }),
  );
});
