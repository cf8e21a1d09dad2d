// Short names for the generated types. Nothing is described by hand here.
import type { components } from "@api/openapi.gen";

type Schemas = components["schemas"];

export type Me = Schemas["Me"];
export type MePatch = Schemas["PatchedMeChangeRequest"];
export type Recording = Schemas["Recording"];
export type Analysis = Schemas["Analysis"];
export type AnalysisState = Analysis["state"];
export type Utterance = Schemas["Utterance"];
export type Word = Schemas["Word"];
export type Emotion = Schemas["Emotion"];
export type Cues = Schemas["Cues"];
export type EmotionLabel = Emotion["label"];
export type LiveShare = Schemas["LiveShare"];
export type Changes = Schemas["Changes"];
export type Conversation = Schemas["Conversation"];
export type Edit = Schemas["Edit"];
export type EditResult = Schemas["EditResult"];
export type SearchHit = Schemas["SearchHit"];
export type UiLanguage = Me["ui_language"];
export type Display = Me["display"];
export type EmotionMode = Recording["emotion_mode"];

export type {
  AnalysisProgress,
  ConversationChanged,
  EmotionChanged,
  RecordingChanged,
  RecordingDeleted,
  ServerEvent,
  UtterancesChanged,
  UtterancesStored,
} from "@api/events.gen";

export type { Caption, LiveError, Ready, LiveProtocol, Start as LiveStart } from "@api/live.gen";
