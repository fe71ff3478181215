"""Cards, forms and profiles as JSON and back, so that a room outlives its process."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bot.cards import model
from bot.delivery import port

_KIND = "~"
_CLASSES: Mapping[str, type[Any]] = {
    name: one
    for module in (model, port)
    for name, one in vars(module).items()
    if isinstance(one, type) and (is_dataclass(one) or issubclass(one, StrEnum)) and one.__module__ == module.__name__
}


def dumps(value: object) -> str:
    """One line of JSON. Raises TypeError for what no card, form or profile holds."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def loads(text: str) -> Any:
    """What `dumps` was given; every list comes back as a tuple. Raises ValueError."""
    try:
        return _read(json.loads(text))
    except (ArithmeticError, AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"This is no line of a room: {error}") from error


def _plain(value: object) -> Any:
    if isinstance(value, StrEnum):
        return {_KIND: type(value).__name__, "value": value.value}
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if is_dataclass(value) and type(value).__name__ in _CLASSES:
        return {_KIND: type(value).__name__, **{one.name: _plain(getattr(value, one.name)) for one in fields(value)}}
    if isinstance(value, Decimal):
        return {_KIND: "Decimal", "value": str(value)}
    if isinstance(value, datetime):
        return {_KIND: "datetime", "value": value.isoformat()}
    if isinstance(value, date):
        return {_KIND: "date", "value": value.isoformat()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    raise TypeError(f"{type(value).__name__} has no place in a room.")


def _read(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_read(one) for one in value)
    if not isinstance(value, dict):
        return value
    if _KIND not in value:
        return {key: _read(one) for key, one in value.items()}
    match value[_KIND]:
        case "Decimal":
            return Decimal(value["value"])
        case "datetime":
            return datetime.fromisoformat(value["value"])
        case "date":
            return date.fromisoformat(value["value"])
    made = _CLASSES[value[_KIND]]
    if issubclass(made, StrEnum):
        return made(value["value"])
    return made(**{key: _read(one) for key, one in value.items() if key != _KIND})
