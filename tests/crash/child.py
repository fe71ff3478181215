"""One process of Okra as `serve` runs it, against the fakes; and the process that such children are forked from.

Importing Okra takes seconds, and a child lives for one. So a parent imports it once and forks: each child is a process
of its own, with its own connections, memory and end. Orders come by stdin, one a line; what becomes of the children is
told on stdout, one JSON object a line.
"""

import asyncio
import contextlib
import functools
import gc
import json
import os
import select
import signal
import sys
from contextvars import ContextVar
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

from pydantic import SecretStr

import app
import bot.cli.teams_side
import bot.delivery.reconciling
import bot.delivery.sending
import bot.intake.accept
import bot.platforms.teams.port
import bot.rituals.ticker
from bot.cards.render import Cards
from bot.cli.composing import compose
from bot.cli.logs import configure_logs
from bot.cli.serve import work
from bot.delivery.backoff import Backoff
from bot.delivery.timing import Timing
from bot.delivery.updating import Updater
from bot.platforms.slack.api import SlackApi
from bot.platforms.teams.config import NO_LIMITS, Cloud, TeamsConfig
from bot.platforms.teams.port import TeamsPort
from bot.settings import Settings
from bot.web.server import Server
from storage.lock import SendingLock
from storage.problems import StorageProblem
from storage.session import Database, bring_up_to_date
from tests.crash.clocks import SharedClock
from tests.crash.orders import Orders, Point, Variant
from tests.crash.points import Points
from tests.crash.variants import break_ports, forget_leases
from tests.fakes.slack import SECRET, TOKEN
from tests.fakes.teams import APP_ID, PASSWORD, TENANT

KEY = "okraKey"
"""In the `channelData` of what a child sends to the fake Teams: Teams itself has no place for a message's key."""
LEISURELY = ("connect", "directory", "retention")
"""Jobs that are no part of delivery and keep their own pace."""
LEAST_SECONDS = 0.1


def main() -> None:
    """Fork a child for each line of orders, and tell of each that ended; at the end of stdin kill those that live."""
    front_door: Any = app
    front_door.Cards = functools.cache(Cards)  # templates are compiled once for all
    _warm()
    children: set[int] = set()
    waiting = b""
    _tell({"up": True})
    while True:
        readable, _, _ = select.select([0], [], [], 0.02)
        for pid in [pid for pid in children if os.waitpid(pid, os.WNOHANG)[0]]:
            children.discard(pid)
            _tell({"pid": pid, "ended": True})
        if not readable:
            continue
        read = os.read(0, 65536)
        if not read:
            break
        *lines, waiting = (waiting + read).split(b"\n")
        for line in lines:
            orders = Orders.of_line(line.decode())
            pid = os.fork()
            if pid == 0:
                _run_child(orders)
            children.add(pid)
            _tell({"forked": pid})
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _warm() -> None:
    """What every child needs is loaded before the first one is forked."""
    from alembic import command

    del command
    front_door: Any = app
    front_door.Cards()
    gc.collect()
    gc.freeze()


def _tell(what: dict[str, Any]) -> None:
    os.write(_OUT, json.dumps(what).encode() + b"\n")


_OUT = 1


def _run_child(orders: Orders) -> None:
    """The whole life of a child. Never returns."""
    global _OUT
    code = 1
    try:
        _OUT = os.dup(1)
        log = os.open(orders.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        for number in (1, 2):
            os.dup2(log, number)
        _serve(orders)
        code = 0
    except StorageProblem as problem:
        print(problem, file=sys.stderr)  # noqa: T201 - into the child's log
        _tell({"pid": os.getpid(), "refused": str(problem)})
    except BaseException:  # noqa: BLE001 - whatever it is, it stands in the child's log
        import traceback

        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _serve(orders: Orders) -> None:
    """As `bot.cli.serve.serve` does it: the lock, the schema, the rooms, the work."""
    configure_logs("json")
    _hurry(orders)
    if orders.variant is Variant.OLD_VERSION:
        forget_leases()
    Points(orders, _at_the_point).wrap()
    with SendingLock(orders.database_url):
        bring_up_to_date(orders.database_url)
        asyncio.run(_work(orders))


def _at_the_point(point: Point) -> None:
    _tell({"pid": os.getpid(), "at": point.value})


async def _work(orders: Orders) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    clock = SharedClock(Path(orders.clock_file))
    db = Database(orders.database_url, clock)
    try:
        timing = Timing(orders.fence, orders.lease, orders.grace, orders.sweep, orders.drain)
        house = app.build_house(db, clock, sends_per_second=orders.sends_per_second, timing=timing)
        cloud = Cloud(login_url=orders.teams_url, open_id_metadata_url=orders.teams_metadata_url, limits=NO_LIMITS)
        async with compose(house, _settings(orders), cloud) as composed:
            break_ports(orders.variant, db, house.ports)
            server = Server(composed.app)
            url = await server.start("127.0.0.1", 0)
            _tell({"pid": os.getpid(), "url": url})
            await work(house, composed, server, stop)
    finally:
        db.close()
        clock.close()


def _settings(orders: Orders) -> Settings:
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        database_url=orders.database_url,
        slack_bot_token=SecretStr(TOKEN),
        slack_signing_secret=SecretStr(SECRET),
        slack_api_url=orders.slack_url,
        teams_app_id=APP_ID,
        teams_app_password=SecretStr(PASSWORD),
        teams_tenant_id=TENANT,
    )


