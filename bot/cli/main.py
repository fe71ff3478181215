"""The command line: one short function per command, and every mistake that people can cause as one sentence."""

import logging
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.logs import configure_logs
from bot.cli.output import plainly
from bot.cli.types import BuildHouse
from bot.settings import read_settings


class Language(StrEnum):
    """The language in which the demo is told."""

    EN = "en"
    ZH = "zh"


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
        file: Annotated[Path | None, typer.Argument(help="An OKR file of your own (docs/okr-file.md).")] = None,
        language: Annotated[Language, typer.Option(help="The language the week is told in.")] = Language.EN,
        plain: Annotated[bool, typer.Option("--plain", help="Plain text, as into a pipe.")] = False,
    ) -> None:
        """Watch a week of a team in the terminal. Nothing is kept."""
        from bot.cli.demo import demo

        configure_logs("text", logging.ERROR)
        with plainly():
            demo(build_house, file, language.value, plain=plain)

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
        file: Annotated[Path, typer.Argument(help="The OKR file (docs/okr-file.md).")],
        yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
    ) -> None:
        """Show what an OKR file would change, ask, then write all of it or nothing."""
        from bot.cli.import_file import import_file

        with plainly():
            settings = read_settings()
            configure_logs(settings.log_format, logging.WARNING)
            import_file(build_house, settings, file, yes=yes)

    return app
