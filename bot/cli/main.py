"""The command line: one short function per command, and every mistake that people can cause as one sentence."""

import logging
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.logs import configure_logs
from bot.cli.output import CommandProblem, plainly
from bot.cli.types import BuildHouse
from bot.settings import read_settings


class Language(StrEnum):
    """The language in which the demo is told."""

    EN = "en"
    ZH = "zh"


class State(StrEnum):
    """The states of a message."""

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


class Company(StrEnum):
    """The companies that one can play."""

    TEEBEE = "teebee"
    SMALL = "small"
    EMPTY = "empty"
    CHINESE = "chinese"
    LARGE = "large"


class Format(StrEnum):
    """How an export is written."""

    JSON = "json"
    CSV = "csv"


def run(build_house: BuildHouse) -> None:
    """Do what the command line says."""
    application(build_house)()


def application(build_house: BuildHouse) -> typer.Typer:
    """All commands."""
    app = typer.Typer(
        name="app.py",
        help="Okra: weekly OKR rituals in Slack and Microsoft Teams.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )

    @app.command("demo")
    def demo_command(
        file: Annotated[Path | None, typer.Argument(help="Your own OKRs: .md, .csv, .xlsx, .yaml or .json.")] = None,
        language: Annotated[Language, typer.Option(help="The language the week is told in.")] = Language.EN,
        plain: Annotated[bool, typer.Option("--plain", help="Plain text, as into a pipe.")] = False,
    ) -> None:
        """Watch a week of a team in the terminal. Nothing is kept."""
        from bot.cli.demo import demo

        configure_logs("text", logging.ERROR)
        with plainly():
            demo(build_house, file, language.value, plain=plain)

    @app.command("play")
    def play_command(
        file: Annotated[Path | None, typer.Argument(help="Your own OKRs: .md, .csv, .xlsx, .yaml or .json.")] = None,
        company: Annotated[Company | None, typer.Option(help="A company that comes with Okra.")] = None,
        folder: Annotated[Path, typer.Option(help="Where what happens is kept.")] = Path(".playground"),
        fresh: Annotated[bool, typer.Option("--fresh", help="Begin anew; what happened before is gone.")] = False,
        host: Annotated[str, typer.Option(help="Anything but this machine needs PLAYGROUND_PASSPHRASE.")] = "127.0.0.1",
        port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes any that is free.")] = 8080,
    ) -> None:
        """Be everyone in a company, in your browser, and move its clock (docs/playground.md)."""
        from bot.cli.play import Wanted, play

        with plainly():
            settings = read_settings()
            configure_logs(settings.log_format, logging.WARNING)
            if file is not None and company is not None:
                raise CommandProblem("Give a file or --company, not both.")
            named = None if company is None else company.value
            play(build_house, settings, Wanted(file, named, folder, fresh, host, port))

    @app.command("serve")
    def serve_command() -> None:
        """Answer Slack and Microsoft Teams, as the settings name them (docs/settings.md)."""
        from bot.cli.serve import serve

        with plainly():
            settings = read_settings()
            configure_logs(settings.log_format)
            serve(build_house, settings)

    @app.command("plan")
    def plan_command(
        days: Annotated[int, typer.Option(min=1, max=366, help="How far to look ahead.")] = 14,
        at: Annotated[str | None, typer.Option(help="From this moment on, like 2026-11-12T10:00.")] = None,
    ) -> None:
        """Show what will be sent to whom and when, and what will not be and why."""
        from bot.cli.plan import plan

        with plainly():
            settings = read_settings()
            configure_logs(settings.log_format, logging.WARNING)
            plan(settings, days, at)

    @app.command("import")
    def import_command(
        file: Annotated[Path, typer.Argument(help="An OKR file, a CSV, XLSX or Markdown file (docs/import.md).")],
        yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
        everything: Annotated[bool, typer.Option("--all", help="Show everything that was read and left out.")] = False,
        team: Annotated[str | None, typer.Option(help="Whose objectives these are, such as GRO.")] = None,
        cycle: Annotated[str | None, typer.Option(help="For which cycle, such as '2026 Q4'.")] = None,
        first_day: Annotated[str | None, typer.Option(help="The first day of a new cycle.")] = None,
        last_day: Annotated[str | None, typer.Option(help="The last day of a new cycle.")] = None,
        workspace: Annotated[str | None, typer.Option(help="Which workspace, where there are several.")] = None,
        lead: Annotated[str | None, typer.Option(help="Who leads the team, by handle.")] = None,
    ) -> None:
        """Show what a file would change, ask, then write all of it or nothing."""
        from bot.cli.import_file import import_file
        from bot.cli.import_frame import Options

        with plainly():
            settings = read_settings()
            configure_logs(settings.log_format, logging.WARNING)
            options = Options(team, cycle, workspace, lead, first_day, last_day)
            import_file(build_house, settings, file, options, yes=yes, everything=everything)

    @app.command("export")
    def export_command(
        kind: Annotated[
            Format, typer.Option("--format", help="An OKR file, or a sheet for spreadsheets.")
        ] = Format.JSON,
        team: Annotated[str | None, typer.Option(help="Only this team, by its key, such as GRO.")] = None,
        workspace: Annotated[str | None, typer.Option(help="Which workspace, where there are several.")] = None,
        output: Annotated[Path | None, typer.Option(help="Where to write it; stdout without.")] = None,
    ) -> None:
        """Write OKRs with their history to a file that can be imported again (docs/export.md)."""
        from bot.cli.export import export

        with plainly():
            settings = read_settings()
            configure_logs(settings.log_format, logging.WARNING)
            export(settings, kind.value, team, workspace, output)

    @app.command("generate")
    def generate_command(
        teams: Annotated[int, typer.Option(help="How many teams, the company itself among them.")] = 5,
        krs: Annotated[int, typer.Option(help="How many key results each team has.")] = 5,
        weeks: Annotated[int, typer.Option(help="In which week of its 13-week cycle the company stands.")] = 6,
        seed: Annotated[int, typer.Option(help="Another number makes another company.")] = 1,
        today: Annotated[str | None, typer.Option(help="The day on which it stands, like 2026-12-10.")] = None,
        output: Annotated[Path | None, typer.Option(help="An OKR file to write instead of the database.")] = None,
    ) -> None:
        """Make up a company of any size, the same for the same numbers (docs/generate.md)."""
        from bot.cli.generate import day_of, generate
        from bot.cli.generating.frame import Order

        with plainly():
            settings = read_settings()
            configure_logs(settings.log_format, logging.WARNING)
            generate(settings, Order(teams, krs, weeks, seed, day_of(today)), output)

    @app.command("read")
    def read_command(
        reply: Annotated[str, typer.Argument(help="What somebody typed, in quotes.")],
        kr: Annotated[
            list[str] | None, typer.Option(help="A key result like 'MRR: 30k -> 60k USD'; several are possible.")
        ] = None,
        last: Annotated[list[str] | None, typer.Option(help="Its last value; one for each --kr, in order.")] = None,
        from_database: Annotated[
            list[str] | None, typer.Option(help="A key result that is here, by its key, such as GRO-2.")
        ] = None,
        lang: Annotated[str | None, typer.Option(help="The person's language: en or zh.")] = None,
        number_style: Annotated[str | None, typer.Option(help="dot (1,250.5), comma (1.250,5) or unknown.")] = None,
        percent_means: Annotated[
            str | None, typer.Option(help="What a percentage means: landing, way, target or ask.")
        ] = None,
        score_mode: Annotated[str | None, typer.Option(help="forecast or progress.")] = None,
        now: Annotated[str | None, typer.Option(help="The moment it is said, like 2026-11-12T10:00.")] = None,
    ) -> None:
        """Show how a reply would be read, rule by rule; nothing is stored (docs/replies.md)."""
        from bot.cli.read import Options, read

        with plainly():
            settings = read_settings()
            configure_logs(settings.log_format, logging.WARNING)
            written, values, keys = tuple(kr or ()), tuple(last or ()), tuple(from_database or ())
            read(settings, reply, Options(written, values, keys, lang, number_style, percent_means, score_mode, now))

    @app.command("teams-package")
    def teams_package_command(
        out: Annotated[Path, typer.Option(help="The zip to write.")] = Path("okra-teams.zip"),
        app_id: Annotated[str | None, typer.Option(help="The app id of the Azure Bot; TEAMS_APP_ID without.")] = None,
        host: Annotated[str | None, typer.Option(help="Okra's public address; BASE_URL without.")] = None,
        developer: Annotated[str, typer.Option(help="Who runs it, as Teams shows it.")] = "Okra",
        website: Annotated[str, typer.Option(help="A page about it, with https://.")] = "",
        privacy: Annotated[str, typer.Option(help="Your page on privacy, with https://.")] = "",
        terms: Annotated[str, typer.Option(help="Your terms of use, with https://.")] = "",
        version: Annotated[str, typer.Option(help="Higher than what was uploaded before.")] = "1.0.0",
    ) -> None:
        """Make the app package that a Teams admin uploads (docs/teams.md)."""
        from bot.cli.teams_package import Options, teams_package

        with plainly():
            teams_package(read_settings(), Options(app_id, host, developer, website, privacy, terms, version), out)

    @app.command("questions")
    def questions_command(
        days: Annotated[int | None, typer.Option(min=1, max=3660, help="Only the last so many days.")] = None,
    ) -> None:
        """Count what people had to be asked back and how it ended; what /metrics tells, as a table."""
        from bot.cli.questions import questions

        with plainly():
            settings = read_settings()
            configure_logs(settings.log_format, logging.WARNING)
            questions(settings, days)

    @app.command("backup")
    def backup_command(file: Annotated[Path, typer.Argument(help="A file that is not there yet.")]) -> None:
        """Write a whole copy of the database while Okra runs (docs/operate.md)."""
        from bot.cli.backup import write_backup

        with plainly():
            write_backup(read_settings(), file)

    @app.command("restore")
    def restore_command(
        file: Annotated[Path, typer.Argument(help="A backup.")],
        replace: Annotated[bool, typer.Option("--replace", help="Put the present database aside.")] = False,
        send_due: Annotated[
            bool, typer.Option("--send-due", help="Okra has not run since: send what fell due, too.")
        ] = False,
    ) -> None:
        """Put a backup in the database's place while Okra stands still; nobody is asked twice (docs/operate.md)."""
        from bot.cli.backup import restore

        with plainly():
            settings = read_settings()
            configure_logs(settings.log_format, logging.WARNING)
            restore(build_house, settings, file, replace=replace, send_due=send_due)

    @app.command("restored")
    def restored_command() -> None:
        """Say that the database was brought back by other means, such as pg_restore: nobody is asked twice."""
        from bot.cli.backup import restored

        with plainly():
            settings = read_settings()
            configure_logs(settings.log_format, logging.WARNING)
            restored(build_house, settings)

    app.add_typer(_deliveries(), name="deliveries")
    app.add_typer(_inbox(build_house), name="inbox")
    app.add_typer(_people(), name="people")
    app.add_typer(_slack(), name="slack")
    app.add_typer(_teams(), name="teams")
    return app


def _people() -> typer.Typer:
    """The commands about people."""
    people = typer.Typer(help="Who is known here, and erasing somebody who left.", no_args_is_help=True)
    of_workspace = Annotated[str | None, typer.Option("--workspace", help="Where there are several, which one.")]

    @people.command("list")
    def list_command(workspace: of_workspace = None) -> None:
        """Show everybody: handle, name, and who left."""
        from bot.cli.people import show_list

        with plainly():
            settings = read_settings()
            configure_logs(settings.log_format, logging.WARNING)
            show_list(settings, workspace)

    @people.command("erase")
    def erase_command(
        handle: Annotated[str, typer.Argument(help="Whom: the handle that `people list` shows.")],
        workspace: of_workspace = None,
        yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only say what would change.")] = False,
        although_active: Annotated[
            bool, typer.Option("--although-active", help="Even if their account is switched on.")
        ] = False,
    ) -> None:
        """Erase somebody who left: numbers and notes stay, under "former owner" (docs/privacy.md)."""
        from bot.cli.people import erase

        with plainly():
            settings = read_settings()
            configure_logs(settings.log_format, logging.WARNING)
            erase(settings, handle, workspace, yes=yes, although_active=although_active)

    return people


def _inbox(build_house: BuildHouse) -> typer.Typer:
    """The commands about what could not be handled."""
    inbox = typer.Typer(help="What people said and Okra could not handle, and reading it again.", no_args_is_help=True)
    with_text = Annotated[bool, typer.Option("--text", help="Show what was typed, too.")]

    @inbox.command("list")
    def list_command(text: with_text = False) -> None:
        """Show what is not handled: when it was said, by whom, and what went wrong."""
        from bot.cli.inbox import show_list

        with plainly():
            settings = read_settings()
            configure_logs(settings.log_format, logging.WARNING)
            show_list(settings, text=text)

    @inbox.command("show")
    def show_command(
        number: Annotated[str, typer.Argument(metavar="ID", help="Its number, as the list shows it.")],
        text: with_text = False,
    ) -> None:
        """Show one in full."""
        from bot.cli.inbox import show_one

        with plainly():
            settings = read_settings()
            configure_logs(settings.log_format, logging.WARNING)
            show_one(settings, number, text=text)

    @inbox.command("replay")
    def replay_command(
        numbers: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Only these; all without.")] = None,
    ) -> None:
        """Read again what broke, as it was said then, each once; its people are answered (docs/replies.md)."""
        from bot.cli.inbox import replay

        with plainly():
            settings = read_settings()
            configure_logs(settings.log_format, logging.CRITICAL)
            raise typer.Exit(replay(build_house, settings, numbers or ()))

    return inbox


def _deliveries() -> typer.Typer:
    """The commands about messages that did not get where they should."""
    deliveries = typer.Typer(help="Messages that did not arrive, and what to do with them.", no_args_is_help=True)
    ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Their numbers, as the list shows them.")]

    @deliveries.command("list")
    def list_command(
        state: Annotated[State | None, typer.Option(help="Everything in this state instead.")] = None,
        kind: Annotated[str | None, typer.Option(help="Only this kind, such as check_in.")] = None,
        most: Annotated[int, typer.Option(min=1, max=100_000, help="How many to show.")] = 50,
    ) -> None:
        """Show what failed, what is in doubt, and what should have left long ago; newest first, no text."""
        from bot.cli.deliveries import show_list
        from storage.models import DeliveryState

        with plainly():
            settings = read_settings()
            configure_logs(settings.log_format, logging.WARNING)
            show_list(settings, None if state is None else DeliveryState(state.value), kind, most)

    @deliveries.command("show")
    def show_command(number: Annotated[str, typer.Argument(metavar="ID", help="Its number.")]) -> None:
        """Show all that is known of one, and what may be done."""
        from bot.cli.deliveries import show_one

        with plainly():
            settings = read_settings()
            configure_logs(settings.log_format, logging.WARNING)
            show_one(settings, number)

    @deliveries.command("retry")
    def retry_command(
        numbers: ids = None,
        all_failed: Annotated[
            bool, typer.Option("--all-failed", help="Everything of the last seven days that failed.")
        ] = False,
        even_if_it_arrived: Annotated[
            bool, typer.Option("--even-if-it-arrived", help="Also what is unknown: it may come twice.")
        ] = False,
    ) -> None:
        """Plan messages anew. Whether one still makes sense is asked when it leaves, as ever."""
        from bot.cli.deliveries import retry

        with plainly():
            settings = read_settings()
            configure_logs(settings.log_format, logging.WARNING)
            retry(settings, numbers or (), all_failed=all_failed, even_if_it_arrived=even_if_it_arrived)

    @deliveries.command("discard")
    def discard_command(numbers: ids = None) -> None:
        """Let messages be: they are not sent any more."""
        from bot.cli.deliveries import discard

        with plainly():
            settings = read_settings()
            configure_logs(settings.log_format, logging.WARNING)
            discard(settings, numbers or ())

    return deliveries


def _slack() -> typer.Typer:
    """The commands about Slack alone."""
    slack = typer.Typer(help="Install Okra in Slack workspaces, and see how they are.", no_args_is_help=True)

    @slack.command("install-link")
    def install_link_command(
        workspace: Annotated[str, typer.Option(help="Which workspace its Slack is to be connected with.")],
    ) -> None:
        """Make a link that connects a Slack workspace with one that is here; it holds for 24 hours (docs/slack.md)."""
        from bot.cli.slack import install_link

        with plainly():
            settings = read_settings()
            configure_logs(settings.log_format, logging.WARNING)
            install_link(settings, workspace)

    @slack.command("status")
    def status_command() -> None:
        """Show every Slack workspace: whose it is, whether it is well, and which scopes are missing."""
        from bot.cli.slack import status

        with plainly():
            settings = read_settings()
            configure_logs(settings.log_format, logging.WARNING)
            status(settings)

    return slack


def _teams() -> typer.Typer:
    """The commands about Teams alone."""
    teams = typer.Typer(help="See how Okra is in Microsoft Teams.", no_args_is_help=True)

    @teams.command("status")
    def status_command() -> None:
        """Show the registration, who is let in, where Okra is installed, and whom it cannot reach."""
        from bot.cli.teams import status

        with plainly():
            settings = read_settings()
            configure_logs(settings.log_format, logging.WARNING)
            status(settings)

    return teams
