"""A linear head on a frozen speech encoder: trained in minutes, and as good as what the encoder heard.

Every clip becomes the mean and deviation of the encoder's frames; a multinomial regression reads them. What encodes
is behind a Protocol: `pretrained` has the one for `transformers`, `inference_worker.nemo_encoder` the one for NeMo.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from tqdm import tqdm

from inference_worker.contract import EMOTION_LABELS, EmotionAdaptation, EmotionEstimate
from inference_worker.emotion.adaptation import Samples, label_numbers, unpacked
from inference_worker.emotion.base import SAMPLE_RATE_HZ, Clip, EmotionModelError, unsure
from inference_worker.emotion.calibration import Calibration, Floats, Quality, is_confident, softmax
from inference_worker.emotion.clips import LabelledClip, described, read_clip
from inference_worker.emotion.features import extract
from inference_worker.emotion.sampling import sampling_weights
from inference_worker.emotion.weights_files import calibration_from_json

KIND = "encoder-head"
HEAD_NAME = "head.safetensors"
_BATCH = 16


class Encoder(Protocol):
    """Sound to numbers that somebody else's training made meaningful."""

    name: str
    checkpoint: str | None
    """Fingerprint of a checkpoint that may recognise words as well; None: there is none."""

    def encode(self, clips: Sequence[Clip]) -> NDArray[np.float64]:
        """`(clips, width)`; clips hold sound."""
        ...


@dataclass(frozen=True, slots=True)
class Head:
    """Logits are `(encoded - centre) / scale @ weights + bias`."""

    centre: Floats
    scale: Floats
    weights: Floats
    """`(width, labels)`."""
    bias: Floats

    def logits(self, encoded: Floats) -> Floats:
        return np.asarray((encoded - self.centre) / self.scale @ self.weights + self.bias)


def fit_head(encoded: Floats, truth: NDArray[np.int64], weights: Floats, ridge: float = 1.0) -> Head:
    """Multinomial regression with an L2 penalty, by L-BFGS; labels that nobody has get a low constant."""
    centre, scale = encoded.mean(axis=0), encoded.std(axis=0) + 1e-6
    inputs = torch.from_numpy((encoded - centre) / scale)
    wanted, counted = torch.from_numpy(truth), torch.from_numpy(weights / weights.mean())
    table = torch.zeros(inputs.shape[1], len(EMOTION_LABELS), dtype=torch.float64, requires_grad=True)
    bias = torch.zeros(len(EMOTION_LABELS), dtype=torch.float64, requires_grad=True)
    search = torch.optim.LBFGS([table, bias], max_iter=200, line_search_fn="strong_wolfe")

    def cost() -> torch.Tensor:
        search.zero_grad()
        losses = torch.nn.functional.cross_entropy(inputs @ table + bias, wanted, reduction="none")
        value = (counted * losses).mean() + ridge / (2 * len(wanted)) * table.square().sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    search.step(cost)  # type: ignore[no-untyped-call]
    return Head(centre, scale, table.detach().numpy(), bias.detach().numpy().clip(-8.0, 8.0))


def encode_clips(encoder: Encoder, clips: Sequence[LabelledClip], cache: Path) -> Floats:
    """`(clips, width)`, from the cache where these clips went through this encoder before. Silence is zeros."""
    listing = "\n".join([encoder.name, _fingerprint(encoder), *map(described, clips)])
    stored = cache / f"encoded-{hashlib.sha256(listing.encode()).hexdigest()[:16]}.npy"
    if stored.exists():
        return np.asarray(np.load(stored), dtype=np.float64)
    rows: list[Floats] = []
    for start in tqdm(range(0, len(clips), _BATCH), desc=f"encoding with {encoder.name}", mininterval=5.0):
        rows.append(_encoded(encoder, [read_clip(clip) for clip in clips[start : start + _BATCH]]))
    table = np.concatenate(rows)
    cache.mkdir(parents=True, exist_ok=True)
    np.save(stored, table)
    return table


def _fingerprint(encoder: Encoder) -> str:
    """What it makes of a fixed sound: tells encoders of one name apart, and an encoder from what it was before."""
    noise = np.random.default_rng(0).normal(0.0, 0.1, SAMPLE_RATE_HZ).astype(np.float32)
    return " ".join(f"{value:.3g}" for value in encoder.encode([noise])[0])


def _encoded(encoder: Encoder, sounds: Sequence[Clip]) -> Floats:
    audible = [row for row, sound in enumerate(sounds) if len(extract(sound).frames) > 0]
    if not audible:
        return np.zeros((len(sounds), encoder.encode([np.full(16_000, 0.01, np.float32)]).shape[1]))
    found = encoder.encode([sounds[row] for row in audible])
    table = np.zeros((len(sounds), found.shape[1]))
    table[audible] = found
    return table


def train_head(
    encoder: Encoder, clips: Sequence[LabelledClip], chosen: Sequence[int], cache: Path
) -> tuple[Head, Floats]:
    """The head of the chosen clips, corpora and labels weighted as in training; and what all clips encode to."""
    encoded = encode_clips(encoder, clips, cache)
    rows = np.array(list(chosen), dtype=np.int64)
    truth = label_numbers([clips[i].emotion for i in rows])
    return fit_head(encoded[rows], truth, sampling_weights(clips, rows.tolist())), encoded


