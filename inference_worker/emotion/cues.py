"""What can be measured of how an utterance is spoken: loudness, pace and pitch. No model, no guess.

Loudness depends on the microphone and pitch on the person, so words ("loud", "high") are relative to the other
utterances of the recording; `cue_words` chooses them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import find_peaks

from inference_worker.contract import Cues
from inference_worker.emotion.base import SAMPLE_RATE_HZ, Clip
from inference_worker.emotion.features import (
    HOP,
    MEL_BANDS,
    MEL_CENTRE_DB,
    MEL_SPREAD_DB,
    PITCH_REFERENCE_HZ,
    SILENCE_DBFS,
    active_power,
    extract,
    frame_powers,
    sanitise,
)

LONGEST_S = 60.0
"""Only the first minute of a longer clip is measured."""
_FRAME_S = HOP / SAMPLE_RATE_HZ
_FEWEST_VOICED = 12
"""Frames (0.2 s) without which there is no pitch to speak of."""
_FEWEST_NUCLEI = 3
_SHORTEST_FOR_PACE_S = 0.8
_NUCLEUS_FALL_DB = 2.0
_NUCLEUS_FLOOR_DB = -22.0
_NUCLEUS_DISTANCE_FRAMES = 5
_PACE_BANDS = slice(6, 44)
"""Mel bands from about 300 to 3,000 Hz: where vowels are."""
_LARGEST_STEP_SEMITONES = 7.0
"""Between neighbouring frames: more is an octave error, not a voice."""
_END_FRAMES, _BEFORE_END_FRAMES = 6, 14
_WHISPERED_VOICED_SHARE = 0.08
_SHORTEST_WHISPER_S = 0.6


def measure(clip: Clip) -> Cues | None:
    """What was measured of `clip`; None for silence. No words yet: see `cue_words.add_words`."""
    samples = sanitise(clip)[: int(LONGEST_S * SAMPLE_RATE_HZ)]
    level = active_power(frame_powers(samples))
    if level < 10.0 ** (SILENCE_DBFS / 10.0):
        return None
    heard = extract(samples)
    frames = heard.frames
    voiced = frames[:, MEL_BANDS + 2] > 0.5
    semitones = 12.0 * frames[:, MEL_BANDS + 3].astype(np.float64)
    pitch_known = int(voiced.sum()) >= _FEWEST_VOICED
    low, middle, high = np.percentile(semitones[voiced], (10, 50, 90)) if pitch_known else (0.0, 0.0, 0.0)
    return Cues(
        loudness_dbfs=round(10.0 * float(np.log10(level)), 2),
        pitch_hz=round(PITCH_REFERENCE_HZ * 2.0 ** (float(middle) / 12.0), 2) if pitch_known else None,
        pitch_range_semitones=round(float(high - low), 2) if pitch_known else None,
        final_semitones=final_movement(semitones, voiced),
        syllables_per_s=_pace(frames, voiced, heard.active_s),
        whispered=heard.active_s >= _SHORTEST_WHISPER_S
        and heard.voiced_s < _WHISPERED_VOICED_SHARE * heard.active_s,
        words=(),
    )


def final_movement(semitones: NDArray[np.float64], voiced: NDArray[np.bool_]) -> float | None:
    """Where the voice goes at the end: mean pitch of the last voiced tenth of a second against the quarter before.

    Positive is rising. None where too little is voiced near the end or the track jumps.
    """
    last = np.flatnonzero(voiced)[-(_END_FRAMES + _BEFORE_END_FRAMES) :]
    if len(last) < _END_FRAMES + _BEFORE_END_FRAMES // 2 or last[-1] - last[0] > 3 * len(last):
        return None
    track = semitones[last]
    if float(np.abs(np.diff(track)).max()) > _LARGEST_STEP_SEMITONES:
        return None
    return round(float(track[-_END_FRAMES:].mean() - track[:-_END_FRAMES].mean()), 2)


def _pace(frames: NDArray[np.float32], voiced: NDArray[np.bool_], active_s: float) -> float | None:
    """Syllable nuclei in a second of speech, pauses left out.

    Voiced peaks of loudness with a dip of 2 dB before them: N. de Jong and T. Wempe, "Praat script to detect
    syllable nuclei and measure speech rate automatically", 2009.
    """
    if active_s < _SHORTEST_FOR_PACE_S:
        return None
    decibels = frames[:, _PACE_BANDS].astype(np.float64) * MEL_SPREAD_DB + MEL_CENTRE_DB
    loudness_db = 10.0 * np.log10((10.0 ** (decibels / 10.0)).sum(axis=1))
    bell = np.hanning(7)[1:-1]
    smooth = np.convolve(loudness_db, bell / bell.sum(), mode="same")
    peaks, _ = find_peaks(
        smooth, height=_NUCLEUS_FLOOR_DB, prominence=_NUCLEUS_FALL_DB, distance=_NUCLEUS_DISTANCE_FRAMES
    )
    near = np.convolve(voiced.astype(float), np.ones(3), mode="same") > 0.0
    nuclei = int(near[peaks].sum())
    return round(nuclei / active_s, 2) if nuclei >= _FEWEST_NUCLEI else None
