import { useTranslation } from "react-i18next";

import type { Cues, Utterance } from "@/shared/api/types";
import { EmotionIcon } from "@/shared/emotion/EmotionIcon";
import { EMOTION_LABELS, shownEmotion } from "@/shared/emotion/shown-emotion";

interface EmotionDetailsProps {
  id: string;
  utterance: Utterance;
  showEmotion: boolean;
}

/** On demand: how the line sounds in words, how likely each label is, how sure the words are. */
export function EmotionDetails({ id, utterance, showEmotion }: EmotionDetailsProps) {
  const { t, i18n } = useTranslation();
  const percent = new Intl.NumberFormat(i18n.language, { style: "percent" });
  const emotion = showEmotion ? utterance.emotion : null;
  const shown = shownEmotion(emotion);
  return (
    <div id={id} className="line-details">
      {shown !== null && (
        <p className="sounds" data-emotion={shown}>
          <EmotionIcon emotion={shown} />
          {t(`emotion.sounds.${shown}`)}
        </p>
      )}
      {showEmotion && shown === null && <p>{t("captions.noEmotion")}</p>}
      {emotion !== null && (
        <ul className="probabilities" aria-label={t("captions.details")}>
          {[...EMOTION_LABELS]
            .map((label) => ({ label, probability: emotion.probabilities[label] ?? 0 }))
            .sort((a, b) => b.probability - a.probability)
            .map(({ label, probability }) => (
              <li key={label} data-emotion={label}>
                <EmotionIcon emotion={label} />
                <span>{t(`emotion.name.${label}`)}</span>
                <span className="probability-bar" aria-hidden="true">
                  <span style={{ transform: `scaleX(${probability})` }} />
                </span>
                <span className="numbers">{percent.format(probability)}</span>
              </li>
            ))}
        </ul>
      )}
      <dl className="facts">
        {emotion !== null && (
          <div>
            <dt>{t("captions.strength")}</dt>
            <dd className="numbers">{percent.format(emotion.strength)}</dd>
          </div>
        )}
        {showEmotion && utterance.cues !== null && <MeasuredFacts cues={utterance.cues} />}
        {utterance.confidence !== null && (
          <div>
            <dt>{t("captions.wordsConfidence")}</dt>
            <dd className="numbers">{percent.format(utterance.confidence)}</dd>
          </div>
        )}
      </dl>
    </div>
  );
}

function MeasuredFacts({ cues }: { cues: Cues }) {
  const { t, i18n } = useTranslation();
  const whole = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 0 });
  const tenths = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 });
  return (
    <>
      <div>
        <dt>{t("captions.measured.loudness")}</dt>
        <dd className="numbers">
          {t("captions.measured.loudnessValue", { value: whole.format(cues.loudness_dbfs) })}
        </dd>
      </div>
      {cues.pitch_hz !== null && (
        <div>
          <dt>{t("captions.measured.pitch")}</dt>
          <dd className="numbers">
            {t("captions.measured.pitchValue", { value: whole.format(cues.pitch_hz) })}
          </dd>
        </div>
      )}
      {cues.syllables_per_s !== null && (
        <div>
          <dt>{t("captions.measured.pace")}</dt>
          <dd className="numbers">
            {t("captions.measured.paceValue", { value: tenths.format(cues.syllables_per_s) })}
          </dd>
        </div>
      )}
    </>
  );
}
