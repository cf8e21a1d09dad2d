"""What a machine lacks for a scenario."""

from __future__ import annotations


class SkippedError(Exception):
    """`str()` says what is missing, and how to get it."""
