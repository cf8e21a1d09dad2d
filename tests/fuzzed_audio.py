"""Audio files that are wrong in every way: whole ones of many formats, and changes to them that a seed decides."""

from __future__ import annotations

import functools
import random
import struct
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests import speech
from tests.speech import Encoding

EXTREMES = (
    0,
    1,
    2,
    0x7F,
    0x80,
    0xFF,
    0x7FFF,
    0xFFFF,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**62,
    2**63 - 1,
    2**64 - 1,
)
HEADER_BYTES = 600
BOMB_S = 300.0
BOMB_SHARE = 0.06
BOMB = "silence"
_MP4_BOXES = (
    b"mvhd",
    b"mdhd",
    b"tkhd",
    b"elst",
    b"stts",
    b"stsz",
    b"stsc",
    b"stco",
    b"mp4a",
    b"esds",
    b"tfhd",
    b"trun",
)
_MATROSKA_ELEMENTS = (
    b"\x44\x89",
    b"\x2a\xd7\xb1",
    b"\xb5",
    b"\xa3",
    b"\x1f\x43\xb6\x75",
    b"\x56\xaa",
    b"\x56\xbb",
)

Change = Callable[[bytearray, random.Random], bytearray]


@dataclass(frozen=True, slots=True)
class FuzzedFile:
    """What somebody might upload."""

    kind: str
    """Of the file that it was made of."""
    change: str
    data: bytes


