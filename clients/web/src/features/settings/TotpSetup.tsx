import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { renderSVG } from "uqr";

import { offerTotp } from "@/shared/api/account/second-factor";
import { thrownText } from "@/shared/errors/error-text";
import { Button } from "@/shared/ui/Button";

interface TotpSetupProps {
  error: Error | null;
  busy: boolean;
  onCode: (code: string) => void;
}

/** The key as a picture and as letters, and a first code that proves that the app has it. */
export function TotpSetup({ error, busy, onCode }: TotpSetupProps) {
  const { t } = useTranslation();
  const id = useId();
  const [code, setCode] = useState("");
  // Each asking makes a new key: once for each time that this is opened.
  const offer = useQuery({
    queryKey: ["totp-offer", id],
    queryFn: offerTotp,
    staleTime: Infinity,
    gcTime: 0,
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    onCode(code.replaceAll(/\s/g, ""));
  };
  if (offer.data === undefined) return <p className="muted">{t("app.loading")}</p>;
  const picture = renderSVG(offer.data.totp_url, { border: 2 });
  return (
    <form className="totp-setup" onSubmit={submit}>
      <p>{t("settings.totpScan")}</p>
      <img
        className="totp-picture"
        alt={t("settings.totpQr")}
        src={`data:image/svg+xml,${encodeURIComponent(picture)}`}
      />
      <p>
        {t("settings.totpKey")}: <code className="totp-key">{offer.data.secret}</code>
      </p>
      <div className="field">
        <label htmlFor={id}>{t("account.code")}</label>
        <input
          id={id}
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          value={code}
          aria-invalid={error !== null}
          aria-describedby={`${id}-problem`}
          onChange={(event) => setCode(event.target.value)}
        />
        <p id={`${id}-problem`} className="field-problem" role="alert">
          {error && thrownText(t, error)}
        </p>
      </div>
      <Button kind="primary" type="submit" disabled={busy}>
        {t("settings.totpConfirm")}
      </Button>
    </form>
  );
}
