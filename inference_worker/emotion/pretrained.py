"""Audio classifiers of the `transformers` library (wav2vec2, HuBERT, WavLM and their like) as emotion engine.

The only module that imports `transformers`, which is an extra. A checkpoint comes from a folder, or by its hub name
where the machine may fetch it; a label map says which of its classes is which of ours.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoFeatureExtractor, AutoModel, AutoModelForAudioClassification

from inference_worker.contract import EMOTION_LABELS, EmotionAdaptation, EmotionEstimate
from inference_worker.emotion.base import SAMPLE_RATE_HZ, Clip, EmotionModelError, unsure
from inference_worker.emotion.calibration import Calibration, Floats, Quality, is_confident, softmax
from inference_worker.emotion.cues import LONGEST_S
from inference_worker.emotion.encoder_head import EncoderClassifier, load_head
from inference_worker.emotion.features import active_power, extract, frame_powers, sanitise

LABEL_MAP_NAME = "label_map.json"
"""Beside a checkpoint in a folder: `{"their label": "our label" or null}`."""
GUESSED = {
    "neu": "neutral",
    "cal": "neutral",
    "hap": "happy",
    "joy": "happy",
    "sad": "sad",
    "ang": "angry",
    "fea": "fear",
    "dis": "disgust",
    "sur": "surprise",
}
"""How labels of published checkpoints begin (calm, happy, joy…)."""
_SPEECH_LEVEL_DB = -26.0
"""Where telephony puts active speech (ITU-T P.56): the same for every clip, so that gain changes nothing."""
_MOST_S_AT_ONCE = 60.0
"""Seconds of sound in one batch, padding included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PretrainedOptions:
    checkpoint: str
    """A folder, or a name of the hub."""
    label_map: Mapping[str, str | None] | None = None
    """Their labels to ours, None for a class that is none of ours; None: `label_map.json`, or guessed."""
    device: str = "cpu"
    calibration: Calibration = field(default_factory=Calibration)


class PretrainedClassifier:
    """An `EmotionClassifier` around an audio classification checkpoint."""

    def __init__(self, options: PretrainedOptions) -> None:
        """Raises `EmotionModelError` when the checkpoint or its labels cannot be used."""
        self.name = f"transformers/{Path(options.checkpoint).name}"
        self._device = torch.device(options.device)
        self._extractor, self._model = _load(options.checkpoint)
        self._model = self._model.to(self._device).eval()
        self._calibration = options.calibration
        given = options.label_map if options.label_map is not None else _stored_map(options.checkpoint)
        self._classes = map_labels(self._model.config.id2label, given, options.checkpoint)

    def classify(
        self, clips: Sequence[Clip], adaptation: EmotionAdaptation | None = None
    ) -> list[EmotionEstimate]:
        """One estimate a clip; see `EmotionClassifier`. An adaptation of another engine is ignored, as all are."""
        estimates = [unsure() for _ in clips]
        sounds = [_levelled(clip) for clip in clips]
        rows = [row for row, sound in enumerate(sounds) if sound.size > 0]
        if not rows:
            return estimates
        quality = _quality([sounds[row] for row in rows])
        probabilities = self._probabilities([sounds[row] for row in rows])
        confident = is_confident(self._calibration, probabilities, quality)
        for place, row in enumerate(rows):
            shares = probabilities[place]
            estimates[row] = EmotionEstimate(
                label=EMOTION_LABELS[int(shares.argmax())],
                confident=bool(confident[place]),
                probabilities=dict(zip(EMOTION_LABELS, map(float, shares), strict=True)),
                strength=float(1.0 - shares[EMOTION_LABELS.index("neutral")]),
            )
        return estimates

    def _probabilities(self, sounds: Sequence[Clip]) -> Floats:
        """`(clips, labels)`: classes of one label are added, those that are none of ours left out."""
        result = np.zeros((len(sounds), len(EMOTION_LABELS)))
        for part in _batches(sounds):
            inputs = self._extractor(
                [sounds[row] for row in part],
                sampling_rate=SAMPLE_RATE_HZ,
                padding=True,
                return_tensors="pt",
                return_attention_mask=True,
            ).to(self._device)
            with torch.inference_mode():
                logits = self._model(**inputs).logits.float().cpu().numpy().astype(np.float64)
            shares = softmax(logits, self._calibration.temperature)
            for number, label in self._classes.items():
                result[part, label] += shares[:, number]
        # A class of another kind (such as "other") takes its share with it.
        return np.asarray(result / np.maximum(result.sum(axis=1, keepdims=True), 1e-9))


