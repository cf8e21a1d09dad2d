import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { needsPassword } from "@/shared/api/account/allauth";
import {
  hasPasskeys,
  recoveryCodes,
  useActivateTotp,
  useAddPasskey,
  useAuthenticators,
  useDeactivateTotp,
  useRemovePasskey,
} from "@/shared/api/account/second-factor";
import { ApiProblem } from "@/shared/api/problem";
import { Button } from "@/shared/ui/Button";

import { ConfirmMyself } from "./ConfirmMyself";
import { SaveProblem } from "./SaveProblem";
import { TotpSetup } from "./TotpSetup";
import { deviceName } from "./device-name";

import "./security.css";

/** Codes of an app, recovery codes and passkeys. */
export function SecuritySettings() {
  const { t } = useTranslation();
  const list = useAuthenticators();
  const [isSettingUp, setSettingUp] = useState(false);
  // What was asked for, while the person says again who they are.
  const [waiting, setWaiting] = useState<(() => void) | null>(null);
  const activate = useActivateTotp();
  const deactivate = useDeactivateTotp();
  const codes = useMutation({ mutationFn: recoveryCodes });
  const add = useAddPasskey();
  const remove = useRemovePasskey();
  const attempt = (action: (onError: (error: Error) => void) => void) => {
    const run = () =>
      action((error) => {
        if (needsPassword(error)) setWaiting(() => run);
      });
    run();
  };
  const authenticators = list.data ?? [];
  const hasTotp = authenticators.some(({ type }) => type === "totp");
  const recovery = authenticators.find(({ type }) => type === "recovery_codes");
  const passkeys = authenticators.filter(({ type }) => type === "webauthn");
  const problem = [list.error, deactivate.error, codes.error, add.error, remove.error].find(
    (error) => error && !(error instanceof ApiProblem && error.status === 401),
  );
  return (
    <section className="card settings-card" aria-labelledby="security-title">
      <h2 id="security-title">{t("settings.security")}</h2>
      <p className="field-hint">{t("settings.securityHint")}</p>
      <SaveProblem error={problem ?? null} />
      <h3>{t("settings.totp")}</h3>
      {hasTotp ? (
        <>
          <p>{t("settings.totpOn")}</p>
          <Button onClick={() => attempt((onError) => deactivate.mutate(undefined, { onError }))}>
            {t("settings.totpStop")}
          </Button>
        </>
      ) : isSettingUp ? (
        <TotpSetup
          error={activate.error}
          busy={activate.isPending}
          onCode={(code) =>
            attempt((onError) =>
              activate.mutate(code, { onError, onSuccess: () => setSettingUp(false) }),
            )
          }
        />
      ) : (
        <Button onClick={() => setSettingUp(true)}>{t("settings.totpStart")}</Button>
      )}
      {recovery !== undefined && (
        <>
          <h3>{t("settings.recovery")}</h3>
          <p className="field-hint">
            {t("settings.recoveryHint")}{" "}
            {t("settings.recoveryLeft", { count: recovery.unused_code_count ?? 0 })}
          </p>
          {codes.data ? (
            <ul className="recovery-codes numbers">
              {codes.data.map((code) => (
                <li key={code}>
                  <code>{code}</code>
                </li>
              ))}
            </ul>
          ) : (
            <Button onClick={() => attempt((onError) => codes.mutate(undefined, { onError }))}>
              {t("settings.recoveryShow")}
            </Button>
          )}
        </>
      )}
      <h3>{t("settings.passkeys")}</h3>
      <p className="field-hint">
        {t(hasPasskeys() ? "settings.passkeysHint" : "settings.passkeysMissing")}
      </p>
      <ul className="devices">
        {passkeys.map(({ id = 0, name = "" }) => (
          <li key={id}>
            <span className="device-facts">{name}</span>
            <Button onClick={() => attempt((onError) => remove.mutate(id, { onError }))}>
              {t("settings.passkeyRemove", { name })}
            </Button>
          </li>
        ))}
      </ul>
      {hasPasskeys() && (
        <Button
          disabled={add.isPending}
          onClick={() =>
            attempt((onError) =>
              add.mutate(deviceName(navigator.userAgent) ?? t("settings.unknownDevice"), {
                onError,
              }),
            )
          }
        >
          {t("settings.passkeyAdd")}
        </Button>
      )}
      {waiting !== null && (
        <ConfirmMyself
          onConfirmed={() => {
            setWaiting(null);
            waiting();
          }}
          onClose={() => setWaiting(null)}
        />
      )}
    </section>
  );
}
