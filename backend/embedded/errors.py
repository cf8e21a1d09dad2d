"""What keeps a stack from starting."""

from __future__ import annotations


class StackError(Exception):
    """The stack cannot start. The message is one line that says why and what to do."""
