"""How fast clicks are taken, each on disk before its acknowledgement, beside a Bolt app that only acknowledges.

Both stand on the same server, in a process of their own, and get the same signed presses from here.
"""

import asyncio
import itertools
import json
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from urllib.parse import urlencode

import aiohttp
import sqlalchemy as sa
from sqlmodel import Session, col, select

from bot.cli.logs import configure_logs
from bot.clock import MovableClock
from bot.platforms.slack.app import PATH
from bot.rituals.planner import plan_due
from bot.web.server import Server
from storage import installations
from storage import models as m
from storage.generated import write_company
from storage.session import Database, bring_up_to_date
from tests.bench.large import ASKED_AT, FOUNDED, Size, large_company
from tests.bench.processes import Served, process, processor_seconds, until_told
from tests.bench.slack import serve_okra
from tests.bench.table import Aim, Line, Table, Unit, percentile
from tests.fakes.bolt import acknowledging
from tests.fakes.load import signed
from tests.fakes.slack.values import APP_ID, TEAM

AT_ONCE = 20
"""So many people press, and press again as soon as they are acknowledged."""
A_SECOND = 100
"""Presses a second where they come whether those before were acknowledged or not."""
WARM_UP = 0.2
"""Of the time of each load; in a running company caches are warm, too."""
COMPANY = Size(teams=20)
HALF = Aim(0.5, at_least=True)
SOON = Aim(0.1, of_figure=True)
SCORES = tuple(f"0.{digit}" for digit in range(1, 10))


@dataclass(frozen=True, slots=True)
class Button:
    """A key result's button in somebody's weekly question."""

    person: str
    token: str


class Presses:
    """Signed requests: each a press that nobody made before, on a score of a key result."""

    def __init__(self, buttons: Sequence[Button]) -> None:
        self._buttons = itertools.cycle(buttons)
        self._count = itertools.count(1)

    def next(self) -> tuple[str, dict[str, str]]:
        """The body and the headers of one more."""
        number, button = next(self._count), next(self._buttons)
        payload = {
            "type": "block_actions",
            "api_app_id": APP_ID,
            "team": {"id": TEAM, "domain": "pretend"},
            "enterprise": None,
            "is_enterprise_install": False,
            "user": {"id": button.person, "team_id": TEAM},
            "channel": {"id": "D1PRETEND", "name": "directmessage"},
            "container": {"type": "message", "message_ts": "1.000001", "channel_id": "D1PRETEND"},
            "trigger_id": f"{number}.click",
            "response_url": "http://127.0.0.1:9/nobody",
            "actions": [
                {
                    "type": "button",
                    "block_id": "b",
                    "action_id": "score#1",
                    "action_ts": f"{number}.000001",
                    "value": f"{button.token}:{SCORES[number % len(SCORES)]}",
                }
            ],
        }
        body = urlencode({"payload": json.dumps(payload)})
        return body, signed(body)


@dataclass(frozen=True, slots=True)
class _Run:
    """What was seen of one server."""

    a_second: float
    """Acknowledged, with `AT_ONCE` people who do not wait."""
    waits: list[float]
    """Seconds until each acknowledgement, at `A_SECOND`."""
    pressed: int
    """In all."""
    busy: float
    """Seconds of the processor for each press at `A_SECOND`."""


async def _loaded(server: Served, buttons: Sequence[Button], seconds: float) -> _Run:
    presses = Presses(buttons)
    url = f"{server.address}{PATH}"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        warm = await _steadily(session, url, presses, WARM_UP * seconds)
        before = server.ask()
        waits = await _steadily(session, url, presses, seconds)
        busy = (server.ask() - before) / len(waits)
        began = time.perf_counter()
        counts = await asyncio.gather(*(_again(session, url, presses, began + seconds) for _ in range(AT_ONCE)))
        return _Run(sum(counts) / (time.perf_counter() - began), waits, len(warm) + len(waits) + sum(counts), busy)


async def _steadily(session: aiohttp.ClientSession, url: str, presses: Presses, seconds: float) -> list[float]:
    """Seconds from the moment when each press was due until its acknowledgement."""
    began = time.perf_counter()
    pressing: list[asyncio.Task[float]] = []
    for number in range(max(1, int(A_SECOND * seconds))):
        due = began + number / A_SECOND
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        pressing.append(asyncio.create_task(_press(session, url, presses, due)))
    return list(await asyncio.gather(*pressing))


