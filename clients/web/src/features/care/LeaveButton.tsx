import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Person } from "@/shared/api/types";
import { Button } from "@/shared/ui/Button";

import { EndDialog } from "./LinkCard";

interface LeaveButtonProps {
  person: Person;
  onLeft: () => void;
}

/** The caregiver ends the link. */
export function LeaveButton({ person, onLeft }: LeaveButtonProps) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button kind="danger" className="care-leave" onClick={() => setOpen(true)}>
        {t("care.leave")}
      </Button>
      {isOpen && (
        <EndDialog
          linkId={person.id}
          text={t("care.leaveText", { name: person.name })}
          onEnded={onLeft}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
