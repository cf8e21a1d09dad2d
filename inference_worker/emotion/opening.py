"""Which engine a command asks: ours, or any other that `EMOTION_MODEL` could name."""

from __future__ import annotations

import argparse
from typing import cast

from inference_worker.emotion.base import AdaptableClassifier, EmotionClassifier, EmotionModelError
from inference_worker.emotion.model import load, load_default


def opened(arguments: argparse.Namespace) -> EmotionClassifier:
    """The engine of `--weights`; without it our own with the weights of the repository.

    The worker's program knows engines that this package must not import (`open_emotion`, set by it); without the
    program a folder of `emotion calibrate` can be opened. Raises `EmotionModelError`, or what the program raises.
    """
    if arguments.weights is None:
        return load_default()
    if not hasattr(arguments, "open_emotion"):
        return load(arguments.weights)
    return cast(EmotionClassifier, arguments.open_emotion(str(arguments.weights), arguments.settings))


def opened_to_adapt(arguments: argparse.Namespace) -> AdaptableClassifier:
    """`opened`, if it can learn a person's correction. Raises `EmotionModelError` otherwise."""
    classifier = opened(arguments)
    if not isinstance(classifier, AdaptableClassifier):
        raise EmotionModelError(
            f"{classifier.name} cannot be adapted to a person; our own model can, and heads on encoders"
        )
    return classifier
