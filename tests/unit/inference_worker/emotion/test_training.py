"""Training on tiny made-up corpora: runs, repeats, resumes, and keeps people apart."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from inference_worker.contract import EMOTION_LABELS
from inference_worker.emotion.clips import LabelledClip, read_clips
from inference_worker.emotion.corpus import CacheOptions
from inference_worker.emotion.folds import FOLDS, Split, corpus_split, speaker_split, splits
from inference_worker.emotion.network import NetworkOptions
from inference_worker.emotion.sampling import (
    BatchSampler,
    SamplingOptions,
    arousal_target,
    sampling_weights,
)
from inference_worker.emotion.train import (
    Trainer,
    TrainingData,
    TrainingOptions,
    disagreement,
    load_data,
    load_run,
)
from tests.speech import say, write_audio

COLUMNS = ("path", "corpus", "language", "speaker", "gender", "emotion", "intensity", "seconds", "text")
EVERYTHING = Split(tuple(range(8)), (0, 1))


def _write_corpus(folder: Path) -> Path:
    with (folder / "clips.csv").open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for number in range(8):
            emotion = ("calm", "happy", "sad", "angry")[number % 4]
            corpus = "one" if number < 4 else "two"
            sound = say("Good morning to you.", rate_wpm=120 + 15 * number)
            write_audio(folder / f"{number}.wav", sound)
            writer.writerow(
                (f"{number}.wav", corpus, "en", f"s{number}", "f", emotion, "", 1, "good morning")
            )
    return folder / "clips.csv"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> TrainingData:
    folder = tmp_path_factory.mktemp("corpus")
    clips = read_clips(_write_corpus(folder))
    return load_data(clips, CacheOptions(folder=folder / "cache", copies=1, nonspeech=4))


def _options(folder: Path, **changes: int) -> TrainingOptions:
    options = TrainingOptions(
        run_folder=folder,
        steps=6,
        report_every=3,
        network=NetworkOptions(bands=(4, 4, 4), width=8, recurrent=4, dilations=(1,)),
        sampling=SamplingOptions(batch=4, shortest_crop=20, longest_crop=40),
    )
    return replace(options, **changes)


def _weights(trainer: Trainer) -> torch.Tensor:
    return torch.cat([value.flatten().float() for value in trainer.network.state_dict().values()])


def test_a_run_writes_what_is_needed(data: TrainingData, tmp_path: Path) -> None:
    Trainer(data, EVERYTHING, _options(tmp_path)).run()
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [3, 6]
    assert set(lines[-1]["uar"]) == {"one"}
    assert np.isfinite(lines[-1]["loss"])
    with np.load(tmp_path / "validation.npz") as stored:
        assert stored["index"].tolist() == [0, 1]
        assert stored["emotion"].shape == (2, len(EMOTION_LABELS))
    assert load_run(tmp_path).options.width == 8


def test_the_same_seed_gives_the_same_network(data: TrainingData, tmp_path: Path) -> None:
    trainers = [Trainer(data, EVERYTHING, _options(tmp_path / str(number))) for number in range(2)]
    other = Trainer(data, EVERYTHING, _options(tmp_path / "other", seed=2))
    for trainer in (*trainers, other):
        trainer.run()
    assert torch.equal(_weights(trainers[0]), _weights(trainers[1]))
    assert not torch.equal(_weights(trainers[0]), _weights(other))


def test_a_resumed_run_ends_where_an_unbroken_one_does(data: TrainingData, tmp_path: Path) -> None:
    whole = Trainer(data, EVERYTHING, _options(tmp_path / "whole"))
    whole.run()
    Trainer(data, EVERYTHING, _options(tmp_path / "broken")).run(until=4)
    resumed = Trainer(data, EVERYTHING, _options(tmp_path / "broken"))
    resumed.run()
    assert torch.equal(_weights(whole), _weights(resumed))


def test_a_run_can_begin_with_the_weights_of_another(data: TrainingData, tmp_path: Path) -> None:
    Trainer(data, EVERYTHING, _options(tmp_path / "first")).run()
    second = Trainer(data, EVERYTHING, replace(_options(tmp_path / "second"), start_from=tmp_path / "first"))
    saved = torch.cat(
        [value.flatten().float() for value in load_run(tmp_path / "first").state_dict().values()]
    )
    assert torch.equal(_weights(second), saved)
    second.run()
    assert not torch.equal(_weights(second), saved)


def test_a_checkpoint_of_other_options_is_refused(data: TrainingData, tmp_path: Path) -> None:
    Trainer(data, EVERYTHING, _options(tmp_path)).run(until=1)
    with pytest.raises(ValueError, match="made with other options"):
        Trainer(data, EVERYTHING, _options(tmp_path, seed=5)).run()


def test_features_are_computed_once(data: TrainingData, tmp_path: Path) -> None:
    cache = data.clips[0].path.parent / "cache"

    def made() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in cache.glob("*/*.npy")}

    before = made()
    # The same clips by another spelling of their folder, and others in between.
    load_data(data.clips[:2], CacheOptions(folder=cache, copies=0, nonspeech=1))
    spelled = [
        replace(clip, path=clip.path.parent / ".." / clip.path.parent.name / clip.path.name)
        for clip in data.clips
    ]
    again = load_data(spelled, CacheOptions(folder=cache, copies=1, nonspeech=4))
    assert before
    assert {path: made()[path] for path in before} == before
    assert len(again.stores) == 2
    assert np.array_equal(again.stores[1].frames, data.stores[1].frames)


def _clip(corpus: str, speaker: str, emotion: str, text: str = "") -> LabelledClip:
    return LabelledClip(
        path=Path(f"{corpus}-{speaker}-{emotion}-{text}.wav"),
        corpus=corpus,
        language="xx",
        speaker=speaker,
        gender="",
        emotion=emotion,
        intensity="",
        text=text,
    )


def test_folds_keep_speakers_and_sentences_apart() -> None:
    texts = [f"{letter}{letter} said" for letter in "abcdefghijkl"]
    clips = [_clip("c", f"s{s}", e, t) for s in range(7) for e in ("sad", "happy") for t in texts]
    clips += [_clip("d", f"d{s}", "sad") for s in range(6)] + [_clip("d", "d-unknown", "sad")] * 3
    validated: list[int] = []
    for fold in range(FOLDS):
        split = speaker_split(clips, fold)
        assert not {clips[i].speaker for i in split.train} & {clips[i].speaker for i in split.validation}
        sentences = [
            {clips[i].text for i in part if clips[i].corpus == "c"}
            for part in (split.train, split.validation)
        ]
        assert sentences[1]
        assert not sentences[0] & sentences[1]
        assert not any(clips[i].speaker == "d-unknown" for i in split.validation)
        validated += split.validation
    assert len(validated) == len(set(validated))
    assert {clips[i].speaker for i in validated} == {f"s{s}" for s in range(7)} | {f"d{s}" for s in range(6)}


def test_a_corpus_can_be_left_out() -> None:
    clips = [_clip("c", "a", "sad"), _clip("d", "b", "sad"), _clip("c", "c", "happy")]
    assert corpus_split(clips, "c") == Split((1,), (0, 2))


def test_a_language_is_left_out_wherever_it_is_spoken() -> None:
    clips = [replace(_clip("c", "a", "sad"), language=language) for language in ("en", "ko", "en-IN", "pl")]
    assert splits(clips, "language") == {
        "en": Split((1, 3), (0, 2)),
        "ko": Split((0, 2, 3), (1,)),
        "pl": Split((0, 1, 2), (3,)),
    }


def test_corpora_count_by_the_root_of_their_size_and_emotions_equally() -> None:
    clips = (
        [_clip("big", "a", "sad")] * 12 + [_clip("big", "a", "happy")] * 4 + [_clip("small", "b", "sad")] * 4
    )
    weights = sampling_weights(clips, range(20))
    assert weights.sum() == pytest.approx(1.0)
    assert weights[:16].sum() == pytest.approx(4 / 6)
    assert weights[:12].sum() == pytest.approx(weights[12:16].sum())


def test_arousal_follows_label_and_intensity() -> None:
    angry = _clip("c", "a", "angry")
    assert arousal_target(replace(angry, intensity="strong")) > arousal_target(angry) > 0.8
    assert arousal_target(replace(angry, intensity="normal")) < arousal_target(angry)
    assert arousal_target(_clip("c", "a", "neutral")) < 0.2


def test_two_views_of_a_clip_are_asked_to_agree(data: TrainingData, tmp_path: Path) -> None:
    sampling = SamplingOptions(batch=4, shortest_crop=20, longest_crop=40, noisy_share=0.5, views=2)
    batch = BatchSampler(data.clips, data.stores, data.nonspeech, range(8), sampling).draw(1, 0)
    assert batch.frames.shape[0] == 8
    assert not torch.equal(batch.frames[:4], batch.frames[4:])
    agreeing = replace(_options(tmp_path / "a"), consistency=1.0, sampling=sampling)
    alone = replace(_options(tmp_path / "b"), sampling=sampling)
    trainers = [Trainer(data, EVERYTHING, options) for options in (agreeing, alone)]
    for trainer in trainers:
        trainer.run()
    assert not torch.equal(_weights(trainers[0]), _weights(trainers[1]))


def test_disagreement_is_zero_for_the_same_answer_and_counts_in_nats() -> None:
    certain, even = torch.tensor([[2.0, 0.0]]), torch.tensor([[0.0, 0.0]])
    assert float(disagreement(certain, certain)) == 0.0
    p = float(torch.sigmoid(torch.tensor(2.0)))
    assert float(disagreement(certain, even)) == pytest.approx(0.5 * 2.0 * (p - 0.5))


def test_large_corpora_are_distorted_in_part(tmp_path: Path) -> None:
    clips = read_clips(_write_corpus(tmp_path))
    cache = CacheOptions(folder=tmp_path / "cache", copies=1, nonspeech=1, distorted_per_corpus=2)
    stores = load_data(clips, cache).stores
    assert [len(stores[1].clip(i)) > 0 for i in range(8)] == [True, False, True, False] * 2
    assert all(len(stores[0].clip(i)) > 0 for i in range(8))
