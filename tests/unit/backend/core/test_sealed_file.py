"""Sealed files: what was put in comes out from anywhere, and whatever is changed is noticed."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.sealed_file import (
    CHUNK_BYTES,
    HEADER_BYTES,
    TAG_BYTES,
    SealedFileError,
    Unsealer,
    key_id,
    plain_size,
    seal,
)

KEY, OTHER = bytes(range(32)), bytes(32)
SIZES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 3 * CHUNK_BYTES + 5]


def sealed(plain: bytes, block_bytes: int = 100_000) -> bytes:
    blocks = (plain[at : at + block_bytes] for at in range(0, len(plain), block_bytes))
    return b"".join(seal(blocks, KEY))


def ranges_of(data: bytes) -> Callable[[int, int], bytes]:
    return lambda first, last: data[first : last + 1]


def unsealer(data: bytes, *keys: bytes) -> Unsealer:
    return Unsealer(len(data), ranges_of(data), keys or (KEY,))


def everything(data: bytes) -> bytes:
    opened = unsealer(data)
    return opened.get_range(0, opened.size_bytes - 1)


@pytest.mark.parametrize("size_bytes", SIZES)
@pytest.mark.parametrize("block_bytes", [777, CHUNK_BYTES, 10**6])
def test_what_was_put_in_comes_out(size_bytes: int, block_bytes: int) -> None:
    plain = os.urandom(size_bytes)
    data = sealed(plain, block_bytes)
    assert plain_size(len(data)) == size_bytes
    assert len(data) == HEADER_BYTES + size_bytes + TAG_BYTES * max(1, -(-size_bytes // CHUNK_BYTES))
    assert everything(data) == plain
    assert plain[:16] not in data or size_bytes < 16


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_any_range(data: st.DataObject) -> None:
    plain = bytes(range(256)) * 700
    opened = unsealer(sealed(plain))
    for _ in range(3):
        first = data.draw(st.integers(0, len(plain) - 1))
        last = data.draw(st.integers(first, len(plain) - 1))
        assert opened.get_range(first, last) == plain[first : last + 1]


def test_equal_files_are_sealed_differently() -> None:
    assert sealed(b"the same")[HEADER_BYTES:] != sealed(b"the same")[HEADER_BYTES:]


@pytest.mark.parametrize("place", [4, 8, 39, HEADER_BYTES, HEADER_BYTES + CHUNK_BYTES + 3, -1])
def test_one_changed_bit_is_noticed(place: int) -> None:
    data = bytearray(sealed(os.urandom(2 * CHUNK_BYTES)))
    data[place] ^= 1
    with pytest.raises(SealedFileError):
        everything(bytes(data))


@pytest.mark.parametrize("left_bytes", [0, 39, 40, 55, HEADER_BYTES + CHUNK_BYTES + TAG_BYTES, -1])
def test_a_file_that_was_cut_off_is_noticed(left_bytes: int) -> None:
    with pytest.raises(SealedFileError):
        everything(sealed(os.urandom(2 * CHUNK_BYTES))[:left_bytes])


def test_swapped_chunks_are_noticed() -> None:
    data = sealed(os.urandom(3 * CHUNK_BYTES))
    size = CHUNK_BYTES + TAG_BYTES
    header, first, second, rest = (
        data[:HEADER_BYTES],
        data[HEADER_BYTES : HEADER_BYTES + size],
        data[HEADER_BYTES + size : HEADER_BYTES + 2 * size],
        data[HEADER_BYTES + 2 * size :],
    )
    with pytest.raises(SealedFileError, match="changed"):
        everything(header + second + first + rest)


def test_the_key_is_found_among_several_and_named_when_it_is_missing() -> None:
    data = sealed(b"x")
    assert unsealer(data, OTHER, KEY).get_range(0, 0) == b"x"
    with pytest.raises(SealedFileError, match="not among AUDIO_KEYS"):
        unsealer(data, OTHER)
    assert key_id(KEY) != key_id(OTHER)


def test_only_what_is_wanted_is_read() -> None:
    data = sealed(os.urandom(20 * CHUNK_BYTES))
    asked: list[tuple[int, int]] = []

    def get_range(first: int, last: int) -> bytes:
        asked.append((first, last))
        return data[first : last + 1]

    opened = Unsealer(len(data), get_range, (KEY,))
    opened.get_range(10 * CHUNK_BYTES, 10 * CHUNK_BYTES + 9)
    assert [last - first + 1 for first, last in asked] == [HEADER_BYTES, CHUNK_BYTES + TAG_BYTES]
