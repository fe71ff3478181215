"""Many messages under a platform's limit: the pump against a pretend Slack that refuses whoever is too fast.

Okra and Slack are processes of their own. Slack takes so many messages in any second and answers 429 to the rest.
"""

import asyncio
import gc
import logging
import time
from collections import deque
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe

import sqlalchemy as sa
from pydantic import SecretStr
from sqlmodel import Session, col, select

from app import build_house
from bot.cards.model import Card, Run, Text
from bot.cli.composing import compose
from bot.cli.logs import configure_logs
from bot.clock import MovableClock, SystemClock, real_seconds
from bot.delivery.kinds import MessageKind
from bot.delivery.pacing import Pacer
from bot.delivery.pump import Pump
from bot.settings import Settings
from storage import installations
from storage import models as m
from storage.deliveries import plan_delivery
from storage.generated import write_company
from storage.session import Database, bring_up_to_date
from tests.bench.large import ASKED_AT, FOUNDED, OWNERS, Size, large_company
from tests.bench.processes import megabytes, process, until_told
from tests.bench.table import Aim, Line, Table, Unit
from tests.fakes.slack import TEAM, TOKEN, SlackFake
from tests.fakes.slack.limits import Limits
from tests.fakes.slack.state import Ask

KIND = "bench"
EACH = 10
"""Messages to one person."""
POSTING = "chat.postMessage"
NEARLY = 0.97
NONE = Aim(0, of_figure=True)


class SoManyASecond(Limits):
    """Lets so many messages pass in any second, and keeps when they did."""

    def __init__(self, rate: int) -> None:
        super().__init__(SystemClock())
        self._recent: deque[float] = deque(maxlen=rate)
        self.refused = 0
        self.first = self.last = 0.0

    def wait(self, method: str, team: str, ask: Ask | None) -> int:
        if method != POSTING:
            return 0
        now = time.monotonic()
        if len(self._recent) == self._recent.maxlen and now - self._recent[0] < 1.0:
            self.refused += 1
            return 1
        self._recent.append(now)
        self.first = self.first or now
        self.last = now
        return 0


@dataclass(frozen=True, slots=True)
class Seen:
    """What Slack saw."""

    messages: int
    keys: int
    refused: int
    seconds: float
    """From the first message to the last."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What Okra's process tells of itself: how many have left, and its memory."""

    sent: int
    idle_megabytes: float
    megabytes: float


def cost_of_delivering(table: Table, name: str, url: str, messages: int, rate: int) -> None:
    """`messages` under a limit of `rate` a second: how near to it they leave, how often twice, how often refused."""
    bring_up_to_date(url)
    db = Database(url, MovableClock(ASKED_AT))
    try:
        db.write_now(_fill, messages)
    finally:
        db.close()
    table.section(f"{name}: {messages:,} messages under a limit of {rate} a second")
    with process(_slack, rate, -(-messages // EACH)) as slack, process(_okra, url, slack.address, rate) as okra:
        sent: Sent = okra.ask()
        seen: Seen = slack.ask()
    limit = float(rate)
    pace = (seen.messages - 1) / seen.seconds if seen.seconds else 0.0
    note = f"{sent.sent:,} sent as Okra counts them, {seen.messages:,} as Slack does"
    table.add(Line("messages a second", pace, limit, "the limit", note, Unit.PER_SECOND, Aim(NEARLY, at_least=True)))
    table.add(Line("sent twice", seen.messages - seen.keys, None, "", "", Unit.COUNT, NONE))
    table.add(Line("not sent", messages - seen.keys, None, "", "", Unit.COUNT, NONE))
    table.add(Line("refused by Slack as too fast", seen.refused, None, "", "", Unit.COUNT, NONE))
    table.add(Line("memory after them", sent.megabytes, sent.idle_megabytes, "idle, ready", "", Unit.MEGABYTES))


def _fill(session: Session, messages: int) -> None:
    """A company in which everybody is to be sent a few messages."""
    people = -(-messages // EACH)
    write_company(session, large_company(Size(teams=-(-people // OWNERS), krs_each=1)))
    workspace = session.exec(select(m.Workspace)).one()
    session.execute(sa.update(m.Installation).values(state=m.InstallationState.REVOKED))  # the console it came with
    place = installations.connect(session, workspace.id, m.Platform.SLACK, TEAM, FOUNDED)
    chosen = session.exec(select(m.Person.id).order_by(col(m.Person.id)).limit(people)).all()
    for number, person in enumerate(chosen):
        there = m.Address(
            workspace_id=workspace.id, person_id=person, installation_id=place.id, external_id=_name(number)
        )
        session.add(there)
    session.flush()
    for number in range(messages):
        plan_delivery(
            session,
            workspace_id=workspace.id,
            kind=KIND,
            subject=f"message {number}",
            period="once",
            due_at=ASKED_AT,
            now=ASKED_AT,
            person_id=chosen[number % people],
        )


def _name(number: int) -> str:
    return f"U{number:06}PRETEND"


# --- Slack --------------------------------------------------------------------------------------


def _slack(pipe: Pipe, rate: int, people: int) -> None:
    asyncio.run(_serve_slack(pipe, rate, people))


async def _serve_slack(pipe: Pipe, rate: int, people: int) -> None:
    gc.disable()  # a full collection holds all that arrives up for 0.14 s, and then too many come in one second
    slack = SlackFake(SystemClock())
    for number in range(people):
        slack.add_person(_name(number), f"Person {number}")
    limits = slack.limits = SoManyASecond(rate)
    await slack.start()

    async def seen() -> Seen:
        stand = [str(one.metadata) for said in slack.messages.values() for one in said]
        return Seen(len(stand), len(set(stand)), limits.refused, limits.last - limits.first)

    pipe.send(slack.api_url)
    try:
        await until_told(pipe, seen)
    finally:
        await slack.stop()


# --- Okra ---------------------------------------------------------------------------------------


def _okra(pipe: Pipe, url: str, api_url: str, rate: int) -> None:
    asyncio.run(_deliver(pipe, url, api_url, rate))


async def _deliver(pipe: Pipe, url: str, api_url: str, rate: int) -> None:
    """The whole app beside the pretend Slack, with a pump that sends at the limit once it is asked."""
    configure_logs("text", logging.CRITICAL)
    clock = MovableClock(ASKED_AT)
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        slack_bot_token=SecretStr(TOKEN),
        slack_signing_secret=SecretStr("pretend"),
        slack_api_url=api_url,
    )
    db = Database(url, clock)
    try:
        house = build_house(db, clock)
        card = Card((Text(((Run("A line of text."),),)),))
        kinds = {KIND: MessageKind(compose=lambda _session, _row, _now: card)}
        pump = Pump(db, clock, kinds, house.ports, Pacer(rate, real_seconds, db=db), real_seconds)
        async with compose(house, settings):
            idle = megabytes()

            async def sent() -> Sent:
                return Sent(await pump.run_once(), idle, megabytes())

            pipe.send("")
            await until_told(pipe, sent)
            await pump.rest()
    finally:
        db.close()
