import type { captions as en } from "../en/captions";

export const captions: typeof en = {
  title: "자막",
  speechUnwritten: "[말소리]",
};
