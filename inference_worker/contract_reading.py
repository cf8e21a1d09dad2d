"""Reads JSON into the dataclasses of `contract`. Standard library only, as it is."""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from typing import Any


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


def _read_dataclass(expected: type, value: object, where: str) -> Any:
    if not isinstance(value, dict):
        raise ContractError(f"{where}: an object is needed, not {type(value).__name__}")
    hints = typing.get_type_hints(expected)
    given = {}
    for field in dataclasses.fields(expected):
        if field.name in value:
            given[field.name] = read(hints[field.name], value[field.name], f"{where}.{field.name}")
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise ContractError(f"{where}.{field.name}: missing")
    return expected(**given)
