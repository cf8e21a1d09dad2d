"""Engines from `transformers` checkpoints: a tiny random wav2vec2 made here, and what its labels may be called."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference_worker import config, registry
from inference_worker.contract import EMOTION_LABELS
from inference_worker.emotion.base import EmotionClassifier, EmotionModelError
from inference_worker.errors import ConfigurationError
from tests.speech import say

transformers: Any = pytest.importorskip("transformers", reason="needs the extra `transformers`")
pretrained = pytest.importorskip("inference_worker.emotion.pretrained")

THEIRS = ("ang", "hap", "neu", "sad")


def make(folder: Path, labels: tuple[str, ...] = THEIRS) -> Path:
    """A checkpoint that knows nothing, in the format of the published ones."""
    shape = transformers.Wav2Vec2Config(
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        conv_dim=(8, 8),
        conv_stride=(5, 4),
        conv_kernel=(10, 8),
        num_feat_extract_layers=2,
        num_conv_pos_embeddings=4,
        num_conv_pos_embedding_groups=2,
        classifier_proj_size=8,
        id2label=dict(enumerate(labels)),
        label2id={name: number for number, name in enumerate(labels)},
        do_stable_layer_norm=True,
        feat_extract_norm="layer",
    )
    transformers.set_seed(0)
    transformers.Wav2Vec2ForSequenceClassification(shape).save_pretrained(folder)
    transformers.Wav2Vec2FeatureExtractor(sampling_rate=16_000, return_attention_mask=True).save_pretrained(
        folder
    )
    return folder


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("checkpoint"))


@pytest.fixture(scope="module")
def classifier(checkpoint: Path) -> EmotionClassifier:
    engine: EmotionClassifier = pretrained.PretrainedClassifier(
        pretrained.PretrainedOptions(checkpoint=str(checkpoint))
    )
    return engine


def test_it_answers_in_our_labels(classifier: EmotionClassifier) -> None:
    clips = [
        say("Where have you been?"),
        say("At home, all day long, since you ask."),
        np.zeros(0, np.float32),
    ]
    estimates = classifier.classify(clips)
    assert len(estimates) == 3
    for estimate in estimates[:2]:
        assert sum(estimate.probabilities.values()) == pytest.approx(1.0)
        assert {label for label, share in estimate.probabilities.items() if share == 0.0} == {
            "fear",
            "disgust",
            "surprise",
        }
    assert not estimates[2].confident
    assert estimates[2].strength == 0.0


def test_gain_changes_nothing_and_batches_answer_as_one_by_one(classifier: EmotionClassifier) -> None:
    short, long = say("Yes."), say("I would not have thought so, to be honest with you.")
    together = classifier.classify([short, long, short * np.float32(0.05)])
    alone = [classifier.classify([clip])[0] for clip in (short, long)]
    for one, other in zip([*together[:2], together[2]], [*alone, alone[0]], strict=True):
        assert list(one.probabilities.values()) == pytest.approx(list(other.probabilities.values()), abs=1e-4)


@pytest.mark.parametrize(
    "clip",
    [
        np.zeros(16_000, np.float32),
        np.full(16_000, np.nan, np.float32),
        np.ones(10, np.float32),
        (0.1 * np.random.default_rng(0).standard_normal(32_000)).astype(np.float32),
    ],
    ids=["silence", "nan", "ten samples", "noise"],
)
def test_bad_input_is_unsure(classifier: EmotionClassifier, clip: np.ndarray) -> None:
    assert not classifier.classify([clip])[0].confident


def test_labels_are_guessed_given_or_refused() -> None:
    guessed = pretrained.map_labels({0: "Happiness", 1: "sadness", 2: "CALM"}, None, "x")
    assert [EMOTION_LABELS[place] for place in guessed.values()] == ["happy", "sad", "neutral"]
    given = pretrained.map_labels(
        {0: "LABEL_0", 1: "b", 2: "c"}, {"LABEL_0": "fear", "b": None, "c": "sad"}, "x"
    )
    assert given == {0: EMOTION_LABELS.index("fear"), 2: EMOTION_LABELS.index("sad")}
    for theirs, label_map, message in (
        ({0: "LABEL_0", 1: "sad"}, None, "nobody says what its label 'LABEL_0' means"),
        ({0: "a", 1: "b"}, {"a": "sad"}, "nobody says what its label 'b' means"),
        ({0: "a", 1: "b"}, {"a": "sad", "b": "bored"}, "'bored' for 'b' is none of"),
        ({0: "a", 1: "b"}, {"a": "sad", "b": None}, "fewer than two of its labels are ours"),
    ):
        with pytest.raises(EmotionModelError, match=message):
            pretrained.map_labels(theirs, label_map, "x")


def test_a_map_beside_the_checkpoint_is_read(tmp_path: Path) -> None:
    make(tmp_path, ("A", "B", "C"))
    (tmp_path / "label_map.json").write_text(json.dumps({"A": "surprise", "B": "neutral", "C": None}))
    engine = pretrained.PretrainedClassifier(pretrained.PretrainedOptions(checkpoint=str(tmp_path)))
    shares = engine.classify([say("Really?")])[0].probabilities
    assert shares["surprise"] + shares["neutral"] == pytest.approx(1.0)


def test_it_is_chosen_by_configuration(checkpoint: Path, tmp_path: Path) -> None:
    chosen = config.load({"EMOTION_MODEL": str(checkpoint)})
    assert registry.load_emotion(chosen).name == f"transformers/{checkpoint.name}"
    assert registry.load_emotion(config.load({})).name.startswith("rh-emotion/")
    label_map = tmp_path / "map.json"
    label_map.write_text(json.dumps(dict.fromkeys(THEIRS, "sad")))
    with pytest.raises(ConfigurationError, match="fewer than two of its labels are ours"):
        registry.load_emotion(
            config.load({"EMOTION_MODEL": str(checkpoint), "EMOTION_LABEL_MAP": str(label_map)})
        )
    with pytest.raises(ConfigurationError, match="holds no JSON object"):
        registry.load_emotion(
            config.load({"EMOTION_MODEL": str(checkpoint), "EMOTION_LABEL_MAP": str(tmp_path / "nowhere")})
        )


def test_a_pickled_checkpoint_is_refused(tmp_path: Path) -> None:
    make(tmp_path)
    (tmp_path / "model.safetensors").unlink()
    (tmp_path / "pytorch_model.bin").write_bytes(b"a pickle could run code")
    with pytest.raises(EmotionModelError, match="cannot be loaded as audio classifier"):
        pretrained.PretrainedClassifier(pretrained.PretrainedOptions(checkpoint=str(tmp_path)))
