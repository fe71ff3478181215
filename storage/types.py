"""Column types that keep what they are given: exact decimals, aware instants, closed sets, typed JSON."""

from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from bot.okr.model import Band, Current, Judgement

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""Keys: 64 bits everywhere; SQLite only counts by itself on a plain INTEGER."""


DIGITS = 48
"""Characters of an exact number, sign and point included."""


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal stored as text, because SQLite would turn NUMERIC into a binary float silently."""

    impl = sa.String(DIGITS)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        if value is None:
            return None
        # A float would be stored with its binary error; format() of one would not say so.
        if type(value) is not Decimal or not value.is_finite():
            raise ValueError(f"A finite Decimal is needed, not {value!r}.")
        text = format(value, "f")
        if len(text) > DIGITS:
            raise ValueError(f"A number of {len(text)} characters is too long to be kept.")
        return text

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else Decimal(value)


class Instant(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. A naive one is refused, because nobody can say later what it meant."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"An instant needs a time zone: {value!r}.")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def closed(kind: type[StrEnum], name: str) -> sa.Enum:
    """A column for a closed set: its values as text, held by a CHECK constraint called `name`."""
    return sa.Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=24,
        values_callable=lambda members: [member.value for member in members],
    )


_DECIMALS = {"value", "previous_value", "self_score", "confidence", "previous_confidence", "in_range_days"}
_INSTANTS = {"measured_at", "blocked_since", "updated_at", "last_check_in_at"}
_DATES = {
    "measured_on",
    "previous_measured_on",
    "self_score_on",
    "band_on",
    "note_on",
    "done_on",
    "updated_on",
    "range_since",
}


class CurrentValues(TypeDecorator[Current]):
    """`bot.okr.model.Current` as JSON: the newest of a KR, as one value beside its definition."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: Current | None, dialect: Dialect) -> dict[str, Any] | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else encode_current(value)

    def process_result_value(self, value: dict[str, Any] | None, dialect: Dialect) -> Current | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else decode_current(value)


def encode_current(current: Current) -> dict[str, Any]:
    """`Current` as JSON; fields that say nothing are left out."""
    out: dict[str, Any] = {}
    for field in fields(current):
        value = getattr(current, field.name)
        if value is None or value is False or value == {}:
            continue
        if field.name in _DECIMALS:
            out[field.name] = format(value, "f")
        elif field.name in _INSTANTS or field.name in _DATES:
            out[field.name] = value.isoformat()
        elif field.name == "steps_done":
            out[field.name] = {str(number): day.isoformat() for number, day in value.items()}
        else:
            out[field.name] = value
    return out


def decode_current(data: dict[str, Any]) -> Current:
    """The `Current` that `encode_current` wrote."""
    values: dict[str, Any] = {}
    for name, value in data.items():
        if name in _DECIMALS:
            values[name] = Decimal(value)
        elif name in _INSTANTS:
            values[name] = datetime.fromisoformat(value)
        elif name in _DATES:
            values[name] = date.fromisoformat(value)
        elif name == "steps_done":
            values[name] = {int(number): date.fromisoformat(day) for number, day in value.items()}
        elif name == "status_said":
            values[name] = Band(value)
        elif name == "band_from":
            values[name] = Judgement(value)
        else:
            values[name] = value
    return Current(**values)
