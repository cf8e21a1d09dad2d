"""Whatever is sent to the websockets of a real server. Thousands of conversations: `benchmarks.fuzz_sockets`."""

from __future__ import annotations

import pytest

from benchmarks.fuzz_sockets import MEMORY_MIB, hold_many
from tests.live_stack import LiveStack, Person
from tests.socket_fuzz import Conversation, FuzzedServer, Step

pytestmark = pytest.mark.stack

CONVERSATIONS = 60
DEEP = Conversation("/ws/events", True, (Step("text", "[" * 60_000), Step("text", '{"type":"ping"}')), False)
LARGE = Conversation("/ws/events", True, (Step("text", "x" * 70_000),), False)


@pytest.fixture
def server(stack: LiveStack, person: Person) -> FuzzedServer:
    return FuzzedServer(stack, person)


def test_no_conversation_brings_an_error_of_ours(server: FuzzedServer) -> None:
    before_mib = server.memory_mib
    hold_many(server, CONVERSATIONS, 1)
    server.check()
    assert server.answers()
    assert server.memory_mib - before_mib < MEMORY_MIB
    # It was said no to, and it was talked with.
    assert {"open to the end", "closed 4400"} <= set(server.codes)


def test_what_is_deep_or_large_is_passed_over_or_closed(server: FuzzedServer) -> None:
    server.hold(DEEP)
    assert server.codes == {"open to the end": 1}
    server.hold(LARGE)
    assert server.codes in [
        {"open to the end": 1, "closed 1009": 1},
        {"open to the end": 1, "closed 1006": 1},
    ]


def test_a_server_that_is_started_again_would_be_noticed(server: FuzzedServer) -> None:
    server.stack.log_path.open("a").write(
        "web | 2026-01-01 ERROR uvicorn.error: Exception in ASGI application\n"
    )
    with pytest.raises(AssertionError, match="Exception in ASGI"):
        server.check()


def test_text_that_is_no_utf_8_ends_the_talk_without_an_error(server: FuzzedServer) -> None:
    begins_at = server.stack.log_path.stat().st_size
    for _ in range(20):
        server.hold(
            Conversation("/ws/live", True, (Step("raw", b"\x81\x82" + bytes(4) + b"\xff\xfe"),), False)
        )
    assert server.codes == {"closed 1007": 20}
    log = server.stack.log_path.read_bytes()[begins_at:].decode()
    assert log.count("WARNING uvicorn.error: Invalid UTF-8") == 20
