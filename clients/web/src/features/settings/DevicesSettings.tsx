import { useTranslation } from "react-i18next";

import { useEndDevices } from "@/shared/api/account/end-devices";
import { useDevices } from "@/shared/api/account/list-devices";
import { thrownText } from "@/shared/errors/error-text";
import { formatMoment } from "@/shared/time/format";
import { Button } from "@/shared/ui/Button";
import { Icon } from "@/shared/ui/Icon";
import { Notice } from "@/shared/ui/Notice";

import { deviceName } from "./device-name";

export function DevicesSettings() {
  const { t, i18n } = useTranslation();
  const devices = useDevices();
  const end = useEndDevices();
  const list = devices.data ?? [];
  const others = list.filter((device) => !device.is_current).map(({ id }) => id);
  const error = devices.error ?? end.error;
  return (
    <section className="card settings-card" aria-labelledby="devices-title">
      <h2 id="devices-title">{t("settings.devices")}</h2>
      {error && (
        <Notice kind="problem" announce>
          {`${t("settings.devicesFailed")} ${thrownText(t, error)}`}
        </Notice>
      )}
      <ul className="devices">
        {list.map((device) => {
          const name = deviceName(device.user_agent) ?? t("settings.unknownDevice");
          const seen = new Date((device.last_seen_at ?? device.created_at) * 1000).toISOString();
          return (
            <li key={device.id}>
              <Icon name="device" />
              <div className="device-facts">
                <span>{name}</span>
                <span className="muted">
                  {device.is_current
                    ? t("settings.thisDevice")
                    : t("settings.lastSeen", { moment: formatMoment(seen, i18n.language) })}
                </span>
              </div>
              {!device.is_current && (
                <Button
                  aria-label={t("settings.endDeviceNamed", { device: name })}
                  disabled={end.isPending}
                  onClick={() => end.mutate([device.id])}
                >
                  {t("settings.endDevice")}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      {others.length > 0 && (
        <Button kind="danger" disabled={end.isPending} onClick={() => end.mutate(others)}>
          {t("settings.endOthers")}
        </Button>
      )}
    </section>
  );
}
