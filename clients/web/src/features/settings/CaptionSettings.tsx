import { useTranslation } from "react-i18next";

import { useMe } from "@/shared/api/get-me";
import type { Display } from "@/shared/api/types";
import { useUpdateDisplay } from "@/shared/api/update-me";
import { EmotionTag } from "@/shared/emotion/EmotionTag";
import { CAPTION_LINES, CAPTION_SIZES_PT, setDisplay } from "@/shared/preferences/display";
import { SliderField } from "@/shared/ui/SliderField";

import { SaveProblem } from "./SaveProblem";
import { Switch } from "./Switch";

/** How captions look, with a preview that shows every choice at once. */
export function CaptionSettings() {
  const { t } = useTranslation();
  const { display } = useMe();
  const { choose, error } = useUpdateDisplay();
  const hasSign = display.emotion_word || display.emotion_icon;
  const chooseSign = (change: Partial<Display>) => {
    const next = { ...display, ...change };
    // Colour alone tells nothing to those who do not see it: it goes with the last sign.
    const isColourAlone = next.emotion_colour && !next.emotion_word && !next.emotion_icon;
    choose(isColourAlone ? { ...change, emotion_colour: false } : change);
  };
  return (
    <section className="card settings-card" aria-labelledby="captions-settings-title">
      <h2 id="captions-settings-title">{t("settings.captions")}</h2>
      <Preview />
      <SaveProblem error={error} />
      <SliderField
        label={t("settings.captionSize")}
        format={(pt) => t("settings.points", { pt })}
        value={display.caption_size_pt}
        {...CAPTION_SIZES_PT}
        onMove={(caption_size_pt) => setDisplay({ ...display, caption_size_pt })}
        onSettle={(caption_size_pt) => choose({ caption_size_pt })}
      />
      <SliderField
        label={t("settings.captionLines")}
        hint={t("settings.captionLinesHint")}
        format={(count) => t("settings.lines", { count })}
        value={display.caption_lines}
        {...CAPTION_LINES}
        onMove={() => undefined}
        onSettle={(caption_lines) => choose({ caption_lines })}
      />
      <fieldset className="choices">
        <legend>{t("settings.emotionShown")}</legend>
        <p className="field-hint">{t("settings.emotionShownHint")}</p>
        <Switch
          label={t("settings.emotionWord")}
          checked={display.emotion_word}
          onChange={(emotion_word) => chooseSign({ emotion_word })}
        />
        <Switch
          label={t("settings.emotionIcon")}
          checked={display.emotion_icon}
          onChange={(emotion_icon) => chooseSign({ emotion_icon })}
        />
        <Switch
          label={t("settings.emotionColour")}
          hint={t("settings.emotionColourHint")}
          checked={display.emotion_colour}
          disabled={!hasSign}
          onChange={(emotion_colour) => choose({ emotion_colour })}
        />
        <Switch
          label={t("settings.emotionWeight")}
          checked={display.emotion_weight}
          onChange={(emotion_weight) => choose({ emotion_weight })}
        />
      </fieldset>
      <fieldset className="choices">
        <legend>{t("settings.cues")}</legend>
        <Switch
          label={t("settings.cuesSwitch")}
          hint={t("settings.cuesHint")}
          checked={display.show_cues}
          onChange={(show_cues) => choose({ show_cues })}
        />
      </fieldset>
    </section>
  );
}

function Preview() {
  const { t } = useTranslation();
  return (
    <figure className="caption-preview">
      <figcaption className="field-hint">{t("settings.preview")}</figcaption>
      <div data-strength="1">
        <p className="sample-line line-text">{t("settings.sampleCalm")}</p>
      </div>
      <div data-strength="3">
        <p className="sample-line line-text">
          <EmotionTag emotion="angry" /> {t("settings.sample")}
        </p>
      </div>
    </figure>
  );
}