# --- short times, and a key for Teams ---------------------------------------------------------------


def _hurry(orders: Orders) -> None:
    """Ticks, time-outs and waits as short as the leases are; and messages to Teams that can be counted."""
    _hurry_ticks(orders.haste)
    _hurry_rests(orders.haste)
    _hurry_boards(orders.haste)
    _hurry_answers(orders.timeout)
    _name_messages()


def _hurry_ticks(haste: float) -> None:
    ticker: Any = bot.rituals.ticker.Ticker
    begin = ticker.__init__

    @wraps(begin)
    def hurried(self: object, jobs: Any) -> None:
        begin(
            self,
            tuple(
                job if job.name in LEISURELY else replace(job, seconds=max(LEAST_SECONDS, job.seconds * haste))
                for job in jobs
            ),
        )

    ticker.__init__ = hurried


def _hurry_rests(haste: float) -> None:
    """What went wrong is tried again sooner; what a platform asks for is kept to."""
    backoff: Any = Backoff
    after = backoff.after

    @wraps(after)
    def hurried(self: object, wrong: Any, tries: int) -> float | None:
        seconds = after(self, wrong, tries)
        return None if seconds is None else seconds * haste

    backoff.after = hurried
    bot.delivery.reconciling.LOOK_EVERY *= haste
    bot.delivery.sending.BESIDE *= haste
    bot.intake.accept.ABANDONED_AFTER *= haste


def _hurry_boards(haste: float) -> None:
    """A board shows many answers in one update, but need not wait a whole minute for them."""
    updater: Any = Updater
    is_over = updater._minute_is_over

    @wraps(is_over)
    def hurried(self: object, row: Any, kind: Any) -> bool:
        sooner = replace(kind, updates_per_minute=round(kind.updates_per_minute / haste))
        return bool(is_over(self, row, sooner))

    updater._minute_is_over = hurried


def _hurry_answers(timeout: float) -> None:
    slack: Any = SlackApi
    once = slack._once

    @wraps(once)
    async def hurried(self: object, method: str, seconds: float, **how: Any) -> Any:
        patient = method == "auth.test"  # a start waits for it, and nobody is there yet who would start it again
        return await once(self, method, seconds if patient else min(seconds, timeout), **how)

    slack._once = hurried
    config = bot.cli.teams_side.teams_config

    @wraps(config)
    def hurried_config(*args: Any, **kwargs: Any) -> TeamsConfig:
        return replace(config(*args, **kwargs), timeout=timeout / 2)  # the whole of a call may take twice that

    bot.cli.teams_side.teams_config = hurried_config


_key: ContextVar[str | None] = ContextVar("key", default=None)


def _name_messages() -> None:
    """Let each message to Teams carry its key, where only the fake looks."""
    port: Any = TeamsPort
    module: Any = bot.platforms.teams.port
    send, activity_of = port.send, module.card_activity

    @wraps(send)
    async def named(self: object, address: Any, card: Any, key: str, *more: Any, **how: Any) -> Any:
        _key.set(key)
        try:
            return await send(self, address, card, key, *more, **how)
        finally:
            _key.set(None)

    @wraps(activity_of)
    def with_key(*args: Any, **kwargs: Any) -> Any:
        activity = activity_of(*args, **kwargs)
        if (key := _key.get()) is not None:
            activity.channel_data = {**(activity.channel_data or {}), KEY: key}
        return activity

    port.send, module.card_activity = named, with_key


if __name__ == "__main__":
    main()
