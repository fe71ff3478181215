"""One question a week per person, whatever number of teams they answer in (spec/03 §7.4, spec/10 §17)."""

from collections.abc import AsyncIterator
from datetime import date, time
from pathlib import Path

import pytest
from sqlmodel import Session, col, select
from structlog.testing import capture_logs

from bot.okr.localtime import instant
from storage import models as m
from storage.backup import leave_out_what_was_due
from tests.scenarios.week import Pretend, Week

FIVE_TEAMS = "five_teams.yaml"


@pytest.fixture
async def teams(tmp_path: Path) -> AsyncIterator[Week]:
    """A week of five teams: four meet on Friday morning, the fifth on Monday."""
    week = Week(tmp_path, FIVE_TEAMS)
    with capture_logs() as logged:
        week.logged = logged
        await week.stage.house.start()
        yield week
        week.end()


@pytest.fixture
def nora(teams: Week) -> Pretend:
    """Owns a key result in each of the five teams."""
    return teams.person("nora")


@pytest.fixture
def ole(teams: Week) -> Pretend:
    """Owns one in the second and one in the fifth team."""
    return teams.person("ole")


def questions(person: Pretend) -> list[str]:
    return [header for header in person.headers() if "check-in" in header.lower()]


def runs_of(week: Week, handle: str) -> dict[str, str]:
    """For each key result a person was asked about: the period of its own team's run."""

    def look(session: Session) -> dict[str, str]:
        rows = session.exec(
            select(m.Team.key, m.KeyResult.number, m.RitualRun.period)
            .join(m.RitualRun, col(m.RitualRun.team_id) == col(m.Team.id))
            .join(m.PromptItem, col(m.PromptItem.run_id) == col(m.RitualRun.id))
            .join(m.KeyResult, col(m.KeyResult.id) == col(m.PromptItem.kr_id))
            .join(m.Prompt, col(m.Prompt.id) == col(m.PromptItem.prompt_id))
            .join(m.Person, col(m.Person.id) == col(m.Prompt.person_id))
            .where(m.Person.handle == handle)
        )
        return {f"{key}-{number}": period for key, number, period in rows}

    return week.look(look)


def prompts_of(week: Week, handle: str) -> list[str]:
    return week.look(
        lambda session: list(session.exec(select(m.Prompt.period).join(m.Person).where(m.Person.handle == handle)))
    )


async def test_five_teams_that_meet_at_once_ask_in_one_question(teams: Week, nora: Pretend) -> None:
    await teams.at("2026-11-12 10:00")

    assert len(questions(nora)) == 1
    nora.sees("ONE-1 · Cups served", "TWO-1 · Pots sold", "THR-1 · Leaves picked", "FOU-1 · Tins filled")
    nora.sees("FIV-1 · Bags tied")
    nora.sees("The board goes out Fri 10:20.")
    assert prompts_of(teams, "nora") == ["2026-11-13"]


async def test_each_key_result_keeps_its_own_team_s_run(teams: Week) -> None:
    await teams.at("2026-11-12 10:00")

    assert runs_of(teams, "nora") == {
        "ONE-1": "2026-11-13",
        "TWO-1": "2026-11-13",
        "THR-1": "2026-11-13",
        "FOU-1": "2026-11-13",
        "FIV-1": "2026-11-16",
    }


async def test_the_team_that_meets_on_monday_does_not_ask_again_on_friday(
    teams: Week, nora: Pretend, ole: Pretend
) -> None:
    await teams.at("2026-11-16 10:00")

    assert len(questions(nora)) == 1
    assert len(questions(ole)) == 1
    ole.sees("TWO-2 · Lids sold", "FIV-2 · Labels printed")


async def test_there_are_two_reminders_for_five_teams_and_the_second_is_before_the_first_board(
    teams: Week, nora: Pretend
) -> None:
    await teams.at("2026-11-12 15:59")
    before = nora.count()

    await teams.at("2026-11-12 16:00")
    assert nora.newest().startswith("Five to go: ONE-1 (Fri), TWO-1 (Fri)")
    await teams.at("2026-11-13 09:20")
    assert nora.newest().startswith("The board goes out at 10:20")
    await teams.at("2026-11-16 10:00")

    assert nora.count() == before + 2


