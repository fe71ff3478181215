"""Slack's side of Okra, as the settings want it: for one workspace by its token, or for many by installing."""

import time
from collections.abc import Callable
from datetime import datetime

import structlog
from aiohttp import web
from sqlmodel import Session

from bot.cli.connections import Connection
from bot.cli.house import House
from bot.cli.output import CommandProblem
from bot.delivery.news import News, PersonNews, RemovedNews
from bot.delivery.port import ChatError, Rejected, Unreachable
from bot.platforms.slack.app import SlackIdentity, SlackPlatform
from bot.platforms.slack.errors import AppRefused
from bot.platforms.slack.grants import OneGrant
from bot.platforms.slack.install_links import INSTALL_PATH
from bot.platforms.slack.oauth import App, Installing
from bot.platforms.slack.stored_grants import StoredGrants
from bot.platforms.slack.tokens import Tokens
from bot.settings import Settings
from bot.views.exports import Asked, file_of
from storage import installations, setting_up
from storage import models as m
from storage.problems import StorageProblem

log = structlog.get_logger()

SLACK = m.Platform.SLACK
NO_KEY_FITS = (
    "No token of a Slack workspace can be read with this SECRET_KEY; set the one that they were kept with, or install "
    "Okra there again."
)


class SlackSide:
    """`platform` receives and sends; the rest sees to it that it does so only where Okra is installed."""

    def __init__(self, settings: Settings, house: House) -> None:
        self._settings = settings
        self._house = house
        self._one: OneGrant | None = None
        self._many: StoredGrants | None = None
        self._installing: Installing | None = None
        if settings.slack_bot_token is not None:
            self._one = OneGrant(settings.slack_bot_token.get_secret_value(), write_down=self._write_down)
            grants: OneGrant | StoredGrants = self._one
        else:
            self._many, self._installing = self._for_many(settings, house)
            grants = self._many
        signing, app = settings.slack_signing_secret, settings.slack_app_token
        self.platform = SlackPlatform(
            signing_secret=None if signing is None else signing.get_secret_value(),
            app_token=None if app is None else app.get_secret_value(),
            grants=grants,
            accept=house.intake.accept,
            hear=self.hear,
            clock=house.clock,
            api_url=settings.slack_api_url,
            native_charts=settings.slack_native_charts,
            make_file=lambda key: house.db.read(file_of, Asked.of(key)),
        )

    def _for_many(self, settings: Settings, house: House) -> tuple[StoredGrants, Installing]:
        client, secret = settings.slack_client_secret, settings.secret_key
        if settings.slack_client_id is None or client is None or secret is None or settings.base_url is None:
            raise CommandProblem("Slack needs SLACK_BOT_TOKEN, or SLACK_CLIENT_ID with all that belongs to it.")
        tokens = Tokens(secret.get_secret_value())
        grants = StoredGrants(house.db, tokens, house.clock, time.monotonic)
        installing = Installing(
            App(settings.slack_client_id, client.get_secret_value()),
            base_url=settings.base_url,
            secret=secret.get_secret_value(),
            tokens=tokens,
            db=house.db,
            clock=house.clock,
            api_url=settings.slack_api_url,
            changed=grants.forget,
            begun=self._greet,
        )
        return grants, installing

    def routes(self) -> list[web.RouteDef]:
        """What to add to the server."""
        return self.platform.routes() + ([] if self._installing is None else self._installing.routes())

    async def begin(self) -> tuple[Connection, ...]:
        """See where Okra may speak, and set aside where it may not. Returns what is to be connected.

        Raises `CommandProblem` where Slack does not accept the token, and `StorageProblem`.
        """
        now = self._house.clock.now()
        if self._many is not None:
            told = f"there is no token for it; install Okra there: {self._settings.base_url}{INSTALL_PATH}"
            for row in await self._house.db.write(installations.use_only, SLACK, self._many.can_speak, now):
                if row.tokens is None:
                    log.warning("not installed", platform=SLACK.value, to=row.name or row.external_id, problem=told)
            return ()
        identity = await self.identity()
        if self._one is not None:
            self._one.learn(identity.team_id, identity.bot_user_id, identity.enterprise_id)
        for row in await self._house.db.write(installations.use_only, SLACK, _is_of(identity), now):
            problem = "SLACK_BOT_TOKEN is that of another workspace"
            log.warning("not installed", platform=SLACK.value, to=row.name or row.external_id, problem=problem)
        return (slack_connection(identity),)

    async def identity(self) -> SlackIdentity:
        """Who the token of the settings speaks for. Raises `CommandProblem` with what to do."""
        token = self._settings.slack_bot_token
        try:
            return await self.platform.identity("" if token is None else token.get_secret_value())
        except (Rejected, Unreachable, AppRefused) as error:
            raise CommandProblem(
                f"Slack does not accept SLACK_BOT_TOKEN ({error}); copy it anew from the app (OAuth & Permissions)."
            ) from error
        except ChatError as error:
            raise CommandProblem(
                f"Slack does not answer ({error}); check the network and SLACK_API_URL, then start again."
            ) from error

    async def start(self) -> None:
        """Begin to receive. Raises `CommandProblem` where Slack does not let us connect."""
        try:
            await self.platform.start()
        except Rejected as error:
            raise CommandProblem(f"SLACK_APP_TOKEN: {error}") from error
        except ChatError as error:
            raise CommandProblem(f"{error}; check the network and SLACK_API_URL, then start again.") from error

    async def hear(self, news: News) -> None:
        """Write news down; what they end, ends at once. Raises `StorageProblem`: then Slack must tell it again."""
        if not isinstance(news, RemovedNews):
            await self._house.directory.hear(news)
            return
        before = await self._house.db.read(installations.installation, SLACK, news.installation)
        await self._house.directory.hear(news)
        row = await self._house.db.read(installations.installation, SLACK, news.installation)
        is_removed = row is not None and row.state is m.InstallationState.REVOKED
        if row is not None and is_removed and before is not None and before.state is m.InstallationState.ACTIVE:
            log.warning("removed from Slack", workspace=row.name or row.external_id, id=row.external_id)
        if self._many is not None:
            self._many.forget()
        one = self._one
        if one is not None and one.grant.team_id == news.installation and is_removed:
            await one.lost(one.grant)

    async def problem(self) -> str | None:
        """One sentence when Slack cannot be heard or spoken to at all. Raises `StorageProblem`."""
        problem = self.platform.problem() or (None if self._one is None else self._one.problem())
        if problem is not None or self._many is None:
            return problem
        return await self._house.db.read(_no_key_fits)

    async def close(self) -> None:
        """Finish what is under way, then close the connections."""
        await self.platform.close()
        if self._installing is not None:
            await self._installing.close()

    async def _greet(self, team_id: str, user_id: str) -> None:
        """A word to whoever installed Okra in a workspace that is new: how to begin. `/okr` says the same."""
        try:
            row = await self._house.db.read(installations.installation, SLACK, team_id)
            profile = None if row is None else await self.platform.port.person(row.id, user_id)
            if row is None or profile is None or profile.is_guest:
                return
            await self._house.directory.hear(PersonNews(SLACK.value, team_id, profile))
            await self._house.db.write(_greet, row.id, user_id, self._house.clock.now())
            self._house.wake.set()
        except (ChatError, StorageProblem) as problem:
            log.warning("not greeted", workspace=team_id, problem=str(problem))

    async def _write_down(self) -> None:
        """That the only token is dead."""
        team = "" if self._one is None else self._one.grant.team_id
        try:
            await self._house.db.write(installations.revoke, SLACK, team, self._house.clock.now())
        except StorageProblem as problem:
            log.warning("not saved", what="that Slack withdrew the token", problem=str(problem))


def slack_connection(identity: SlackIdentity) -> Connection:
    """The workspace that a token speaks for."""
    return Connection(SLACK, identity.team_id, identity.team or identity.team_id, identity.bot_user_id)


def _greet(session: Session, installation_id: int, user_id: str, now: datetime) -> None:
    address = installations.address(session, installation_id, user_id)
    if address is not None:
        setting_up.greet(session, session.get_one(m.Person, address.person_id), now)


def _is_of(identity: SlackIdentity) -> Callable[[m.Installation], bool]:
    return lambda row: row.external_id == identity.team_id


def _no_key_fits(session: Session) -> str | None:
    """Where some tokens cannot be read and others can, Okra works; the log and `slack status` tell of the rest."""
    rows = installations.of_platform(session, SLACK)
    if any(row.state is m.InstallationState.ACTIVE for row in rows):
        return None
    return NO_KEY_FITS if any(row.tokens is not None for row in rows) else None
