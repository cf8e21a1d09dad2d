import { account } from "./account";
import { app } from "./app";
import { captions } from "./captions";
import { capture } from "./capture";
import { editing } from "./editing";
import { emotion } from "./emotion";
import { errors } from "./errors";
import { live } from "./live";
import { history } from "./history";
import { recordings } from "./recordings";
import { settings } from "./settings";
import { vocabulary } from "./vocabulary";

export const ko = {
  account,
  app,
  capture,
  captions,
  editing,
  emotion,
  errors,
  live,
  history,
  recordings,
  settings,
  vocabulary,
};
