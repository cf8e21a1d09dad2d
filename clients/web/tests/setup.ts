import { cleanup } from "@testing-library/react";
import { afterEach, beforeEach } from "vitest";

import { changeLanguage, setUpI18n } from "@/shared/i18n/setup";

setUpI18n("en");

beforeEach(() => changeLanguage("en"));
afterEach(() => {
  cleanup();
  localStorage.clear();
});

// jsdom's blobs cannot be read by themselves.
Blob.prototype.arrayBuffer = function (this: Blob) {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as ArrayBuffer);
    reader.readAsArrayBuffer(this);
  });
};
