"""How captions look on paper: `0:03  (angrily) You said it first.`"""

from __future__ import annotations

from inference_worker.contract import EmotionEstimate, Utterance

ADVERBS = {
    "happy": "happily",
    "sad": "sadly",
    "angry": "angrily",
    "fear": "fearfully",
    "disgust": "disgustedly",
    "surprise": "surprised",
}
"""Neutral speech has no mark: the absence of one says it."""
UNSURE = "unsure"
MOST_CUES = 2
"""Measured words on a line: more would push the text away."""
SPEECH_WITHOUT_TEXT = "[speech]"
"""Somebody speaks, but the engine understood nothing or does not know the language."""


def script_line(utterance: Utterance) -> str:
    """One caption with its time, the way it sounds, and its text."""
    marks = [emotion_mark(utterance.emotion), *(utterance.cues.words[:MOST_CUES] if utterance.cues else ())]
    mark = ", ".join(word for word in marks if word)
    text = utterance.text or SPEECH_WITHOUT_TEXT
    return f"{clock(utterance.start_s)}  {f'({mark}) ' if mark else ''}{text}"


def emotion_mark(emotion: EmotionEstimate | None) -> str:
    """`angrily`; `unsure` when the model abstains; empty for neutral speech and when nobody asked."""
    if emotion is None:
        return ""
    return ADVERBS.get(emotion.label, "") if emotion.confident else UNSURE


def clock(time_s: float) -> str:
    """`0:03`, `12:40`, `1:02:03`."""
    minutes, seconds = divmod(int(time_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
