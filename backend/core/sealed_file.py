"""Encrypted files that can be read from anywhere: AES-256-GCM in chunks, each file with a key of its own.

A file is a header of 40 bytes and chunks of 64 KiB, each followed by its tag of 16 bytes; the last chunk may be
shorter, or empty. The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015): the nonce of a chunk is its
number and a mark on the last one, so that chunks can be neither swapped nor cut off. Header: 4 bytes that name the
form, 4 bytes that name the key, 32 random bytes from which HKDF-SHA-256 (RFC 5869) derives the file's own key.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"RHA1"
HEADER_BYTES = 40
CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
KEY_BYTES = 32
_SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES


class SealedFileError(OSError):
    """An encrypted file that cannot be read: its key is not configured, or it was changed."""


def key_id(key: bytes) -> bytes:
    """Four bytes that name a key and say nothing about it."""
    return hashlib.sha256(b"media.key\0" + key).digest()[:4]


def plain_size(sealed_bytes: int) -> int:
    """Size of what a sealed file of `sealed_bytes` holds. Raises `SealedFileError` for a size that none has."""
    body = sealed_bytes - HEADER_BYTES
    chunks = _chunk_count(body)
    if body < TAG_BYTES or body - (chunks - 1) * _SEALED_CHUNK_BYTES < TAG_BYTES:
        raise SealedFileError("an encrypted file is cut off")
    return body - chunks * TAG_BYTES


def seal(blocks: Iterable[bytes], key: bytes) -> Iterator[bytes]:
    """The sealed form of `blocks`, piece by piece. The memory it needs is that of a chunk and a block."""
    sealer = Sealer(key)
    yield sealer.header
    for block in blocks:
        yield from sealer.add(block)
    yield sealer.finish()


class Sealer:
    """Seals what is given to it bit by bit: `header`, then what `add` gives, then what `finish` gives."""

    def __init__(self, key: bytes) -> None:
        self.header = MAGIC + key_id(key) + os.urandom(32)
        self._cipher = _cipher(self.header, key)
        self._number, self._waiting = 0, bytearray()

    def add(self, block: bytes) -> Iterator[bytes]:
        """The chunks that are full now; to be read to its end."""
        self._waiting += block
        # The last chunk is marked, so one is always held back.
        while len(self._waiting) > CHUNK_BYTES:
            yield self._sealed(bytes(self._waiting[:CHUNK_BYTES]), is_last=False)
            del self._waiting[:CHUNK_BYTES]
            self._number += 1

    def finish(self) -> bytes:
        """The last chunk. Nothing is added any more."""
        return self._sealed(bytes(self._waiting), is_last=True)

    def _sealed(self, chunk: bytes, *, is_last: bool) -> bytes:
        return self._cipher.encrypt(_nonce(self._number, is_last), chunk, self.header)


class Unsealer:
    """Reads ranges of a sealed file. `get_range(first, last)` gives its bytes, both ends included."""

    def __init__(
        self, sealed_bytes: int, get_range: Callable[[int, int], bytes], keys: Sequence[bytes]
    ) -> None:
        """Raises `SealedFileError` when no key fits, or the size is that of no sealed file."""
        self.size_bytes = plain_size(sealed_bytes)
        self._get_range, self._sealed_bytes = get_range, sealed_bytes
        self._chunks = _chunk_count(sealed_bytes - HEADER_BYTES)
        self._header = get_range(0, HEADER_BYTES - 1)
        named = {key_id(key): key for key in keys}.get(self._header[4:8])
        if named is None:
            raise SealedFileError("the key of an encrypted file is not among AUDIO_KEYS")
        self._cipher = _cipher(self._header, named)
        self._last_read: tuple[int, bytes] = (-1, b"")

    def get_range(self, first: int, last: int) -> bytes:
        """Plain bytes, both ends included. Raises `SealedFileError` for a chunk that was changed."""
        first_chunk, last_chunk = first // CHUNK_BYTES, last // CHUNK_BYTES
        plain = b"".join(self._open(first_chunk, last_chunk))
        start = first - first_chunk * CHUNK_BYTES
        return plain[start : start + last - first + 1]

    def _open(self, first: int, last: int) -> Iterator[bytes]:
        if self._last_read[0] == first:
            yield self._last_read[1]
            first += 1
        if first > last:
            return
        begin = HEADER_BYTES + first * _SEALED_CHUNK_BYTES
        end = min(HEADER_BYTES + (last + 1) * _SEALED_CHUNK_BYTES, self._sealed_bytes)
        sealed = self._get_range(begin, end - 1)
        for number in range(first, last + 1):
            at = (number - first) * _SEALED_CHUNK_BYTES
            plain = self._decrypt(number, sealed[at : at + _SEALED_CHUNK_BYTES])
            self._last_read = (number, plain)
            yield plain

    def _decrypt(self, number: int, chunk: bytes) -> bytes:
        try:
            return self._cipher.decrypt(_nonce(number, number == self._chunks - 1), chunk, self._header)
        except InvalidTag:
            raise SealedFileError("an encrypted file was changed, or is cut off") from None


def _chunk_count(body_bytes: int) -> int:
    return max(1, -(-body_bytes // _SEALED_CHUNK_BYTES))


def _cipher(header: bytes, key: bytes) -> AESGCM:
    derive = HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=header[8:], info=b"media.file")
    return AESGCM(derive.derive(key))


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])
