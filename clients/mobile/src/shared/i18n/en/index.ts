import { account } from "./account";
import { app } from "./app";
import { capture } from "./capture";
import { captions } from "./captions";
import { emotion } from "./emotion";
import { errors } from "./errors";
import { history } from "./history";
import { queue } from "./queue";
import { settings } from "./settings";

export const en = { account, app, capture, captions, emotion, errors, history, queue, settings };
