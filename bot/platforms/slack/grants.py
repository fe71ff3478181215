"""Which token speaks in which workspace: the contract between the edge and whoever keeps the tokens."""

from dataclasses import dataclass
from typing import Protocol

from bot.delivery.port import NotDelivered
from bot.platforms.slack.api import DEFAULT_URL, SlackApi


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


class Grants(Protocol):
    """Finds grants without asking Slack: this stands inside the three seconds of every request."""

    async def of_team(self, team_id: str) -> Grant | None:
        """The grant of a workspace by Slack's id; None for one that is not installed, or not any more."""
        ...

    async def of_installation(self, installation_id: int, /) -> Grant | None:
        """The grant of an installation by its row."""
        ...

    async def lost(self, grant: Grant, /) -> None:
        """Slack said that the token is worth nothing any more: nothing is sent there until it is installed again."""
        ...


class OneGrant:
    """The one workspace of `SLACK_BOT_TOKEN`. Its id is learned from Slack when Okra starts (`auth.test`).

    Until then, or without it, every request that the signing secret vouches for is taken.
    """

    def __init__(self, bot_token: str, team_id: str | None = None) -> None:
        self._token = bot_token
        self.grant = Grant(team_id or "", bot_token)

    async def of_team(self, team_id: str) -> Grant | None:
        return self.grant if self.grant.team_id in ("", team_id) else None

    async def of_installation(self, _installation_id: int, /) -> Grant | None:
        return self.grant

    async def lost(self, _grant: Grant, /) -> None:
        """Nothing to forget: the token comes from the settings, and whoever runs Okra sees it in the log."""


class Apis:
    """One Web API client per token. Clients are made when they are first needed and closed together."""

    def __init__(self, grants: Grants, base_url: str = DEFAULT_URL, timeout: float = 10.0) -> None:
        self._grants = grants
        self._base_url = base_url
        self._timeout = timeout
        self._clients: dict[str, SlackApi] = {}

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
        client = self._clients.get(grant.bot_token)
        if client is None:
            client = SlackApi(grant.bot_token, self._base_url, self._timeout, lost=lambda: self._grants.lost(grant))
            self._clients[grant.bot_token] = client
        return client

    async def close(self) -> None:
        """Close all connections."""
        for client in self._clients.values():
            await client.close()
