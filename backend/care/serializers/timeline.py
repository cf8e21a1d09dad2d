"""The wire form of timelines. Days are made of plain dictionaries: a year of them is many, and the serializers
describe them for the API schema."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from backend.care.models import Scope
from backend.care.periods import NOT_ASKED, UNSURE, Band, Bucket, Step, bucket_end
from backend.care.sight import Sight
from backend.care.spans import Lanes, Timeline
from backend.conversations.models import EmotionLabel, Utterance

_DIGITS = 4
_LABELS = tuple(EmotionLabel.values)


class CountSerializer(serializers.Serializer[Any]):
    utterance_count = serializers.IntegerField()
    speech_s = serializers.FloatField()


class ShareSerializer(serializers.Serializer[Any]):
    label = serializers.ChoiceField(choices=EmotionLabel.choices)  # type: ignore[assignment]  # the wire name
    share = serializers.FloatField(help_text="0 to 1 of counted_s.")
    utterance_count = serializers.IntegerField()
    speech_s = serializers.FloatField()
    strength = serializers.FloatField(help_text="0 to 1, on average over seconds.")


class PeriodSerializer(serializers.Serializer[Any]):
    speech_s = serializers.FloatField(help_text="All speech.")
    counted_s = serializers.FloatField(
        help_text="Speech that shares rest on: the model was sure how it sounds."
    )
    uncertainty = serializers.FloatField(
        allow_null=True, help_text="0 to 1: one minus the probability of the label, on average."
    )
    unsure = CountSerializer(help_text="The model abstained; left out of the shares.")
    not_asked = CountSerializer(help_text="No emotion was computed.")
    emotions = ShareSerializer(many=True, help_text="Those that were heard.")


class BucketSerializer(PeriodSerializer):
    start = serializers.DateField()
    end = serializers.DateField()


class RangeSerializer(serializers.Serializer[Any]):
    label = serializers.ChoiceField(choices=EmotionLabel.choices)  # type: ignore[assignment]  # the wire name
    low = serializers.FloatField()
    high = serializers.FloatField()


class BandSerializer(serializers.Serializer[Any]):
    """The person's own usual range: the 10th to 90th percentile of the share in days (weeks, months) with at least
    a minute of counted speech; of the time before those shown, or, where too little is known of it, with them."""

    start = serializers.DateField()
    end = serializers.DateField()
    bucket_count = serializers.IntegerField(help_text="How many days, weeks or months it rests on.")
    ranges = RangeSerializer(many=True)


class SpokeSerializer(serializers.Serializer[Any]):
    speaker = serializers.CharField(allow_blank=True)
    speech_s = serializers.FloatField()


class TimelineSerializer(serializers.Serializer[Any]):
    start = serializers.DateField()
    end = serializers.DateField()
    step = serializers.ChoiceField(choices=[step.value for step in Step])
    time_zone = serializers.CharField()
    buckets = BucketSerializer(many=True, help_text="Without those in which nobody spoke.")
    band = BandSerializer(allow_null=True)
    speakers = SpokeSerializer(many=True)


class ComparedPeriodSerializer(PeriodSerializer):
    start = serializers.DateField()
    end = serializers.DateField()
    day_count = serializers.IntegerField(help_text="Days on which somebody spoke.")


class ComparisonSerializer(serializers.Serializer[Any]):
    first = ComparedPeriodSerializer()
    second = ComparedPeriodSerializer()


class LaneEmotionSerializer(serializers.Serializer[Any]):
    label = serializers.ChoiceField(choices=EmotionLabel.choices)  # type: ignore[assignment]  # the wire name
    confident = serializers.BooleanField()
    strength = serializers.FloatField()
    probability = serializers.FloatField(allow_null=True)


class LaneUtteranceSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    recording_id = serializers.UUIDField()
    start_s = serializers.FloatField(help_text="In the recording.")
    end_s = serializers.FloatField()
    at_s = serializers.FloatField(
        help_text="In the conversation: recordings follow each other without a gap."
    )
    emotion = LaneEmotionSerializer(allow_null=True)
    text = serializers.CharField(allow_null=True, help_text="Null: not shared with you.")


class LaneSerializer(serializers.Serializer[Any]):
    speaker = serializers.CharField(allow_blank=True)
    utterances = LaneUtteranceSerializer(many=True)


class LaneRecordingSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    offset_s = serializers.FloatField()
    duration_s = serializers.FloatField(allow_null=True)
    began_at = serializers.DateTimeField()
    audio_url = serializers.CharField(allow_null=True, help_text="Null: not shared with you.")


class LanesSerializer(serializers.Serializer[Any]):
    conversation_id = serializers.UUIDField()
    title = serializers.CharField(allow_null=True, help_text="Null: not shared with you.")
    recordings = LaneRecordingSerializer(many=True)
    lanes = LaneSerializer(many=True)


def timeline_json(timeline: Timeline) -> dict[str, Any]:
    return {
        "start": timeline.span.start.isoformat(),
        "end": timeline.span.end.isoformat(),
        "step": timeline.step.value,
        "time_zone": timeline.time_zone,
        "buckets": [
            {
                "start": bucket.start.isoformat(),
                "end": bucket_end(bucket.start, timeline.step).isoformat(),
                **period_json(bucket),
            }
            for bucket in timeline.buckets
        ],
        "band": None if timeline.band is None else _band(timeline.band),
        "speakers": [
            {"speaker": speaker, "speech_s": _short(speech_s)} for speaker, speech_s in timeline.speakers
        ],
    }


def period_json(bucket: Bucket) -> dict[str, Any]:
    uncertainty = bucket.uncertainty
    return {
        "speech_s": _short(bucket.speech_s),
        "counted_s": _short(bucket.counted_s),
        "uncertainty": None if uncertainty is None else _short(uncertainty),
        "unsure": _count(bucket, UNSURE),
        "not_asked": _count(bucket, NOT_ASKED),
        "emotions": list(_shares(bucket)),
    }


def lanes_json(lanes: Lanes, sight: Sight, audio_url: str) -> dict[str, Any]:
    """`audio_url` is the address of a recording's audio with `{}` for its id."""
    return {
        "conversation_id": str(lanes.conversation.pk),
        "title": lanes.conversation.title if sight.may(Scope.TRANSCRIPT) else None,
        "recordings": [
            {
                "id": str(placed.recording.pk),
                "offset_s": _short(placed.offset_s),
                "duration_s": placed.recording.duration_s,
                "began_at": (placed.recording.recorded_at or placed.recording.created_at).isoformat(),
                "audio_url": audio_url.format(placed.recording.pk) if sight.may(Scope.AUDIO) else None,
            }
            for placed in lanes.recordings
        ],
        "lanes": [
            {"speaker": speaker, "utterances": [_utterance(at_s, one, sight) for at_s, one in utterances]}
            for speaker, utterances in lanes.lanes
        ],
    }


