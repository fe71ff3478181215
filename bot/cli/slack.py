"""`slack`: links to install Okra, and how every Slack workspace is."""

from sqlmodel import Session

from bot.cli.output import CommandProblem, say
from bot.clock import SystemClock
from bot.okr.localtime import local
from bot.platforms.slack.install_links import InstallLinks
from bot.platforms.slack.oauth import SCOPES
from bot.platforms.slack.tokens import Tokens, TokenUnreadable
from bot.settings import Settings
from storage import installations
from storage import models as m
from storage.session import Database, bring_up_to_date
from storage.zones import known_zone

NO_CLIENT = (
    "SLACK_CLIENT_ID is not set; links are for an Okra that several workspaces install (docs/slack.md). "
    "With SLACK_BOT_TOKEN none is needed."
)
NOBODY = "Okra is in no Slack workspace yet."
AGAIN = "install Okra there again"


def install_link(settings: Settings, workspace: str) -> None:
    """Print a link that connects a Slack workspace with the workspace of this name."""
    if not settings.installs_slack or settings.base_url is None or settings.secret_key is None:
        raise CommandProblem(NO_CLIENT)
    links = InstallLinks(settings.base_url, settings.secret_key.get_secret_value())
    clock = SystemClock()
    db = _open(settings, clock)
    try:
        found = db.read_now(installations.workspace_named, workspace)
        if found is None:
            names = ", ".join(one.name for one in db.read_now(installations.workspaces))
            known = f"there is {names}" if names else "there is none yet; import a file first"
            raise CommandProblem(f"There is no workspace '{workspace}' here; {known}.")
    finally:
        db.close()
    say(f"Open this within 24 hours, in the browser where you use the Slack of {workspace}:")
    say(links.address(found.id, clock.now()))


def status(settings: Settings) -> None:
    """Print every Slack workspace: whose it is, whether it is well, and which scopes are missing."""
    db = _open(settings, SystemClock())
    try:
        lines = db.read_now(_lines, settings)
    finally:
        db.close()
    for line in lines or [NOBODY]:
        say(line)


def _open(settings: Settings, clock: SystemClock) -> Database:
    bring_up_to_date(settings.database_url)
    return Database(settings.database_url, clock)


def _lines(session: Session, settings: Settings) -> list[str]:
    lines = []
    for row in installations.of_platform(session, m.Platform.SLACK):
        workspace = session.get_one(m.Workspace, row.workspace_id)
        lines += [
            f"{row.name or row.external_id} ({row.external_id})",
            f"  Okra workspace: {workspace.name}",
            f"  State: {_state(row, workspace, settings)}",
        ]
        if row.state is m.InstallationState.ACTIVE:
            lines.append(f"  Missing scopes: {_missing(row)}")
    return lines


def _state(row: m.Installation, workspace: m.Workspace, settings: Settings) -> str:
    at = row.installed_at if row.state is m.InstallationState.ACTIVE or row.removed_at is None else row.removed_at
    since = f"since {local(at, known_zone(workspace.timezone)):%d %b %Y %H:%M}"
    if row.tokens is None:
        if row.state is m.InstallationState.REVOKED:
            return f"removed {since}; {AGAIN}"
        if settings.slack_bot_token is None:
            return f"without a token {since}; {AGAIN}, or set SLACK_BOT_TOKEN"
        return f"installed {since}"
    if settings.secret_key is None:
        return f"its token cannot be read without SECRET_KEY; installed {since}"
    try:
        Tokens(settings.secret_key.get_secret_value()).open(row.external_id, row.tokens)
    except TokenUnreadable as problem:
        return str(problem)
    if row.state is m.InstallationState.REVOKED:
        return f"set aside {since}; it serves again when Okra starts with SLACK_CLIENT_ID"
    return f"installed {since}"


def _missing(row: m.Installation) -> str:
    if not row.scopes:
        return "not known"
    return ", ".join(sorted(SCOPES - set(row.scopes.split(",")))) or "none"
