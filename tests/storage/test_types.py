"""Columns that keep exactly what they are given."""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from bot.okr.model import Band, Current, Judgement
from storage.types import CurrentValues, ExactDecimal, Instant, decode_current, encode_current

pytestmark = pytest.mark.sqlite_only

SQLITE, POSTGRESQL = sqlite.dialect(), postgresql.dialect()  # type: ignore[no-untyped-call]

decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=6)


@given(decimals)
def test_a_decimal_comes_back_to_the_last_digit(value: Decimal) -> None:
    column = ExactDecimal()
    stored = column.process_bind_param(value, SQLITE)
    assert isinstance(stored, str)
    back = column.process_result_value(stored, SQLITE)
    assert back is not None
    assert back.as_tuple() == value.as_tuple()


@pytest.mark.parametrize("value", [0.1, 1, "1", Decimal("NaN"), Decimal("Infinity"), True])
def test_anything_but_a_finite_decimal_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="finite Decimal"):
        ExactDecimal().process_bind_param(value, SQLITE)


def test_a_decimal_that_does_not_fit_is_refused_and_not_cut() -> None:
    with pytest.raises(ValueError, match="too long"):
        ExactDecimal().process_bind_param(Decimal("1e60"), SQLITE)


@given(st.datetimes(timezones=st.timezones()))
def test_an_instant_stays_the_same_moment(moment: datetime) -> None:
    for dialect in (SQLITE, POSTGRESQL):
        back = Instant().process_result_value(Instant().process_bind_param(moment, dialect), dialect)
        assert back is not None
        assert (back, back.tzinfo) == (moment.astimezone(UTC), UTC)


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_instants_in_sqlite_sort_like_moments(one: datetime, other: datetime) -> None:
    """SQLite compares them as text."""
    literal = Instant().dialect_impl(SQLITE).literal_processor(SQLITE)
    assert literal is not None
    assert (literal(one) < literal(other)) == (one < other)


def strategy_of(hint: Any) -> st.SearchStrategy[Any]:
    """Values for a field by its annotation, so that a new field of `Current` is tested without a word here."""
    if get_origin(hint) in (Union, UnionType):
        return st.one_of([strategy_of(one) for one in get_args(hint)])
    if get_origin(hint) is not None and issubclass(get_origin(hint), Mapping):
        key, value = get_args(hint)
        return st.dictionaries(strategy_of(key), strategy_of(value), max_size=3)
    known: dict[Any, st.SearchStrategy[Any]] = {
        Decimal: decimals,
        datetime: st.datetimes(timezones=st.just(UTC)),
        date: st.dates(),
        bool: st.booleans(),
        int: st.integers(0, 10**9),
        str: st.text(max_size=10),
        NoneType: st.none(),
        Band: st.sampled_from(Band),
        Judgement: st.sampled_from(Judgement),
    }
    return known[hint]


@given(st.builds(Current, **{name: strategy_of(hint) for name, hint in get_type_hints(Current).items()}))
def test_the_newest_values_of_a_key_result_survive_storage(current: Current) -> None:
    back = decode_current(json.loads(json.dumps(encode_current(current))))

    assert back == current
    for field in fields(Current):
        assert type(getattr(back, field.name)) is type(getattr(current, field.name)), field.name


def test_a_current_that_says_nothing_takes_hardly_any_room() -> None:
    assert set(encode_current(Current())) <= {"in_range_days"}
    assert CurrentValues().process_result_value({}, SQLITE) == Current()