def _utterance(at_s: float, utterance: Utterance, sight: Sight) -> dict[str, Any]:
    label = utterance.emotion_label
    emotion = None
    if label is not None and sight.may(Scope.TIMELINE):
        emotion = {
            "label": label,
            "confident": utterance.emotion_confident,
            "strength": utterance.emotion_strength or 0.0,
            "probability": (utterance.emotion_probabilities or {}).get(label),
        }
    return {
        "id": str(utterance.pk),
        "recording_id": str(utterance.recording_id),
        "start_s": utterance.start_s,
        "end_s": utterance.end_s,
        "at_s": _short(at_s),
        "emotion": emotion,
        "text": utterance.text if sight.may(Scope.TRANSCRIPT) else None,
    }


def _shares(bucket: Bucket) -> Iterable[dict[str, Any]]:
    counted_s = bucket.counted_s
    for label in _LABELS:
        sums = bucket.sums.get(label)
        if sums is not None:
            speech_s = sums.speech_s
            yield {
                "label": label,
                "share": round(speech_s / counted_s, _DIGITS) if counted_s else 0.0,
                "utterance_count": sums.utterance_count,
                "speech_s": round(speech_s, _DIGITS),
                "strength": round(sums.strength_s / speech_s, _DIGITS) if speech_s else 0.0,
            }


def _count(bucket: Bucket, emotion: str) -> dict[str, Any]:
    sums = bucket.of(emotion)
    return {"utterance_count": sums.utterance_count, "speech_s": _short(sums.speech_s)}


def _band(band: Band) -> dict[str, Any]:
    return {
        "start": band.start.isoformat(),
        "end": band.end.isoformat(),
        "bucket_count": band.bucket_count,
        "ranges": [
            {"label": label, "low": _short(low), "high": _short(high)}
            for label, (low, high) in band.ranges.items()
        ],
    }


def _short(value: float) -> float:
    return round(value, _DIGITS)
