import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { SignInPage } from "@/features/account/SignInPage";

import { accessibilityProblems } from "../../axe";

const answer = vi.fn<typeof fetch>();
let queries: QueryClient;

function reply(status: number, body: unknown): void {
  answer.mockResolvedValueOnce(new Response(JSON.stringify(body), { status }));
}

function show() {
  queries = new QueryClient();
  return render(
    <QueryClientProvider client={queries}>
      <SignInPage wasSignedOut={false} />
    </QueryClientProvider>,
  );
}

beforeEach(() => {
  answer.mockReset();
  vi.stubGlobal("fetch", answer);
  document.cookie = "csrftoken=secret";
});

afterEach(() => vi.unstubAllGlobals());

it("signs in with the CSRF token, and is accessible", async () => {
  const { container } = show();
  expect(await accessibilityProblems(container)).toEqual([]);
  reply(200, { data: {} });
  await userEvent.type(screen.getByLabelText("E-mail"), "me@example.org");
  await userEvent.type(screen.getByLabelText("Password"), "correct horse{Enter}");
  await vi.waitFor(() =>
    expect(queries.getQueryData(["session"])).toMatchObject({ signedIn: true }),
  );
  const [path, request] = answer.mock.calls[0] ?? [];
  expect(path).toBe("/_allauth/browser/v1/auth/login");
  expect(request?.headers).toMatchObject({ "X-CSRFToken": "secret", "Accept-Language": "en" });
  expect(JSON.parse(request?.body as string)).toEqual({
    email: "me@example.org",
    password: "correct horse",
  });
});

it("ties the server's error to the field, in our words, and goes there", async () => {
  show();
  reply(400, {
    errors: [{ code: "email_password_mismatch", param: "password", message: "Nope." }],
  });
  await userEvent.type(screen.getByLabelText("E-mail"), "me@example.org");
  await userEvent.type(screen.getByLabelText("Password"), "wrong{Enter}");
  const problem = await screen.findByText("E-mail and password do not match.");
  const field = screen.getByLabelText("Password");
  expect(field.getAttribute("aria-invalid")).toBe("true");
  expect(field.getAttribute("aria-describedby")).toContain(problem.id);
  expect(document.activeElement).toBe(field);
});

it("makes accounts, in the form that password managers know", async () => {
  show();
  await userEvent.click(screen.getByRole("button", { name: "Create account" }));
  const password = screen.getByLabelText("New password");
  expect(password.getAttribute("autocomplete")).toBe("new-password");
  expect(screen.getByLabelText("E-mail").getAttribute("autocomplete")).toBe("username");
  await userEvent.click(screen.getByRole("button", { name: "Show password" }));
  expect(password.getAttribute("type")).toBe("text");
  reply(200, { data: {} });
  await userEvent.type(screen.getByLabelText("E-mail"), "me@example.org");
  await userEvent.type(password, "correct horse{Enter}");
  await vi.waitFor(() => expect(queries.getQueryData(["session"])).toEqual({ signedIn: true }));
  expect(answer.mock.calls[0]?.[0]).toBe("/_allauth/browser/v1/auth/signup");
});

it("asks for the passkey alone at the second step of whoever has nothing else", async () => {
  vi.stubGlobal("PublicKeyCredential", { parseCreationOptionsFromJSON: () => ({}) });
  show();
  const flow = { id: "mfa_authenticate", is_pending: true, types: ["webauthn"] };
  reply(401, { data: { flows: [{ id: "login" }, flow] } });
  await userEvent.type(screen.getByLabelText("E-mail"), "me@example.org");
  await userEvent.type(screen.getByLabelText("Password"), "correct horse{Enter}");
  expect(await screen.findByRole("heading", { name: "One more step" })).toBeTruthy();
  expect(screen.getByRole("button", { name: "Use a passkey" })).toBeTruthy();
  expect(screen.queryByRole("textbox")).toBeNull();
});

it("says when the server cannot be reached", async () => {
  show();
  answer.mockRejectedValueOnce(new TypeError("offline"));
  await userEvent.type(screen.getByLabelText("E-mail"), "me@example.org");
  await userEvent.type(screen.getByLabelText("Password"), "correct horse{Enter}");
  expect(await screen.findByText(/could not be reached/)).toBeTruthy();
});
