import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { usableTypes } from "@/shared/api/account/second-factor";
import type { FactorType } from "@/shared/api/account/second-factor";
import { SecondFactorForm } from "@/shared/second-factor/SecondFactorForm";

const sendCode = vi.fn<(code: string) => Promise<void>>();
const askPasskey = vi.fn<() => Promise<void>>();
const onDone = vi.fn();

function show(types: FactorType[]) {
  return render(
    <QueryClientProvider client={new QueryClient()}>
      <SecondFactorForm {...{ types, sendCode, askPasskey, onDone }} />
    </QueryClientProvider>,
  );
}

beforeEach(() => {
  vi.resetAllMocks();
  vi.stubGlobal("PublicKeyCredential", { parseCreationOptionsFromJSON: () => ({}) });
});

afterEach(() => vi.unstubAllGlobals());

it("shows no field for a code to whoever has only a passkey, and gives the passkey the focus", async () => {
  show(["webauthn"]);
  expect(screen.queryByRole("textbox")).toBeNull();
  expect(screen.getAllByRole("button").map(({ textContent }) => textContent)).toEqual([
    "Use a passkey",
  ]);
  askPasskey.mockResolvedValueOnce(undefined);
  await userEvent.keyboard("{Enter}");
  expect(askPasskey).toHaveBeenCalledOnce();
  expect(onDone).toHaveBeenCalledOnce();
});

it("asks for a recovery code, not for one of an app, where there is no app", () => {
  show(["recovery_codes", "webauthn"]);
  expect(screen.getByLabelText("Recovery code")).toBeTruthy();
  expect(screen.queryByText(/authenticator app/)).toBeNull();
});

it("shows no passkey to whoever has none", async () => {
  show(["totp"]);
  expect(screen.queryByRole("button", { name: "Use a passkey" })).toBeNull();
  expect(screen.getByText("From your authenticator app.")).toBeTruthy();
  sendCode.mockResolvedValueOnce(undefined);
  await userEvent.type(screen.getByLabelText("Code"), "123 456{Enter}");
  expect(sendCode.mock.calls[0]?.[0]).toBe("123456");
});

it("says so when the passkey was not used", async () => {
  show(["webauthn"]);
  askPasskey.mockRejectedValueOnce(new DOMException("", "NotAllowedError"));
  await userEvent.click(screen.getByRole("button", { name: "Use a passkey" }));
  expect((await screen.findByRole("alert")).textContent).toBe(
    "The passkey was not accepted. Try again.",
  );
});

it("counts recovery codes that are all used as none", () => {
  expect(
    usableTypes([
      { type: "webauthn", id: 1 },
      { type: "recovery_codes", unused_code_count: 0 },
    ]),
  ).toEqual(["webauthn"]);
});
