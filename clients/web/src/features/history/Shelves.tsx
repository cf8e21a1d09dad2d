import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { SHELVES, tagsQuery } from "@/shared/api/conversations";
import type { Shelf } from "@/shared/api/conversations";
import { Button } from "@/shared/ui/Button";

interface ShelvesProps {
  shelf: Shelf;
  tag: string | null;
  onChange: (shown: { shelf: Shelf; tag: string | null }) => void;
}

/** Chooses what the history shows: a shelf, and of it those with a tag. */
export function Shelves({ shelf, tag, onChange }: ShelvesProps) {
  const { t } = useTranslation();
  const tags = useQuery(tagsQuery()).data ?? [];
  const names = tags.map(({ name }) => name);
  // A link may name a tag that is no longer in use.
  const shown =
    tag === null || names.includes(tag) ? tags : [...tags, { name: tag, conversation_count: 0 }];
  return (
    <>
      <div className="shelves" role="group" aria-label={t("history.shelf")}>
        {SHELVES.map((name) => (
          <Button
            key={name}
            aria-pressed={shelf === name}
            onClick={() => onChange({ shelf: name, tag })}
          >
            {t(name === "pinned" ? "history.onlyPinned" : `history.${name}`)}
          </Button>
        ))}
      </div>
      {shown.length > 0 && (
        <div className="tag-filter" role="group" aria-label={t("history.ofTag")}>
          <Button
            kind="quiet"
            aria-pressed={tag === null}
            onClick={() => onChange({ shelf, tag: null })}
          >
            {t("history.everyTag")}
          </Button>
          {shown.map(({ name, conversation_count }) => (
            <Button
              key={name}
              kind="quiet"
              aria-label={t("history.tagCount", { tag: name, count: conversation_count })}
              aria-pressed={tag === name}
              onClick={() => onChange({ shelf, tag: tag === name ? null : name })}
            >
              {name} <span className="numbers muted">{conversation_count}</span>
            </Button>
          ))}
        </div>
      )}
    </>
  );
}
