import { useMutation } from "@tanstack/react-query";

import { callAllauth } from "./allauth";

/** Asks for a mail with a link. */
export function useRequestReset() {
  return useMutation({
    mutationFn: (email: string) => callAllauth("POST", "/auth/password/request", { email }),
  });
}

/** `key` comes from the link in the mail. 401 is an answer, too: it is done, and one signs in. */
export function useResetPassword() {
  return useMutation({
    mutationFn: (given: { key: string; password: string }) =>
      callAllauth("POST", "/auth/password/reset", given),
  });
}
