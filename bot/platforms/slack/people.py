"""A person as Slack describes them, read into a `Profile`; whatever is missing or odd is left out, never a mistake."""

import html
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.delivery.port import Profile, Status

SLACKBOT = "USLACKBOT"

_BOT = ("is_bot", "is_workflow_bot", "is_connector_bot")
_GUEST = ("is_restricted", "is_ultra_restricted", "is_stranger")
_LAST_SECOND = 253_402_300_799
"""The end of the year 9999: no status goes away later than that."""


def profile_of(user: Any, home: str = "") -> Profile | None:
    """Slack's user object, seen from the workspace `home` (its id; empty: not known). None for what is no user."""
    if not isinstance(user, Mapping) or not _text(user.get("id")):
        return None
    told = user.get("profile")
    profile: Mapping[str, Any] = told if isinstance(told, Mapping) else {}
    external_id, handle = _text(user.get("id")), _text(user.get("name"))
    real = _text(profile.get("real_name")) or _text(user.get("real_name")) or handle or external_id
    short = _text(profile.get("display_name")) or _text(profile.get("first_name")) or real.split()[0]
    return Profile(
        external_id=external_id,
        display_name=real,
        short_name=short,
        e_mail=_text(profile.get("email")) or None,
        timezone=_text(user.get("tz")) or None,
        locale=_text(user.get("locale")) or None,
        active=not user.get("deleted"),
        is_guest=any(user.get(flag) for flag in _GUEST) or _is_of_elsewhere(user, home),
        is_bot=external_id == SLACKBOT or any(user.get(flag) for flag in _BOT),
        handle=handle,
        status=_status(profile),
        updated=_whole(user.get("updated")),
    )


def _is_of_elsewhere(user: Mapping[str, Any], home: str) -> bool:
    """Somebody of another company (Slack Connect); another workspace of the same organisation is not elsewhere."""
    team = _text(user.get("team_id"))
    if not home or not team or team == home:
        return False
    organisation = user.get("enterprise_user")
    teams = organisation.get("teams") if isinstance(organisation, Mapping) else None
    return not (isinstance(teams, list) and home in teams)


def _status(profile: Mapping[str, Any]) -> Status | None:
    text = html.unescape(_text(profile.get("status_text")))
    sign = _text(profile.get("status_emoji")).strip(":")
    if not text and not sign:
        return None
    ends = _whole(profile.get("status_expiration"))
    return Status(text, sign, datetime.fromtimestamp(ends, UTC) if 0 < ends <= _LAST_SECOND else None)


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
