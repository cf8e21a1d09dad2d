"""Which checkpoint serves which language: the table behind `ASR_CHECKPOINTS`. Standard library only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

EVERY_LANGUAGE = "*"
LANGUAGE = re.compile(r"^[a-z]{2,3}$")
HUB_NAME = re.compile(r"^[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*$")
ARCHIVE_SUFFIX = ".nemo"
LONGEST_NAME = 100
DEFAULT_DIARIZER = "nvidia/diar_streaming_sortformer_4spk-v2"
DEFAULT_ROUTES = "en=nvidia/parakeet-tdt-0.6b-v2,*=nvidia/nemotron-3.5-asr-streaming-0.6b"


@dataclass(frozen=True, slots=True)
class Route:
    """One entry of the table."""

    language: str
    """A primary language tag, or `*` for every other language that the checkpoint knows."""
    checkpoint: str
    """A hub name (`nvidia/parakeet-tdt-0.6b-v2`) or the path of a `.nemo` file."""

    @property
    def name(self) -> str:
        """What results call the checkpoint: its name on the hub, or that of its file, of which much is enough."""
        return self.path.stem[:LONGEST_NAME] if self.path else self.checkpoint

    @property
    def path(self) -> Path | None:
        """The file, if the checkpoint is named by its path."""
        is_path = self.checkpoint.endswith(ARCHIVE_SUFFIX)
        return Path(self.checkpoint).expanduser() if is_path else None


def parse_routes(text: str) -> tuple[Route, ...]:
    """Read `ko=…,en=…,*=…`. Raises `ValueError`, which says what is wrong with which entry."""
    routes: list[Route] = []
    for entry in (part.strip() for part in text.split(",")):
        language, separator, checkpoint = (part.strip() for part in entry.partition("="))
        if not separator or not checkpoint:
            raise ValueError(f"{entry!r} is not language=checkpoint")
        if language != EVERY_LANGUAGE and not LANGUAGE.match(language):
            raise ValueError(f"{language!r} is not a language tag such as ko, nor *")
        if not checkpoint.endswith(ARCHIVE_SUFFIX) and not HUB_NAME.match(checkpoint):
            raise ValueError(f"{checkpoint!r} is neither a .nemo file nor a name such as {_example()}")
        if language in {route.language for route in routes}:
            raise ValueError(f"{language!r} is named twice")
        routes.append(Route(language, checkpoint))
    return tuple(routes)


def checkpoints_of(routes: Sequence[Route]) -> list[str]:
    """Every checkpoint of the table once, in its order."""
    return list(dict.fromkeys(route.checkpoint for route in routes))


def _example() -> str:
    return DEFAULT_ROUTES.partition(",")[0].partition("=")[2]
