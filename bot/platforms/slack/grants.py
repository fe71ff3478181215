"""Which token speaks in which workspace: the contract between the edge and whoever keeps the tokens."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.delivery.port import NotDelivered
from bot.platforms.slack.api import DEFAULT_URL, Connections, SlackApi

logger = logging.getLogger(__name__)

NOT_ACCEPTED = (
    "Slack does not accept SLACK_BOT_TOKEN any more, because Okra was removed or its token was withdrawn; nothing is "
    "sent until the app is installed again, its new token is set and Okra is restarted."
)


@dataclass(frozen=True, slots=True)
class Grant:
    """A workspace's leave to speak there."""

    team_id: str
    bot_token: str
    bot_user_id: str | None = None
    enterprise_id: str | None = None
    scopes: frozenset[str] | None = None
    """What was allowed; None where nobody knows, and then trying tells."""
    installation_id: int | None = None
    """The row; None where the settings hold the only token, which then serves every row."""

    def __repr__(self) -> str:
        return f"Grant({self.team_id})"  # never the token: this may end up in a log

    def allows(self, scope: str) -> bool:
        """Whether a method that needs the scope is worth trying."""
        return self.scopes is None or scope in self.scopes


class CannotSpeak(Exception):
    """Okra belongs in this workspace, and there is no token that it can use there just now."""


class Grants(Protocol):
    """Finds grants without asking Slack: this stands inside the three seconds of every request."""

    async def of_team(self, team_id: str) -> Grant | None:
        """The grant of a workspace by Slack's id; None for one that is not installed, or not any more.

        Raises `CannotSpeak` for one of ours whose token is of no use just now: whoever runs Okra can mend that, so
        what people say there meanwhile must not be waved through.
        """
        ...

    async def of_installation(self, installation_id: int, /) -> Grant | None:
        """The grant of an installation by its row. Raises `NotDelivered` where that cannot be read just now."""
        ...

    async def lost(self, grant: Grant, /) -> None:
        """Slack said that the token is worth nothing any more: nothing is sent there until it is installed again."""
        ...


async def _nobody_keeps_it() -> None:
    """For a grant without a database behind it."""


class OneGrant:
    """The one workspace of `SLACK_BOT_TOKEN`. Its id is learned from Slack when Okra starts (`auth.test`).

    Until then, or without it, every request that the signing secret vouches for is taken. `write_down` keeps that the
    token is dead, so that nothing more is sent.
    """

    def __init__(
        self,
        bot_token: str,
        team_id: str | None = None,
        write_down: Callable[[], Awaitable[None]] = _nobody_keeps_it,
    ) -> None:
        self.grant = Grant(team_id or "", bot_token)
        self._write_down = write_down
        self._is_dead = False

    def learn(self, team_id: str, bot_user_id: str, enterprise_id: str | None) -> None:
        """Who the token speaks for, as Slack told."""
        self.grant = Grant(team_id, self.grant.bot_token, bot_user_id, enterprise_id)

    def problem(self) -> str | None:
        """One sentence when the token is dead."""
        return NOT_ACCEPTED if self._is_dead else None

    async def of_team(self, team_id: str) -> Grant | None:
        if self.grant.team_id not in ("", team_id):
            return None
        if self._is_dead:
            raise CannotSpeak(NOT_ACCEPTED)
        return self.grant

    async def of_installation(self, _installation_id: int, /) -> Grant | None:
        if not self._is_dead:
            return self.grant
        # Whoever asks believes that Okra may speak there: it was not written, or connected again by another command.
        await self._write_down()
        return None

    async def lost(self, _grant: Grant, /) -> None:
        """The token is worth nothing any more, for as long as this process runs: only the settings have another."""
        if not self._is_dead:
            self._is_dead = True
            logger.error(NOT_ACCEPTED)
            await self._write_down()


class Apis:
    """A Web API client for each workspace, over connections that all of them share. Nothing is kept of a token."""

    def __init__(self, grants: Grants, base_url: str = DEFAULT_URL, timeout: float = 10.0) -> None:
        self._grants = grants
        self._base_url = base_url
        self._timeout = timeout
        self._connections = Connections(timeout)

    async def of_installation(self, installation_id: int) -> SlackApi:
        """The client of an installation. Raises `NotDelivered` where nobody may speak there (any more)."""
        grant = await self._grants.of_installation(installation_id)
        if grant is None:
            raise NotDelivered("Okra is not installed in this Slack workspace.")
        return self.of(grant)

    async def team_of(self, installation_id: int) -> str:
        """Slack's id of an installation's workspace; empty where it is not known."""
        grant = await self._grants.of_installation(installation_id)
        return "" if grant is None else grant.team_id

    def of(self, grant: Grant) -> SlackApi:
        """The client of a grant."""
        return SlackApi(
            grant.bot_token,
            self._base_url,
            self._timeout,
            lost=lambda: self._grants.lost(grant),
            connections=self._connections,
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._connections.close()
