import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { FilePicker } from "@/features/capture/FilePicker";
import { RecordPanel } from "@/features/capture/RecordPanel";
import { UploadList } from "@/features/capture/UploadList";
import { useUploads } from "@/features/capture/context";
import { RecordingList } from "@/features/recordings/RecordingList";
import { useMe } from "@/shared/api/get-me";
import { Icon } from "@/shared/ui/Icon";
import { usePageTitle } from "@/shared/ui/use-page-title";

export function HomePage() {
  const { t } = useTranslation();
  const { emotion_enabled } = useMe();
  const isSending = useUploads().length > 0;
  usePageTitle("");
  return (
    <div className="home">
      <h1 className="visually-hidden">{t("app.name")}</h1>
      <div className="home-capture">
        <RecordPanel />
        <Link to="/live" className="button button-primary home-live">
          <Icon name="captions" />
          <span>
            {t("live.open")}
            <small>{t("live.openHint")}</small>
          </span>
        </Link>
        <FilePicker />
      </div>
      <div className="home-lists">
        <UploadList />
        <RecordingList showEmotion={emotion_enabled} isExpecting={isSending} />
      </div>
    </div>
  );
}
