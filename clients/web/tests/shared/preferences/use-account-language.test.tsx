import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, waitFor } from "@testing-library/react";
import i18next from "i18next";
import { StrictMode } from "react";
import { afterEach, expect, it, vi } from "vitest";

import type { Me, UiLanguage } from "@/shared/api/types";
import { chooseLanguageEarly, useAccountLanguage } from "@/shared/preferences/use-account-language";

import { aMe } from "../../factories";

const saved = vi.fn<(patch: Partial<Me>) => void>();

function Account({ ui_language }: { ui_language: UiLanguage }) {
  useAccountLanguage(aMe({ ui_language }));
  return null;
}

function signIn(ui_language: UiLanguage) {
  const queries = new QueryClient();
  queries.setQueryData(["me"], aMe({ ui_language }));
  vi.stubGlobal("fetch", async (request: Request) => {
    const patch = JSON.parse(await request.text()) as Partial<Me>;
    saved(patch);
    return Response.json(aMe(patch));
  });
  return render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Account ui_language={ui_language} />
      </QueryClientProvider>
    </StrictMode>,
  );
}

afterEach(() => {
  vi.unstubAllGlobals();
  saved.mockReset();
});

it("speaks the account's language", () => {
  signIn("ko");
  expect(i18next.language).toBe("ko");
  expect(saved).not.toHaveBeenCalled();
});

it("keeps what was chosen while the account was loading, for the next time too", async () => {
  chooseLanguageEarly("en");
  const { unmount } = signIn("ko");
  await waitFor(() => expect(saved.mock.calls).toEqual([[{ ui_language: "en" }]]));
  expect(i18next.language).toBe("en");
  unmount();
  signIn("ko");
  expect(i18next.language).toBe("ko");
  expect(saved).toHaveBeenCalledOnce();
});
