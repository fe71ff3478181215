"""What a person says to an open question is heard, whatever they say; nothing is lost in silence (spec/05 §10.8)."""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlmodel import select
from structlog.testing import capture_logs

from storage import models as m
from tests.scenarios.week import Pretend, Week

pytestmark = pytest.mark.sqlite_is_enough  # about words; test_questions asks the same of both

TEEBEE = "../../examples/teebee.yaml"
SURE = "Sure?"


@pytest.fixture
async def teebee(tmp_path: Path) -> AsyncIterator[Week]:
    """The company of the demo: its lead owns two key results, and others speak Chinese."""
    week = Week(tmp_path, TEEBEE)
    with capture_logs() as logged:
        week.logged = logged
        await week.stage.house.start()
        await week.at("2026-11-12 10:00")
        yield week
        week.end()


# --- a doubtful number ------------------------------------------------------------------------------------------


async def test_a_corrected_number_replaces_the_doubtful_one(teebee: Week) -> None:
    ana = teebee.person("ana")
    await ana.types("KR3 69")
    ana.sees("69 is far from", SURE)

    await ana.types("6.9")

    assert [row.value for row in teebee.said_of("GRO-3")][-1] == Decimal("6.9")
    assert SURE not in ana.newest()

    await teebee.at("2026-11-13 10:30")
    assert SURE not in ana.newest()


async def test_a_corrected_number_of_a_lead_is_for_the_key_result_in_question(teebee: Week) -> None:
    mei = teebee.person("mei")
    await mei.types("KR1 46")

    await mei.types("46k")

    assert teebee.said_of("GRO-1")[-1].value == Decimal(46000)
    assert "Which one" not in mei.newest()
    assert SURE not in mei.newest()
    assert "Not recorded" not in mei.newest()


@pytest.mark.parametrize(
    ("key_result", "number", "words"), [("TEA-5", "KR5 20%", "没有变化"), ("TEA-5", "KR5 20%", "卡在物流")]
)
async def test_in_chinese_too_words_answer_for_the_key_result_in_question(
    teebee: Week, key_result: str, number: str, words: str
) -> None:
    linmei = teebee.person("linmei")
    await linmei.types(number)
    assert "确定吗" in linmei.newest() or "20%" in linmei.newest()

    await linmei.types(words)

    assert "确定吗" not in linmei.newest()
    row = teebee.said_of(key_result)[-1]
    assert row.blocker == ("物流" if "物流" in words else None)
    assert ("没有记录：20%。" in linmei.newest()) is ("物流" in words)


@pytest.mark.parametrize("words", ["blocked on legal", "KR1 blocked on legal"])
async def test_a_number_that_other_words_leave_behind_is_told(teebee: Week, words: str) -> None:
    mei = teebee.person("mei")
    await mei.types("KR1 46")

    await mei.types(words)

    mei.sees("blocked on legal", "Not recorded: 46.")
    row = teebee.said_of("GRO-1")[-1]
    assert (row.blocked, row.value) == (True, None)


async def test_what_was_said_beside_the_doubtful_number_goes_with_the_right_one(teebee: Week) -> None:
    mei = teebee.person("mei")
    await mei.types("KR1 46, blocked on legal")

    await mei.types("KR1 46k")

    row = teebee.said_of("GRO-1")[-1]
    assert (row.value, row.blocker) == (Decimal(46000), "legal")


async def test_words_for_everything_are_not_taken_for_the_one_in_question(teebee: Week) -> None:
    mei = teebee.person("mei")
    await mei.types("KR1 46")

    await mei.types("all on track")

    assert teebee.said_of("GRO-1")[-1].status_said is not None
    assert teebee.said_of("GRO-5")[-1].status_said is not None
    mei.sees("Not recorded: 46.")


# --- a lead -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["skip", "all same", "都没变", "all on track"])
async def test_a_leads_word_for_all_is_about_what_was_asked_of_the_lead(teebee: Week, words: str) -> None:
    mei = teebee.person("mei")
    before = {key: len(teebee.said_of(key)) for key in ("GRO-2", "GRO-3", "GRO-4")}

    await mei.types(words)

    assert {key: len(teebee.said_of(key)) for key in before} == before


