import type { ReactNode } from "react";

import { Icon } from "./Icon";

interface NoticeProps {
  kind: "info" | "warning" | "problem";
  title?: string;
  /** True: read aloud when it appears. */
  announce?: boolean;
  children?: ReactNode;
}

export function Notice({ kind, title, announce = false, children }: NoticeProps) {
  return (
    <div className={`notice notice-${kind}`} role={announce ? "alert" : undefined}>
      <Icon name={kind === "info" ? "info" : "warning"} />
      <div className="notice-body">
        {title !== undefined && <strong className="notice-title">{title}</strong>}
        {children}
      </div>
    </div>
  );
}
