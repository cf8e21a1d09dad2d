"""Ids in every log line."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Iterator

import pytest

from backend.config.settings.observability import logging_config
from backend.core import log_context


@pytest.fixture(params=["text", "json"])
def lines(request: pytest.FixtureRequest) -> Iterator[tuple[str, io.StringIO]]:
    """A log in one of the forms."""
    described = logging_config("INFO", request.param)
    stream = io.StringIO()
    config = logging.config.DictConfigurator(described)
    formatter = config.configure_formatter(described["formatters"][request.param])
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    handler.addFilter(log_context.ContextFilter())
    logger = logging.getLogger("test.log_context")
    logger.addHandler(handler)
    logger.setLevel("INFO")
    logger.propagate = False
    yield request.param, stream
    logger.removeHandler(handler)


def test_bound_ids_are_in_the_line(lines: tuple[str, io.StringIO]) -> None:
    form, stream = lines
    logger = logging.getLogger("test.log_context")
    with log_context.bound(recording="r1", unit=0), log_context.bound(unit=2):
        logger.info("inside %d", 1)
    logger.warning("outside")
    inside, outside = stream.getvalue().splitlines()
    if form == "text":
        assert inside.endswith(" INFO test.log_context: inside 1 recording=r1 unit=2")
        assert outside.endswith(" WARNING test.log_context: outside")
    else:
        told = json.loads(inside)
        assert told.pop("time").endswith("Z")
        assert told == {
            "level": "INFO",
            "logger": "test.log_context",
            "message": "inside 1",
            "recording": "r1",
            "unit": "2",
        }
        assert set(json.loads(outside)) == {"time", "level", "logger", "message"}


def test_an_exception_stays_in_one_json_line(lines: tuple[str, io.StringIO]) -> None:
    form, stream = lines
    try:
        raise ValueError("브로큰")
    except ValueError:
        logging.getLogger("test.log_context").exception("failed")
    if form == "json":
        [line] = stream.getvalue().splitlines()
        assert json.loads(line)["exception"].endswith("ValueError: 브로큰")


def test_ids_are_gone_after_an_error() -> None:
    with pytest.raises(ValueError, match="x"), log_context.bound(recording="r1"):
        raise ValueError("x")
    record = logging.makeLogRecord({"msg": "x"})
    log_context.ContextFilter().filter(record)
    assert record.context_text == ""


@pytest.mark.parametrize("is_of_client", [True, False])
def test_only_what_a_client_sent_wrong_is_no_error(is_of_client: bool) -> None:
    record = logging.makeLogRecord({"msg": "x", "levelno": logging.ERROR, "levelname": "ERROR"})
    try:
        b"\xff".decode() if is_of_client else int("x")
    except ValueError as error:
        record.exc_info = (type(error), error, None)
    log_context.ClientMistakeFilter().filter(record)
    assert record.levelname == ("WARNING" if is_of_client else "ERROR")
    assert bool(record.exc_info) is not is_of_client
