"""`serve`: Okra at work, until it is told to stop."""

import asyncio
import gc
import signal

import structlog

from bot.cli.composing import Composed, compose
from bot.cli.house import House
from bot.cli.output import CommandProblem
from bot.cli.types import BuildHouse
from bot.clock import SystemClock
from bot.settings import Settings
from bot.web.server import Server
from bot.where import what_and_where
from storage.lock import SendingLock
from storage.session import Database, StorageProblem, bring_up_to_date

log = structlog.get_logger()

NO_PLATFORM = (
    "There is no platform to serve: set SLACK_BOT_TOKEN and SLACK_APP_TOKEN for Slack, or TEAMS_APP_ID, "
    "TEAMS_APP_PASSWORD and TEAMS_TENANT_ID for Microsoft Teams (docs/slack.md, docs/teams.md)."
)
NO_TENANT = "TEAMS_TENANT_ID is not set; Okra only talks with tenants it was told of."


def serve(build_house: BuildHouse, settings: Settings) -> None:
    """Run until SIGTERM or SIGINT. Raises `StorageProblem` and `CommandProblem` where it cannot start."""
    if not settings.has_slack and not settings.has_teams:
        raise CommandProblem(NO_PLATFORM)
    if settings.has_teams and not settings.teams_tenants:
        raise CommandProblem(NO_TENANT)
    with SendingLock(settings.database_url):
        bring_up_to_date(settings.database_url)
        asyncio.run(_serve(build_house, settings))


async def _serve(build_house: BuildHouse, settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    clock = SystemClock()
    db = Database(settings.database_url, clock)
    try:
        house = build_house(db, clock)
        async with compose(house, settings) as composed:
            await _until(stop, house, composed, settings)
    finally:
        db.close()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(sign)


async def _until(stop: asyncio.Event, house: House, composed: Composed, settings: Settings) -> None:
    server = Server(composed.app)
    try:
        url = await server.start(settings.host, settings.port)
    except OSError as error:
        raise CommandProblem(
            f"Okra cannot listen on {settings.host}:{settings.port} ({error.strerror}); choose another HOST or PORT."
        ) from error
    log.info("serving", url=url, platforms=sorted(house.ports))
    gc.freeze()  # what stands now stays: looking through it for garbage would hold everything up again and again
    await work(house, composed, server, stop)


async def work(house: House, composed: Composed, server: Server, stop: asyncio.Event) -> None:
    """Plan, send and answer until `stop`; then let what is under way end, so that nothing is left in doubt."""
    ticker = house.ticker(*composed.jobs)
    sender = asyncio.create_task(house.send_when_woken(), name="send when woken")
    catching_up = asyncio.create_task(house.catch_up(), name="catch up")
    try:
        await house.pump.recover()
        ticker.start()
        await stop.wait()
    finally:
        log.info("stopping")
        try:
            await _come_to_rest(house, composed, server)
        finally:
            await ticker.stop()
            for task in (sender, catching_up):
                task.cancel()
            await asyncio.gather(sender, catching_up, return_exceptions=True)


async def _come_to_rest(house: House, composed: Composed, server: Server) -> None:
    """All at the same time, so that their bounds do not add up; what goes wrong in one does not stop the others."""
    ended = await asyncio.gather(
        _answer_no_more(composed, server), _hear_no_more(composed), _send_no_more(house), return_exceptions=True
    )
    for error in ended:
        if isinstance(error, BaseException):
            log.error("stopping", error=what_and_where(error))


async def _answer_no_more(composed: Composed, server: Server) -> None:
    try:
        await composed.readiness.stop()
    finally:
        await server.stop()


async def _hear_no_more(composed: Composed) -> None:
    if composed.slack is not None:
        await composed.slack.rest()


async def _send_no_more(house: House) -> None:
    try:
        await house.rest()
    except StorageProblem as problem:  # what was claimed is seen to when the database is back, by whoever runs then
        log.warning("stopping", problem=str(problem))
