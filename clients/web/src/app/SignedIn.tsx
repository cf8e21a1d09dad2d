import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, Outlet, useLocation, useNavigate } from "react-router";

import { DropArea } from "@/features/capture/DropArea";
import { RecordingBadge } from "@/features/capture/RecordingBadge";
import { CaptureContext } from "@/features/capture/context";
import type { Me } from "@/shared/api/types";
import { useUpdateMe } from "@/shared/api/update-me";
import { LibraryContext } from "@/shared/library/context";
import { setDisplay } from "@/shared/preferences/display";
import { useAccountLanguage } from "@/shared/preferences/use-account-language";
import { SynchroniserContext } from "@/shared/sync/connection";
import { Icon } from "@/shared/ui/Icon";
import { LanguageSwitch } from "@/shared/ui/LanguageSwitch";

import { ConnectionPill } from "./ConnectionPill";
import { PageFrame } from "./PageFrame";
import { createServices } from "./services";
import { useFocusOnNavigation } from "./use-focus-on-navigation";
import { useKeptFocus } from "./use-kept-focus";

export function SignedIn({ me }: { me: Me }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const update = useUpdateMe();
  const chooseLanguage = useAccountLanguage(me);
  // Made once: whoever signs in next gets a new SignedIn.
  const [services] = useState(() =>
    createServices(queries, me, (id) => {
      // Straight to the words; but nobody is torn away from another page.
      if (window.location.pathname === "/") void navigate(`/recordings/${id}`);
    }),
  );
  useFocusOnNavigation(pathname);
  useKeptFocus();

  useEffect(() => {
    services.synchroniser.start();
    services.capture.start();
    return () => {
      services.synchroniser.stop();
      services.capture.stop();
    };
  }, [services]);

  // Days begin at this person's midnight, wherever the server is.
  const tellTimeZone = useEffectEvent(() => {
    const time_zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!me.time_zone && time_zone) update.mutate({ time_zone });
  });
  useEffect(() => tellTimeZone(), []);

  // Also what was chosen on another device.
  useEffect(() => setDisplay(me.display), [me.display]);

  return (
    <LibraryContext value={services.library}>
      <SynchroniserContext value={services.synchroniser}>
        <CaptureContext value={services.capture}>
          <PageFrame
            tools={
              <>
                {pathname !== "/" && <RecordingBadge />}
                <LanguageSwitch onChange={chooseLanguage} />
                <Link to="/history" className="button button-quiet button-icon-text">
                  <Icon name="clock" />
                  <span>{t("history.open")}</span>
                </Link>
                <Link to="/timeline" className="button button-quiet button-icon-text">
                  <Icon name="chart" />
                  <span>{t("timeline.title")}</span>
                </Link>
                <Link to="/care" className="button button-quiet button-icon-text">
                  <Icon name="people" />
                  <span>{t("care.open")}</span>
                </Link>
                <Link to="/settings" className="button button-quiet button-icon-text">
                  <Icon name="settings" />
                  <span>{t("app.openSettings")}</span>
                </Link>
              </>
            }
          >
            <Outlet />
          </PageFrame>
          <DropArea onAdded={() => void navigate("/")} />
          <ConnectionPill />
        </CaptureContext>
      </SynchroniserContext>
    </LibraryContext>
  );
}
