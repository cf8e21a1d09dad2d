"""What clients send, checked."""

from __future__ import annotations

import json
import math
import uuid
from dataclasses import dataclass
from typing import Any

from backend.accounts.models import Language
from backend.live.errors import MalformedMessageError, UnsupportedSoundError
from backend.live.frames import SAMPLE_RATE_HZ
from backend.live.services.streams import NewStream

SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 0.3, 2.0
DEFAULT_PAUSE_S = 0.6
LONGEST_MESSAGE = 4096
MOST_SAMPLES = 2**32 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StartMessage:
    new: NewStream
    finals_from: int | None


def parse_message(text: str) -> dict[str, Any]:
    """Any message: an object with a type. Raises `MalformedMessageError`."""
    if len(text) > LONGEST_MESSAGE:
        raise MalformedMessageError("The message is too long. Update the app.")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise MalformedMessageError("The message is not JSON. Update the app.") from None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise MalformedMessageError("A message is an object with a type. Update the app.")
    return message


def parse_start(message: dict[str, Any]) -> StartMessage:
    """Raises `MalformedMessageError`, `UnsupportedSoundError`."""
    if message.get("type") != "start":
        raise MalformedMessageError("The first message is of type start. Update the app.")
    if message.get("sample_rate_hz") != SAMPLE_RATE_HZ:
        raise UnsupportedSoundError(
            f"Sound is taken at {SAMPLE_RATE_HZ} samples a second. Convert it before it is sent.",
            sample_rate_hz=SAMPLE_RATE_HZ,
        )
    language = message.get("language")
    if language is not None and language not in Language.values:
        raise MalformedMessageError("The language is ko, en or null.")
    pause_s = message.get("pause_s", DEFAULT_PAUSE_S)
    if not _is_number(pause_s) or not SHORTEST_PAUSE_S <= pause_s <= LONGEST_PAUSE_S:
        raise MalformedMessageError(f"pause_s lies between {SHORTEST_PAUSE_S} and {LONGEST_PAUSE_S}.")
    finals_from = message.get("finals_from")
    if finals_from is not None and (type(finals_from) is not int or not 0 <= finals_from < 2**31):
        raise MalformedMessageError("finals_from counts utterances from 0.")
    improve = message.get("improve", False)
    if type(improve) is not bool:
        raise MalformedMessageError("improve is true or false.")
    conversation_id = message.get("conversation_id")
    return StartMessage(
        new=NewStream(
            stream_id=_uuid(message.get("stream_id"), "stream_id"),
            language=language,
            conversation_id=None if conversation_id is None else _uuid(conversation_id, "conversation_id"),
            pause_s=float(pause_s),
            improve=improve,
        ),
        finals_from=finals_from,
    )


def parse_samples(message: dict[str, Any], field: str) -> int:
    """A position in the stream. Raises `MalformedMessageError`."""
    value = message.get(field)
    if type(value) is not int or not 0 <= value <= MOST_SAMPLES:
        raise MalformedMessageError(f"{field} is a number of samples.")
    return value


def _is_number(value: object) -> bool:
    return type(value) in (int, float) and math.isfinite(value)  # type: ignore[arg-type]


def _uuid(value: object, field: str) -> uuid.UUID:
    try:
        return uuid.UUID(str(value))
    except ValueError:
        raise MalformedMessageError(f"{field} is a UUID.") from None