async def _again(session: aiohttp.ClientSession, url: str, presses: Presses, until: float) -> int:
    count = 0
    while time.perf_counter() < until:
        await _press(session, url, presses, 0.0)
        count += 1
    return count


async def _press(session: aiohttp.ClientSession, url: str, presses: Presses, due: float) -> float:
    body, headers = presses.next()
    async with session.post(url, data=body, headers=headers) as answer:
        text = await answer.text()
        assert answer.status == 200, f"{answer.status} {text}"
    return time.perf_counter() - due


# --- both servers -------------------------------------------------------------------------------


def cost_of_clicks(table: Table, name: str, url: str, seconds: float) -> None:
    """The rows of one database; each load lasts so many seconds."""
    bring_up_to_date(url)
    db = Database(url, MovableClock(ASKED_AT))
    try:
        buttons = asyncio.run(_company(db))
        table.section(f"{name}: a click, stored before it is acknowledged")
        floor = _measured(lambda: process(_serve_bolt), buttons, seconds)
        ours = _measured(lambda: process(serve_okra, url, ASKED_AT), buttons, seconds)
        stored, done = db.read_now(_counted)
    finally:
        db.close()
    bare = "a Bolt app that only acknowledges"
    note = f"{ours.pressed} pressed, {stored} stored, {done} handled when it was stopped"
    per_second = f"acknowledged, {AT_ONCE} people at once"
    table.add(Line(per_second, ours.a_second, floor.a_second, bare, note, Unit.PER_SECOND, HALF))
    busy = f"processor {ours.busy * 1e3:.1f} ms each, floor {floor.busy * 1e3:.1f} ms"
    for percent, aim in ((50, None), (99, SOON)):
        waits = percentile(ours.waits, percent), percentile(floor.waits, percent)
        table.add(Line(f"acknowledged at {A_SECOND}/s, {percent} of 100", *waits, bare, busy, aim=aim))


def _measured(serve: Callable[[], AbstractContextManager[Served]], buttons: Sequence[Button], seconds: float) -> _Run:
    with serve() as server:
        return asyncio.run(_loaded(server, buttons, seconds))


async def _company(db: Database) -> list[Button]:
    """A company on Slack in which everybody was asked this week; nothing waits to be sent."""
    db.write_now(write_company, large_company(COMPANY))
    await plan_due(db, ASKED_AT)
    return db.write_now(lambda session: list(_buttons(session)))


def _buttons(session: Session) -> Iterator[Button]:
    workspace = session.exec(select(m.Workspace)).one()
    place = installations.connect(session, workspace.id, m.Platform.SLACK, TEAM, FOUNDED)
    for person in session.exec(select(m.Person.id)).all():
        session.add(
            m.Address(
                workspace_id=workspace.id, person_id=person, installation_id=place.id, external_id=f"U{person}PRETEND"
            )
        )
    session.execute(sa.update(m.Delivery).values(state=m.DeliveryState.SKIPPED, reason="a benchmark"))
    items = select(m.PromptItem.token, m.Prompt.person_id).join(
        m.Prompt, col(m.Prompt.id) == col(m.PromptItem.prompt_id)
    )
    for token, person in session.exec(items.order_by(col(m.PromptItem.id))).all():
        yield Button(f"U{person}PRETEND", token)


def _counted(session: Session) -> tuple[int, int]:
    """How much was stored, and how much of it is handled."""
    inbox = select(sa.func.count()).select_from(m.Inbox)
    return session.exec(inbox).one(), session.exec(inbox.where(col(m.Inbox.state) == m.InboxState.DONE)).one()


def _serve_bolt(pipe: Pipe) -> None:
    asyncio.run(_serve_bare(pipe))


async def _serve_bare(pipe: Pipe) -> None:
    configure_logs("text", logging.CRITICAL)
    server = Server(acknowledging(PATH))
    pipe.send(await server.start("127.0.0.1", 0))
    await until_told(pipe, processor_seconds)
    await server.stop()
