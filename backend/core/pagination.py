"""Cursor pagination: stable while new rows arrive, and as fast on the last page as on the first."""

from __future__ import annotations

from rest_framework.pagination import CursorPagination


class NewestFirst(CursorPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = ("-created_at", "-id")


class InOrderOfTime(CursorPagination):
    """Utterances as they were spoken."""

    page_size = 200
    page_size_query_param = "page_size"
    max_page_size = 1000
    ordering = ("start_s", "id")
