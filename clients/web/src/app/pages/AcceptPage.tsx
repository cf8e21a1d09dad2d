import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";

import { AcceptForm } from "@/features/care/AcceptForm";
import { usePageTitle } from "@/shared/ui/use-page-title";

/** `/care/accept#CODE`: no server sees what is after the "#". */
export function AcceptPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { hash } = useLocation();
  usePageTitle(t("care.acceptTitle"));
  return (
    <div className="settings-page">
      <h1>{t("care.acceptTitle")}</h1>
      <AcceptForm
        key={hash}
        code={decodeURIComponent(hash.slice(1))}
        onAccepted={(linkId) => void navigate(`/care/people/${linkId}`, { replace: true })}
      />
    </div>
  );
}
