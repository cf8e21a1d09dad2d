"""Range headers, by example and by property."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.byte_ranges import parse_range

SIZES = st.integers(0, 50)


@given(size=SIZES, first=st.integers(0, 60), last=st.integers(0, 60))
def test_from_to(size: int, first: int, last: int) -> None:
    header = f"bytes={first}-{last}"
    if last < first:
        assert parse_range(header, size) is None
    elif first >= size:
        with pytest.raises(ValueError, match="range"):
            parse_range(header, size)
    else:
        assert parse_range(header, size) == (first, min(last, size - 1))


@given(size=SIZES, first=st.integers(0, 60))
def test_from(size: int, first: int) -> None:
    if first >= size:
        with pytest.raises(ValueError, match="range"):
            parse_range(f"bytes={first}-", size)
    else:
        assert parse_range(f"bytes={first}-", size) == (first, size - 1)


@given(size=SIZES, length=st.integers(0, 60))
def test_the_last(size: int, length: int) -> None:
    if size == 0 or length == 0:
        with pytest.raises(ValueError, match="range"):
            parse_range(f"bytes=-{length}", size)
    else:
        assert parse_range(f"bytes=-{length}", size) == (max(0, size - length), size - 1)


@given(header=st.text(alphabet="bytes=-,0123456789 ", max_size=20), size=SIZES)
def test_any_header_gives_bytes_of_the_file_or_none(header: str, size: int) -> None:
    try:
        found = parse_range(header, size)
    except ValueError:
        return
    if found is not None:
        assert 0 <= found[0] <= found[1] < size
