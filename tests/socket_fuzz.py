"""Whatever may be sent to the websockets: conversations by chance, and a client that holds them."""

from __future__ import annotations

import contextlib
import json
import logging
import re
import socket
import struct
import time
import uuid
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Literal

import httpx
import psutil
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import ClientConnection, connect

from backend.embedded.children import LONGEST_SOCKET_MESSAGE_BYTES
from backend.live.frames import SAMPLE_RATE_HZ, pack
from tests.live_stack import LiveStack, Person

Kind = Literal["text", "bytes", "raw"]
PATHS = (
    "/ws/events",
    "/ws/live",
    "/ws/live",
    "/ws/captions",
    "/ws/care/{care}",
    "/ws/nothing",
    "/ws/care/none",
)
STREAMS = tuple(str(uuid.UUID(int=number, version=4)) for number in range(1, 9))
CLEAR_CODES = frozenset({1000, 1001, 1002, 1003, 1007, 1009, 4400, 4401, 4403, 4404, 4408, 4409, 4429, 4503})
"""Of the protocol, and those that docs and clients know. 1011 would be an error of ours."""
ANSWER_LIMIT_S = 0.25
TROUBLE = re.compile(r"Traceback|Exception in ASGI| ERROR | CRITICAL |ended unexpectedly")
PER_ADDRESS = 100
"""Connections from one address of this machine, before the server asks to come later."""


_QUIET = logging.getLogger("socket_fuzz")
"""What the client's library says of connections that are broken on purpose."""
_QUIET.addHandler(logging.NullHandler())
_QUIET.propagate = False


@dataclass(frozen=True, slots=True)
class Step:
    """One message, so many times. `raw`: bytes of the connection itself, past the protocol."""

    kind: Kind
    data: str | bytes = field(repr=False)
    times: int = 1

    def __repr__(self) -> str:
        return f"Step({self.kind!r}, {self.data[:80]!r} of {len(self.data)}, times={self.times})"


@dataclass(frozen=True, slots=True)
class Conversation:
    path: str
    is_signed_in: bool
    steps: tuple[Step, ...]
    is_aborted: bool
    """The client is gone without a word."""


_any_json: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_deep = st.tuples(
    st.sampled_from(["[", '{"type":', '{"type":"ping","a":[']), st.sampled_from([900, 3_000, 60_000])
).map(lambda pair: pair[0] * pair[1])
_large = st.sampled_from([4_096, 4_097, 70_000, 1_000_000, 17_000_000])


def _often(usual: Any, other: st.SearchStrategy[Any] = _any_json) -> st.SearchStrategy[Any]:
    return st.one_of(st.just(usual), st.just(usual), st.just(usual), other)


_samples = st.one_of(
    st.integers(0, 3 * SAMPLE_RATE_HZ), st.sampled_from([2**31, 2**32 - 1, 2**32, -1]), _any_json
)
_start = st.fixed_dictionaries(
    {"type": st.just("start"), "stream_id": _often(STREAMS[0], st.sampled_from(STREAMS) | _any_json)},
    optional={
        "sample_rate_hz": _often(SAMPLE_RATE_HZ),
        "language": st.sampled_from(["ko", "en", None, "xx"]) | _any_json,
        "pause_s": st.sampled_from([0.3, 0.6, 2.0, 1e308]) | _any_json,
        "finals_from": st.sampled_from([0, 1, -1, 2**40, True]) | _any_json,
        "conversation_id": st.uuids().map(str) | _any_json,
    },
)
_good_start = st.sampled_from(STREAMS).map(
    lambda stream: {"type": "start", "stream_id": stream, "sample_rate_hz": SAMPLE_RATE_HZ, "language": "en"}
)
_message = st.one_of(
    _good_start,
    _start,
    st.fixed_dictionaries({"type": st.just("stop"), "samples": _samples}),
    st.fixed_dictionaries({"type": st.just("gap"), "until": _samples}),
    st.fixed_dictionaries({"type": st.just("watch"), "code": st.text(max_size=40) | _any_json}),
    st.just({"type": "ping"}),
    st.fixed_dictionaries({"type": _any_json}),
    _any_json,
)
_text = st.one_of(
    _message.map(json.dumps),
    _message.map(json.dumps),
    _message.map(json.dumps),
    st.text(max_size=200),
    _deep,
    _large.map(lambda size: json.dumps({"type": "ping", "more": "x" * size})),
)
_frame = st.one_of(
    st.builds(
        lambda first, blocks: pack(first, b"\1\0" * 160 * blocks),
        st.sampled_from([0, 0, 0, 1600, 3200, 16_000, 2**32 - 1]),
        st.sampled_from([1, 10, 10, 100]),
    ),
    st.binary(max_size=64),
    st.builds(
        lambda form, size: struct.pack("<BBHI", *form) + bytes(size),
        st.tuples(
            st.sampled_from([0, 1, 1, 255]),
            st.sampled_from([0, 0, 1]),
            st.sampled_from([0, 0, 7]),
            st.integers(0, 2**32 - 1),
        ),
        st.sampled_from([0, 1, 2, 320, 32_000, 32_002, 70_000]),
    ),
    _large.map(bytes),
)
_MASK = b"\0\0\0\0"
_raw = st.one_of(
    st.sampled_from(
        [
            b"\x81\x82" + _MASK + b"\xff\xfe",  # text that is not UTF-8
            b"\x81\x05hello",  # without a mask
            b"\xf1\x80" + _MASK,  # reserved bits
            b"\x83\x80" + _MASK,  # reserved opcode
            b"\x80\x80" + _MASK,  # goes on with what never began
            b"\x01\x80" + _MASK + b"\x01\x80" + _MASK,  # begins twice
            b"\x89\xfe\x00\x80" + _MASK + bytes(128),  # a ping that is too long
            b"\x88\x82" + _MASK + b"\x03\xe7",  # closes with a reserved code
            b"\x88\x81" + _MASK + b"\x03",  # closes with half a code
            b"\x82\xff" + b"\x7f" + b"\xff" * 7 + _MASK,  # says it will be 2**63 bytes
            b"\x81\xff" + b"\0\0\0\0\x7f\xff\xff\xff" + _MASK + b"[" * 1000,
            b"GET / HTTP/1.1\r\n\r\n",
        ]
    ),
    st.binary(min_size=1, max_size=200),
)
_steps = st.one_of(
    st.builds(Step, st.just("text"), _text),
    st.builds(Step, st.just("text"), _text),
    st.builds(Step, st.just("bytes"), _frame),
    st.builds(Step, st.just("bytes"), _frame),
    st.builds(Step, st.just("raw"), _raw),
    st.builds(Step, st.just("text"), _message.map(json.dumps), st.sampled_from([50, 2_000])),
    st.builds(Step, st.just("bytes"), st.just(pack(0, bytes(640))), st.sampled_from([50, 500])),
)  # fmt: skip


