"""A question that nobody answers: what was clear is stored at once, and the rest is not lost (spec/05 §10.10)."""

from decimal import Decimal
from pathlib import Path

import pytest
from sqlmodel import Session, select

from storage import models as m
from tests.scenarios.desks import ConsoleDesk, desk
from tests.scenarios.week import Pretend, Week

pytestmark = pytest.mark.sqlite_is_enough  # about what is left open; test_questions asks the same of both

NEXT_WEEK = "2026-11-19 10:05"


def noted(rows: list[m.CheckIn]) -> list[str]:
    return [row.note for row in rows if row.note]


def values(rows: list[m.CheckIn]) -> list[Decimal]:
    return [row.value for row in rows if row.value is not None]


def _jack_has_her_key_result(session: Session) -> None:
    jack = session.exec(select(m.Person).where(m.Person.handle == "jack")).one()
    row = session.exec(select(m.KeyResult).join(m.Team).where(m.Team.key == "GRO", m.KeyResult.number == 1)).one()
    row.lead_owner_id = jack.id
    session.add(row)


async def test_what_is_clear_is_stored_at_once_and_the_answer_completes_it(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:30")
    await mei.types("KR1 +4k, blocked on legal, next: call GC")

    (row,) = week.said_of("GRO-1")
    assert (row.blocker, row.value) == ("legal", None)
    assert "blocked on legal" in mei.newest()
    assert "Next step noted: call GC" in mei.newest()
    assert "Is $48k the new total?" in mei.newest()

    await mei.taps("Yes, $48k")

    first, last = week.said_of("GRO-1")
    assert (last.value, last.blocker, last.supersedes_id) == (Decimal(48000), "legal", first.id)
    assert mei.newest().count("call GC") == 1
    assert "$44k → $48k" in mei.newest()


async def test_what_waits_for_an_answer_is_asked_on_by_the_reminder(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:30")
    await mei.types("KR1 +4k, blocked on legal")
    await week.at("2026-11-12 16:05")
    mei.sees("KR1", "board")
    assert "KR1" in mei.newest()


async def test_a_number_in_doubt_is_kept_as_a_note_and_told_with_the_next_question(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:30")
    await mei.types("KR1 +4k, blocked on legal")
    await week.at(NEXT_WEEK)

    mei.sees("On 12 Nov you also wrote “+4k”. I could not record it, so it stands as a note on KR1.")
    rows = week.said_of("GRO-1")
    assert values(rows) == []
    assert noted(rows) == ["+4k"]

    await mei.types("KR1 48k, 0.7")
    assert values(week.said_of("GRO-1")) == [Decimal(48000)]


async def test_a_note_that_was_noted_stays_noted_when_nobody_answers(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:30")
    await mei.types("KR1 great week at the fair!")
    await week.at(NEXT_WEEK)

    mei.sees("On 12 Nov you also wrote “great week at the fair”")
    assert noted(week.said_of("GRO-1")) == ["great week at the fair"]


async def test_a_reply_without_a_key_result_is_shown_again_and_recorded_nowhere(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:30")
    await mei.types("KR9 0.7")
    assert "I don't have KR9 for you." in mei.newest()
    await week.at(NEXT_WEEK)

    mei.sees("On 12 Nov you also wrote “0.7”", "If it still holds, send it again with its KR.")
    assert week.said_of("GRO-1") == week.said_of("GRO-2") == []


async def test_a_tap_in_place_of_the_answer_takes_the_words_along_as_its_note(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:30")
    await mei.types("KR1 +4k, great talk with Acme")
    await mei.taps("0.7", "KR1")

    row = week.said_of("GRO-1")[-1]
    assert (row.self_score, row.value, row.note) == (Decimal("0.7"), None, "great talk with Acme, +4k")
    await week.at(NEXT_WEEK)
    assert not [text for text in mei.texts() if "you also wrote" in text]


async def test_where_no_question_comes_it_is_told_with_the_next_answer(week: Week, mei: Pretend) -> None:
    week.change(_jack_has_her_key_result)  # Mei leads, and is asked about nothing herself
    await mei.types("KR1 +4k")
    assert "Is $48k the new total?" in mei.newest()
    await week.at("2026-11-14 12:00")
    await mei.types("KR2 33%")

    assert "Earlier you also wrote “+4k”. I could not record it, so it stands as a note on GRO-1." in mei.newest()
    rows = week.said_of("GRO-1")
    assert (values(rows), noted(rows)) == ([], ["+4k"])


async def test_what_is_answered_in_time_leaves_nothing(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:30")
    await mei.types("KR1 +4k")
    await mei.taps("Yes, $48k")
    await week.at(NEXT_WEEK)

    assert not [text for text in mei.texts() if "you also wrote" in text]
    assert noted(week.said_of("GRO-1")) == []


async def test_it_is_told_in_chinese_too(tmp_path: Path) -> None:
    async with desk("console", tmp_path) as here:
        assert isinstance(here, ConsoleDesk)
        await here.says("linmei", "KR1 +2，卡在法务")
        (row,) = here.said_of("TEA-1")
        assert (row.blocker, row.value) == ("法务", None)
        await here.week.at("2026-11-17 12:00")

        here.week.person("linmei").sees("你还写过“+2”。没能记成数字，已作为备注留在 KR1。")
        assert (values(here.said_of("TEA-1")), noted(here.said_of("TEA-1"))) == ([], ["+2"])
