"""When the clock speaks of an agreement: in a morning of its reader, once for a wording or a day (spec/09 §15.3)."""

from dataclasses import replace
from typing import Any

import pytest

from bot.okr.agreements import Side
from bot.okr.planning import AgreementFacts, Planned, plan
from bot.okr.planning.facts import Ritual
from tests.okr.planning.given import at, calendar, day, person, shown, team

ASKED = day("2026-11-04")


def told(wall: str, until: str | None = None, *, reader: dict[str, Any] | None = None, **changes: Any) -> list[Planned]:
    """What is planned for one side of an agreement that was asked on Wed 4 Nov."""
    base = AgreementFacts(
        id=7, side=Side.FROM, reader_id=1, rev=1, asked_on=ASKED, is_open=True, waits_here=False, by=None
    )
    facts = replace(team(person(**(reader or {}))), agreements=(replace(base, **changes),))
    until_at = None if until is None else at(until)
    return [
        one
        for one in plan(facts, Ritual.CARE, at(wall), until_at).messages
        if one.message.value.startswith("agreement")
    ]


def lines(found: list[Planned]) -> list[str]:
    return [f"{shown(one.due_at)} {one.message.value} {one.period}" for one in found]


def test_the_asking_side_hears_of_silence_after_five_working_days() -> None:
    assert told("2026-11-10 12:00") == []
    assert lines(told("2026-11-11 10:00")) == ["Wed 2026-11-11 10:00 agreement_open from:1"]


def test_days_off_and_a_shutdown_do_not_count_and_nobody_is_written_to_then() -> None:
    closed = calendar(off=frozenset({day("2026-11-09")}), freeze=((day("2026-11-12"), day("2026-11-13")),))
    reader = {"calendar": closed}

    assert told("2026-11-11 10:00", reader=reader) == []
    assert told("2026-11-13 10:00", reader=reader) == []
    assert lines(told("2026-11-16 10:00", reader=reader)) == ["Mon 2026-11-16 10:00 agreement_open from:1"]


def test_what_is_found_at_night_waits_for_the_morning() -> None:
    assert told("2026-11-11 22:00") == []
    assert lines(told("2026-11-12 10:00")) == ["Thu 2026-11-12 10:00 agreement_open from:1"]


def test_whose_yes_is_waited_for_is_asked_the_morning_after_where_they_were_not() -> None:
    assert told("2026-11-04 17:00", side=Side.TO, waits_here=True) == []
    assert lines(told("2026-11-05 10:00", side=Side.TO, waits_here=True)) == ["Thu 2026-11-05 10:00 agreement to:1"]


@pytest.mark.parametrize(
    ("wall", "side", "expected"),
    [
        ("2026-11-16 12:00", Side.TO, []),
        ("2026-11-17 10:00", Side.TO, ["Tue 2026-11-17 10:00 agreement_near to:2026-11-20"]),
        ("2026-11-21 10:00", Side.TO, []),
        ("2026-11-20 10:00", Side.FROM, []),
        ("2026-11-23 10:00", Side.FROM, ["Mon 2026-11-23 10:00 agreement_due from:2026-11-20"]),
    ],
)
def test_the_giver_is_asked_before_the_day_and_the_receiver_after_it(
    wall: str, side: Side, expected: list[str]
) -> None:
    found = told(wall, side=side, is_open=False, by=day("2026-11-20"))

    assert lines(found) == expected


def test_planning_twice_gives_the_same_keys_and_looks_again_in_the_morning() -> None:
    base = AgreementFacts(7, Side.FROM, 1, 1, ASKED, is_open=True, waits_here=False)
    facts = replace(team(person()), agreements=(base,), on=frozenset())
    first = plan(facts, Ritual.CARE, at("2026-11-11 10:00"))
    again = plan(facts, Ritual.CARE, at("2026-11-11 11:00"))

    assert [(one.subject, one.period) for one in first.messages] == [("agreement:7:person:1", "from:1")]
    assert [(one.subject, one.period) for one in again.messages] == [("agreement:7:person:1", "from:1")]
    assert first.next_due_at is not None
    assert first.next_due_at <= at("2026-11-12 10:00")


def test_whoever_is_switched_off_or_asked_for_quiet_is_not_written_to() -> None:
    assert told("2026-11-11 10:00", reader={"active": False}) == []
    assert told("2026-11-11 10:00", reader={"muted_until": day("2026-11-30")}) == []


def test_a_reader_nobody_knows_is_left_out() -> None:
    assert told("2026-11-11 10:00", reader_id=5) == []
