"""Clips turned into features once, kept in a folder, ready for training.

Cache layout, in a folder of their own for these clips, seed and feature version: `features-K.npy`, `(frames of all
clips, CHANNELS)` float16, copy 0 as recorded, copies 1.. each with its own random distortions (`K-most-N`: of at most
N clips of a corpus); `bounds-K.npy`, `(clips + 1,)` int64; `quality-K.npy`, `(clips, 3)`; `index.json` says what they
were made from.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from inference_worker.emotion.augmentation import augment_sound
from inference_worker.emotion.base import SAMPLE_RATE_HZ, Clip
from inference_worker.emotion.clips import LabelledClip, described, read_clip
from inference_worker.emotion.features import CHANNELS, FEATURE_VERSION, NOTHING, ClipFeatures, extract
from inference_worker.emotion.nonspeech import make_nonspeech

MAX_CLIP_S = 30.0
_BABBLE_POOL = 64


@dataclass(frozen=True, slots=True)
class FeatureStore:
    """Features of many clips, one after the other."""

    frames: NDArray[np.float16]
    """`(frames of all clips, CHANNELS)`."""
    bounds: NDArray[np.int64]
    """`(clips + 1,)`."""
    quality: NDArray[np.float32]
    """`(clips, 3)`: active_s, voiced_s, contrast_db."""

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def clip(self, index: int) -> NDArray[np.float16]:
        """`(time, CHANNELS)` of one clip."""
        return self.frames[self.bounds[index] : self.bounds[index + 1]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheOptions:
    folder: Path
    copies: int = 3
    """Distorted copies besides the clips as recorded."""
    distorted_per_corpus: int | None = None
    """At most so many clips of a corpus, evenly spread, are in a distorted copy; None: all. Distorting costs more
    than anything else here, and the large corpora need it least."""
    nonspeech: int = 600
    seed: int = 1


def load_or_build(
    clips: Sequence[LabelledClip], options: CacheOptions
) -> tuple[list[FeatureStore], FeatureStore]:
    """Feature stores of the clips (as recorded, then each distorted copy), and one of sounds without speech.

    What is in the folder already is used when it was made from the same clips and options. Each set of clips has a
    folder of its own in it, so that no run takes away what another one reads.
    """
    made_from = {"clips": _fingerprint(clips), "seed": options.seed, "features": FEATURE_VERSION}
    name = hashlib.sha256(json.dumps(made_from).encode()).hexdigest()[:16]
    own = replace(options, folder=options.folder / name)
    own.folder.mkdir(parents=True, exist_ok=True)
    (own.folder / "index.json").write_text(json.dumps(made_from))
    stores = [_copy(clips, number, own) for number in range(options.copies + 1)]
    return stores, _nonspeech(own)


def _fingerprint(clips: Sequence[LabelledClip]) -> str:
    listing = "\n".join(map(described, clips))
    return hashlib.sha256(listing.encode()).hexdigest()


def _copy(clips: Sequence[LabelledClip], number: int, options: CacheOptions) -> FeatureStore:
    most = options.distorted_per_corpus if number > 0 else None
    name = str(number) if most is None else f"{number}-most-{most}"
    loaded = _load(options.folder, name)
    if loaded is not None:
        return loaded
    pool_rng = np.random.default_rng((options.seed, number))
    pool = [read_clip(clips[i]) for i in pool_rng.integers(0, len(clips), min(_BABBLE_POOL, len(clips)))]
    features = []
    left_out = _not_distorted(clips, most)
    for position, clip in enumerate(tqdm(clips, desc=f"features, copy {number}", mininterval=5.0)):
        if position in left_out:
            features.append(NOTHING)
            continue
        sound = read_clip(clip)[: int(MAX_CLIP_S * SAMPLE_RATE_HZ)]
        if number > 0:
            rng = np.random.default_rng((options.seed, number, position))
            sound = augment_sound(sound, _some(pool, rng), rng)
        features.append(extract(sound))
    return _save(options.folder, name, features)


def _not_distorted(clips: Sequence[LabelledClip], most: int | None) -> frozenset[int]:
    """Positions of the clips of large corpora that a distorted copy has nothing for."""
    if most is None:
        return frozenset()
    places: dict[str, list[int]] = defaultdict(list)
    for position, clip in enumerate(clips):
        places[clip.corpus].append(position)
    kept = {own[k * len(own) // most] for own in places.values() if len(own) > most for k in range(most)}
    kept |= {position for own in places.values() if len(own) <= most for position in own}
    return frozenset(range(len(clips))) - kept


def _some(pool: Sequence[Clip], rng: np.random.Generator) -> list[Clip]:
    return [pool[i] for i in rng.integers(0, len(pool), int(rng.integers(2, 6)))]


def _nonspeech(options: CacheOptions) -> FeatureStore:
    loaded = _load(options.folder, "nonspeech")
    if loaded is not None:
        return loaded
    rng = np.random.default_rng((options.seed, 999))
    made = [extract(make_nonspeech(rng)) for _ in tqdm(range(options.nonspeech), desc="non-speech")]
    return _save(options.folder, "nonspeech", [item for item in made if len(item.frames) > 0])


def _save(folder: Path, name: str, features: Sequence[ClipFeatures]) -> FeatureStore:
    lengths = [len(item.frames) for item in features]
    store = FeatureStore(
        frames=np.concatenate(
            [np.zeros((0, CHANNELS), np.float32), *(item.frames for item in features)]
        ).astype(np.float16),
        bounds=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        quality=np.array([(f.active_s, f.voiced_s, f.contrast_db) for f in features], np.float32).reshape(
            -1, 3
        ),
    )
    for kind, values in (("bounds", store.bounds), ("quality", store.quality), ("features", store.frames)):
        new = folder / f"{kind}-{name}-{os.getpid()}.new.npy"
        np.save(new, values)
        new.replace(folder / f"{kind}-{name}.npy")
    return store


def _load(folder: Path, name: str) -> FeatureStore | None:
    # The frames are written last: a folder that has them is whole.
    if not (folder / f"features-{name}.npy").exists():
        return None
    return FeatureStore(
        np.load(folder / f"features-{name}.npy"),
        np.load(folder / f"bounds-{name}.npy"),
        np.load(folder / f"quality-{name}.npy"),
    )
