import { useSignedIn, signInByCode, signInBySecondPasskey } from "@/shared/api/account/sign-in";
import type { FactorType } from "@/shared/api/account/second-factor";
import { SecondFactorForm } from "@/shared/second-factor/SecondFactorForm";

/** The second step of signing in. */
export function CodeForm({ types }: { types: readonly FactorType[] }) {
  const signedIn = useSignedIn();
  return (
    <SecondFactorForm
      types={types}
      sendCode={signInByCode}
      askPasskey={signInBySecondPasskey}
      onDone={signedIn}
    />
  );
}
