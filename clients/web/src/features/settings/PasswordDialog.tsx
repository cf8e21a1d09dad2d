import { useId, useState } from "react";
import type { SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { useMe } from "@/shared/api/get-me";
import { thrownText } from "@/shared/errors/error-text";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";

interface PasswordDialogProps {
  title: string;
  text: string;
  confirm: string;
  kind: "primary" | "danger";
  /** The request that takes the password. */
  request: { mutate: (password: string) => void; error: Error | null; isPending: boolean };
  onClose: () => void;
}

/** Asks for the password before something that only the person themselves may do. */
export function PasswordDialog(props: PasswordDialogProps) {
  const { t } = useTranslation();
  const { email } = useMe();
  const id = useId();
  const [password, setPassword] = useState("");
  const { request } = props;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    request.mutate(password);
  };
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <p>{props.text}</p>
      <form onSubmit={submit}>
        <input type="email" autoComplete="username" value={email} readOnly hidden />
        <div className="field">
          <label htmlFor={id}>{t("account.password")}</label>
          <input
            id={id}
            type="password"
            autoComplete="current-password"
            required
            value={password}
            aria-invalid={request.error !== null}
            aria-describedby={`${id}-problem`}
            onChange={(event) => setPassword(event.target.value)}
          />
          <p id={`${id}-problem`} className="field-problem" role="alert">
            {request.error && thrownText(t, request.error)}
          </p>
        </div>
        <div className="dialog-actions">
          <Button onClick={props.onClose}>{t("app.cancel")}</Button>
          <Button kind={props.kind} type="submit" disabled={request.isPending}>
            {props.confirm}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
