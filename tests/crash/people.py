"""What people say and press while Okra is being killed, and how often: each waits until they were heard."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp

from tests.crash.company import MOST, Somebody
from tests.crash.pretend import FaultySlack, FaultyTeams
from tests.fakes.slack.deliveries import Unacknowledged
from tests.fakes.slack.state import dm_of
from tests.fakes.slack.values import Message as SlackMessage
from tests.fakes.teams.values import Message as TeamsMessage

PRESSED = "score"
"""What the buttons of the weekly question do; a question back has buttons of the same words."""
SCORES = ("0.3", "0.5", "0.7", "1.0")
ACK_SECONDS = 3.0
"""How long a platform waits for its acknowledgement."""
PAUSE = 0.05
"""Seconds until a platform delivers again what was not taken."""
AGAIN = 0.15
"""How often a platform sends again what was taken: its acknowledgement was lost on the way."""


@dataclass
class Said:
    """One thing that somebody told Okra."""

    who: Somebody
    value: str = ""
    """The number they typed."""
    score: str = ""
    """The self-score they pressed."""
    deliveries: int = 0
    acknowledged: bool = False


@dataclass
class People:
    """Everybody, and what they said. `url` gives the address of a process that listens, if there is one."""

    slack: FaultySlack
    teams: FaultyTeams
    url: Callable[[], str | None]
    seed: int
    said: list[Said] = field(default_factory=list)
    _values: dict[int, int] = field(default_factory=dict)
    _pressed: set[tuple[int, str]] = field(default_factory=set)

    async def act(self, who: Somebody, chance: random.Random) -> None:
        """Half of them press a button of each weekly question, as soon as it is there; the others type a number."""
        if who.number % 2:
            await self._type(who, chance)
        else:
            await self._press(who, chance)

    # --- typing -----------------------------------------------------------------------------------

    async def _type(self, who: Somebody, chance: random.Random) -> None:
        number = self._values.get(who.number, 0) + 1
        if number >= MOST:
            return
        self._values[who.number] = number
        said = Said(who, value=str(number))
        self.said.append(said)
        text = f"KR{who.place} {number}"
        if who.on_teams:
            body = self.teams.activity(who.external_id, text=text)
            await self._until_taken(said, lambda: self._to_teams(body))
            if chance.random() < AGAIN:
                await self._once(lambda: self._to_teams(body))
            return
        await self.slack.message(text, user=who.external_id, event_id=f"Ev{who.number}-{number}")
        event = self.slack.made.pop()
        await self._until_taken(said, lambda: self._to_slack(event))
        if chance.random() < AGAIN:
            await self._once(lambda: self._to_slack(event))

    async def _to_slack(self, event: Unacknowledged) -> bool:
        answer = await self.slack._wire.deliver("events_api", event.body, event.attempts, event.reason)
        event.attempts, event.reason = min(event.attempts + 1, 3), "http_error" if answer.status else "http_timeout"
        return answer.acknowledged

    async def _to_teams(self, body: object) -> bool:
        try:
            async with asyncio.timeout(ACK_SECONDS):
                return 200 <= (await self.teams.post(body)).status < 300
        except (aiohttp.ClientError, TimeoutError):
            return False

    # --- pressing ---------------------------------------------------------------------------------

    async def _press(self, who: Somebody, chance: random.Random) -> None:
        score = chance.choice(SCORES)
        await (self._press_on_teams(who, score) if who.on_teams else self._press_on_slack(who, score))

    async def _press_on_slack(self, who: Somebody, score: str) -> None:
        channel = dm_of(who.external_id)
        found = [(one, _slack_button(one, score)) for one in self.slack.messages.get(channel, [])]
        buttons = [(one, button) for one, button in found if button is not None]
        if not buttons or (who.number, buttons[-1][0].ts) in self._pressed:
            return
        message, button = buttons[-1]
        self._pressed.add((who.number, message.ts))
        said = Said(who, score=score)
        self.said.append(said)

        async def press() -> bool:
            answer = await self.slack.press(
                {**button, "type": "button"}, user=who.external_id, channel=channel, message_ts=message.ts
            )
            return answer.acknowledged

        await self._until_taken(said, press)

    async def _press_on_teams(self, who: Somebody, score: str) -> None:
        chat = f"a:{who.external_id}"
        found = [(one, _teams_button(one, score)) for one in self.teams.messages(chat)]
        buttons = [(one, button) for one, button in found if button is not None]
        if not buttons or (who.number, buttons[-1][0].id) in self._pressed:
            return
        message, button = buttons[-1]
        self._pressed.add((who.number, message.id))
        said = Said(who, score=score)
        self.said.append(said)
        body = self.teams.activity(who.external_id, chat, value=button["data"], replyToId=message.id)
        await self._until_taken(said, lambda: self._to_teams(body))

    # --- until it is taken ------------------------------------------------------------------------

    async def _until_taken(self, said: Said, deliver: Callable[[], Awaitable[bool]]) -> None:
        while not said.acknowledged:
            said.deliveries += 1
            said.acknowledged = await self._once(deliver)
            if not said.acknowledged:
                await asyncio.sleep(PAUSE)

    async def _once(self, deliver: Callable[[], Awaitable[bool]]) -> bool:
        """Deliver to a process that listens; not at all where there is none."""
        url = self.url()
        if url is None:
            return False
        self.slack.app_url = self.teams.app_url = url
        return await deliver()


def _slack_button(message: SlackMessage, score: str) -> dict[str, object] | None:
    for block in message.blocks:
        for element in block.get("elements", ()):
            is_score = element.get("type") == "button" and element.get("text", {}).get("text") == score
            if is_score and str(element.get("action_id")).startswith(f"{PRESSED}#"):
                return dict(element)
    return None


def _teams_button(message: TeamsMessage, score: str) -> dict[str, object] | None:
    for action in message.actions():
        is_score = action.get("type") == "Action.Submit" and action.get("title") == score
        if is_score and action["data"].get("action") == PRESSED:
            return dict(action)
    return None
