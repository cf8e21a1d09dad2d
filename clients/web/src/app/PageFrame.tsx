import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Logo } from "./Logo";

import "./app.css";

interface PageFrameProps {
  tools: ReactNode;
  children: ReactNode;
}

/** Skip link, header with the name and tools, and the main landmark. */
export function PageFrame({ tools, children }: PageFrameProps) {
  const { t } = useTranslation();
  return (
    <>
      <a className="skip-link" href="#main">
        {t("app.skipToContent")}
      </a>
      <header className="page-header">
        <Link to="/" className="brand">
          <Logo />
          <span>{t("app.name")}</span>
        </Link>
        <div className="header-tools">{tools}</div>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}
