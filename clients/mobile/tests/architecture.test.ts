/** @jest-environment node */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const ROOT = path.resolve(__dirname, "..");

/** How many import zones eslint says that `imported` breaks when `importer` names it. */
function problemsOf(cases: readonly (readonly [importer: string, imported: string])[]): number[] {
  const folder = mkdtempSync(path.join(ROOT, ".zones-"));
  const script = path.join(folder, "lint.mjs");
  try {
    writeFileSync(
      script,
      `import { ESLint } from "eslint";
       const eslint = new ESLint({ cwd: ${JSON.stringify(ROOT)},
         ruleFilter: ({ ruleId }) => ruleId === "no-restricted-imports" });
       const counts = [];
       for (const [importer, imported] of ${JSON.stringify(cases)}) {
         const [result] = await eslint.lintText('import "' + imported + '";',
           { filePath: ${JSON.stringify(ROOT)} + "/src/" + importer });
         counts.push(result.messages.filter(({ ruleId }) => ruleId === "no-restricted-imports").length);
       }
       process.stdout.write(JSON.stringify(counts));`,
    );
    const environment = { ...process.env, TSESTREE_SINGLE_RUN: "false" };
    const options = { cwd: ROOT, env: environment, encoding: "utf8" as const };
    return JSON.parse(execFileSync(process.execPath, [script], options)) as number[];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const FORBIDDEN = [
  ["shared/time/format.ts", "@/features/capture/recorder"],
  ["shared/time/format.ts", "../../features/capture/recorder"],
  ["shared/time/format.ts", "@/session/session"],
  ["features/capture/segmenter.ts", "@/features/captions/Captions"],
  ["features/capture/segmenter.ts", "../captions/Captions"],
  ["features/capture/segmenter.ts", "@/session/session"],
  ["features/live/talk.ts", "@/features/capture/recorder"],
  ["features/live/talk.ts", "../../../../web/src/features/live/live-talk"],
] as const;
const ALLOWED = [
  ["session/session.ts", "@/features/capture/recorder"],
  ["features/live/talk.ts", "@/shared/live/sound"],
  ["features/live/talk.ts", "./context"],
  ["features/live/talk.ts", "@api/live-lines"],
] as const;

test("what may import what: each forbidden way is refused, each allowed one is not", () => {
  const counts = problemsOf([...FORBIDDEN, ...ALLOWED]);
  expect(counts.slice(0, FORBIDDEN.length)).toEqual(FORBIDDEN.map(() => 1));
  expect(counts.slice(FORBIDDEN.length)).toEqual(ALLOWED.map(() => 0));
}, 300_000);

test("routes are thin: what they show is in features and in the session", () => {
  const routes = readdirSync(path.join(ROOT, "src/app"), { recursive: true, encoding: "utf8" });
  const files = routes.filter((name) => name.endsWith(".tsx") && !name.includes("_layout"));
  expect(files.length).toBeGreaterThan(8);
  for (const name of files) {
    const lines = readFileSync(path.join(ROOT, "src/app", name), "utf8").split("\n");
    expect([name, lines.length <= 35]).toEqual([name, true]);
  }
});
