"""`teams status`: the registration, who is let in, where Okra is installed, and whom it cannot reach."""

import asyncio

import typer
from sqlmodel import Session

from bot.cli.output import CommandProblem, complain, say
from bot.cli.teams_side import teams_config
from bot.clock import SystemClock
from bot.delivery.port import ChatError, RateLimited
from bot.okr.localtime import local
from bot.platforms.teams.config import Cloud, TeamsConfig
from bot.platforms.teams.credentials import Tokens
from bot.settings import Settings
from storage import installations, reach
from storage import models as m
from storage.session import Database, bring_up_to_date
from storage.zones import known_zone

NOT_SET_UP = "Teams is not set up: TEAMS_APP_ID is not set (docs/teams.md says how to get one)."
NOBODY = "No tenant is connected yet: import your OKRs, then start Okra (.venv/bin/python app.py serve)."
NOT_SENDING = (
    "Microsoft gives Okra no token, so nothing can be sent in Teams; the line that begins with Token says why."
)
MOST_NAMES = 10
_GIVEN = "given"

_HELP = {
    "invalid_client": "make a new client secret and put it into TEAMS_APP_PASSWORD",
    "unauthorized_client": "check TEAMS_APP_ID: TEAMS_TENANT_ID has no such registration",
    "invalid_request": "check TEAMS_TENANT_ID and TEAMS_APP_ID",
}
"""What to do for an answer of Microsoft's login, by its code."""
_UNREACHED = "check the network, then ask again"


def status(settings: Settings, cloud: Cloud | None = None) -> None:
    """Print how Okra is in Teams; where it gets no token, the exit code is 1. Raises `CommandProblem`.

    `cloud` stands in for Microsoft's addresses.
    """
    if not settings.has_teams:
        raise CommandProblem(NOT_SET_UP)
    config = teams_config(settings, cloud)
    token = "" if config.is_open else asyncio.run(_token(config))
    lines = _registration(config, token)
    bring_up_to_date(settings.database_url)
    db = Database(settings.database_url, SystemClock())
    try:
        lines += db.read_now(_tenants, settings, config) or [NOBODY]
    finally:
        db.close()
    for line in lines:
        say(line)
    if token not in ("", _GIVEN):
        complain(NOT_SENDING)
        raise typer.Exit(1)


def _registration(config: TeamsConfig, token: str) -> list[str]:
    if config.is_open:
        return ["Registration: none (TEAMS_DEVELOPMENT); nobody is asked who they are, so keep it to this machine."]
    return [
        f"Registration: {config.app_id}, {config.app_type.value}",
        f"  Token: {token}",
        f"  Tenants let in: {', '.join(sorted(config.tenants))}",
    ]


async def _token(config: TeamsConfig) -> str:
    try:
        await Tokens(config).ensure()
    except RateLimited:
        return "not given: too many were asked for; ask again in some minutes"
    except ChatError as error:
        help_ = next((words for code, words in _HELP.items() if code in str(error)), _UNREACHED)
        return f"not given ({error}); {help_}"
    return _GIVEN


def _tenants(session: Session, settings: Settings, config: TeamsConfig) -> list[str]:
    lines = []
    for row in installations.of_platform(session, m.Platform.TEAMS):
        workspace = session.get_one(m.Workspace, row.workspace_id)
        lines += [f"Tenant {row.external_id}", f"  Okra workspace: {workspace.name}"]
        if row.state is not m.InstallationState.ACTIVE or row.external_id not in config.tenants:
            lines.append(
                "  State: not let in; nothing is sent there (TEAMS_TENANT_ID and TEAMS_ALLOWED_TENANTS name others)"
            )
            continue
        lines += _reach(reach.reach(session, row), workspace, settings)
    return lines


def _reach(found: reach.Reach, workspace: m.Workspace, settings: Settings) -> list[str]:
    counts = [
        (found.parents, "team", f" with {_many(found.channels, 'channel')}"),
        (found.group_chats, "group chat", ""),
        (found.personal_chats, "personal chat", ""),
    ]
    there = [_many(number, what) + more for number, what, more in counts if number]
    lines = [f"  Okra is in: {', '.join(there) or 'no team and no chat yet; upload the app package and add Okra'}"]
    can = found.people - len(found.unknown) - len(found.refusing)
    lines.append(f"  People: {can} of {found.people} can be written to")
    if found.unknown:
        lines.append(
            f"    Not found: {_names(found.unknown)}; add Okra to a team that they are in, and give them in the OKR "
            "file the e-mail address that they have in Teams"
        )
    if found.refusing:
        names = _names(found.refusing)
        lines.append(f"    Without Okra: {names}; they add it in Teams, or an admin installs it for everybody")
    if found.unmet_channels:
        lines.append(
            f"  Channels: add Okra to the team in Teams that has the channel of {_names(found.unmet_channels)}"
        )
    lines.append(f"  Heard last: {_heard(found, workspace, settings)}")
    return lines


def _heard(found: reach.Reach, workspace: m.Workspace, settings: Settings) -> str:
    if found.heard_at is not None:
        return f"{local(found.heard_at, known_zone(workspace.timezone)):%d %b %Y %H:%M}"
    host = (settings.base_url or "https://your-address").rstrip("/")
    return f"never; the messaging endpoint of your Azure Bot must be {host}/api/messages"


def _many(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _names(names: tuple[str, ...]) -> str:
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
