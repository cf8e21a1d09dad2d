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
const WEB_CLIENT = ["**/clients/web/**", "../**/web/**"];

/** The rule for everything in `target`: no import that matches `groups`. */
const zone = (target, groups, message) => ({
  files: [`src/${target}/**/*.{ts,tsx}`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          { group: groups, message },
          { group: WEB_CLIENT, message: "The web and the mobile client never import each other." },
        ],
      },
    ],
  },
});

/** app -> session -> features -> shared, and no feature knows another one. */
const importZones = [
  zone(
    "shared",
    [...into("app"), ...into("session"), ...into("features")],
    "shared is the lowest layer: it imports neither features nor what composes them.",
  ),
  ...features.map((feature) => {
    const others = features.filter((name) => name !== feature);
    return zone(
      `features/${feature}`,
      [
        ...into("app"),
        ...into("session"),
        ...others.flatMap((name) => [...into(`features/${name}`), `../${name}/**`]),
      ],
      "A feature imports neither the app nor another feature: compose them in src/session.",
    );
  }),
];

export default tseslint.config(
  { ignores: ["dist", "node_modules", ".expo", "expo-env.d.ts", "android", "ios"] },
  js.configs.recommended,
  {
    files: ["src/**/*.{ts,tsx}", "tests/**/*.{ts,tsx}"],
    extends: [...tseslint.configs.strictTypeChecked, reactHooks.configs.flat.recommended],
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: root } },
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
    files: ["*.js", "plugins/*.js"],
    languageOptions: { sourceType: "commonjs", globals: globals.node },
  },
  { files: ["*.mjs"], languageOptions: { globals: globals.node } },
);
