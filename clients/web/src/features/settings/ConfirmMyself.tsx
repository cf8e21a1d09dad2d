import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { confirmPassword, useAuthenticators } from "@/shared/api/account/second-factor";

import { PasswordDialog } from "./PasswordDialog";
import { SecondFactorDialog } from "./SecondFactorDialog";

interface ConfirmMyselfProps {
  onConfirmed: () => void;
  onClose: () => void;
}

/** Whoever changes how one signs in says again who they are: by the second factor, if they have one. */
export function ConfirmMyself({ onConfirmed, onClose }: ConfirmMyselfProps) {
  const { t } = useTranslation();
  const confirm = useMutation({ mutationFn: confirmPassword, onSuccess: onConfirmed });
  const own = useAuthenticators();
  if (own.isPending) return null;
  if (own.data?.some(({ type }) => type !== "recovery_codes"))
    return <SecondFactorDialog onConfirmed={onConfirmed} onClose={onClose} />;
  return (
    <PasswordDialog
      title={t("settings.confirmTitle")}
      text={t("settings.confirmText")}
      confirm={t("settings.confirmGo")}
      kind="primary"
      request={confirm}
      onClose={onClose}
    />
  );
}
