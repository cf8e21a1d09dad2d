"""Timelines as CSV (RFC 4180), with a byte order mark: spreadsheet programs take it for another encoding else."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from backend.care.models import Scope
from backend.care.periods import NOT_ASKED, UNSURE, bucket_end
from backend.care.sight import Sight
from backend.care.spans import Lanes, Timeline
from backend.conversations.models import EmotionLabel

Cell = str | int | float | None


def timeline_csv(timeline: Timeline) -> str:
    """A row for each day, week or month: shares in percent, minutes, and what they rest on."""
    labels = EmotionLabel.values
    ranges = timeline.band.ranges if timeline.band else {}
    head = [
        "start",
        "end",
        "speech_min",
        "counted_min",
        *(f"{label}_percent" for label in labels),
        "mean_uncertainty_percent",
        "unsure_utterances",
        "unsure_min",
        "not_asked_utterances",
        *(f"{label}_usual_{side}_percent" for label in ranges for side in ("low", "high")),
    ]
    usual = [_percent(side) for pair in ranges.values() for side in pair]
    rows: Iterable[Sequence[Cell]] = (
        [
            bucket.start.isoformat(),
            bucket_end(bucket.start, timeline.step).isoformat(),
            _minutes(bucket.speech_s),
            _minutes(bucket.counted_s),
            *(_percent(bucket.share(label)) for label in labels),
            None if bucket.uncertainty is None else _percent(bucket.uncertainty),
            bucket.of(UNSURE).utterance_count,
            _minutes(bucket.of(UNSURE).speech_s),
            bucket.of(NOT_ASKED).utterance_count,
            *usual,
        ]
        for bucket in timeline.buckets
    )
    return _csv(head, rows)


def lanes_csv(lanes: Lanes, sight: Sight) -> str:
    """A row for each utterance; without what the sight does not show."""
    shows_text, shows_sound = sight.may(Scope.TRANSCRIPT), sight.may(Scope.TIMELINE)
    head = ["speaker", "at_s", "length_s"]
    head += ["sounds", "strength", "probability"] if shows_sound else []
    head += ["text"] if shows_text else []

    def rows() -> Iterable[Sequence[Cell]]:
        for speaker, utterances in lanes.lanes:
            for at_s, one in utterances:
                row: list[Cell] = [speaker, round(at_s, 2), round(one.end_s - one.start_s, 2)]
                if shows_sound:
                    label = one.emotion_label
                    sounds = label if one.emotion_confident else UNSURE if label else None
                    row += [sounds, one.emotion_strength, (one.emotion_probabilities or {}).get(label or "")]
                yield [*row, one.text] if shows_text else row

    return _csv(head, rows())


def _csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
    return "\ufeff" + text.getvalue()


def _harmless(cell: Cell) -> Cell:
    """What somebody said must not be run as a formula by a spreadsheet program."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in tuple("=+-@\t\r") else cell


def _percent(share: float) -> float:
    return round(100 * share, 1)


def _minutes(seconds: float) -> float:
    return round(seconds / 60, 2)
