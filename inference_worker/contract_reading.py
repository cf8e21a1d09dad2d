"""Base of the messages of `contract`, and how JSON is read into them. Standard library only, as it is."""

from __future__ import annotations

import dataclasses
import functools
import math
import types
import typing
from dataclasses import dataclass
from typing import Any, Self

CONTRACT_VERSION = 1
_OF_ANY_VERSION = frozenset({"UnitFailure", "WorkerHeartbeat"})
"""By these the two sides find out that they do not fit: their members are never changed, only added to."""


class ContractError(ValueError):
    """A payload that is not what its type says. `str()` names the field."""


def read(expected: Any, value: object, where: str) -> Any:
    """`value` as `expected`, which is a type annotation of this module."""
    if dataclasses.is_dataclass(expected) and isinstance(expected, type):
        return _read_dataclass(expected, value, where)
    origin, arguments = typing.get_origin(expected), typing.get_args(expected)
    if origin in (types.UnionType, typing.Union):
        return _read_union(arguments, value, where)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise ContractError(f"{where}: a list is needed, not {type(value).__name__}")
        return tuple(read(arguments[0], item, f"{where}[{i}]") for i, item in enumerate(value))
    if origin is dict:
        if not isinstance(value, dict):
            raise ContractError(f"{where}: an object is needed, not {type(value).__name__}")
        return {str(key): read(arguments[1], item, f"{where}.{key}") for key, item in value.items()}
    if expected is float and type(value) in (int, float):
        return _read_float(typing.cast(float, value), where)
    if type(value) is not expected:
        raise ContractError(f"{where}: {expected.__name__} is needed, not {type(value).__name__}")
    return value


def unit_of(payload: object) -> tuple[str, int, int] | None:
    """Analysis, attempt and unit that a payload of whichever version is about; None where it does not say."""
    if not isinstance(payload, dict):
        return None
    analysis_id, attempt, unit = payload.get("analysis_id"), payload.get("attempt"), payload.get("unit")
    if isinstance(analysis_id, str) and type(attempt) is int and type(unit) is int:
        return analysis_id, attempt, unit
    return None


def _read_float(value: float, where: str) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ContractError(f"{where}: not a finite number")
    return number


def _read_union(options: tuple[Any, ...], value: object, where: str) -> Any:
    if value is None:
        if types.NoneType in options:
            return None
        raise ContractError(f"{where}: must not be null")
    errors = []
    for option in options:
        if option is types.NoneType:
            continue
        try:
            return read(option, value, where)
        except ContractError as error:
            errors.append(str(error))
    raise ContractError(errors[-1])


@functools.cache
def _hints_of(expected: type) -> dict[str, Any]:
    """Kept: making them takes longer than everything else that is done with a word."""
    return typing.get_type_hints(expected)


def _read_dataclass(expected: type, value: object, where: str) -> Any:
    if not isinstance(value, dict):
        raise ContractError(f"{where}: an object is needed, not {type(value).__name__}")
    hints = _hints_of(expected)
    given = {}
    for field in dataclasses.fields(expected):
        if field.name in value:
            given[field.name] = read(hints[field.name], value[field.name], f"{where}.{field.name}")
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise ContractError(f"{where}.{field.name}: missing")
    return expected(**given)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Base of everything that crosses the queue."""

    def to_json(self) -> dict[str, Any]:
        """This message as plain dicts, lists, strings and numbers."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, payload: object) -> Self:
        """Read a payload made by `to_json`.

        Raises `ContractError` for a wrong type, a missing field or another contract version.
        """
        version = payload.get("version", CONTRACT_VERSION) if isinstance(payload, dict) else CONTRACT_VERSION
        if version != CONTRACT_VERSION and cls.__name__ not in _OF_ANY_VERSION:
            raise ContractError(f"{cls.__name__}: contract version {version!r}, not {CONTRACT_VERSION}")
        return typing.cast(Self, read(cls, payload, cls.__name__))
