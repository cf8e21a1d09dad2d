import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const BACKEND_ORIGIN = "http://127.0.0.1:8000";
const sourceFolder = fileURLToPath(new URL("./src", import.meta.url));
const apiFolder = fileURLToPath(new URL("../api/src", import.meta.url));

export default defineConfig(({ command }) => ({
  // Django serves `dist` below this path, and index.html at every route of the client.
  base: command === "build" ? "/static/web/" : "/",
  plugins: [react()],
  resolve: { alias: { "@": sourceFolder, "@api": apiFolder } },
  build: {
    outDir: "dist",
    assetsDir: "assets",
    // Data URLs would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One file of about 160 kB on the wire, read once and kept: splitting it would only add waiting.
    chunkSizeWarningLimit: 800,
  },
  server: {
    port: 5173,
    proxy: {
      "/api": BACKEND_ORIGIN,
      "/_allauth": BACKEND_ORIGIN,
      "/ws": { target: BACKEND_ORIGIN, ws: true },
    },
  },
  test: {
    environment: "jsdom",
    // A busy machine is no failure.
    testTimeout: 30_000,
    setupFiles: ["./tests/setup.ts"],
    include: ["tests/**/*.test.{ts,tsx}"],
    restoreMocks: true,
  },
}));
