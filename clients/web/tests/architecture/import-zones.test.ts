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
  ["shared/time/format.ts", "@/shared/microphone/level"],
  ["shared/time/format.ts", "../../shared/microphone/level"],
  ["shared/time/format.ts", "@/app/App"],
  ["features/capture/level.ts", "@/app/App"],
  ["features/capture/level.ts", "@/features/captions/Player"],
  ["features/capture/level.ts", "../captions/Player"],
])("%s must not import %s", { timeout: 60_000 }, async (importer, imported) => {
  expect(await problemsOf(importer, imported)).toBe(1);
});

it.each([
  ["app/App.tsx", "@/shared/microphone/level"],
  ["features/capture/level.ts", "@/shared/time/format"],
  ["features/capture/level.ts", "./recorder"],
  ["shared/time/format.ts", "@/shared/api/problem"],
])("%s may import %s", { timeout: 60_000 }, async (importer, imported) => {
  expect(await problemsOf(importer, imported)).toBe(0);
});
