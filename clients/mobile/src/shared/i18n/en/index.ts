import { account } from "./account";
import { app } from "./app";
import { capture } from "./capture";
import { captions } from "./captions";
import { care } from "./care";
import { emotion } from "./emotion";
import { errors } from "@api/errors/en";
import { history } from "./history";
import { live } from "./live";
import { queue } from "./queue";
import { settings } from "./settings";
import { sharing } from "./sharing";
import { timeline } from "./timeline";

export const en = {
  account,
  app,
  capture,
  captions,
  care,
  emotion,
  errors,
  history,
  live,
  queue,
  settings,
  sharing,
  timeline,
};
