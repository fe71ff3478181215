"""People as Teams' rosters describe them, and the reading of all rosters, one page after another."""

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from bot.delivery.port import OutcomeUnknown, Profile, Rejected, Unreachable
from bot.platforms.teams.connector import Connector, Operation
from bot.platforms.teams.places import Places, Roster
from storage.accounts import account_id

logger = logging.getLogger(__name__)

PAGE = 500
"""As many as Teams gives at once (50 to 500)."""
MOST_PAGES = 1000
TOO_MANY = "Teams' member list has more pages than are read."

_GUESTS = ("guest", "anonymous")
_BOTS = "28:"
"""How the ids of bots begin."""


def profile_of(member: Any, tenant: str = "") -> Profile | None:
    """A member as the SDK gives it, seen from the tenant `tenant` (empty: not known). None for whom Entra has no id.

    Nobody without one is of the company: people who joined a meeting without an account, for example.
    """
    more = member.additional_properties or {}
    external_id = _text(getattr(member, "aad_object_id", None)) or _text(more.get("objectId"))
    if not external_id:
        return None
    e_mail = _text(getattr(member, "email", None)) or _text(more.get("email"))
    account = _text(getattr(member, "user_principal_name", None)) or _text(more.get("userPrincipalName"))
    name = _text(member.name) or (account or e_mail).partition("@")[0]
    given = _text(getattr(member, "given_name", None)) or _text(more.get("givenName")) or (name.split() or [""])[0]
    role = (_text(getattr(member, "user_role", None)) or _text(more.get("userRole"))).lower()
    home = _text(getattr(member, "tenant_id", None)) or _text(more.get("tenantId"))
    user = _text(member.id)
    return Profile(
        external_id=account_id(external_id),
        display_name=name,
        short_name=given,
        e_mail=e_mail or None,
        is_guest=role in _GUESTS or bool(tenant and home and home.lower() != tenant.lower()),
        is_bot=role == "bot" or user.startswith(_BOTS),
        ref={"user_id": user} if user else {},
    )


def is_outsider(member: Any, tenant: str) -> bool:
    """Whether a member is not of the company: a guest, somebody of another tenant, or without any account."""
    profile = profile_of(member, tenant)
    if profile is None:
        return not _text(member.id).startswith(_BOTS)
    return profile.is_guest and not profile.is_bot


def page_of(conversation: str, token: str | None) -> Operation:
    """Asks for one page of a conversation's members."""
    return lambda calls: calls.get_teams_conversation_paged_members(
        conversation, page_size=PAGE, continuation_token=token
    )


async def pages_of(connector: Connector, roster: Roster) -> AsyncIterator[Any]:
    """The members of one conversation as the SDK gives them, page by page. Raises `ChatError`."""
    following: str | None = None
    for _ in range(MOST_PAGES):
        page = await connector.call(roster.ref["service_url"], page_of(roster.conversation, following))
        yield page.members or ()
        following = page.continuation_token
        if not following:
            return
    raise OutcomeUnknown(TOO_MANY)


class Everybody:
    """One reading of every team and group chat that Okra is in. A page that a rate limit refused is the next one again.

    A roster that is gone, or that we may not read any more, does not stop the others. Who is in several is told of in
    each; who is in none is not thereby gone from the company.
    """

    def __init__(self, connector: Connector, places: Places, installation_id: int) -> None:
        self._connector = connector
        self._places = places
        self._installation_id = installation_id
        self._rosters: list[Roster] | None = None
        self._token: str | None = None
        self._pages = 0

    def __aiter__(self) -> AsyncIterator[list[Profile]]:
        return self

    async def __anext__(self) -> list[Profile]:
        if self._rosters is None:
            self._rosters = await self._places.rosters(self._installation_id)
        while self._rosters:
            roster = self._rosters[0]
            try:
                page = await self._connector.call(roster.ref["service_url"], page_of(roster.conversation, self._token))
            except (Unreachable, Rejected) as error:
                logger.info("The members of %s cannot be read: %s", roster.conversation, error)
                self._begin_next(self._rosters)
                continue
            self._token, self._pages = page.continuation_token or None, self._pages + 1
            if self._token is None:
                self._begin_next(self._rosters)
            elif self._pages == MOST_PAGES:
                raise OutcomeUnknown(TOO_MANY)
            return colleagues(page.members, roster)
        raise StopAsyncIteration

    def _begin_next(self, rosters: list[Roster]) -> None:
        rosters.pop(0)
        self._token, self._pages = None, 0


def colleagues(members: Any, roster: Roster) -> list[Profile]:
    """Everybody on a page, without bots, each with what it takes to open a chat with them."""
    found = (profile_of(member, roster.ref.get("tenant_id", "")) for member in members or ())
    return [_reached(profile, roster) for profile in found if profile is not None and not profile.is_bot]


def _reached(profile: Profile, roster: Roster) -> Profile:
    shared = {name: roster.ref[name] for name in ("service_url", "tenant_id", "bot_id") if name in roster.ref}
    return replace(profile, ref={**shared, **profile.ref})


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
