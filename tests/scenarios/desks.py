"""The same conversation on each platform: somebody writes, sees a question with its buttons, and answers."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

from bot.platforms.console.buttons import pressables
from storage import models as m
from tests.fakes.slack import SlackFake
from tests.fakes.teams import TeamsFake
from tests.scenarios import slack_world, teams_world
from tests.scenarios.running import Running
from tests.scenarios.week import Week

TEEBEE = "../../examples/teebee.yaml"
SLACK = {"mei": "U1MEI", "jack": "U2JACK", "linmei": "U3LIN", "wangjie": "U4WANG"}
TEAMS = {"mei": "mei-object-id", "jack": "jack-object-id", "linmei": "lin-object-id", "wangjie": "wang-object-id"}


class Desk(Protocol):
    """Somebody of TeeBee before their messages."""

    async def says(self, who: str, text: str) -> None: ...

    async def presses(self, who: str, label: str) -> None: ...

    def newest(self, who: str) -> str:
        """The last message as it stands now, as text."""
        ...

    def offered(self, who: str) -> list[str]:
        """The buttons on it."""
        ...

    def said_of(self, key_result: str) -> list[m.CheckIn]: ...


class ConsoleDesk:
    def __init__(self, week: Week) -> None:
        self.week = week

    async def says(self, who: str, text: str) -> None:
        await self.week.person(who).types(text)

    async def presses(self, who: str, label: str) -> None:
        await self.week.person(who).taps(label)

    def newest(self, who: str) -> str:
        return self.week.person(who).newest()

    def offered(self, who: str) -> list[str]:
        return [one.label for one in pressables(self.week.person(who).messages()[-1].card)]

    def said_of(self, key_result: str) -> list[m.CheckIn]:
        return self.week.said_of(key_result)


class SlackDesk:
    def __init__(self, slack: SlackFake, okra: Running) -> None:
        self.slack, self.okra = slack, okra

    def _last(self, who: str) -> Any:
        return self.slack.messages[f"D{SLACK[who][1:]}"][-1]

    def _elements(self, who: str) -> list[dict[str, Any]]:
        found = []
        for block in self._last(who).blocks:
            found += [*block.get("elements", ()), block.get("accessory", {})]
        return [one for one in found if one.get("type") == "button"]

    async def says(self, who: str, text: str) -> None:
        await self.slack.message(text, user=SLACK[who])
        await self.okra.settled()

    async def presses(self, who: str, label: str) -> None:
        element = next(one for one in self._elements(who) if one["text"]["text"] == label)
        channel, ts = f"D{SLACK[who][1:]}", self._last(who).ts
        await self.slack.press(element, user=SLACK[who], channel=channel, message_ts=ts)
        await self.okra.settled()

    def newest(self, who: str) -> str:
        return str(self._last(who).text) + json.dumps(self._last(who).blocks, ensure_ascii=False)

    def offered(self, who: str) -> list[str]:
        return [str(one["text"]["text"]) for one in self._elements(who)]

    def said_of(self, key_result: str) -> list[m.CheckIn]:
        return [row for row in self.okra.said_of(key_result) if row.undone_at is None]


class TeamsDesk:
    def __init__(self, teams: TeamsFake, okra: Running) -> None:
        self.teams, self.okra = teams, okra

    def _last(self, who: str) -> Any:
        return self.teams.messages(f"a:{TEAMS[who]}")[-1]

    async def says(self, who: str, text: str) -> None:
        await self.teams.says(text, person=TEAMS[who])
        await self.okra.settled()

    async def presses(self, who: str, label: str) -> None:
        message = self._last(who)
        await self.teams.presses(message, message.button(label), person=TEAMS[who])
        await self.okra.settled()

    def newest(self, who: str) -> str:
        return str(self._last(who).text) + json.dumps(self._last(who).card, ensure_ascii=False)

    def offered(self, who: str) -> list[str]:
        return [str(one.get("title")) for one in self._last(who).actions() if one.get("title")]

    def said_of(self, key_result: str) -> list[m.CheckIn]:
        return [row for row in self.okra.said_of(key_result) if row.undone_at is None]


@asynccontextmanager
async def desk(platform: str, folder: Path) -> AsyncIterator[Desk]:
    """TeeBee on a platform, on a Thursday before anything was asked."""
    if platform == "console":
        week = Week(folder, TEEBEE)
        await week.stage.house.start()
        yield ConsoleDesk(week)
        week.end()
    elif platform == "slack":
        slack = SlackFake(slack_world.slack_time())
        for handle, user in SLACK.items():
            slack.add_person(user, handle.title())
        async with slack_world.started(slack, tuple(SLACK.values())), slack_world.behind(slack, folder, SLACK) as okra:
            yield SlackDesk(slack, okra)
    else:
        teams = TeamsFake(teams_world.teams_time())
        for handle, person in TEAMS.items():
            teams.add_person(person, handle.title())
        teams.add_conversation(teams_world.BOARD, *TEAMS.values())
        async with (
            teams_world.started(teams),
            teams_world.behind(teams, folder, TEAMS, {"GRO": teams_world.BOARD}) as okra,
        ):
            yield TeamsDesk(teams, okra)
