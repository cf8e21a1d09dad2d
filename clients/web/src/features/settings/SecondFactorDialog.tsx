import { useTranslation } from "react-i18next";

import {
  confirmCode,
  confirmPasskey,
  usableTypes,
  useAuthenticators,
} from "@/shared/api/account/second-factor";
import { SecondFactorForm } from "@/shared/second-factor/SecondFactorForm";
import { Dialog } from "@/shared/ui/Dialog";

interface SecondFactorDialogProps {
  onConfirmed: () => void;
  onClose: () => void;
}

/** Asks for a code or a passkey before something that the password alone must not allow. */
export function SecondFactorDialog({ onConfirmed, onClose }: SecondFactorDialogProps) {
  const { t } = useTranslation();
  const own = useAuthenticators();
  if (own.isPending) return null;
  return (
    <Dialog title={t("settings.confirmTitle")} onClose={onClose}>
      <SecondFactorForm
        types={own.data ? usableTypes(own.data) : ["totp", "recovery_codes"]}
        sendCode={confirmCode}
        askPasskey={confirmPasskey}
        onDone={onConfirmed}
        onCancel={onClose}
      />
    </Dialog>
  );
}
