"""`teams-package`: the zip that a Teams admin uploads."""

from dataclasses import dataclass
from pathlib import Path

from bot.cli.output import CommandProblem, say
from bot.platforms.teams.package import Order, package
from bot.platforms.teams.package_checks import PackageProblem
from bot.settings import Settings

NO_APP_ID = "There is no app id: set TEAMS_APP_ID, or say --app-id with the application id of your Azure Bot."
NO_HOST = "There is no host: set BASE_URL, or say --host with the public address of Okra, such as okra.example.com."


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line said; what is empty comes from the settings, or is left to Okra."""

    app_id: str | None
    host: str | None
    developer: str
    website: str
    privacy: str
    terms: str
    version: str


def teams_package(settings: Settings, options: Options, out: Path) -> None:
    """Write the zip, and say what to do with it. Raises `CommandProblem`; then nothing was written."""
    app_id, host = options.app_id or settings.teams_app_id, options.host or settings.base_url
    if not app_id:
        raise CommandProblem(NO_APP_ID)
    if not host:
        raise CommandProblem(NO_HOST)
    order = Order(
        app_id=app_id,
        host=host,
        developer=options.developer,
        website=options.website,
        privacy=options.privacy,
        terms=options.terms,
        version=options.version,
    )
    try:
        data = package(order)
    except PackageProblem as problem:
        raise CommandProblem(str(problem)) from problem
    _write(out, data)
    say(f"Written to {out}: Okra {order.version} for the app id {order.app_id.lower()}.")
    say(f"The messaging endpoint of your Azure Bot: {order.base_url}/api/messages")
    own = [name for name in ("website", "privacy", "terms") if not getattr(order, name)]
    if own:
        say(f"What Teams shows as {_and(own)} leads to {order.base_url}; for pages of your own, say {_options(own)}.")
    say("Upload it: Teams admin center, Teams apps, Manage apps, Upload new app (docs/teams.md).")


def _write(out: Path, data: bytes) -> None:
    try:
        with out.open("xb") as file:
            file.write(data)
    except FileExistsError:
        raise CommandProblem(f"{out} is there already; take it away, or name another file with --out.") from None
    except OSError as error:
        raise CommandProblem(f"{out} cannot be written: {error.strerror}.") from error


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _options(names: list[str]) -> str:
    return _and([f"--{name}" for name in names])
