"""One workspace on Slack and on Teams: whoever is on both is asked once, and an answer counts wherever it is given."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlmodel import Session, select

from bot.cli.composing import Connection
from bot.cli.import_file import read_file, write
from bot.clock import MovableClock
from bot.okr.localtime import instant
from bot.platforms.teams.config import NO_LIMITS, Cloud
from bot.settings import Settings
from storage import models as m
from storage.okr_files import OkrFile
from storage.okr_files.schema import AddressEntry, PersonEntry
from tests.fakes.slack import SECRET, TEAM, TOKEN, SlackFake
from tests.fakes.teams import APP_ID, PASSWORD, TENANT, TeamsFake
from tests.scenarios.running import BEGIN, MADRID, TEEBEE, Running, moved_to, running
from tests.scenarios.slack_world import CHANNEL, slack_time, started

ON_SLACK = {"mei": "U1MEI", "jack": "U2JACK"}
ON_TEAMS = {"mei": "mei-object-id", "jack": "jack-object-id"}
NAMES = {"mei": "Mei Tan", "jack": "Jack Moreno"}
BOARD = "19:board@thread.tacv2"
QUESTION = "Weekly check-in"


@dataclass
class Both:
    """Okra behind two pretend platforms."""

    okra: Running
    slack: SlackFake
    teams: TeamsFake

    async def at(self, moment: str) -> None:
        await self.okra.at(moment)

    def in_slack(self, who: str) -> list[str]:
        """What stands in somebody's chat with Okra in Slack."""
        return self.slack.texts(f"D{ON_SLACK[who][1:]}")

    def in_teams(self, who: str) -> list[str]:
        return self.teams.texts(f"a:{ON_TEAMS[who]}")

    def asked(self, who: str) -> tuple[int, int]:
        """How many questions stand in Slack and in Teams."""
        found = [sum(QUESTION in text for text in texts) for texts in (self.in_slack(who), self.in_teams(who))]
        return found[0], found[1]

    async def says_in_slack(self, who: str, text: str) -> None:
        await self.slack.message(text, user=ON_SLACK[who])
        await self.okra.settled()

    async def says_in_teams(self, who: str, text: str) -> None:
        await self.teams.says(text, person=ON_TEAMS[who])
        await self.okra.settled()


@pytest.fixture
async def slack() -> AsyncIterator[SlackFake]:
    fake = SlackFake(slack_time())
    for handle, user in ON_SLACK.items():
        fake.add_person(user, NAMES[handle], tz=MADRID)
    async with started(fake, ON_SLACK.values()):
        yield fake


@pytest.fixture
async def teams() -> AsyncIterator[TeamsFake]:
    fake = TeamsFake(MovableClock(instant(BEGIN.date(), BEGIN.time(), MADRID)))
    for handle, person in ON_TEAMS.items():
        fake.add_person(person, NAMES[handle], zone=MADRID)
    fake.add_team(BOARD, "Growth", *ON_TEAMS.values())
    await fake.start()
    yield fake
    await fake.stop()


def on_both(file: OkrFile) -> OkrFile:
    """The same file, whose people are in Teams, too."""

    def person(entry: PersonEntry) -> PersonEntry:
        if entry.handle not in ON_TEAMS:
            return entry
        other = AddressEntry(line=entry.line, platform=m.Platform.TEAMS, external_id=ON_TEAMS[entry.handle])
        return replace(entry, addresses=(*entry.addresses, other))

    return replace(file, people=tuple(person(one) for one in file.people))


@pytest.fixture
async def both(tmp_path: Path, slack: SlackFake, teams: TeamsFake) -> AsyncIterator[Both]:
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        slack_bot_token=SecretStr(TOKEN),
        slack_signing_secret=SecretStr(SECRET),
        slack_api_url=slack.api_url,
        teams_app_id=APP_ID,
        teams_app_password=SecretStr(PASSWORD),
        teams_tenant_id=TENANT,
    )
    cloud = Cloud(login_url=teams.url, open_id_metadata_url=teams.metadata_url, limits=NO_LIMITS)
    connection = Connection(m.Platform.SLACK, TEAM, "Pretend")
    async with running(tmp_path, settings, connection, ON_SLACK, {"GRO": CHANNEL}, cloud) as one:
        slack.app_url = teams.app_url = one.url
        teams._state.clock = one.clock  # it is the same time in Teams
        file = on_both(moved_to(read_file(TEEBEE), m.Platform.SLACK, ON_SLACK, {"GRO": CHANNEL}))
        await one.house.db.write(write, file, (), one.clock.now())
        for person in ON_TEAMS.values():
            await teams.installs(person)
        await one.settled()
        yield Both(one, slack, teams)


