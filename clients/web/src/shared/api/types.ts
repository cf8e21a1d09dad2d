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
export type Tag = Schemas["Tag"];
export type Edit = Schemas["Edit"];
export type EditResult = Schemas["EditResult"];
export type SearchHit = Schemas["SearchHit"];
export type UiLanguage = Me["ui_language"];
export type Timeline = Schemas["Timeline"];
export type TimelineBucket = Schemas["Bucket"];
export type TimelineStep = Timeline["step"];
export type ComparedPeriod = Schemas["ComparedPeriod"];
export type Comparison = Schemas["Comparison"];
export type Lanes = Schemas["Lanes"];
export type Lane = Schemas["Lane"];
export type LaneUtterance = Schemas["LaneUtterance"];
export type CareLink = Schemas["Link"];
export type CareScope = CareLink["scopes"][number];
export type CareTerms = Schemas["PatchedTermsRequest"];
export type CareInvite = Schemas["InviteRequest"];
export type Invitation = Schemas["Invitation"];
export type CareOffer = Schemas["Offer"];
export type Person = Schemas["Person"];
export type CareAccess = Schemas["Access"];
export type CareNote = Schemas["Note"];
export type AlertRule = Schemas["Rule"];
export type NewAlertRule = Schemas["RuleRequest"];
export type Alert = Schemas["Alert"];
export type SharedConversation = Schemas["SharedConversation"];
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
