"""One clip becomes many people: what moves, what stays, and that training sees it."""

from __future__ import annotations

import numpy as np
import pytest

from inference_worker.emotion.corpus import FeatureStore
from inference_worker.emotion.features import CHANNELS, MEL_BANDS, extract
from inference_worker.emotion.sampling import BatchSampler, SamplingOptions
from inference_worker.emotion.voices import move_formants, vary_response, vary_voice
from tests.unit.inference_worker.emotion.test_training import _clip

VOICED, ABSOLUTE, RELATIVE = (MEL_BANDS + channel for channel in (2, 3, 4))


def _tone(hz: float) -> np.ndarray:
    moments = np.arange(16_000) / 16_000.0
    return extract((0.3 * np.sin(2 * np.pi * hz * moments)).astype(np.float32)).frames


def test_no_move_changes_nothing() -> None:
    mel = np.random.default_rng(0).normal(size=(5, MEL_BANDS)).astype(np.float32)
    assert move_formants(mel, 1.0) == pytest.approx(mel, abs=1e-5)


@pytest.mark.parametrize("ratio", [0.85, 1.15])
def test_moved_formants_are_those_of_the_moved_sound(ratio: float) -> None:
    moved = move_formants(_tone(1200.0)[:, :MEL_BANDS], ratio)
    wanted = _tone(1200.0 * ratio)[:, :MEL_BANDS]
    assert abs(int(moved[20].argmax()) - int(wanted[20].argmax())) <= 1


def test_another_voice_keeps_the_melody_and_the_unvoiced_frames() -> None:
    piece = np.zeros((40, CHANNELS), dtype=np.float32)
    piece[:20, VOICED] = 1.0
    melody = np.linspace(-0.2, 0.2, 20, dtype=np.float32)
    piece[:20, ABSOLUTE], piece[:20, RELATIVE] = 0.3 + melody, 2.0 * melody
    vary_voice(piece, np.random.default_rng(3))
    assert not piece[20:, ABSOLUTE:].any()
    stretch = piece[19, RELATIVE] / 0.4
    assert 0.5 < stretch < 2.0
    # Half of the relative channel is octaves; absolute and relative pitch still tell the same melody.
    assert np.diff(piece[:20, ABSOLUTE]) == pytest.approx(np.diff(piece[:20, RELATIVE]) / 2.0, abs=1e-5)
    assert piece[:20, RELATIVE] == pytest.approx(2.0 * melody * stretch, abs=1e-5)


def test_responses_are_smooth_and_as_often_up_as_down() -> None:
    rng = np.random.default_rng(0)
    responses = np.stack([vary_response(rng) for _ in range(2000)])
    assert np.abs(responses.mean(axis=0)).max() < 0.03
    assert np.abs(np.diff(responses, axis=1)).max() < 0.15


def test_training_meets_one_speaker_with_many_pitches_and_formants() -> None:
    """The network once knew its actors by heart: nothing moved formants, and pitch by two semitones only."""
    frames = np.tile(_tone(400.0), (4, 1))
    frames[:, VOICED], frames[:, ABSOLUTE] = 1.0, 0.0
    store = FeatureStore(frames.astype(np.float16), np.array([0, len(frames)]), np.zeros((1, 3), np.float32))
    nothing = FeatureStore(
        np.zeros((0, CHANNELS), np.float16), np.zeros(1, np.int64), np.zeros((0, 3), np.float32)
    )
    options = SamplingOptions(batch=64, mixup_share=0.0)
    batch = BatchSampler([_clip("c", "s", "sad")], [store], nothing, [0], options).draw(1, 0)
    pitch = batch.frames[:, :, ABSOLUTE].amax(dim=1)
    assert float(pitch.std()) > 0.15
    peaks = batch.frames[:, :, :MEL_BANDS].mean(dim=1).argmax(dim=1)
    assert len(set(peaks.tolist())) >= 4
