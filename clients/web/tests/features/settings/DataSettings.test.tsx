import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";

import { DataSettings } from "@/features/settings/DataSettings";

import { accessibilityProblems } from "../../axe";
import { aMe } from "../../factories";

const asked: [path: string, body: unknown][] = [];

function answerOf(path: string): Response {
  const isConfirmed = asked.some(([one]) => one.endsWith("/2fa/reauthenticate"));
  if (!path.endsWith("/me/delete")) return Response.json({ data: [{ type: "totp" }] });
  return isConfirmed
    ? new Response(null, { status: 204 })
    : Response.json({ code: "second_factor_needed", status: 403, title: "" }, { status: 403 });
}

afterEach(() => vi.unstubAllGlobals());

it("asks for the second factor after the password, and sends the password once more", async () => {
  vi.stubGlobal("fetch", async (given: Request | string, more?: RequestInit) => {
    const path = typeof given === "string" ? given : new URL(given.url).pathname;
    const body = typeof given === "string" ? more?.body : await given.text();
    asked.push([path, typeof body === "string" && body !== "" ? JSON.parse(body) : null]);
    return answerOf(path);
  });
  const queries = new QueryClient();
  queries.setQueryData(["me"], aMe());
  const { container } = render(
    <QueryClientProvider client={queries}>
      <DataSettings />
    </QueryClientProvider>,
  );
  fireEvent.click(screen.getByRole("button", { name: "Delete the account" }));
  fireEvent.change(screen.getByLabelText("Password"), { target: { value: "blue teapot" } });
  const all = screen.getAllByRole("button", { name: /Delete/ });
  fireEvent.click(all[all.length - 1] as HTMLElement);
  const code = await screen.findByLabelText("Code");
  expect(await accessibilityProblems(container)).toEqual([]);
  fireEvent.change(code, { target: { value: "123 456" } });
  fireEvent.click(screen.getByRole("button", { name: "Go on" }));
  await waitFor(() => expect(queries.getQueryData(["session"])).toEqual({ signedIn: false }));
  expect(asked.filter(([, body]) => body !== null)).toEqual([
    ["/api/v1/me/delete", { password: "blue teapot" }],
    ["/_allauth/browser/v1/auth/2fa/reauthenticate", { code: "123456" }],
    ["/api/v1/me/delete", { password: "blue teapot" }],
  ]);
}, 15_000);
