import { useState } from "react";
import type { RefObject } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "@/shared/ui/Button";
import { Icon } from "@/shared/ui/Icon";

import { downloadPng } from "./png";

interface DownloadsProps {
  csvUrl: string;
  name: string;
  chart: RefObject<SVGSVGElement | null>;
}

export function Downloads({ csvUrl, name, chart }: DownloadsProps) {
  const { t } = useTranslation();
  const [failed, setFailed] = useState(false);
  const savePicture = () => {
    if (chart.current === null) return;
    setFailed(false);
    downloadPng(chart.current, `${name}.png`).catch(() => setFailed(true));
  };
  return (
    <div className="timeline-downloads">
      <a className="button" href={csvUrl} download={`${name}.csv`}>
        <Icon name="download" />
        {t("timeline.csv")}
      </a>
      <Button icon="download" onClick={savePicture}>
        {t("timeline.png")}
      </Button>
      {failed && <p role="alert">{t("timeline.pngFailed")}</p>}
    </div>
  );
}
