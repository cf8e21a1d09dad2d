import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { queryKeys } from "../query-keys";

import { callAllauth, callAsMyself } from "./allauth";

interface Address {
  email: string;
  primary: boolean;
  verified: boolean;
}

/** The address that waits to be confirmed by the link in a mail; null: none does. */
export function usePendingEmail() {
  return useQuery({
    queryKey: queryKeys.addresses,
    queryFn: async () => {
      const { data = [] } = await callAsMyself<Address[]>("GET", "/account/email");
      return data.find(({ primary }) => !primary)?.email ?? null;
    },
  });
}

/** Asks for another address. Where there is no mail it holds at once, else when the link in the mail is opened. */
export function useChangeEmail() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (email: string) => callAsMyself<Address[]>("POST", "/account/email", { email }),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: queryKeys.addresses }),
        queries.invalidateQueries({ queryKey: queryKeys.me }),
      ]),
  });
}

/** `key` comes from the link in the mail. 401 is an answer, too: it is done, and one signs in. */
export function useConfirmEmail() {
  return useMutation({
    mutationFn: (key: string) => callAllauth("POST", "/auth/email/verify", { key }),
  });
}
