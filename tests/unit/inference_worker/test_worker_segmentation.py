"""Utterances: found, whole, once, and the same however the recording is divided into units."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inference_worker.segmentation import Segment, SegmentationOptions, Segmenter
from inference_worker.voice_activity import WINDOW, WINDOW_S
from tests.speech import SPEECH_RATE_HZ, noise, say, silence, tone

Samples = npt.NDArray[np.float32]

PAUSE = 19
"""Windows in the pause that ends an utterance."""


def scripted(probabilities: list[float]) -> Samples:
    """Sound whose windows carry their own probability, for `read_probability`."""
    return np.repeat(np.array(probabilities, np.float32), WINDOW)


def read_probability(windows: Samples) -> list[float]:
    return [float(probability) for probability in windows[:, 0]]


def segmented(sound: Samples, block: int = 8000) -> list[Segment]:
    segmenter = Segmenter()
    found = []
    for begin in range(0, len(sound), block):
        found += segmenter.push(sound[begin : begin + block])
    return found + segmenter.finish()


def run_scripted(probabilities: list[float], options: SegmentationOptions | None = None) -> list[Segment]:
    segmenter = Segmenter(options=options, detector=read_probability)
    return segmenter.push(scripted(probabilities)) + segmenter.finish()


def windows(segments: list[Segment]) -> list[tuple[int, int]]:
    return [(round(s.start_s / WINDOW_S), round(s.end_s / WINDOW_S)) for s in segments]


def test_padding_before_and_after() -> None:
    found = run_scripted([0.0] * 50 + [0.9] * 30 + [0.0] * 50)
    assert windows(found) == [(42, 86)]
    assert len(found[0].samples) == 44 * WINDOW


def test_padding_stops_at_the_beginning_and_at_the_end() -> None:
    assert windows(run_scripted([0.9] * 30)) == [(0, 30)]


def test_a_short_pause_does_not_end_an_utterance_and_a_long_one_does() -> None:
    short = [0.9] * 30 + [0.0] * (PAUSE - 1) + [0.9] * 30 + [0.0] * 40
    long = [0.9] * 30 + [0.0] * PAUSE + [0.9] * 30 + [0.0] * 40
    assert windows(run_scripted(short)) == [(0, 84)]
    assert windows(run_scripted(long)) == [(0, 36), (41, 85)]


def test_a_long_utterance_ends_at_a_shorter_pause() -> None:
    assert windows(run_scripted([0.9] * 250 + [0.0] * 10 + [0.9] * 30 + [0.0] * 40)) == [(0, 256), (256, 296)]


def test_clicks_are_dropped_and_do_not_swallow_what_follows() -> None:
    click_then_speech = [0.0] * 20 + [0.9] * 3 + [0.0] * PAUSE + [0.9] * 30 + [0.0] * 40
    assert windows(run_scripted(click_then_speech)) == [(34, 78)]


def test_doubtful_sound_goes_on_but_does_not_begin() -> None:
    assert run_scripted([0.4] * 60) == []
    assert windows(run_scripted([0.9] * 10 + [0.4] * 60 + [0.0] * 40)) == [(0, 76)]


def test_endless_speech_is_cut_at_its_quietest_point() -> None:
    probabilities = [0.9] * 1000
    for index in range(330, 340):
        probabilities[index] = 0.6
    found = run_scripted(probabilities)
    assert all(segment.end_s - segment.start_s <= 15.0 for segment in found)
    assert windows(found)[0][0] == 0
    assert 330 <= windows(found)[0][1] <= 340
    assert_tiles(found, 1000)


def assert_tiles(found: list[Segment], total: int) -> None:
    """The segments follow one another without a gap and without an overlap."""
    edges = windows(found)
    assert edges[0][0] == 0
    assert edges[-1][1] == total
    assert all(left[1] == right[0] for left, right in itertools.pairwise(edges))


runs = st.lists(
    st.tuples(st.sampled_from([0.0, 0.2, 0.4, 0.6, 0.95]), st.integers(1, 120)), min_size=1, max_size=25
)


def by_units(sound: Samples, unit: int, warm_up: int) -> tuple[list[Segment], int]:
    """As the pipeline does it: units of `unit` windows, each from where the last one ended."""
    found: list[Segment] = []
    start, units, total = 0, 0, len(sound) // WINDOW
    while True:
        units += 1
        first = max(0, start - warm_up)
        segmenter = Segmenter(first, start, detector=read_probability)
        end = start + max(unit, 2)
        segments = segmenter.push(sound[first * WINDOW : end * WINDOW])
        if end >= total:
            return found + segments + segmenter.finish(), units
        if segmenter.resume_s <= start * WINDOW_S:
            segments += segmenter.force()
        found += segments
        resume = round(segmenter.resume_s / WINDOW_S)
        assert start < resume <= end, "every unit moves on, and not past what it heard"
        start = resume


@settings(max_examples=150, deadline=None)
@example([(0.6, 121), (0.4, 240), (0.6, 120)], 480)
@given(runs, st.integers(480, 2000))
def test_units_longer_than_an_utterance_give_the_same_as_one_pass(
    script: list[tuple[float, int]], unit: int
) -> None:
    sound = scripted([probability for probability, count in script for _ in range(count)])
    segmenter = Segmenter(detector=read_probability)
    whole = segmenter.push(sound) + segmenter.finish()
    parts, _ = by_units(sound, unit, 90)
    assert windows(parts) == windows(whole)


@settings(max_examples=150, deadline=None)
@given(runs, st.integers(1, 400))
def test_units_of_any_size_lose_and_double_nothing_and_come_to_an_end(
    script: list[tuple[float, int]], unit: int
) -> None:
    probabilities = [probability for probability, count in script for _ in range(count)]
    sound = scripted(probabilities)
    parts, units = by_units(sound, unit, 90)
    assert units <= len(probabilities)
    edges = windows(parts)
    assert all(left[1] <= right[0] for left, right in itertools.pairwise(edges))
    covered = np.zeros(len(probabilities) + 1, bool)
    for begin, end in edges:
        covered[begin:end] = True
    for begin, end in spoken_runs(probabilities, at_least=40):
        # Where a unit had to cut, what is shorter than the shortest speech may fall off at the cut.
        missing = int((~covered[begin:end]).sum())
        assert missing <= 4 * (1 + (end - begin) // max(1, min(unit, 40))), (begin, end, edges)


def spoken_runs(probabilities: list[float], at_least: int) -> list[tuple[int, int]]:
    found, begin = [], None
    for index, probability in enumerate([*probabilities, 0.0]):
        if probability >= 0.5 and begin is None:
            begin = index
        elif probability < 0.5 and begin is not None:
            if index - begin >= at_least:
                found.append((begin, index))
            begin = None
    return found


@settings(max_examples=50, deadline=None)
@given(runs, st.integers(1, 5000))
def test_block_sizes_do_not_matter(script: list[tuple[float, int]], block: int) -> None:
    sound = scripted([probability for probability, count in script[:6] for _ in range(count)])
    one = Segmenter(detector=read_probability)
    whole = one.push(sound) + one.finish()
    other = Segmenter(detector=read_probability)
    pieces = []
    for begin in range(0, len(sound), block):
        pieces += other.push(sound[begin : begin + block])
    pieces += other.finish()
    assert windows(pieces) == windows(whole)
    for left, right in zip(pieces, whole, strict=True):
        np.testing.assert_array_equal(left.samples, right.samples)


# With the real detector


SENTENCES = (
    "Where have you been all this time?",
    "I was at home.",
    "Nobody told me about it, not a single word.",
)


@pytest.fixture(scope="module")
def talk() -> Samples:
    return np.concatenate([say(text, pause_s=0.6) for text in SENTENCES])


def spoken_spans() -> list[tuple[float, float]]:
    spans, now_s = [], 0.0
    for text in SENTENCES:
        length_s = len(say(text)) / SPEECH_RATE_HZ
        spans.append((now_s + 0.6, now_s + 0.6 + length_s))
        now_s += length_s + 1.2
    return spans


@pytest.mark.parametrize("gain_db", [0.0, -20.0, -40.0])
def test_speech_is_found_loud_and_quiet(talk: Samples, gain_db: float) -> None:
    found = segmented((talk * 10 ** (gain_db / 20)).astype(np.float32))
    assert len(found) == 3
    for segment, (begin_s, end_s) in zip(found, spoken_spans(), strict=True):
        assert begin_s - 0.6 <= segment.start_s <= begin_s + 0.05
        assert end_s - 0.45 <= segment.end_s <= end_s + 0.4


@pytest.mark.parametrize(
    "sound",
    [
        silence(10.0),
        noise(10.0, -10.0),
        noise(10.0, -30.0),
        noise(10.0, -70.0),
        tone(50, 10.0),
        tone(1000, 10.0, amplitude=0.9),
        np.tile(np.concatenate([tone(2000, 0.01), silence(0.99)]), 10),
    ],
    ids=["silence", "loud noise", "noise", "hiss", "hum", "whistle", "clicks"],
)
def test_what_is_not_speech_gives_no_utterances(sound: Samples) -> None:
    assert segmented(sound) == []


def test_speech_in_noise_is_found(talk: Samples) -> None:
    noisy = talk + noise(len(talk) / SPEECH_RATE_HZ, -40.0)
    assert len(segmented(noisy[: len(talk)].astype(np.float32))) == 3


def test_memory_is_bounded_by_the_longest_utterance() -> None:
    segmenter = Segmenter(detector=lambda windows: [0.9] * len(windows))
    for _ in range(400):
        segmenter.push(np.zeros(8000, np.float32))
        assert sum(len(piece) for piece in segmenter._kept) <= 16 * SPEECH_RATE_HZ


def test_a_syllable_belongs_to_its_neighbour() -> None:
    """Less than 0.256 s of speech: a pause of up to 0.96 s does not part it from what follows."""
    syllable = [0.0] * 20 + [0.9] * 6 + [0.0] * 28 + [0.9] * 30 + [0.0] * 40
    assert windows(run_scripted(syllable)) == [(12, 90)]
    word = [0.0] * 20 + [0.9] * 8 + [0.0] * 28 + [0.9] * 30 + [0.0] * 40
    assert windows(run_scripted(word)) == [(12, 34), (48, 92)]


def test_a_syllable_without_a_neighbour_stands_alone() -> None:
    alone = [0.0] * 20 + [0.9] * 6 + [0.0] * 31 + [0.9] * 30 + [0.0] * 40
    assert windows(run_scripted(alone)) == [(12, 32), (49, 93)]


def test_segments_carry_the_probabilities_of_their_windows() -> None:
    (segment,) = run_scripted([0.0] * 20 + [0.9] * 10 + [0.4] * 30)
    assert len(segment.probabilities) == len(segment.samples) // WINDOW
    assert segment.probabilities[:8] == (0.0,) * 8
    assert segment.probabilities[8:18] == pytest.approx([0.9] * 10)
    for part in run_scripted([0.9] * 1000):
        assert len(part.probabilities) == len(part.samples) // WINDOW


def test_forty_minutes_without_a_pause_are_cut_and_memory_is_bounded() -> None:
    segmenter = Segmenter(detector=lambda windows: [0.95] * len(windows))
    block = noise(1.0)
    covered, kept = 0, 0
    for _ in range(2400):
        covered += sum(len(segment.samples) for segment in segmenter.push(block))
        kept = max(kept, sum(len(window) for window in segmenter._kept))
    segments = segmenter.finish()
    assert covered + sum(len(segment.samples) for segment in segments) == pytest.approx(
        2400 * 16_000, abs=WINDOW
    )
    assert kept <= 17 * 16_000
