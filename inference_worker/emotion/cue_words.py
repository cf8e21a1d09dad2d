"""Which words a measured utterance earns beside the others of its recording.

The worker keeps nothing: the running figures of a recording (`CueBaseline`) come with the request of a unit and go
back with its result. An utterance is never compared with itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from inference_worker.contract import CueBaseline, Cues, Moments

FEWEST_OTHERS = 3
"""Utterances that are needed to know what is usual in a recording."""
LOUDER_DB, SOFTER_DB = 5.0, -6.0
FASTER, SLOWER = 1.35, 0.65
HIGHER_SEMITONES = 4.0
ONE_VOICE_SEMITONES = 4.0
"""Where pitch spreads more than this there is more than one person, and "high" would only say who speaks."""
LIVELIER, LIVELY_SEMITONES = 1.5, 9.0
FLATTER, FLAT_SEMITONES = 0.5, 2.5
RISING_SEMITONES = 2.5
_UNUSUAL_DEVIATIONS = 1.5

_Quantity = Callable[[Cues], float | None]
_QUANTITIES: dict[str, _Quantity] = {
    "loudness_db": lambda cues: None if cues.whispered else cues.loudness_dbfs,
    "pitch_semitones": lambda cues: None if cues.pitch_hz is None else 12.0 * math.log2(cues.pitch_hz),
    "pitch_range_semitones": lambda cues: cues.pitch_range_semitones,
    "syllables_per_s": lambda cues: cues.syllables_per_s,
}


def extended(baseline: CueBaseline | None, measured: Sequence[Cues]) -> CueBaseline:
    """`baseline` with more utterances in it."""
    known = baseline or CueBaseline()
    values = {
        name: _extended(getattr(known, name), [quantity(cues) for cues in measured])
        for name, quantity in _QUANTITIES.items()
    }
    return CueBaseline(**values)


def add_words(cues: Cues, baseline: CueBaseline) -> Cues:
    """`cues` with its words, the most telling first. `baseline` holds it and the others of the recording."""
    candidates = (
        ("whispered", cues.whispered),
        ("loud", _is_unusual(cues, baseline, "loudness_db", LOUDER_DB)),
        ("quiet", not cues.whispered and _is_unusual(cues, baseline, "loudness_db", SOFTER_DB)),
        ("rising", cues.final_semitones is not None and cues.final_semitones >= RISING_SEMITONES),
        ("fast", _ratio(cues, baseline, "syllables_per_s") >= FASTER),
        ("slow", 0.0 < _ratio(cues, baseline, "syllables_per_s") <= SLOWER),
        (
            "high",
            _is_one_voice(cues, baseline)
            and _is_unusual(cues, baseline, "pitch_semitones", HIGHER_SEMITONES),
        ),
        (
            "low",
            _is_one_voice(cues, baseline)
            and _is_unusual(cues, baseline, "pitch_semitones", -HIGHER_SEMITONES),
        ),
        ("lively", _is_lively(cues, baseline)),
        ("flat", _is_flat(cues, baseline)),
    )
    return replace(cues, words=tuple(word for word, holds in candidates if holds))


def _extended(moments: Moments, values: Sequence[float | None]) -> Moments:
    for value in values:
        if value is not None:
            moments = moments.joined(Moments(count=1, mean=value))
    return moments


def _others(cues: Cues, baseline: CueBaseline, name: str) -> tuple[float, float, float] | None:
    """The value, and mean and deviation of the others; None where too few are known."""
    value = _QUANTITIES[name](cues)
    moments: Moments = getattr(baseline, name)
    if value is None or moments.count - 1 < FEWEST_OTHERS:
        return None
    count = moments.count - 1
    mean = (moments.count * moments.mean - value) / count
    squares = max(moments.squares - (value - moments.mean) * (value - mean), 0.0)
    return value, mean, math.sqrt(squares / count)


def _is_unusual(cues: Cues, baseline: CueBaseline, name: str, from_: float) -> bool:
    """Whether the value is beyond the others' mean by `from_` (its sign says which way) and by 1.5 deviations."""
    known = _others(cues, baseline, name)
    if known is None:
        return False
    value, mean, deviation = known
    needed = max(abs(from_), _UNUSUAL_DEVIATIONS * deviation)
    return (value - mean) * math.copysign(1.0, from_) >= needed


def _ratio(cues: Cues, baseline: CueBaseline, name: str) -> float:
    """The value over the others' mean; 0 where it is not known."""
    known = _others(cues, baseline, name)
    return known[0] / known[1] if known is not None and known[1] > 0.0 else 0.0


def _is_one_voice(cues: Cues, baseline: CueBaseline) -> bool:
    known = _others(cues, baseline, "pitch_semitones")
    return known is not None and known[2] <= ONE_VOICE_SEMITONES


def _is_lively(cues: Cues, baseline: CueBaseline) -> bool:
    wide = cues.pitch_range_semitones is not None and cues.pitch_range_semitones >= LIVELY_SEMITONES
    return wide and _ratio(cues, baseline, "pitch_range_semitones") >= LIVELIER


def _is_flat(cues: Cues, baseline: CueBaseline) -> bool:
    narrow = cues.pitch_range_semitones is not None and cues.pitch_range_semitones <= FLAT_SEMITONES
    return narrow and 0.0 < _ratio(cues, baseline, "pitch_range_semitones") <= FLATTER
