import { account } from "./account";
import { app } from "./app";
import { captions } from "./captions";
import { capture } from "./capture";
import { emotion } from "./emotion";
import { errors } from "./errors";
import { live } from "./live";
import { recordings } from "./recordings";
import { settings } from "./settings";
import { vocabulary } from "./vocabulary";

export const ko = {
  account,
  app,
  capture,
  captions,
  emotion,
  errors,
  live,
  recordings,
  settings,
  vocabulary,
};
