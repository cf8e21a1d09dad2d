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
