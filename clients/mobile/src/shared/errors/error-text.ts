import type { TFunction } from "i18next";

import { ApiProblem } from "@/shared/api/problem";
import { en } from "@/shared/i18n/en";

export type ErrorCode = keyof typeof en.errors;

function isKnown(code: string): code is ErrorCode {
  return Object.hasOwn(en.errors, code);
}

/** Our own sentence for a known code, else the server's, else a general one. */
export function errorText(t: TFunction, problem: { code: string; detail: string }): string {
  if (isKnown(problem.code)) return t(`errors.${problem.code}`);
  return problem.detail || t("errors.unknown");
}

/** For anything that was thrown. */
export function thrownText(t: TFunction, error: unknown): string {
  return error instanceof ApiProblem ? errorText(t, error) : t("errors.unknown");
}
