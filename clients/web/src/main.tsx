import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import "@/shared/styles/index.css";

import { App } from "@/app/App";
import { preferredLanguage, setUpI18n } from "@/shared/i18n/setup";
import { applyDisplay } from "@/shared/preferences/display";

applyDisplay();
setUpI18n(preferredLanguage());

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root.");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
