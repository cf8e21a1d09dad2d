import { account } from "./account";
import { app } from "./app";
import { captions } from "./captions";
import { capture } from "./capture";
import { editing } from "./editing";
import { care } from "./care";
import { emotion } from "./emotion";
import { errors } from "@api/errors/ko";
import { live } from "./live";
import { history } from "./history";
import { notices } from "./notices";
import { recordings } from "./recordings";
import { settings } from "./settings";
import { sharing } from "./sharing";
import { timeline } from "./timeline";
import { vocabulary } from "./vocabulary";

export const ko = {
  account,
  app,
  capture,
  care,
  captions,
  editing,
  emotion,
  errors,
  live,
  history,
  notices,
  recordings,
  settings,
  sharing,
  timeline,
  vocabulary,
};
