import { readdirSync } from "node:fs";

import js from "@eslint/js";
import reactHooks from "eslint-plugin-react-hooks";
import globals from "globals";
import tseslint from "typescript-eslint";

const root = import.meta.dirname;
const features = readdirSync(`${root}/src/features`, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

/** Matches the alias `@/folder/…` and any relative way into `folder` from a folder beside it. */
const into = (folder) => [`@/${folder}`, `@/${folder}/**`, `../**/${folder}/**`];

/** The rule for everything in `target`: no import that matches `groups`. */
const zone = (target, groups, message) => ({
  files: [`src/${target}/**/*.{ts,tsx}`],
  rules: { "no-restricted-imports": ["error", { patterns: [{ group: groups, message }] }] },
});

/** app -> features -> shared, and no feature knows another one. */
const importZones = [
  zone(
    "shared",
    [...into("app"), ...into("features")],
    "shared is the lowest layer: it imports neither features nor the app.",
  ),
  ...features.map((feature) => {
    const others = features.filter((name) => name !== feature);
    return zone(
      `features/${feature}`,
      [
        ...into("app"),
        ...others.flatMap((name) => [
          ...into(`features/${name}`),
          `../${name}/**`,
          `../../${name}/**`,
        ]),
      ],
      "A feature imports neither the app nor another feature: compose them in src/app.",
    );
  }),
];

export default tseslint.config(
  { ignores: ["dist", "node_modules"] },
  js.configs.recommended,
  {
    files: ["src/**/*.{ts,tsx}", "tests/**/*.{ts,tsx}"],
    extends: [...tseslint.configs.strictTypeChecked, reactHooks.configs.flat.recommended],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { project: "./tsconfig.app.json", tsconfigRootDir: root },
    },
    rules: {
      "max-lines": ["error", { max: 250 }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "no-console": "error",
      // The import zones below do not see it.
      "no-restricted-syntax": [
        "error",
        { selector: "ImportExpression", message: "Import at the top of the file." },
      ],
    },
  },
  ...importZones,
  {
    files: ["**/*.{js,mjs}", "vite.config.ts"],
    ignores: ["public/**"],
    languageOptions: { globals: globals.node },
  },
  {
    files: ["public/live-microphone.js"],
    languageOptions: { globals: globals.audioWorklet },
  },
  {
    files: ["public/push-worker.js"],
    languageOptions: { globals: globals.serviceworker },
  },
);
