import { expect, it } from "vitest";

import { en } from "@/shared/i18n/en";
import { ko } from "@/shared/i18n/ko";

type Tree = { readonly [key: string]: string | Tree };

function flatten(tree: Tree, path = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string"
      ? [[`${path}${key}`, value] as [string, string]]
      : flatten(value, `${path}${key}.`),
  );
}

const placeholders = (text: string) => [...text.matchAll(/{{(\w+)}}/g)].map(([, name]) => name);
const english = flatten(en);
const korean = new Map(flatten(ko));

it("has the same keys in both languages", () => {
  expect([...korean.keys()]).toEqual(english.map(([key]) => key));
});

it.each(english)("%s says something in both languages, with the same blanks", (key, text) => {
  const translated = korean.get(key) ?? "";
  expect(translated === "").toBe(text === "");
  expect(placeholders(translated).sort()).toEqual(placeholders(text).sort());
});

/** After a blank nobody knows whether it ends in a consonant: 을 or 를, 이 or 가 would be a guess. */
const GUESSED_PARTICLE =
  /}}[”’"]?(?:을|를|이|가|은|는|과|와|으로|로|이에요|예요|이라|라)(?![가-힣])|\((?:을|를|이|가|은|는|으)\)/;

it.each([...korean])("%s speaks Korean as every other text does", (_, text) => {
  expect(text).not.toMatch(/니다(?![가-힣])/);
  expect(text).not.toMatch(GUESSED_PARTICLE);
});
