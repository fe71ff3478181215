"""How soon Slack has its acknowledgement when a whole company types `/okr`, against a server that only checks names.

The app runs in a process of its own, as it does in a company; so does the server it is compared with.
"""

import asyncio
import gc
import hmac
import logging
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection as Pipe
from typing import TYPE_CHECKING

from aiohttp import web
from pydantic import SecretStr
from sqlmodel import Session, col, select

from app import build_house
from bot.cli.composing import compose
from bot.cli.logs import configure_logs
from bot.cli.serve import work
from bot.clock import MovableClock
from bot.settings import Settings
from bot.web.server import Server
from storage import installations
from storage import models as m
from storage.session import Database
from tests.bench.processes import Served, process, processor_seconds, until_told
from tests.fakes.http import Server as FakeServer
from tests.fakes.load import Load, signature
from tests.fakes.port import RecordingPort
from tests.fakes.slack import SECRET, TEAM, TOKEN, SlackFake

if TYPE_CHECKING:
    from tests.bench.measures import Bench

A_SECOND = 100
SECONDS = 5.0
PEOPLE = 50


async def commands_a_second(bench: "Bench") -> None:
    """100 owners a second ask for their key results."""
    people = bench.db.write_now(_on_slack, bench.clock.now())
    url = bench.db.engine.url.render_as_string(hide_password=False)
    with process(_bare) as server:
        floor = await _loaded(server, people)
    with process(serve_okra, url, bench.clock.now()) as server:
        ours = await _loaded(server, people)
    what = f"/okr, {A_SECOND} a second: acknowledged"
    bench.add(f"{what}, median", *_both(statistics.median, ours, floor), "a signature checked, a word said")
    busy = f"processor {ours.busy * 1000:.1f} ms each, floor {floor.busy * 1000:.1f} ms"
    note = f"{len(ours.seconds)} commands, {ours.unspoken} answered later, slowest {max(ours.seconds):.2f} s; {busy}"
    bench.add(f"{what}, 99 of 100", *_both(_ninety_nine, ours, floor), "the same", note)


@dataclass(frozen=True, slots=True)
class _Run:
    """One load: seconds of each acknowledgement, how many said nothing, the server's processor seconds for each."""

    seconds: Sequence[float]
    unspoken: int
    busy: float


async def _loaded(server: Served, people: Sequence[str]) -> _Run:
    await Load("", people, A_SECOND, 0.5).put_on(server.address)  # in a running company caches are warm, too
    before = server.ask()
    answers = await Load("", people, A_SECOND, SECONDS).put_on(server.address)
    busy = (server.ask() - before) / len(answers)
    return _Run([one.seconds for one in answers], sum(not one.spoken for one in answers), busy)


def _both(figure: Callable[[Sequence[float]], float], ours: _Run, floor: _Run) -> tuple[float, float]:
    return figure(ours.seconds), figure(floor.seconds)


def _ninety_nine(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=100)[98]


def _on_slack(session: Session, now: datetime) -> list[str]:
    """Owners of the company get a place on Slack. Returns their ids there."""
    workspace = session.exec(select(m.Workspace)).one()
    place = installations.connect(session, workspace.id, m.Platform.SLACK, TEAM, now)
    owners = select(m.KeyResult.lead_owner_id).distinct().order_by(col(m.KeyResult.lead_owner_id)).limit(PEOPLE)
    ids = [owner for owner in session.exec(owners).all() if owner is not None]
    for person in ids:
        session.add(
            m.Address(
                workspace_id=workspace.id, person_id=person, installation_id=place.id, external_id=f"U{person}PRETEND"
            )
        )
    return [f"U{person}PRETEND" for person in ids]


# --- processes of their own ---------------------------------------------------------------------


def serve_okra(pipe: Pipe, url: str, now: datetime) -> None:
    """The whole app in this process; it tells its processor seconds."""
    asyncio.run(_serve_okra(pipe, url, now))


async def _serve_okra(pipe: Pipe, url: str, now: datetime) -> None:
    """The whole app as `serve` runs it, at the company's own time, beside a pretend Slack."""
    configure_logs("text", logging.CRITICAL)
    clock = MovableClock(now)
    slack = SlackFake(clock)
    await slack.start()
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        slack_bot_token=SecretStr(TOKEN),
        slack_signing_secret=SecretStr(SECRET),
        slack_api_url=slack.api_url,
    )
    db = Database(url, clock)
    stop = asyncio.Event()
    try:
        house = build_house(db, clock)
        house.ports[m.Platform.CONSOLE.value] = RecordingPort(clock)
        async with compose(house, settings) as composed:
            server = Server(composed.app)
            address = await server.start("127.0.0.1", 0)
            gc.freeze()  # as `serve` does
            working = asyncio.create_task(work(house, composed, server, stop))
            pipe.send(address)
            await until_told(pipe, processor_seconds)
            stop.set()
            await working
    finally:
        db.close()
        await slack.stop()


def _bare(pipe: Pipe) -> None:
    asyncio.run(_serve_bare(pipe))


async def _serve_bare(pipe: Pipe) -> None:
    """The least that Slack can be answered with."""

    async def answer(request: web.Request) -> web.Response:
        signed = signature(request.headers["X-Slack-Request-Timestamp"], await request.text())
        genuine = hmac.compare_digest(signed, request.headers["X-Slack-Signature"])
        return web.json_response({"response_type": "ephemeral", "text": "ok"}, status=200 if genuine else 401)

    app = web.Application()
    app.router.add_post("/slack/events", answer)
    server = FakeServer(app)
    await server.start()
    pipe.send(server.url)
    await until_told(pipe, processor_seconds)
    await server.stop()
