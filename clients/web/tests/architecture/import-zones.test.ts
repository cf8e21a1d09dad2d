import { ESLint } from "eslint";
import { beforeAll, expect, it, vi } from "vitest";

let eslint: ESLint;

beforeAll(() => {
  // With CI=true typescript-eslint reads a file from the disk once, instead of the text that is given here.
  vi.stubEnv("TSESTREE_SINGLE_RUN", "false");
  eslint = new ESLint({ ruleFilter: ({ ruleId }) => ruleId === "no-restricted-imports" });
});

async function problemsOf(importer: string, imported: string): Promise<number> {
  const [result] = await eslint.lintText(`import "${imported}";`, { filePath: `src/${importer}` });
  return result?.messages.filter(({ ruleId }) => ruleId === "no-restricted-imports").length ?? -1;
}

it.each([
  ["shared/time/format.ts", "@/features/capture/media-files"],
  ["shared/time/format.ts", "../../features/capture/media-files"],
  ["shared/time/format.ts", "@/app/App"],
  ["features/capture/media-files.ts", "@/app/App"],
  ["features/capture/media-files.ts", "@/features/captions/Player"],
  ["features/capture/media-files.ts", "../captions/Player"],
])("%s must not import %s", { timeout: 60_000 }, async (importer, imported) => {
  expect(await problemsOf(importer, imported)).toBe(1);
});

it.each([
  ["app/App.tsx", "@/features/capture/media-files"],
  ["features/capture/media-files.ts", "@/shared/time/format"],
  ["features/capture/media-files.ts", "./recorder"],
  ["shared/time/format.ts", "@/shared/api/problem"],
])("%s may import %s", { timeout: 60_000 }, async (importer, imported) => {
  expect(await problemsOf(importer, imported)).toBe(0);
});
