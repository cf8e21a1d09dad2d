import { cleanup } from "@testing-library/react";
import { afterEach, beforeEach } from "vitest";

import { changeLanguage, setUpI18n } from "@/shared/i18n/setup";

setUpI18n("en");

beforeEach(() => changeLanguage("en"));
afterEach(() => {
  cleanup();
  localStorage.clear();
});