class TransformersEncoder:
    """A frozen speech encoder of `transformers`, for `encoder_head`."""

    def __init__(self, checkpoint: str, device: str = "cpu") -> None:
        """Raises `EmotionModelError` when the checkpoint cannot be used."""
        self.name = Path(checkpoint).name
        self.checkpoint: str | None = None
        self._device = torch.device(device)
        self._extractor, self._model = _load(checkpoint, AutoModel)
        self._model = self._model.to(self._device).eval()

    def encode(self, clips: Sequence[Clip]) -> Floats:
        """`(clips, 2 * width)`: mean and deviation of the last layer's frames, clip by clip: no padding is heard."""
        rows = []
        for clip in clips:
            sound = _levelled(clip)
            inputs = self._extractor(
                sound if sound.size else np.zeros(SAMPLE_RATE_HZ // 10, np.float32),
                sampling_rate=SAMPLE_RATE_HZ,
                return_tensors="pt",
            ).to(self._device)
            with torch.inference_mode():
                frames = self._model(**inputs).last_hidden_state[0].double()
            rows.append(torch.cat([frames.mean(dim=0), frames.std(dim=0, correction=0)]).cpu().numpy())
        return np.asarray(np.stack(rows))


def load_encoder_head(folder: Path) -> EncoderClassifier:
    """The engine that `emotion train --encoder` made. Raises `EmotionModelError`."""
    stored = load_head(folder)
    encoder = TransformersEncoder(stored.encoder)
    return EncoderClassifier(encoder, stored.head, stored.calibration, stored.fingerprint)


def map_labels(
    theirs: Mapping[int, str], given: Mapping[str, str | None] | None, checkpoint: str
) -> dict[int, int]:
    """Class number to place in `EMOTION_LABELS`. Raises `EmotionModelError` for a label that is not settled."""
    classes: dict[int, int] = {}
    for number, name in theirs.items():
        ours = given.get(name, "") if given is not None else GUESSED.get(name.strip().lower()[:3], "")
        if ours == "":
            raise EmotionModelError(
                f"{checkpoint}: nobody says what its label {name!r} means; put a {LABEL_MAP_NAME} such as "
                f'{{"{name}": "happy"}} beside it (null: none of ours)'
            )
        if ours is None:
            continue
        if ours not in EMOTION_LABELS:
            raise EmotionModelError(
                f"{checkpoint}: {ours!r} for {name!r} is none of {', '.join(EMOTION_LABELS)}; correct the label map"
            )
        classes[int(number)] = EMOTION_LABELS.index(ours)
    if len(set(classes.values())) < 2:
        raise EmotionModelError(f"{checkpoint}: fewer than two of its labels are ours; correct the label map")
    return classes


def _stored_map(checkpoint: str) -> dict[str, str | None] | None:
    path = Path(checkpoint) / LABEL_MAP_NAME
    if not path.is_file():
        return None
    try:
        return {str(key): value for key, value in json.loads(path.read_text()).items()}
    except (ValueError, AttributeError) as error:
        raise EmotionModelError(f"{path}: no label map ({error}); correct it") from error


def _load(checkpoint: str, kind: Any = AutoModelForAudioClassification) -> tuple[Any, Any]:
    try:
        extractor = AutoFeatureExtractor.from_pretrained(checkpoint)  # type: ignore[no-untyped-call,unused-ignore]
        # Safetensors only: a pickle could run code.
        model = kind.from_pretrained(checkpoint, use_safetensors=True)
    except (OSError, ValueError, KeyError) as error:
        raise EmotionModelError(
            f"{checkpoint}: cannot be loaded ({error}); give a folder or a hub name"
        ) from error
    if int(getattr(extractor, "sampling_rate", SAMPLE_RATE_HZ)) != SAMPLE_RATE_HZ:
        raise EmotionModelError(f"{checkpoint}: takes another sampling rate than {SAMPLE_RATE_HZ} Hz")
    return extractor, model


def _levelled(clip: Clip) -> Clip:
    """At most a minute, at one speech level; empty for silence."""
    samples = sanitise(clip)[: int(LONGEST_S * SAMPLE_RATE_HZ)]
    level = active_power(frame_powers(samples))
    if len(extract(samples).frames) == 0 or level <= 0.0:
        return np.zeros(0, dtype=np.float32)
    # Encoders look at 25 ms at least.
    short = max(0, SAMPLE_RATE_HZ // 10 - samples.size)
    gain = np.float32((10.0 ** (_SPEECH_LEVEL_DB / 10.0) / level) ** 0.5)
    return np.pad(samples * gain, (0, short)).astype(np.float32)


def _quality(sounds: Sequence[Clip]) -> Quality:
    heard = [extract(sound) for sound in sounds]
    active_s, voiced_s, contrast_db = (
        np.array([getattr(one, name) for one in heard]) for name in ("active_s", "voiced_s", "contrast_db")
    )
    return Quality(
        active_s=active_s, voiced_s=voiced_s, contrast_db=contrast_db, speech=np.ones_like(active_s)
    )


def _batches(sounds: Sequence[Clip]) -> list[NDArray[np.int64]]:
    """Rows that go together: of like length, none holding too much."""
    order = np.argsort([sound.size for sound in sounds], kind="stable")
    parts: list[list[int]] = [[]]
    for row in order:
        if parts[-1] and sounds[row].size * (len(parts[-1]) + 1) > _MOST_S_AT_ONCE * SAMPLE_RATE_HZ:
            parts.append([])
        parts[-1].append(int(row))
    return [np.array(part, dtype=np.int64) for part in parts]