@st.composite
def conversations(draw: st.DrawFn) -> Conversation:
    """Anything to any address. Half of those to `/ws/live` begin as they should."""
    path = draw(st.sampled_from(PATHS))
    steps = draw(st.lists(_steps, max_size=8))
    if path == "/ws/live" and draw(st.booleans()):
        steps.insert(0, Step("text", json.dumps(draw(_good_start))))
    return Conversation(path, draw(_often(True, st.just(False))), tuple(steps), draw(st.booleans()))


@dataclass(slots=True)
class FuzzedServer:
    """A running stack, somebody who is signed in, and what has been noticed of the server so far."""

    stack: LiveStack
    person: Person
    care_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    codes: dict[str, int] = field(default_factory=dict)
    """How often conversations ended how."""
    _numbers: Any = field(default_factory=count)
    _read_until: int = 0
    _web: psutil.Process | None = None

    def __post_init__(self) -> None:
        self._read_until = self.stack.log_path.stat().st_size
        self._web = self.stack.child("web")

    @property
    def memory_mib(self) -> float:
        """Of the web server's process."""
        return float(self.stack.child("web").memory_info().rss / 2**20)

    def hold(self, conversation: Conversation) -> None:
        """Raises `AssertionError` when it ends in a way that is an error of ours."""
        ending = self._talk(conversation)
        self.codes[ending] = self.codes.get(ending, 0) + 1
        self.check()

    def check(self) -> None:
        """The web server is the one that it was, answers, and has noted no error."""
        with Path(self.stack.log_path).open("rb") as log:
            log.seek(self._read_until)
            new = log.read()
        self._read_until += len(new)
        lines = new.decode(errors="replace").splitlines()
        assert not [line for line in lines if TROUBLE.search(line)], "\n".join(lines[-60:])
        assert self.stack.child("web") == self._web, "the web server was started again"

    def answers(self) -> bool:
        return httpx.get(f"{self.stack.url}/healthz", timeout=30).status_code == 200

    def _talk(self, conversation: Conversation) -> str:
        number = next(self._numbers)
        headers = {
            "X-Session-Token": self.person.http.headers["X-Session-Token"]
            if conversation.is_signed_in
            else "x"
        }
        url = self.stack.url.replace("http", "ws", 1) + conversation.path.format(care=self.care_id)
        try:
            with connect(
                url,
                additional_headers=headers,
                max_size=None,
                open_timeout=30,
                close_timeout=10,
                logger=_QUIET,
                source_address=(f"127.0.1.{1 + number // PER_ADDRESS % 250}", 0),
            ) as connection:
                return self._say(connection, conversation)
        except InvalidHandshake as error:
            status = getattr(getattr(error, "response", None), "status_code", 0)
            if status not in (403, 404):
                raise AssertionError(f"the handshake ended with {status}: {error}") from error
            return f"refused {status}"

    def _say(self, connection: ClientConnection, conversation: Conversation) -> str:
        # Whoever still sends when the server closes may lose the close frame to the reset of the connection.
        may_be_cut = any(
            step.kind == "raw" or step.times > 1 or len(step.data) > LONGEST_SOCKET_MESSAGE_BYTES
            for step in conversation.steps
        )
        try:
            with contextlib.suppress(OSError):
                for step in conversation.steps:
                    for _ in range(step.times):
                        _send(connection, step)
            deadline_s = time.monotonic() + ANSWER_LIMIT_S
            while True:
                connection.recv(timeout=max(0.01, deadline_s - time.monotonic()))
                if time.monotonic() > deadline_s:
                    break
        except TimeoutError:
            pass
        except ConnectionClosed:
            code = connection.close_code
            assert may_be_cut or code in CLEAR_CODES, f"closed with {code}"
            return f"closed {code}"
        finally:
            if conversation.is_aborted:
                with contextlib.suppress(OSError):
                    connection.socket.shutdown(socket.SHUT_RDWR)
            connection.close()
        return "open to the end"


def _send(connection: ClientConnection, step: Step) -> None:
    if step.kind == "raw":
        assert isinstance(step.data, bytes)
        connection.socket.sendall(step.data)
    else:
        connection.send(step.data)