@pytest.mark.parametrize("words", ["skip", "all same", "same", "都没变", "all on track"])
async def test_where_nothing_is_open_a_word_for_all_is_told_so(week: Week, words: str) -> None:
    mei = week.person("mei")
    await week.at("2026-11-12 10:00")
    await mei.types("KR1 46k, 0.7")
    said = {key: len(week.said_of(key)) for key in ("GRO-1", "GRO-2", "GRO-3", "GRO-4", "GRO-5")}

    await mei.types(words)

    assert mei.newest().startswith("Nothing is open for you now.")
    assert {key: len(week.said_of(key)) for key in said} == said


# --- what cannot be read ----------------------------------------------------------------------------------------


async def test_what_was_said_beside_a_number_in_doubt_is_stored_once_it_is_confirmed(teebee: Week) -> None:
    mei = teebee.person("mei")

    await mei.types("KR5 55, blocked on pricing, I am not sure")
    mei.sees("Record 55?")
    await mei.taps("Yes")

    row = teebee.said_of("GRO-5")[-1]
    assert (row.value, row.blocker, row.note) == (Decimal(55), "pricing", "I am not sure")
    assert "didn't get that" not in mei.newest()


async def test_what_was_not_understood_is_not_repeated(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await mei.types("KR1 abc")
    mei.sees("I didn't get that")

    await mei.types("KR5 7.3")

    assert "didn't get that" not in mei.newest()


async def test_a_press_too_makes_what_was_not_understood_idle(teebee: Week) -> None:
    mei = teebee.person("mei")
    await mei.types("KR1 abc")

    await mei.taps("👍 Same, still 47")

    asked = teebee.look(lambda session: [one for one in session.exec(select(m.Clarification)) if one.closed_at is None])
    assert [one.code for one in asked if one.code == "Q_UNKNOWN"] == []


@pytest.mark.parametrize("number", ["99999999999999999999", "1e400"])
async def test_a_number_too_large_is_called_so(teebee: Week, number: str) -> None:
    jack = teebee.person("jack")
    before = len(teebee.said_of("GRO-4"))

    await jack.types(f"GRO-4 {number}")

    assert f"{number} is too large a number for me." in jack.newest()
    assert len(teebee.said_of("GRO-4")) == before


@pytest.mark.parametrize("rubbish", ["NaN", "abc"])
async def test_rubbish_is_not_noted(teebee: Week, rubbish: str) -> None:
    jack = teebee.person("jack")

    await jack.types(f"GRO-4 {rubbish}")
    assert "I didn't get that" in jack.newest()
    assert "Noted" not in jack.newest()

    await jack.types("GRO-4 375")
    row = teebee.said_of("GRO-4")[-1]
    assert (row.value, row.note) == (Decimal(375), None)


# --- receipts ---------------------------------------------------------------------------------------------------


async def test_two_numbers_at_the_same_moment_follow_each_other(teebee: Week) -> None:
    jack = teebee.person("jack")
    await jack.types("GRO-4 372")
    await jack.types("GRO-4 360")

    later, earlier = jack.newest(), next(text for text in reversed(jack.texts()) if "→ 372" in text)
    assert "372 calls → 360" in later or "372 → 360" in later
    assert "score" not in earlier.splitlines()[0] or "0.20" not in earlier


async def test_what_was_taken_back_is_no_longer_noted(teebee: Week) -> None:
    jack = teebee.person("jack")
    await jack.types("GRO-4 372, next: call GC by Fri; win: nobody waited")
    jack.sees("Next step noted: call GC (by", "Win noted: nobody waited")

    await jack.types("undo")

    jack.sees("Taken back: call GC")
    assert "Next step noted: call GC" not in "".join(jack.texts())
    assert "Win noted: nobody waited" not in "".join(jack.texts())


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [("mei", "KR1 46k, next: call GC by Fri", "call GC"), ("linmei", "KR1 9家，下一步：找法务 周五前", "找法务")],
)
async def test_the_day_of_a_next_step_is_read_out_of_its_words(teebee: Week, name: str, typed: str, words: str) -> None:
    await teebee.person(name).types(typed)

    steps = teebee.look(lambda session: [(one.text, one.due) for one in session.exec(select(m.NextStep))])
    assert (words, date(2026, 11, 13)) in steps


async def test_no_change_for_two_says_both(teebee: Week) -> None:
    mei = teebee.person("mei")

    await mei.types("same")

    assert "No change for both?" in mei.newest()
