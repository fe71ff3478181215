"""Teams' side of Okra, as the settings want it."""

import structlog
from aiohttp import web

from bot.cli.connections import Connection, teams_connections
from bot.cli.house import House
from bot.cli.output import CommandProblem
from bot.platforms.teams.app import TeamsPlatform
from bot.platforms.teams.config import AppType, Cloud, TeamsConfig
from bot.platforms.teams.stored_places import StoredPlaces
from bot.settings import Settings
from storage import installations
from storage import models as m

log = structlog.get_logger()

TEAMS = m.Platform.TEAMS


class TeamsSide:
    """`platform` receives and sends. `cloud` stands in for Microsoft's addresses. Raises `CommandProblem`."""

    def __init__(self, settings: Settings, house: House, cloud: Cloud | None = None) -> None:
        self._settings = settings
        self._house = house
        try:
            self.platform = TeamsPlatform(
                teams_config(settings, cloud),
                accept=house.intake.accept,
                hear=house.directory.hear,
                places=StoredPlaces(house.db),
                clock=house.clock,
                host=settings.host,
                development=settings.teams_development,
            )
        except ValueError as error:
            raise CommandProblem(str(error)) from error

    def routes(self) -> list[web.RouteDef]:
        """What to add to the server."""
        return self.platform.routes()

    async def begin(self) -> tuple[Connection, ...]:
        """Set aside the tenants that are let in no more. Returns those that are, to be connected.

        Raises `StorageProblem`.
        """
        let_in, now = self._settings.teams_tenants, self._house.clock.now()
        for row in await self._house.db.write(
            installations.use_only, TEAMS, lambda one: one.external_id in let_in, now
        ):
            problem = "TEAMS_TENANT_ID and TEAMS_ALLOWED_TENANTS name others"
            log.warning("not let in", platform=TEAMS.value, to=row.external_id, problem=problem)
        return teams_connections(self._settings)

    async def close(self) -> None:
        """Finish what is under way."""
        await self.platform.close()


def teams_config(settings: Settings, cloud: Cloud | None = None) -> TeamsConfig:
    """The registration that the settings name."""
    password = settings.teams_app_password
    return TeamsConfig(
        app_id=settings.teams_app_id or "",
        app_password="" if password is None else password.get_secret_value(),
        tenant_id=(settings.teams_tenant_id or "").lower(),
        allowed_tenants=frozenset(settings.teams_tenants),
        app_type=AppType(settings.teams_app_type),
        cloud=cloud or Cloud(),
    )
