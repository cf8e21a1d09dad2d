"""Cursor pagination: stable while new rows arrive, and as fast on the last page as on the first."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination


class CheckedCursorPagination(CursorPagination):
    def paginate_queryset(self, *args: Any, **kwargs: Any) -> Any:
        """Raises `NotFound` for a cursor whose position is no value of the column: nobody gave it out."""
        try:
            return super().paginate_queryset(*args, **kwargs)
        except (ValidationError, ValueError) as error:
            raise NotFound(self.invalid_cursor_message) from error


class NewestFirst(CheckedCursorPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = ("-created_at", "-id")


class LatestSpokenFirst(NewestFirst):
    ordering = ("-started_at", "-id")


class InOrderOfTime(CheckedCursorPagination):
    """Utterances as they were spoken."""

    page_size = 200
    page_size_query_param = "page_size"
    max_page_size = 1000
    ordering = ("start_s", "id")
