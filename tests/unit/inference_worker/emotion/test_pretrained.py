"""Engines from `transformers` checkpoints: a tiny random wav2vec2 made here, and what its labels may be called."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference_worker import config, registry
from inference_worker.command_line import main
from inference_worker.contract import EMOTION_LABELS
from inference_worker.emotion import adaptation
from inference_worker.emotion.base import AdaptableClassifier, EmotionClassifier, EmotionModelError
from inference_worker.errors import ConfigurationError
from tests.speech import say, write_audio

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
    with pytest.raises(EmotionModelError, match="cannot be loaded"):
        pretrained.PretrainedClassifier(pretrained.PretrainedOptions(checkpoint=str(tmp_path)))


def test_a_head_on_a_frozen_encoder_is_trained_chosen_and_adapted(
    checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (tmp_path / "clips.csv").open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("path", "corpus", "language", "speaker", "emotion"))
        for number in range(16):
            fast = number % 2 == 0
            write_audio(tmp_path / f"{number}.wav", say("Go away.", rate_wpm=(230 if fast else 90) + number))
            writer.writerow((f"{number}.wav", "made", "en", f"s{number // 2}", "angry" if fast else "sad"))
    model = tmp_path / "head"
    words = ["emotion", "train", str(tmp_path / "clips.csv"), "--encoder", str(checkpoint), "--fold", "0"]
    folders = ["--run", str(model), "--cache", str(tmp_path / "cache")]
    assert main([*words, *folders]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["clips"] == 12
    assert set(found["uar"]) == {"made"}
    assert len(list((tmp_path / "cache").glob("encoded-*.npy"))) == 1
    engine = registry.load_emotion(config.load({"EMOTION_MODEL": str(model)}))
    assert engine.name == f"encoder-head/{checkpoint.name}"
    assert isinstance(engine, AdaptableClassifier)
    clips = [say("Go away.", rate_wpm=rate) for rate in (90, 230)]
    # The encoder is random: what counts is that the head answers with the two labels that it learnt.
    assert {estimate.label for estimate in engine.classify(clips)} <= {"sad", "angry"}
    assert not engine.classify([np.zeros(16_000, np.float32)])[0].confident
    samples = engine.samples(clips, ["fear", "happy"])
    correction = adaptation.packed(adaptation.fit(samples, 0.05), engine.identity, 2)
    assert engine.classify(clips, correction) != engine.classify(clips)
    chosen = ["--weights", str(model), "--json"]
    assert main(["emotion", "evaluate", str(tmp_path / "clips.csv"), *chosen, "--robustness", "0"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["engine"], found["all"]["n"]) == (engine.name, 16)
    assert main(["emotion", "adapt", str(tmp_path / "clips.csv"), *chosen]) in (0, 3)
    assert json.loads(capsys.readouterr().out)["samples"] == 16
    (model / "head.safetensors").write_bytes(b"damaged")
    with pytest.raises(ConfigurationError, match="differs from its checksum"):
        registry.load_emotion(config.load({"EMOTION_MODEL": str(model)}))


def test_a_published_checkpoint_is_evaluated_and_cannot_be_adapted(
    checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_audio(tmp_path / "a.wav", say("Go away."))
    clips_csv = tmp_path / "clips.csv"
    clips_csv.write_text("path,corpus,language,speaker,emotion\na.wav,made,en,s,sad\n")
    chosen = ["--weights", str(checkpoint), "--json"]
    assert main(["emotion", "evaluate", str(clips_csv), *chosen, "--robustness", "0"]) == 0
    assert json.loads(capsys.readouterr().out)["engine"] == f"transformers/{checkpoint.name}"
    assert main(["emotion", "predict", str(tmp_path / "a.wav"), *chosen]) == 0
    assert json.loads(capsys.readouterr().out)["label"] in EMOTION_LABELS
    assert main(["emotion", "adapt", str(clips_csv), *chosen]) == 1
    assert "cannot be adapted to a person" in capsys.readouterr().err
