"""Live streams are cut as recordings are, also when the server is restarted in the middle."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.live.cutting import WARM_UP, WINDOW, Cut, CutOptions, Cutter, Window
from inference_worker.segmentation import SegmentationOptions, Segmenter
from tests import speech

probabilities = st.lists(
    st.one_of(st.floats(0.0, 1.0), st.sampled_from([0.0, 0.34, 0.35, 0.49, 0.5, 1.0])), max_size=900
)
runs = st.lists(st.tuples(st.floats(0.0, 1.0), st.integers(1, 60)), max_size=30).map(
    lambda pairs: [probability for probability, count in pairs for _ in range(count)]
)


def cuts_of(windows: list[Window], missing: int = 0, options: CutOptions | None = None) -> list[Cut]:
    cutter = Cutter(0, 0, options or CutOptions())
    found = [cutter.push(window) for window in windows]
    return [cut for cut in [*found, cutter.finish(missing)] if cut is not None and cut.is_speech]


def segments_of(
    levels: list[float], heard: list[float], missing: int
) -> list[tuple[int, int, tuple[float, ...]]]:
    answers = iter(heard)
    segmenter = Segmenter(detector=lambda windows: [next(answers) for _ in windows])
    sound = np.repeat(np.array(levels, np.float32), WINDOW)
    found = segmenter.push(sound[: len(sound) - missing]) + segmenter.finish()
    return [
        (round(s.start_s * 16000), round(s.start_s * 16000) + len(s.samples), s.probabilities) for s in found
    ]


@settings(deadline=None, max_examples=60)
@given(heard=st.one_of(probabilities, runs), missing=st.integers(0, WINDOW - 1), data=st.data())
def test_the_same_cuts_as_the_worker(heard: list[float], missing: int, data: st.DataObject) -> None:
    levels = [0.01 + 0.2 * ((7 * index) % 11) for index in range(len(heard))]
    if not heard:
        missing = 0
    windows = [Window(p, level * level) for p, level in zip(heard, levels, strict=True)]
    ours = [(cut.first, cut.end, cut.probabilities) for cut in cuts_of(windows, missing)]
    assert ours == segments_of(levels, heard, missing)


def test_the_options_are_those_of_the_worker() -> None:
    ours, theirs = CutOptions(), SegmentationOptions()
    for name in CutOptions.__dataclass_fields__:
        assert getattr(ours, name) == getattr(theirs, name), name


@settings(deadline=None, max_examples=60)
@given(heard=runs, at=st.floats(0.0, 1.0))
def test_a_restart_makes_the_same_cuts(heard: list[float], at: float) -> None:
    windows = [Window(p, (0.01 + (5 * i) % 13) / 100) for i, p in enumerate(heard)]
    expected = cuts_of(windows)
    cutter, stop = Cutter(0, 0, CutOptions()), round(at * len(windows))
    before = [cut for window in windows[:stop] if (cut := cutter.push(window)) is not None and cut.is_speech]
    resume = cutter.resume_window
    first = max(0, resume - WARM_UP)
    again = Cutter(first, resume, CutOptions())
    after = [cut for window in windows[first:] if (cut := again.push(window)) is not None]
    last = again.finish(0)
    after += [] if last is None else [last]
    assert before + [cut for cut in after if cut.is_speech] == expected


def test_a_pause_can_be_chosen() -> None:
    heard = [1.0] * 20 + [0.0] * 12 + [1.0] * 20 + [0.0] * 40
    windows = [Window(probability, 0.1) for probability in heard]
    assert len(cuts_of(windows)) == 1
    assert len(cuts_of(windows, options=CutOptions(pause_s=0.3))) == 2


def test_nothing_grows_in_silence_or_noise() -> None:
    cutter = Cutter(0, 0, CutOptions())
    for index in range(20_000):
        cutter.push(Window(0.0, 0.0))
        assert cutter.resume_window >= index - 8
    assert len(cutter._powers) <= 9


@pytest.mark.parametrize("voice", ["en-us", "ko"])
def test_the_first_syllable_is_inside(voice: str) -> None:
    sound = np.concatenate(
        [speech.silence(1.0), speech.say("hello there" if voice == "en-us" else "안녕하세요", voice)]
    )
    begins = int(np.flatnonzero(np.abs(sound) > 0.01)[0])
    found = Segmenter().push(np.concatenate([sound, speech.silence(1.0)]))
    assert found[0].start_s * 16000 <= begins