def save_head(
    folder: Path, encoder: str, head: Head, calibration: Calibration, checkpoint: str | None = None
) -> None:
    """Write `config.json` and the head; the encoder stays where it is and is found by its name.

    `checkpoint` is the fingerprint of a NeMo encoder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in asdict(head).items()}
    save_file(tensors, str(folder / HEAD_NAME))
    config = {
        "kind": KIND,
        "encoder": encoder,
        "checkpoint": checkpoint,
        "labels": EMOTION_LABELS,
        "sha256": hashlib.sha256((folder / HEAD_NAME).read_bytes()).hexdigest(),
        "calibration": asdict(calibration),
    }
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")


@dataclass(frozen=True, slots=True)
class StoredHead:
    """What `save_head` wrote."""

    encoder: str
    checkpoint: str | None
    head: Head
    calibration: Calibration
    fingerprint: str
    """Of the head."""


def load_head(folder: Path) -> StoredHead:
    """Raises `EmotionModelError` when the files are damaged."""
    try:
        config = json.loads((folder / "config.json").read_text())
        if config["kind"] != KIND or tuple(config["labels"]) != EMOTION_LABELS:
            raise EmotionModelError(f"{folder}: holds no head for these labels; train it again")
        if hashlib.sha256((folder / HEAD_NAME).read_bytes()).hexdigest() != config["sha256"]:
            raise EmotionModelError(f"{folder / HEAD_NAME}: differs from its checksum; train it again")
        tensors = {name: value.numpy() for name, value in load_file(str(folder / HEAD_NAME)).items()}
        head = Head(**tensors)
        shapes = tuple(value.shape for value in (head.centre, head.scale, head.weights, head.bias))
        width, labels = len(head.centre), len(EMOTION_LABELS)
        if shapes != ((width,), (width,), (width, labels), (labels,)):
            raise EmotionModelError(f"{folder / HEAD_NAME}: holds no head for these labels; train it again")
        return StoredHead(
            encoder=str(config["encoder"]),
            checkpoint=config.get("checkpoint"),
            head=head,
            calibration=calibration_from_json(config["calibration"]),
            fingerprint=str(config["sha256"])[:12],
        )
    except (OSError, KeyError, TypeError, ValueError, AttributeError, SafetensorError) as error:
        raise EmotionModelError(f"{folder}: cannot be used as a head ({error}); train it again") from error


class EncoderClassifier:
    """An `EmotionClassifier` made of a frozen encoder and a head of ours. Can be adapted to a person."""

    def __init__(self, encoder: Encoder, head: Head, calibration: Calibration, fingerprint: str) -> None:
        self.name = f"{KIND}/{encoder.name}"
        self.identity = f"{self.name}:{fingerprint}"
        self.encoder_checkpoint = encoder.checkpoint
        self._encoder, self._head, self._calibration = encoder, head, calibration

    def classify(
        self, clips: Sequence[Clip], adaptation: EmotionAdaptation | None = None
    ) -> list[EmotionEstimate]:
        """One estimate a clip; see `EmotionClassifier`."""
        return self.classify_encoded(clips, [None] * len(clips), adaptation)

    def classify_encoded(
        self,
        clips: Sequence[Clip],
        encoded: Sequence[Floats | None],
        adaptation: EmotionAdaptation | None = None,
    ) -> list[EmotionEstimate]:
        """See `SharingClassifier`."""
        estimates = [unsure() for _ in clips]
        rows, table, quality = self._listen(clips, encoded)
        if not rows:
            return estimates
        logits = self._head.logits(table) / self._calibration.temperature
        if adaptation is not None:
            correction = unpacked(adaptation, self.identity, table.shape[1])
            logits = logits if correction is None else correction.applied(logits, table)
        probabilities = softmax(logits, 1.0)
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

    def samples(self, clips: Sequence[Clip], labels: Sequence[str]) -> Samples:
        """Clips with the labels that they should have had, for `adaptation.adapt`. Silence is left out."""
        rows, encoded, _ = self._listen(clips, [None] * len(clips))
        logits = self._head.logits(encoded) / self._calibration.temperature
        return Samples(encoded, logits, label_numbers([labels[row] for row in rows]))

    def _listen(
        self, clips: Sequence[Clip], known: Sequence[Floats | None]
    ) -> tuple[list[int], Floats, Quality]:
        heard = [extract(np.asarray(clip).reshape(-1)[: 60 * 16_000]) for clip in clips]
        rows = [row for row, one in enumerate(heard) if len(one.frames) > 0]
        active_s, voiced_s, contrast_db = (
            np.array([getattr(heard[row], name) for row in rows])
            for name in ("active_s", "voiced_s", "contrast_db")
        )
        quality = Quality(
            active_s=active_s, voiced_s=voiced_s, contrast_db=contrast_db, speech=np.ones(len(rows))
        )
        encoded = np.zeros((len(rows), len(self._head.centre)))
        unheard = []
        for place, row in enumerate(rows):
            found = known[row]
            if found is None:
                unheard.append(place)
            else:
                encoded[place] = found
        if unheard:
            encoded[unheard] = self._encoder.encode([clips[rows[place]] for place in unheard])
        return rows, encoded, quality
