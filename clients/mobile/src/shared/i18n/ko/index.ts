import { app } from "./app";
import { captions } from "./captions";
import { emotion } from "./emotion";
import { errors } from "./errors";

export const ko = { app, captions, emotion, errors };