async def test_nobody_is_asked_in_two_places(both: Both) -> None:
    await both.at("2026-11-12 10:00")

    assert {who: sum(both.asked(who)) for who in ON_SLACK} == {"mei": 1, "jack": 1}


async def test_one_is_asked_where_one_answered_last(both: Both) -> None:
    await both.says_in_teams("mei", "hello")
    await both.says_in_teams("jack", "hello")
    await both.says_in_slack("jack", "hello")

    await both.at("2026-11-12 10:00")

    assert both.asked("mei") == (0, 1)
    assert both.asked("jack") == (1, 0)


async def test_an_answer_elsewhere_counts_and_shows_where_the_question_stands(both: Both) -> None:
    await both.says_in_slack("mei", "hello")
    await both.at("2026-11-12 10:00")
    assert both.asked("mei") == (1, 0)

    await both.says_in_teams("mei", "KR1 46k")
    await both.at("2026-11-12 10:02")

    assert [format(row.value, "f") for row in both.okra.said_of("GRO-1") if row.value is not None] == ["46000"]
    assert "$46k" in both.in_teams("mei")[-1]
    (question,) = [text for text in both.in_slack("mei") if QUESTION in text]
    assert "✓ $44k → $46k" in question
    await both.says_in_slack("mei", "KR1 47k")
    assert len(both.okra.said_of("GRO-1")) == 2


async def test_whoever_moves_while_asked_is_reminded_there_and_not_asked_anew(both: Both) -> None:
    await both.says_in_slack("jack", "hello")
    await both.at("2026-11-12 10:00")
    await both.says_in_teams("jack", "help")
    before = len(both.in_slack("jack"))

    await both.at("2026-11-12 16:00")
    await both.at("2026-11-13 08:50")
    await both.at("2026-11-13 09:50")

    assert both.asked("jack") == (1, 0)
    assert len(both.in_slack("jack")) == before
    assert any("GRO-4" in text for text in both.in_teams("jack"))


async def test_the_board_goes_where_the_teams_channel_is(both: Both) -> None:
    await both.teams.adds_to(BOARD)
    await both.says_in_teams("mei", "hello")
    await both.at("2026-11-13 09:50")

    assert any("Growth · OKR board" in text for text in both.slack.texts(CHANNEL))
    assert both.teams.texts(BOARD) == []


async def test_a_lead_moves_the_board_from_one_platform_to_the_other(both: Both) -> None:
    await both.teams.adds_to(BOARD)
    await both.teams.mentions("settings team", BOARD)
    await both.okra.settled()
    form = both.teams.messages("a:mei-object-id")[-1]
    growth = next(
        each["value"]
        for one in _choices(form.card)
        for each in one["choices"]
        if each["title"].startswith("here: Growth")
    )
    save = next(action for action in form.actions() if action["title"] == "Save")
    where = next(one["id"] for one in _choices(form.card) if one["id"].endswith("place"))

    await both.teams.presses(form, save, {where: growth})
    await both.okra.settled()
    await both.at("2026-11-13 09:50")

    assert any("Growth · OKR board" in text for text in both.teams.texts(BOARD))
    assert not any("Growth · OKR board" in text for text in both.slack.texts(CHANNEL))


async def test_where_okra_is_taken_away_the_question_goes_to_the_other_place(both: Both) -> None:
    await both.says_in_teams("mei", "hello")
    await both.teams.uninstalls(ON_TEAMS["mei"])

    await both.at("2026-11-12 10:00")

    assert both.asked("mei") == (1, 0)

    def told(session: Session) -> list[str]:
        rows = session.exec(select(m.Delivery).where(m.Delivery.kind == "lead_notice")).all()
        return [row.subject for row in rows]

    mei = both.okra.house.db.read_now(lambda session: session.exec(select(m.Person.id)).first())
    assert not any(subject.startswith(f"person:{mei}:") for subject in both.okra.house.db.read_now(told))


def _choices(element: object) -> list[dict[str, Any]]:
    if isinstance(element, list):
        return [each for one in element for each in _choices(one)]
    if not isinstance(element, dict):
        return []
    own = [element] if element.get("type") == "Input.ChoiceSet" else []
    return own + [each for one in element.values() for each in _choices(one)]
