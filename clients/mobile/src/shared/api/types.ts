// Short names for the generated types. Nothing is described by hand here.
import type { components } from "@api/openapi.gen";

type Schemas = components["schemas"];

export type Me = Schemas["Me"];
export type Conversation = Schemas["Conversation"];
export type Recording = Schemas["Recording"];
export type Utterance = Schemas["Utterance"];
export type Emotion = Schemas["Emotion"];
export type EmotionLabel = Emotion["label"];
export type Changes = Schemas["Changes"];
export type Timeline = Schemas["Timeline"];
export type TimelineBucket = Timeline["buckets"][number];
export type CareScope = Schemas["CareScope"];
export type Invitation = Schemas["Invitation"];
export type UiLanguage = Me["ui_language"];
export type Language = NonNullable<Recording["language"]>;

export type { ServerEvent, UtterancesStored } from "@api/events.gen";