@functools.lru_cache(maxsize=1)
def whole_files() -> dict[str, bytes]:
    """A sentence in each format that the worker tells apart, and long silences in few bytes."""
    sound = speech.say("you said it first", pause_s=0.3)
    kinds: dict[str, tuple[str, int, Encoding]] = {
        "wav": ("a.wav", 16_000, Encoding()),
        "wav float": ("a.wav", 16_000, Encoding(codec="pcm_f32le")),
        "wav 8 channels": ("a.wav", 16_000, Encoding(channels=8)),
        "wav mu-law": ("a.wav", 8_000, Encoding(codec="pcm_mulaw")),
        "wav adpcm": ("a.wav", 16_000, Encoding(codec="adpcm_ima_wav")),
        "w64": ("a.w64", 16_000, Encoding(codec="pcm_s16le", format="w64")),
        "aiff": ("a.aiff", 16_000, Encoding(codec="pcm_s16be", format="aiff")),
        "au": ("a.au", 16_000, Encoding(codec="pcm_s16be", format="au")),
        "caf": ("a.caf", 16_000, Encoding(codec="pcm_s16be", format="caf")),
        "flac": ("a.flac", 16_000, Encoding()),
        "mp3": ("a.mp3", 16_000, Encoding()),
        "ogg": ("a.ogg", 16_000, Encoding()),
        "webm": ("a.webm", 16_000, Encoding()),
        "webm of a browser": ("a.webm", 16_000, Encoding(live=True)),
        "m4a": ("a.m4a", 16_000, Encoding(format="mp4")),
        "m4a in fragments": ("a.m4a", 16_000, Encoding(format="mp4", fragmented=True)),
        "mov alac": ("a.mov", 16_000, Encoding(codec="alac")),
        "mp4 with pictures": ("a.mp4", 16_000, Encoding(video=True)),
        "aac": ("a.aac", 16_000, Encoding(codec="aac", format="adts")),
        "amr": ("a.amr", 8_000, Encoding(codec="libopencore_amrnb", format="amr")),
        "mpegts": ("a.ts", 16_000, Encoding(codec="aac", format="mpegts")),
        "avi": ("a.avi", 16_000, Encoding(codec="libmp3lame", format="avi")),
        "wma": ("a.wma", 16_000, Encoding(codec="wmav2", format="asf", bit_rate=32_000)),
    }
    with tempfile.TemporaryDirectory() as folder:
        made = {
            kind: speech.write_audio(
                Path(folder) / name, sound[:: 16_000 // rate_hz], rate_hz, how
            ).read_bytes()
            for kind, (name, rate_hz, how) in kinds.items()
        }
        quiet = speech.silence(BOMB_S, 8_000)
        for name in ("b.flac", "b.mp3", "b.ogg", "b.m4a"):
            how = Encoding(bit_rate=8_000, format="mp4" if name == "b.m4a" else None)
            made[f"{BOMB}{name[1:]}"] = speech.write_audio(
                Path(folder) / name, quiet, 8_000, how
            ).read_bytes()
    return made


def fuzzed_file(seed: int, number: int) -> FuzzedFile:
    """File `number` of the series `seed`: the same every time."""
    chance = random.Random(f"{seed}:{number}")
    files = whole_files()
    is_bomb = chance.random() < BOMB_SHARE
    kind = chance.choice(sorted(kind for kind in files if kind.startswith(BOMB) == is_bomb))
    change = chance.choice(sorted(CHANGES))
    data = CHANGES[change](bytearray(files[kind]), chance)
    if chance.random() < 0.25:
        second = chance.choice(sorted(CHANGES))
        change, data = f"{change}, {second}", CHANGES[second](data, chance)
    if data[:4] == b"OggS" and chance.random() < 0.7:
        data = ogg_repaired(data)
    return FuzzedFile(kind, change, bytes(data))


def _cut(data: bytearray, chance: random.Random) -> bytearray:
    return data[: chance.randrange(len(data) + 1)]


def _beheaded(data: bytearray, chance: random.Random) -> bytearray:
    return data[chance.randrange(len(data) + 1) :]


def _hole(data: bytearray, chance: random.Random) -> bytearray:
    begin, end = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    return data[:begin] + data[end:]


def _bits(data: bytearray, chance: random.Random) -> bytearray:
    reach = len(data) if chance.random() < 0.5 else min(len(data), HEADER_BYTES)
    for _ in range(chance.choice((1, 2, 5, 20, 200)) if reach else 0):
        data[chance.randrange(reach)] ^= 1 << chance.randrange(8)
    return data


def _run(data: bytearray, chance: random.Random, content: Callable[[int], bytes]) -> bytearray:
    if data:
        begin = chance.randrange(len(data))
        end = min(len(data), begin + chance.choice((4, 64, 1024, 65_536)))
        data[begin:end] = content(end - begin)
    return data


def _noise(data: bytearray, chance: random.Random) -> bytearray:
    return _run(data, chance, chance.randbytes)


def _zeros(data: bytearray, chance: random.Random) -> bytearray:
    return _run(data, chance, bytes)


def _number(chance: random.Random) -> bytes:
    width = chance.choice((1, 2, 4, 4, 8))
    value = chance.choice((*EXTREMES, chance.getrandbits(64))) % (1 << 8 * width)
    return value.to_bytes(width, chance.choice(("big", "little")))


def _numbers(data: bytearray, chance: random.Random) -> bytearray:
    """Counts, rates and lengths in the header that are not so."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        lie = _number(chance)
        place = chance.randrange(max(1, min(len(data), HEADER_BYTES)))
        data[place : place + len(lie)] = lie
    return data


def _lengths(data: bytearray, chance: random.Random) -> bytearray:
    """What the format itself says of the duration, made huge, negative or nothing."""
    if data[:4] == b"fLaC" and len(data) > 26:
        data[21] |= 0x0F
        data[22:26] = chance.choice((b"\xff\xff\xff\xff", b"\0\0\0\1", chance.randbytes(4)))
        return data
    if data[:4] == b"OggS":
        for page in _places(data, b"OggS"):
            if chance.random() < 0.5:
                data[page + 6 : page + 14] = struct.pack("<Q", chance.choice(EXTREMES))
        return data
    marks = (
        _MATROSKA_ELEMENTS if data[:4] == b"\x1a\x45\xdf\xa3" else (*_MP4_BOXES, b"data", b"fmt ", b"LIST")
    )
    places = [place + len(mark) for mark in marks for place in _places(data, mark)[:20]]
    if not places:
        return _numbers(data, chance)
    for _ in range(chance.choice((1, 2, 4))):
        lie = struct.pack(">d", chance.choice((1e18, -1.0, float("nan"), float("inf"), 1e-9)))
        lie = lie if chance.random() < 0.2 else _number(chance)
        place = chance.choice(places) + chance.choice((0, 1, 4, 8, 12, 16, 20, 24, 28))
        data[place : place + len(lie)] = lie
    return data


def _doubled(data: bytearray, chance: random.Random) -> bytearray:
    begin, end = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    return data[:end] + data[begin:end] * chance.choice((1, 3, 10)) + data[end:]


def _shuffled(data: bytearray, chance: random.Random) -> bytearray:
    size = max(16, len(data) // chance.choice((4, 16, 64)))
    blocks = [data[begin : begin + size] for begin in range(0, len(data), size)]
    kept = blocks[: chance.choice((0, 1))]
    rest = blocks[len(kept) :]
    chance.shuffle(rest)
    return bytearray().join([*kept, *rest])


def _spliced(data: bytearray, chance: random.Random) -> bytearray:
    files = whole_files()
    other = files[chance.choice(sorted(files))]
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other)) :]


def _random(data: bytearray, chance: random.Random) -> bytearray:
    return data[: chance.choice((0, 4, 12, 64))] + chance.randbytes(chance.choice((1, 100, 5_000, 50_000)))


def _empty(_data: bytearray, chance: random.Random) -> bytearray:
    return bytearray(chance.choice((0, 0, 1, 12, 4096)))


def _whole(data: bytearray, _chance: random.Random) -> bytearray:
    return data


CHANGES: dict[str, Change] = {
    "cut": _cut,
    "beheaded": _beheaded,
    "hole": _hole,
    "bits": _bits,
    "noise": _noise,
    "zeros": _zeros,
    "numbers": _numbers,
    "lengths": _lengths,
    "doubled": _doubled,
    "shuffled": _shuffled,
    "spliced": _spliced,
    "random": _random,
    "empty": _empty,
    "whole": _whole,
}


def ogg_repaired(data: bytearray) -> bytearray:
    """With the check sums of its pages put right, so that what was changed is read (RFC 3533, section 6)."""
    for page in _places(data, b"OggS"):
        if page + 27 > len(data):
            break
        segments = data[page + 26]
        end = page + 27 + segments + sum(data[page + 27 : page + 27 + segments])
        data[page + 22 : page + 26] = bytes(4)
        checksum = 0
        for byte in data[page:end]:
            checksum = (checksum << 8 & 0xFFFFFFFF) ^ _ogg_table()[checksum >> 24 ^ byte]
        data[page + 22 : page + 26] = struct.pack("<I", checksum)
    return data


@functools.lru_cache(maxsize=1)
def _ogg_table() -> tuple[int, ...]:
    table = []
    for value in range(256):
        entry = value << 24
        for _ in range(8):
            entry = (entry << 1 ^ (0x04C11DB7 if entry & 0x80000000 else 0)) & 0xFFFFFFFF
        table.append(entry)
    return tuple(table)


def _places(data: bytearray, mark: bytes) -> list[int]:
    found, place = [], data.find(mark)
    while place >= 0 and len(found) < 2000:
        found.append(place)
        place = data.find(mark, place + 1)
    return found
