import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { confirmPassword } from "@/shared/api/account/second-factor";

import { PasswordDialog } from "./PasswordDialog";

interface ConfirmPasswordProps {
  onConfirmed: () => void;
  onClose: () => void;
}

/** Whoever changes how one signs in says again who they are. */
export function ConfirmPassword({ onConfirmed, onClose }: ConfirmPasswordProps) {
  const { t } = useTranslation();
  const confirm = useMutation({ mutationFn: confirmPassword, onSuccess: onConfirmed });
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
