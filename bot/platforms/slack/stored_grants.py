"""The grants of many workspaces, as our own database keeps them: one row a workspace, its token encrypted."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session

from bot.clock import Clock, Monotonic
from bot.delivery.port import NotDelivered
from bot.platforms.slack.grants import CannotSpeak, Grant
from bot.platforms.slack.tokens import Tokens, TokenUnreadable
from storage import installations
from storage import models as m
from storage.problems import StorageProblem
from storage.session import Database

logger = logging.getLogger(__name__)

HOLD_SECONDS = 3.0
"""How long a grant is taken from memory: so long may another process still use a token that was withdrawn here."""

Find = Callable[[Session], m.Installation | None]


@dataclass(frozen=True, slots=True)
class _Held:
    grant: Grant
    until: float


class StoredGrants:
    """Reads a workspace's grant when it is first needed, and again after a few seconds.

    What this process learns (an installation, a removal, a dead token) counts at once: everything that was remembered
    is dropped, and a reading that was under way meanwhile is done over.
    """

    def __init__(self, db: Database, tokens: Tokens, clock: Clock, monotonic: Monotonic) -> None:
        self._db = db
        self._tokens = tokens
        self._clock = clock
        self._monotonic = monotonic
        self._by_team: dict[str, _Held] = {}
        self._by_row: dict[int, _Held] = {}
        self._changes = 0
        self._dead: set[str] = set()
        """Tokens that Slack refused and whose rows could not be written yet."""
        self._told: set[str] = set()

    def forget(self) -> None:
        """Something changed: whoever asks next reads it anew."""
        self._changes += 1
        self._by_team.clear()
        self._by_row.clear()

    def can_speak(self, row: m.Installation) -> bool:
        """Whether there is a token for a place that this Okra can read. One that it cannot read is told once."""
        return self._token_of(row) is not None

    async def of_team(self, team_id: str) -> Grant | None:
        """The grant of a workspace by Slack's id.

        While the database cannot be read it is the one that was last known: nothing can be stored then either, and
        the person must hear that. Raises `StorageProblem` where none is known, and `CannotSpeak` where a token is kept
        that this Okra cannot read.
        """
        held = self._by_team.get(team_id)
        if held is not None and self._monotonic() < held.until:
            return held.grant
        try:
            grant = await self._read(lambda session: installations.installation(session, m.Platform.SLACK, team_id))
            if grant is None and await self._db.read(self._is_locked, team_id):
                raise CannotSpeak(f"The token of the Slack workspace {team_id} cannot be read with this SECRET_KEY.")
            return grant
        except StorageProblem:
            if held is None or self._by_team.get(team_id) is not held:
                raise
            return held.grant

    async def of_installation(self, installation_id: int, /) -> Grant | None:
        """The grant of an installation by its row. Raises `NotDelivered` while the database cannot be read."""
        held = self._by_row.get(installation_id)
        if held is not None and self._monotonic() < held.until:
            return held.grant
        try:
            return await self._read(lambda session: session.get(m.Installation, installation_id))
        except StorageProblem as problem:
            raise NotDelivered(str(problem)) from problem

    async def lost(self, grant: Grant, /) -> None:
        """The token is worth nothing any more; where the row has another one by now, that one stays."""
        self._dead.add(grant.bot_token)
        self.forget()
        await self._write_off(grant)

    async def _read(self, find: Find) -> Grant | None:
        while True:
            changes = self._changes
            row = await self._db.read(find)
            grant = None if row is None else self._grant_of(row)
            if grant is not None and grant.bot_token in self._dead:
                await self._write_off(grant)
                return None
            if changes == self._changes:
                break
        if grant is not None and grant.installation_id is not None:
            held = _Held(grant, self._monotonic() + HOLD_SECONDS)
            self._by_team[grant.team_id] = self._by_row[grant.installation_id] = held
        return grant

    async def _write_off(self, grant: Grant) -> None:
        try:
            is_new = await self._db.write(self._revoke, grant)
        except StorageProblem as problem:
            logger.warning("That Okra was removed from the Slack workspace %s is not saved: %s", grant.team_id, problem)
            return
        self._dead.discard(grant.bot_token)
        if is_new:
            logger.warning(
                "Okra was removed from the Slack workspace %s, or its token was withdrawn; nothing is sent there "
                "until it is installed again.",
                grant.team_id,
            )

    def _revoke(self, session: Session, grant: Grant) -> bool:
        row = installations.installation(session, m.Platform.SLACK, grant.team_id)
        if row is None or self._token_of(row) != grant.bot_token:
            return False
        return installations.revoke(session, m.Platform.SLACK, grant.team_id, self._clock.now())

    def _is_locked(self, session: Session, team_id: str) -> bool:
        row = installations.installation(session, m.Platform.SLACK, team_id)
        return row is not None and row.tokens is not None and self._token_of(row) is None

    def _grant_of(self, row: m.Installation) -> Grant | None:
        token = self._token_of(row)
        if token is None or row.state is not m.InstallationState.ACTIVE:
            return None
        return Grant(
            team_id=row.external_id,
            bot_token=token,
            bot_user_id=row.bot_id,
            enterprise_id=row.enterprise_id,
            scopes=frozenset(row.scopes.split(",")) if row.scopes else None,
            installation_id=row.id,
        )

    def _token_of(self, row: m.Installation) -> str | None:
        if row.tokens is None:
            return None
        try:
            return self._tokens.open(row.external_id, row.tokens)
        except TokenUnreadable as problem:
            if row.external_id not in self._told:
                self._told.add(row.external_id)
                logger.error(str(problem))
            return None