async def test_the_second_reminder_waits_for_the_first_board_with_something_open(teams: Week, nora: Pretend) -> None:
    await teams.at("2026-11-12 10:00")
    await nora.types("ONE-1 60, TWO-1 60, THR-1 60, FOU-1 60")

    await teams.at("2026-11-13 12:00")
    assert not any(text.startswith("The board goes out") for text in nora.texts())

    await teams.at("2026-11-16 08:59")
    before = nora.count()
    await teams.at("2026-11-16 09:00")
    assert nora.count() == before + 1
    assert nora.newest().startswith("The board goes out at 09:50")


async def test_skipping_the_friday_ones_moves_the_second_reminder_to_monday(teams: Week, nora: Pretend) -> None:
    await teams.at("2026-11-12 10:00")
    for number in ("ONE-1", "TWO-1", "THR-1", "FOU-1"):
        await nora.types(f"{number} skip")
    await teams.at("2026-11-13 12:00")
    assert not any(text.startswith("The board goes out") for text in nora.texts())

    await teams.at("2026-11-16 09:00")

    assert nora.newest().startswith("The board goes out at 09:50")


async def test_each_team_s_board_counts_its_own(teams: Week, nora: Pretend) -> None:
    await teams.at("2026-11-12 10:00")
    await nora.types("TWO-1 60")

    await teams.at("2026-11-13 11:50")

    teams.channel("#two").sees("1 of 2")
    teams.channel("#one").sees("0 of 1")


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (2, 4, 0, 3, 1)])
async def test_whichever_team_is_looked_at_first_the_question_is_the_same(
    teams: Week, nora: Pretend, order: tuple[int, ...]
) -> None:
    def first(session: Session) -> None:
        keys = ("ONE", "TWO", "THR", "FOU", "FIV")
        for place, index in enumerate(order):
            team = session.exec(select(m.Team).where(m.Team.key == keys[index])).one()
            for row in session.exec(select(m.Agenda).where(m.Agenda.team_id == team.id)):
                row.next_due_at = teams.clock.now().replace(minute=place)
                session.add(row)

    teams.clock.move_to(teams.clock.now().replace(minute=59))
    teams.stage.db.write_now(first)
    await teams.at("2026-11-12 10:00")

    assert len(questions(nora)) == 1
    assert prompts_of(teams, "nora") == ["2026-11-13"]
    assert len(runs_of(teams, "nora")) == 5


async def test_after_a_day_and_a_half_of_silence_of_okra_there_is_still_one_question(
    teams: Week, nora: Pretend
) -> None:
    await teams.restarts("2026-11-13 09:30")
    await teams.at("2026-11-16 10:00")

    assert len(questions(nora)) == 1
    assert len(runs_of(teams, "nora")) == 5


async def test_restarts_and_doubled_ticks_ask_nothing_twice(teams: Week, nora: Pretend, ole: Pretend) -> None:
    for moment in ("2026-11-12 10:00", "2026-11-12 16:00", "2026-11-13 09:20", "2026-11-13 10:00"):
        await teams.at(moment)
        teams.change(lambda session: None)
        await teams.restarts()
        await teams.stage.house.tick()

    assert (len(questions(nora)), len(questions(ole))) == (1, 1)
    assert nora.count() == ole.count()


async def test_a_question_that_a_restore_leaves_out_is_not_asked_by_another_team(
    teams: Week, nora: Pretend, ole: Pretend
) -> None:
    """It may have been sent before; what comes is the reminder."""
    await teams.at("2026-11-12 09:59")
    teams.clock.move_to(instant(date(2026, 11, 12), time(10), "Europe/Madrid"))
    await teams.stage.house.plan()
    assert teams.change(lambda session: leave_out_what_was_due(session, teams.clock.now())) > 0

    await teams.at("2026-11-12 15:59")
    assert (nora.count(), ole.count()) == (0, 0)
    await teams.at("2026-11-12 16:00")
    assert (nora.count(), ole.count()) == (1, 1)
    await teams.at("2026-11-16 12:00")

    assert prompts_of(teams, "nora") == prompts_of(teams, "ole") == ["2026-11-13"]
    assert questions(nora) == questions(ole) == []
