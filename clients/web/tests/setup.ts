import { cleanup, configure } from "@testing-library/react";
import { afterEach, beforeEach } from "vitest";

import { changeLanguage, setUpI18n } from "@/shared/i18n/setup";

setUpI18n("en");
// A busy machine takes its time.
configure({ asyncUtilTimeout: 15_000 });

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

// jsdom knows the element but not how to open it.
HTMLDialogElement.prototype.showModal = function showModal() {
  this.open = true;
};
HTMLDialogElement.prototype.close = function close() {
  this.open = false;
};
