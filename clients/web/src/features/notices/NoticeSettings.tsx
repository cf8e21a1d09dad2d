import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { thrownText } from "@/shared/errors/error-text";
import { Notice } from "@/shared/ui/Notice";

import { readPushState, switchPushOff, switchPushOn } from "./browser-push";

const STATE_KEY = ["push-state"];

/** Whether this browser shows a notice when a recording is captioned. */
export function NoticeSettings() {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const state = useQuery({ queryKey: STATE_KEY, queryFn: readPushState });
  const change = useMutation({
    mutationFn: (wanted: boolean) =>
      wanted
        ? switchPushOn(i18n.language === "ko" ? "ko" : "en", navigator.userAgent.slice(0, 100))
        : switchPushOff(),
    onSuccess: (now) => queries.setQueryData(STATE_KEY, now),
  });
  const cannot = state.data === "unsupported" || state.data === "blocked" ? state.data : null;
  return (
    <section className="card settings-card" aria-labelledby="notices-title">
      <h2 id="notices-title">{t("notices.title")}</h2>
      {change.error && (
        <Notice kind="problem" announce>
          {`${t("notices.failed")} ${thrownText(t, change.error)}`}
        </Notice>
      )}
      <div className="switch-row">
        <label className="switch">
          <input
            type="checkbox"
            role="switch"
            checked={state.data === "on"}
            disabled={cannot !== null || state.data === undefined || change.isPending}
            aria-describedby="notices-hint"
            onChange={(event) => change.mutate(event.target.checked)}
          />
          <span>{t("notices.switch")}</span>
        </label>
        <p id="notices-hint" className="field-hint">
          {t(cannot === null ? "notices.hint" : `notices.${cannot}`)}
        </p>
      </div>
    </section>
  );
}
