"""Several checkpoints as one engine: each language goes to the checkpoint of its route."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from inference_worker.asr.base import Clip, Transcriber, Transcript
from inference_worker.asr.routes import EVERY_LANGUAGE

LONGEST_NAME = 200
"""The backend keeps no longer one."""


class RoutedTranscriber:
    """A `Transcriber` made of others.

    `engines` has one for each language of the table, and perhaps one for `*`, which serves the languages that it
    knows and the table does not name. Without a language the `*` engine decides; without one, the first.
    """

    def __init__(self, engines: Mapping[str, Transcriber]) -> None:
        self._engines = dict(engines)
        self._others = self._engines.pop(EVERY_LANGUAGE, None)
        different = list(dict.fromkeys(engine.name for engine in engines.values()))
        self.name = _together(different)
        self.device = "+".join(dict.fromkeys(engine.device for engine in engines.values()))
        others = self._others.languages if self._others else frozenset()
        self.languages = frozenset(self._engines) | others
        self.boosts_phrases = any(engine.boosts_phrases for engine in engines.values())
        self.batch_size = min(engine.batch_size for engine in engines.values())

    def keeping(self, checkpoint: str) -> Transcriber | None:
        """The engine whose transcripts say what the encoder of `checkpoint` (a fingerprint) made of the clips."""
        engines = [*self._engines.values(), *([self._others] if self._others else [])]
        return next((one for one in engines if getattr(one, "keeps_encoded", None) == checkpoint), None)

    def serving(self, language: str | None) -> str:
        """See `Transcriber`; all names where nothing transcribes `language`."""
        engine = self._engine(language)
        return self.name if engine is None else engine.serving(language)

    def transcribe(
        self, clips: Sequence[Clip], language: str | None, phrases: tuple[str, ...] = ()
    ) -> list[Transcript]:
        """See `Transcriber`."""
        engine = self._engine(language)
        if engine is None:
            return [Transcript(text="", words=(), confidence=None, language=language) for _ in clips]
        return engine.transcribe(clips, language, phrases)

    def _engine(self, language: str | None) -> Transcriber | None:
        if language is None:
            return self._others or next(iter(self._engines.values()))
        return self._engines.get(language) or self._others


def _together(names: Sequence[str]) -> str:
    """`nemo/a@1+b@2`; of a long table the first ones and how many more there are."""
    parts = [names[0], *(name.removeprefix("nemo/") for name in names[1:])]
    for shown in range(len(parts), 1, -1):
        rest = [f"{len(parts) - shown} more"] if shown < len(parts) else []
        name = "+".join([*parts[:shown], *rest])
        if len(name) <= LONGEST_NAME:
            return name
    return f"{parts[0]}+{len(parts) - 1} more" if len(parts) > 1 else parts[0]
