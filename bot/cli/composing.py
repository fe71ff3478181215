"""The platforms that the settings name, added to the house, and the application that serves them."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from aiohttp import web
from sqlmodel import Session

from bot.cli.connections import Connection as Connection  # as others know it by this module
from bot.cli.house import House
from bot.cli.readiness import Problem, Readiness, wrong_with
from bot.cli.slack_side import SlackSide
from bot.cli.tallies import TALLIES
from bot.platforms.slack.app import SlackPlatform
from bot.rituals.ticker import Every
from bot.settings import Settings
from bot.views.file_links import FileLinks
from bot.views.picture_links import PictureLinks
from bot.web.files import file_routes
from bot.web.metrics import OfProcess, metrics_routes
from bot.web.pictures import picture_routes
from bot.web.ready import ready_routes
from bot.web.server import application
from storage import installations
from storage import models as m
from storage.problems import StorageProblem

if TYPE_CHECKING:
    from bot.cli.teams_side import TeamsSide
    from bot.platforms.teams.app import TeamsPlatform
    from bot.platforms.teams.config import Cloud

log = structlog.get_logger()

CONNECT_SECONDS = 60.0
UNNAMED = "Our company"
"""A workspace of a place that does not say what it is called; an admin gives it a name in its settings."""


@dataclass
class Composed:
    """What is served, and the jobs that go with it."""

    app: web.Application
    readiness: Readiness
    jobs: tuple[Every, ...] = ()
    slack: SlackPlatform | None = None
    teams: "TeamsPlatform | None" = None


@dataclass
class _Platforms:
    routes: list[web.RouteDef] = field(default_factory=list)
    connections: list[Connection] = field(default_factory=list)


@asynccontextmanager
async def compose(house: House, settings: Settings, cloud: "Cloud | None" = None) -> AsyncIterator[Composed]:
    """Bring up the platforms of the settings; they are closed at the end, with what they have under way.

    `cloud` stands in for Microsoft's addresses. Raises `CommandProblem` where a platform refuses us.
    """
    async with AsyncExitStack() as closing:
        found = _Platforms()
        slack: SlackSide | None = None
        teams: TeamsSide | None = None
        if settings.has_slack:
            slack = SlackSide(settings, house)
            closing.push_async_callback(slack.close)
            house.ports[m.Platform.SLACK.value] = slack.platform.port
            found.routes += slack.routes()
            found.connections += await slack.begin()
        if settings.has_teams:
            teams = _teams_side(settings, house, cloud)
            closing.push_async_callback(teams.close)
            house.ports[m.Platform.TEAMS.value] = teams.platform.port
            found.routes += teams.routes()
            found.connections += await teams.begin()
        found.routes += _files(settings, house)
        if settings.metrics_token is not None:
            token = settings.metrics_token.get_secret_value()
            found.routes += metrics_routes(token, house.db, house.clock, lambda: of_this_process(house))
        asked: dict[str, Problem] = {}
        if slack is not None:
            asked[m.Platform.SLACK.value] = slack.problem
        if teams is not None:
            asked[m.Platform.TEAMS.value] = teams.platform.problem
        keeper = Keeper(house, tuple(found.connections), asked)
        await keeper.connect()
        jobs = (Every(CONNECT_SECONDS, "connect", keeper.connect),)
        readiness = Readiness(house.db, asked)
        app = application([*found.routes, *ready_routes(readiness.look)], keeper.health)
        if slack is not None:
            await slack.start()
        hears, takes = (None if slack is None else slack.platform), (None if teams is None else teams.platform)
        yield Composed(app, readiness, jobs, hears, takes)


def _teams_side(settings: Settings, house: House, cloud: "Cloud | None") -> "TeamsSide":
    """Imported when it is wanted: whoever does not use Teams does not pay for its SDK in time and memory."""
    from bot.cli.teams_side import TeamsSide

    return TeamsSide(settings, house, cloud)


def of_this_process(house: House) -> OfProcess:
    """What the metrics tell that no table knows."""
    return OfProcess(TALLIES.throttled, TALLIES.problems, house.auditor.last)


def _files(settings: Settings, house: House) -> list[web.RouteDef]:
    """Links to files and pictures need an address and a secret; without them nothing is served, and answers say so."""
    house.cards.address_of = house.cards.picture_of = None
    if settings.base_url is None or settings.secret_key is None:
        return []
    secret = settings.secret_key.get_secret_value()
    files, pictures = FileLinks(settings.base_url, secret), PictureLinks(settings.base_url, secret)
    house.cards.address_of, house.cards.picture_of = files.address, pictures.address
    return [
        *file_routes(files, house.db, house.clock),
        *picture_routes(pictures, house.db, house.clock),
    ]


class Keeper:
    """Sees to it that the workspace is connected to the platforms that are served."""

    def __init__(self, house: House, connections: tuple[Connection, ...], platforms: Mapping[str, Problem]) -> None:
        self._house = house
        self._open = list(connections)
        self._platforms = platforms

    async def connect(self) -> None:
        """Connect what is not connected yet. A workspace may come later, with the first import."""
        for one in list(self._open):
            problem = await self._house.db.write(connect_only_workspace, one, self._house.clock.now())
            if problem is None:
                self._open.remove(one)
                log.info("connected", platform=one.platform.value, to=one.name)
            else:
                log.warning("not connected", platform=one.platform.value, problem=problem)

    async def health(self) -> str | None:
        """Whether the database can be read, and each platform that is served heard and spoken to."""
        try:
            await self._house.db.read(installations.workspaces)
        except StorageProblem as problem:
            return str(problem)
        wrong = [await wrong_with(name, problem) for name, problem in self._platforms.items()]
        return next((one for one in wrong if one is not None), None)


def connect_only_workspace(session: Session, connection: Connection, now: datetime) -> str | None:
    """Connect the one workspace there is. Returns None, or a sentence that says why that is not clear.

    Where there is none, one of the platform's name is made, for somebody to set it up in the chat.
    """
    known = installations.installation(session, connection.platform, connection.external_id)
    there = installations.workspaces(session)
    if known is None and not there:
        has_name = connection.external_id not in connection.name
        there = [installations.new_workspace(session, connection.name if has_name else UNNAMED)]
    if known is None and len(there) != 1:
        names = ", ".join(one.name for one in there)
        return f"Several workspaces are here ({names}); import the file of the one that {connection.name} belongs to."
    workspace_id = known.workspace_id if known is not None else there[0].id
    installations.connect(
        session,
        workspace_id,
        connection.platform,
        connection.external_id,
        now,
        connection.bot_id,
        connection.name,
    )
    return None
