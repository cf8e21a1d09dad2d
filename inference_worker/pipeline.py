"""One unit of a recording: decode, cut into utterances, recognise words and how they sound."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from inference_worker.asr.base import Transcript
from inference_worker.audio import SAMPLE_RATE_HZ, Samples, probe, read_blocks
from inference_worker.contract import (
    AnalysisRequest,
    CueBaseline,
    Cues,
    EmotionEstimate,
    NoSpeech,
    SpeakerAnchor,
    UnitResult,
    Utterance,
    Word,
)
from inference_worker.emotion import cue_words
from inference_worker.errors import AudioEmptyError, AudioTooLongError
from inference_worker.registry import Engines
from inference_worker.segmentation import Segment, Segmenter, grid_start
from inference_worker.sounding import how_they_sound
from inference_worker.speakers import UnitSpeakers
from inference_worker.speech_guard import evidence_of, reason_after, reason_against
from inference_worker.voice_activity import WINDOW, WINDOW_S

WARM_UP_S = 3.0
"""Heard by the voice detector before the unit begins, so that it decides as if it had heard everything."""
BLOCK_S = 2.0
"""Heard at once: the voice detector takes long blocks more cheaply."""
DURATION_TOLERANCE_S = 1.0
PROGRESS_EPSILON_S = WINDOW_S / 2


def _never() -> bool:
    return False


def _ignore(_position_s: float, _duration_s: float | None) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitControl:
    """How the one who runs a unit follows and stops it."""

    should_stop: Callable[[], bool] = _never
    """Asked between utterances. True: return what there is."""
    progress: Callable[[float, float | None], None] = _ignore
    """Called with the position and the duration of the recording in seconds, about once an utterance."""
    soft_limit_s: float | None = None
    """A unit that has taken this long returns what it has; None: no limit."""


def analyze_unit(
    request: AnalysisRequest, engines: Engines, audio_path: Path, control: UnitControl | None = None
) -> UnitResult:
    """Work through at most `request.max_audio_s` of `audio_path`, beginning at `request.start_s`.

    Stops early, after at least one utterance or some silence, when `control` says so: `processed_until_s` is where
    the next unit has to begin. An utterance that goes on at the end of the unit is left to the next one, unless
    the unit holds nothing else. Memory does not depend on the length of the recording.

    Raises `AudioTooLongError`, `AudioEmptyError`, what `audio.probe` raises, and what the engines raise.
    """
    return _Unit(request, engines, control or UnitControl()).run(audio_path)


class _Unit:
    """The state of one unit while it runs."""

    def __init__(self, request: AnalysisRequest, engines: Engines, control: UnitControl) -> None:
        self._request, self._engines, self._control = request, engines, control
        self._began = time.monotonic()
        self._inference_s = 0.0
        self._duration_s = 0.0
        self._first_window = grid_start(request.start_s)
        self._segmenter = Segmenter(grid_start(max(0.0, request.start_s - WARM_UP_S)), self._first_window)
        self._heard_until = round(self._segmenter.position_s * SAMPLE_RATE_HZ)
        self._pending: list[Segment] = []
        self._utterances: list[Utterance] = []
        self._no_speech: list[NoSpeech] = []
        self._speakers: UnitSpeakers | None = None

    def run(self, audio_path: Path) -> UnitResult:
        """See `analyze_unit`."""
        if self._engines.diarizer is not None:
            self._speakers = UnitSpeakers(self._engines.diarizer, self._request.speakers, audio_path)
        info = probe(audio_path)
        self._duration_s = info.duration_s
        self._check_duration(info.duration_s)
        self._report()
        heard_from = self._heard_until
        with closing(read_blocks(audio_path, self._segmenter.position_s, BLOCK_S)) as blocks:
            is_last = self._listen(blocks)
        if not is_last:
            return self._result(self._resume_s, is_last=False)
        if self._heard_until > heard_from:
            self._duration_s = self._heard_until / SAMPLE_RATE_HZ
        elif self._request.start_s <= 0.0:
            raise AudioEmptyError("The recording holds no sound; record again.")
        return self._result(max(self._request.start_s, self._duration_s), is_last=True)

    def _listen(self, blocks: Generator[Samples, None, None]) -> bool:
        """Take in sound and recognise it. Returns whether all of the recording is done."""
        request = self._request
        budget_end = max(grid_start(request.start_s + request.max_audio_s), self._first_window + 2)
        for block in blocks:
            taken = block[: budget_end * WINDOW - self._heard_until]
            self._heard_until += len(taken)
            self._check_duration(self._heard_until / SAMPLE_RATE_HZ - DURATION_TOLERANCE_S)
            self._pending += self._segmenter.push(taken)
            if len(taken) < len(block):
                if not self._has_progress:
                    self._pending += self._segmenter.force()
                self._recognise(1)
                return False
            if self._recognise(self._engines.transcriber.batch_size):
                return False
        self._pending += self._segmenter.finish()
        self._recognise(1)
        return not self._pending

    def _recognise(self, at_least: int) -> bool:
        """Work off pending utterances while there are `at_least` so many. Returns whether to stop."""
        batch_size = self._engines.transcriber.batch_size
        while len(self._pending) >= at_least:
            batch = self._pending[:batch_size]
            self._take(batch)
            del self._pending[:batch_size]
            self._report()
            if self._must_stop():
                return True
        return self._must_stop()

    def _take(self, batch: list[Segment]) -> None:
        """Recognise what is speech among `batch`, and note what is not."""
        looked_at = [(segment, evidence_of(segment)) for segment in batch]
        reasons = [reason_against(evidence) for _, evidence in looked_at]
        speech = [segment for segment, reason in zip(batch, reasons, strict=True) if reason is None]
        recognised = iter(self._recognised(speech) if speech else [])
        for (segment, evidence), reason in zip(looked_at, reasons, strict=True):
            spoken = next(recognised) if reason is None else None
            if spoken is not None and self._knows_language:
                reason = reason_after(evidence, spoken)
            if spoken is not None and reason is None:
                self._utterances.append(spoken)
                if self._speakers is not None:
                    self._speakers.add(segment)
            elif reason is not None:
                span = {"start_s": round(segment.start_s, 3), "end_s": round(segment.end_s, 3)}
                self._no_speech.append(NoSpeech(**span, reason=reason))

    def _recognised(self, batch: list[Segment]) -> list[Utterance]:
        began = time.monotonic()
        clips = [segment.samples for segment in batch]
        transcripts = self._engines.transcriber.transcribe(
            clips, self._request.language, self._request.vocabulary
        )
        emotions: list[EmotionEstimate | None] = [None] * len(batch)
        if self._request.want_emotion and self._engines.emotion is not None:
            emotions = [
                *how_they_sound(self._engines.emotion, clips, transcripts, self._request.emotion_adaptation)
            ]
        cues: list[Cues | None] = [None] * len(batch)
        if self._request.want_emotion and self._engines.measure_cues is not None:
            cues = [self._engines.measure_cues(clip) for clip in clips]
        self._inference_s += time.monotonic() - began
        return [utterance(*parts) for parts in zip(batch, transcripts, emotions, cues, strict=True)]

    @property
    def _knows_language(self) -> bool:
        """Whether the engine's silence means that nothing was said."""
        language = self._request.language
        return language is None or language in self._engines.transcriber.languages

    @property
    def _resume_s(self) -> float:
        """Where the next unit must begin if this one ends now."""
        return self._pending[0].start_s if self._pending else self._segmenter.resume_s

    @property
    def _has_progress(self) -> bool:
        return self._resume_s > self._request.start_s + PROGRESS_EPSILON_S

    def _must_stop(self) -> bool:
        limit_s = self._control.soft_limit_s
        is_late = limit_s is not None and time.monotonic() - self._began > limit_s
        return (is_late or self._control.should_stop()) and self._has_progress

    def _report(self) -> None:
        self._control.progress(max(self._request.start_s, self._resume_s), self._duration_s)

    def _check_duration(self, duration_s: float) -> None:
        limit_s = self._request.max_duration_s
        if duration_s > limit_s:
            raise AudioTooLongError(
                f"The recording is longer than {limit_s / 60:.0f} minutes; cut it into shorter ones.",
                duration_s=round(duration_s, 3),
                max_duration_s=limit_s,
            )

    def _result(self, processed_until_s: float, *, is_last: bool) -> UnitResult:
        request, engines = self._request, self._engines
        anchors = self._name_speakers()
        took_s = time.monotonic() - self._began
        measured = [spoken.cues for spoken in self._utterances if spoken.cues is not None]
        baseline = cue_words.extended(request.cue_baseline, measured) if request.want_emotion else None
        return UnitResult(
            analysis_id=request.analysis_id,
            attempt=request.attempt,
            unit=request.unit,
            start_s=request.start_s,
            processed_until_s=processed_until_s,
            duration_s=max(self._duration_s, 0.0 if is_last else processed_until_s),
            is_last=is_last,
            utterances=tuple(_with_words(spoken, baseline) for spoken in self._utterances),
            asr_engine=engines.transcriber.serving(request.language),
            emotion_engine=engines.emotion.name if engines.emotion and request.want_emotion else None,
            decode_s=round(max(0.0, took_s - self._inference_s), 4),
            inference_s=round(self._inference_s, 4),
            cue_baseline=baseline,
            no_speech=tuple(self._no_speech),
            speakers=anchors,
            vocabulary_used=engines.transcriber.boosts_phrases if request.vocabulary else None,
        )

    def _name_speakers(self) -> tuple[SpeakerAnchor, ...]:
        """Write the speakers to the utterances."""
        if self._speakers is None:
            return self._request.speakers
        began = time.monotonic()
        names, anchors = self._speakers.named()
        self._utterances = [
            replace(spoken, speaker=name) for spoken, name in zip(self._utterances, names, strict=True)
        ]
        self._inference_s += time.monotonic() - began
        return anchors


def _with_words(spoken: Utterance, baseline: CueBaseline | None) -> Utterance:
    if spoken.cues is None or baseline is None:
        return spoken
    return replace(spoken, cues=cue_words.add_words(spoken.cues, baseline))


def utterance(
    segment: Segment, transcript: Transcript, emotion: EmotionEstimate | None, cues: Cues | None = None
) -> Utterance:
    """What was heard in `segment`, with times of the whole recording."""
    words = tuple(
        Word(
            text=word.text,
            start_s=round(segment.start_s + word.start_s, 3),
            end_s=round(min(segment.start_s + word.end_s, segment.end_s), 3),
            confidence=word.confidence,
        )
        for word in transcript.words
    )
    return Utterance(
        start_s=round(segment.start_s, 3),
        end_s=round(segment.end_s, 3),
        text=transcript.text,
        words=words,
        confidence=transcript.confidence,
        language=transcript.language,
        emotion=emotion,
        cues=cues,
    )
