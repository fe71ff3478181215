"""What is pressed and said while the database is away: the person hears it at once, or the platform sends it again."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.okr.model import CheckInSource
from storage import models as m
from tests.fakes.http import Broken
from tests.fakes.slack import SlackFake
from tests.fakes.teams import TeamsFake
from tests.scenarios import slack_world, teams_world
from tests.scenarios.running import MADRID, Running
from tests.scenarios.slack_world import slack_time
from tests.scenarios.slack_world import typed as slack_values
from tests.scenarios.teams_world import teams_time
from tests.scenarios.test_slack_week import control, question
from tests.scenarios.test_teams_week import chat
from tests.scenarios.test_teams_week import question as question_in_teams
from tests.storage.away import away, rows

KEPT = ("inbox", "check_in", "delivery", "audit_event")
NOTHING = "I could not save that just now. Nothing was recorded; please try again."
ASKED = "2026-11-12 10:00"
MEI = "mei-object-id"


@pytest.fixture
async def slack() -> AsyncIterator[SlackFake]:
    clock = slack_time()
    clock.move_to(clock.now() + timedelta(hours=1))
    fake = SlackFake(clock)
    fake.add_person("U1MEI", "Mei Tan", tz=MADRID)
    async with slack_world.started(fake, ("U1MEI",)):
        yield fake


@pytest.fixture
async def on_slack(tmp_path: Path, slack: SlackFake) -> AsyncIterator[Running]:
    async with slack_world.behind(slack, tmp_path, {"mei": "U1MEI"}) as okra:
        await okra.at(ASKED)
        yield okra


@pytest.fixture
async def teams() -> AsyncIterator[TeamsFake]:
    fake = TeamsFake(teams_time())
    fake.add_person(MEI, "Mei Tan", installed=False, zone=MADRID)
    async with teams_world.started(fake):
        yield fake


@pytest.fixture
async def on_teams(tmp_path: Path, teams: TeamsFake) -> AsyncIterator[Running]:
    async with teams_world.behind(teams, tmp_path, {"mei": MEI}, {}) as okra:
        await teams.installs(MEI)
        await okra.settled()
        await okra.at(ASKED)
        yield okra


def counted(okra: Running) -> dict[str, int]:
    return {table: rows(okra.house.db, table) for table in KEPT}


def scores(okra: Running) -> list[str]:
    """What was tapped today and counts."""
    query = select(m.CheckIn).where(m.CheckIn.source == CheckInSource.BUTTON, m.CheckIn.at == okra.clock.now())
    return [str(row.self_score) for row in okra.house.db.read_now(lambda session: session.exec(query).all())]


async def test_a_press_in_slack_is_answered_at_once_and_counts_when_it_is_made_again(
    on_slack: Running, slack: SlackFake
) -> None:
    asked = question(slack, "mei")
    before, told = counted(on_slack), asked.text

    with away(on_slack.house.db):
        answer = await slack.press(control(asked.blocks, "0.7"), channel="D1MEI", message_ts=asked.ts)
        await on_slack._drained()

    assert (answer.acknowledged, NOTHING in str(slack.responses)) == (True, True)
    await slack.retry()
    await on_slack.settled()
    assert (counted(on_slack), asked.text) == (before, told)

    await slack.press(control(asked.blocks, "0.7"), channel="D1MEI", message_ts=asked.ts)
    await on_slack.settled()
    assert scores(on_slack) == ["0.7"]


async def test_a_form_in_slack_stays_open_with_what_was_typed(on_slack: Running, slack: SlackFake) -> None:
    asked = question(slack, "mei")
    await slack.press(control(asked.blocks, "Update…"), channel="D1MEI", message_ts=asked.ts)
    await on_slack.settled()
    (view,) = slack.open_views
    before = counted(on_slack)

    with away(on_slack.house.db):
        answer = await slack.submit(view, slack_values(value="49"))
        await on_slack._drained()

    assert NOTHING in str(answer.body)
    assert [one["id"] for one in slack.open_views] == [view["id"]], "what was typed is still there"
    assert counted(on_slack) == before

    await slack.submit(slack.open_views[0], slack_values(value="49"))
    await on_slack.settled()
    assert [row.value for row in on_slack.said_of("GRO-5")] == [49]


async def test_an_edit_in_slack_is_sent_again(on_slack: Running, slack: SlackFake) -> None:
    await slack.message("KR1 46k")
    await on_slack.settled()
    (said,) = slack.said("U1MEI")

    with away(on_slack.house.db):
        answer = await slack.edit_message("U1MEI", said.ts, "KR1 47k")
    assert answer.status >= 500
    assert [row.undone_at for row in on_slack.said_of("GRO-1")] == [None], "the old words still count"

    await slack.retry()
    await on_slack.settled()
    assert [row.value for row in on_slack.said_of("GRO-1") if row.undone_at is None] == [47_000]


async def test_words_and_presses_in_teams_are_answered_at_once_and_not_taken_behind_ones_back(
    on_teams: Running, teams: TeamsFake
) -> None:
    asked = question_in_teams(teams, MEI)
    before, shown = counted(on_teams), asked.text

    with away(on_teams.house.db):
        assert (await teams.says("KR1 46k", person=MEI)).status == 200
        assert teams.texts(chat(MEI))[-1] == NOTHING
        assert (await teams.presses(asked, asked.button("0.7"), person=MEI)).status == 200
        assert teams.texts(chat(MEI))[-2:] == [NOTHING, NOTHING]

    assert (await teams.again()).status == 200
    await on_teams.settled()
    assert (counted(on_teams), asked.text) == (before, shown)

    await teams.presses(asked, asked.button("0.7"), person=MEI)
    await on_teams.settled()
    assert scores(on_teams) == ["0.7"]


async def test_where_nobody_can_be_told_in_teams_it_is_sent_again(on_teams: Running, teams: TeamsFake) -> None:
    asked = question_in_teams(teams, MEI)
    before = counted(on_teams)

    with away(on_teams.house.db):
        teams.play("send", *[Broken(500)] * 5)
        assert (await teams.presses(asked, asked.button("0.7"), person=MEI)).status == 500
    assert counted(on_teams) == before

    for _ in range(2):
        assert (await teams.again()).status == 200
        await on_teams.settled()
    assert scores(on_teams) == ["0.7"]
    assert NOTHING not in teams.texts(chat(MEI))
