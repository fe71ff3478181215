"""From an empty workspace to a team's first digest, in the chat alone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import Session, select
from structlog.testing import capture_logs

from bot.cards.plain import plain_text
from bot.intake.inbound import Result, Say
from storage import models as m
from tests.scenarios.week import Pretend, Week

NOBODY = "nobody_yet.yaml"


@pytest.fixture
async def fern(tmp_path: Path) -> AsyncIterator[Week]:
    """People on the console, and nothing set up."""
    with capture_logs() as logged:
        week = Week(tmp_path, NOBODY)
        week._untouched = False
        week.logged = logged
        await week.stage.house.start()
        yield week
        week.end()


def said(result: Result) -> str:
    assert isinstance(result, Say), result
    return plain_text(result.card)


def steps(person: Pretend) -> list[str]:
    """The messages with the steps, as they stand."""
    return [text for text in person.texts() if "/okr setup" in text]


async def test_a_team_from_nothing_to_its_first_board(fern: Week) -> None:
    rosa = fern.person("rosa")
    await rosa.types("/okr setup")
    rosa.sees("Set up a team", "from now on you do", "☐ 1 Team and channel", "☐ 2 Meeting")
    await rosa.taps("Make a team")
    await rosa.fills_in(name="Plant care", members="@pau, Ines Rey")
    assert len(steps(rosa)) == 1, "one message, brought up to date in place"
    rosa.sees("Set up Plant care", "✓ 1 Team and channel", "Plant care (PC) · lead Rosa · 3 people", "#plant-care")

    await rosa.taps("Set the meeting")
    await rosa.fills_in(meeting_days=("4",), time="10:00", lead_minutes="10")
    rosa.sees("✓ 2 Meeting", "Fri 10:00; the board comes 10 minutes before.")
    await rosa.taps("Start a cycle")
    await rosa.fills_in(name="2026 Q4", first="2026-10-01", last="2026-12-31")
    await rosa.taps("Demo: TeeBee")
    rosa.sees("3 in draft", "Drafts are seen by the team alone")
