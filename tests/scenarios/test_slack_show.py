"""`/okr show` in Slack: a word at once, the picture after it, and nothing for those who may not see."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from bot.okr.model import KRType
from bot.platforms.slack import files
from storage import agendas
from storage import models as m
from tests.fakes.http import Refused
from tests.fakes.slack import SlackFake
from tests.scenarios.running import Running
from tests.scenarios.slack_world import behind, slack_time, started

PEOPLE = {"mei": "U1MEI", "jack": "U2JACK", "li": "U3LI"}


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "WAITS", (0.0, 0.0, 0.0))


@pytest.fixture
async def slack() -> AsyncIterator[SlackFake]:
    fake = SlackFake(slack_time())
    fake.add_person("U1MEI", "Mei Tan")
    fake.add_person("U2JACK", "Jack Moreno")
    fake.add_person("U3LI", "Li Wei")
    async with started(fake, PEOPLE.values()):
        yield fake


@pytest.fixture
async def okra(tmp_path: Path, slack: SlackFake) -> AsyncIterator[Running]:
    async with behind(slack, tmp_path, PEOPLE) as one:
        yield one


async def test_the_picture_of_what_was_just_said_follows_the_answer(okra: Running, slack: SlackFake) -> None:
    await slack.message("KR2 31%", user="U3LI")
    await okra.settled()

    answer = await slack.command("show KR2", user="U3LI")
    await okra.settled()

    assert "21% → 31% · 9 Oct - 12 Nov · expected 33.8% by then" in answer.body["text"]
    (picture,) = [message for message in slack.history["C1SALES"] if any(b["type"] == "image" for b in message.blocks)]
    assert picture.only_for == "U3LI"
    assert picture.text.startswith("KR2: 31% on 12 Nov; expected 33.8% by then; from 20% to 50%")
    (file,) = slack.workspace.files.values()
    assert file.data is not None
    assert file.data.startswith(b"\x89PNG")


async def test_what_is_done_or_not_has_no_picture(okra: Running, slack: SlackFake) -> None:
    def is_a_milestone(session: Session) -> None:
        row = session.exec(select(m.KeyResult).join(m.Team).where(m.Team.key == "GRO", m.KeyResult.number == 2)).one()
        row.type, row.baseline, row.target = KRType.MILESTONE, None, None
        session.add(row)

    okra.house.db.write_now(is_a_milestone)
    await slack.command("show KR2", user="U3LI")
    await okra.settled()

    assert slack.workspace.files == {}


async def test_the_standing_board_is_pinned_in_its_channel(okra: Running, slack: SlackFake) -> None:
    slack.play("pins.add", Refused("missing_scope"))

    def stands(session: Session) -> None:
        growth = session.exec(select(m.Team).where(m.Team.key == "GRO")).one()
        growth.rituals = {**growth.rituals, "standing_board": True}
        session.add(growth)
        agendas.look_again(session, {growth.id}, okra.clock.now())

    okra.house.db.write_now(stands)
    await okra.at("2026-11-12 09:02")
    (board,) = slack.messages["C1SALES"]
    assert "OKR board" in board.text
    assert slack.channels["C1SALES"].pins == []

    await okra.at("2026-11-13 09:03")

    assert slack.channels["C1SALES"].pins == [board.ts]
    assert len(slack.called("pins.add")) == 2


async def test_who_may_not_see_a_key_result_gets_no_chart_of_it(okra: Running, slack: SlackFake) -> None:
    await slack.message("KR2 31%", user="U3LI")
    await okra.settled()

    def hide(session: Session) -> None:
        team = session.exec(select(m.Team).where(col(m.Team.key) == "GRO")).one()
        for objective in session.exec(select(m.Objective).where(m.Objective.team_id == team.id)):
            objective.visibility = m.Visibility.TEAM
            session.add(objective)
        stranger = session.exec(select(m.Person).where(col(m.Person.handle) == "jack")).one()
        for membership in session.exec(select(m.Membership).where(m.Membership.person_id == stranger.id)):
            session.delete(membership)
        for row in session.exec(select(m.KeyResult).where(m.KeyResult.lead_owner_id == stranger.id)):
            row.lead_owner_id = None
            session.add(row)

    okra.house.db.write_now(hide)
    answer = await slack.command("show GRO-2", user="U2JACK")
    await okra.settled()

    assert "31%" not in answer.text
    assert slack.workspace.files == {}
