"""How a person wants captions and pages to look: what is known, and what holds until it is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from django.db import models

CAPTION_SIZES_PT = (12, 72)
CAPTION_LINES = (1, 12)


class TextSize(models.TextChoices):
    """Of everything but the captions."""

    NORMAL = "normal"
    LARGE = "large"
    LARGER = "larger"
    HUGE = "huge"


class Theme(models.TextChoices):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    BLACK_ON_WHITE = "black-on-white"
    WHITE_ON_BLACK = "white-on-black"
    YELLOW_ON_BLACK = "yellow-on-black"


class Font(models.TextChoices):
    """Latin letters; Korean always comes from the device, whose fonts are drawn for it."""

    SYSTEM = "system"
    HYPERLEGIBLE = "hyperlegible"
    OPENDYSLEXIC = "opendyslexic"


class LineSpacing(models.TextChoices):
    NORMAL = "normal"
    RELAXED = "relaxed"
    WIDE = "wide"


class Motion(models.TextChoices):
    SYSTEM = "system"
    REDUCED = "reduced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """Stored as JSON, so that an older version beside this one ignores what it does not know."""

    caption_size_pt: int = 19
    caption_lines: int = 6
    """Lines kept on screen while captions come live."""
    text_size: str = TextSize.NORMAL.value
    theme: str = Theme.SYSTEM.value
    font: str = Font.SYSTEM.value
    line_spacing: str = LineSpacing.NORMAL.value
    motion: str = Motion.SYSTEM.value
    keep_awake: bool = True
    emotion_word: bool = True
    emotion_icon: bool = True
    emotion_colour: bool = True
    """Only beside a word or an icon: colour alone tells nothing to those who do not see it."""
    emotion_weight: bool = False
    """Stronger expression in bolder letters."""
    show_cues: bool = True
    """Measured words ("loud", "fast") on the lines."""

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in stored.items() if name in known})

    @property
    def is_colour_alone(self) -> bool:
        return self.emotion_colour and not (self.emotion_word or self.emotion_icon)
