"""Script text, SubRip and WebVTT.

SubRip has no specification; this is what players agree on (UTF-8, `00:00:01,000 --> 00:00:02,000`). WebVTT:
https://www.w3.org/TR/webvtt1/
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

from backend.conversations.exports.lines import ExportOptions, Line, Part, lines_of, title_of, words_of

_SHORTEST_S = 0.2
"""A cue must end after it begins, and be seen."""

_STYLES = """STYLE
::cue(.happy) { color: #ffd866; }
::cue(.sad) { color: #8ab8ff; }
::cue(.angry) { color: #ff8f80; }
::cue(.fear) { color: #c9a6ff; }
::cue(.disgust) { color: #9bd66f; }
::cue(.surprise) { color: #ffb3e6; }
::cue(.unsure) { color: #d0d0d0; }
"""


def script(parts: Sequence[Part], options: ExportOptions) -> Iterator[str]:
    """`Mina: (angrily) You said it first.`, a line each."""
    for part in parts:
        recording = part.recording
        moment = recording.recorded_at or recording.created_at
        yield f"{title_of(part)} · {moment:%Y-%m-%d %H:%M} UTC\n\n".lstrip(" ·")
        for line in lines_of(part, options):
            speaker = line.utterance.speaker
            yield (
                f"{_one_line(speaker)}: {words_of(line, options)}\n"
                if speaker
                else (f"{words_of(line, options)}\n")
            )
        yield "\n"


def subrip(parts: Sequence[Part], options: ExportOptions) -> Iterator[str]:
    number = 0
    for part in parts:
        for line in lines_of(part, options):
            number += 1
            times = f"{_clock(line.start_s, ',')} --> {_clock(_end_s(line), ',')}"
            text = _spoken(line, options).replace("-->", "→")
            yield f"{number}\n{times}\n{text}\n\n"


def webvtt(parts: Sequence[Part], options: ExportOptions) -> Iterator[str]:
    yield "WEBVTT\n\n"
    if options.with_emotion:
        yield f"{_STYLES}\n"
    for part in parts:
        for line in lines_of(part, options):
            text = html.escape(words_of(line, options), quote=False)
            if line.emotion:
                text = f"<c.{line.emotion}>{text}</c>"
            if line.utterance.speaker:
                text = f"<v {html.escape(_one_line(line.utterance.speaker), quote=False)}>{text}</v>"
            yield f"{_clock(line.start_s, '.')} --> {_clock(_end_s(line), '.')}\n{text}\n\n"


def _spoken(line: Line, options: ExportOptions) -> str:
    speaker = line.utterance.speaker
    words = words_of(line, options)
    return f"{_one_line(speaker)}: {words}" if speaker else words


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def _end_s(line: Line) -> float:
    return max(line.end_s, line.start_s + _SHORTEST_S)


def _clock(time_s: float, decimal_mark: str) -> str:
    total_ms = max(0, round(time_s * 1000))
    hours, rest = divmod(total_ms, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    seconds, ms = divmod(rest, 1000)
    return f"{hours:02}:{minutes:02}:{seconds:02}{decimal_mark}{ms:03}"
