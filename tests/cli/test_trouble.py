"""What people cause ends with one sentence on stderr and exit code 2; nobody sees a traceback."""

import sqlite3
from pathlib import Path

import pytest

from storage.lock import SendingLock
from tests.cli.conftest import EXAMPLES, Line
from tests.storage.databases import new_file

SMALL = str(EXAMPLES / "small.yaml")
COMMANDS = [("plan",), ("import", SMALL, "--yes"), ("serve",)]
SLACK = {"SLACK_BOT_TOKEN": "xoxb-pretend", "SLACK_SIGNING_SECRET": "pretend"}


def ends_with(line: Line, arguments: tuple[str, ...], sentence: str) -> None:
    """The command ends with exit code 2 and this sentence, and says nothing else."""
    ended = line.run(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert ended.complaint == sentence


@pytest.mark.parametrize("arguments", COMMANDS)
def test_half_of_slack_s_settings(line: Line, arguments: tuple[str, ...]) -> None:
    line.set(SLACK_BOT_TOKEN="xoxb-pretend")

    ends_with(
        line,
        arguments,
        "SLACK_APP_TOKEN is not set; Slack needs it, or SLACK_SIGNING_SECRET where Okra has a public address.",
    )


def test_settings_in_a_file_count_and_contradictions_in_it_are_told(line: Line, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TEAMS_APP_ID=11111111-2222-3333-4444-555555555555\n", encoding="utf-8")

    ends_with(line, ("plan",), "TEAMS_APP_PASSWORD is not set; with TEAMS_APP_ID it is needed.")


@pytest.mark.parametrize("arguments", COMMANDS)
def test_a_folder_that_is_not_there(line: Line, arguments: tuple[str, ...]) -> None:
    line.set(DATABASE_URL="sqlite:///not/there/okra.db", **SLACK)

    ended = line.run(*arguments)

    assert ended.code == 2
    assert ended.complaint.count("\n") == 0
    assert "not/there" in ended.complaint


@pytest.mark.parametrize("arguments", COMMANDS)
def test_a_file_that_is_no_database(line: Line, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "okra.db").write_text("a shopping list, and not a short one at that" * 100, encoding="utf-8")
    line.set(**SLACK)

    ends_with(line, arguments, "okra.db is not a SQLite database; DATABASE_URL must name a database file.")


@pytest.mark.parametrize("arguments", COMMANDS)
def test_a_database_of_a_newer_version(line: Line, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    new_file(tmp_path)
    with sqlite3.connect(tmp_path / "okra.db") as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.close()
    line.set(**SLACK)

    ends_with(
        line,
        arguments,
        "The database was written by a newer version of Okra; start that version, "
        "or restore a backup made before the upgrade.",
    )


def test_a_locked_database(line: Line, tmp_path: Path) -> None:
    new_file(tmp_path)
    other = sqlite3.connect(tmp_path / "okra.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        ended = line.run("import", SMALL, "--yes")
    finally:
        other.close()

    assert ended.code == 2
    assert ended.complaint == (
        "Another program holds the database locked, so nothing was saved; close it and try again."
    )


def test_serve_without_a_platform(line: Line) -> None:
    ends_with(
        line,
        ("serve",),
        "There is no platform to serve: set SLACK_BOT_TOKEN and SLACK_APP_TOKEN for Slack, or TEAMS_APP_ID, "
        "TEAMS_APP_PASSWORD and TEAMS_TENANT_ID for Microsoft Teams (docs/slack.md, docs/teams.md).",
    )


def test_serve_beside_another_okra(line: Line, tmp_path: Path) -> None:
    url = new_file(tmp_path)
    line.set(DATABASE_URL=url, **SLACK)

    with SendingLock(url):
        ended = line.run("serve")

    assert ended.code == 2
    assert "already runs on this database; stop it first" in ended.complaint


def test_serve_with_a_slack_that_cannot_be_reached(line: Line) -> None:
    line.set(SLACK_API_URL="http://127.0.0.1:9/api/", **SLACK)

    ended = line.run("serve")

    assert ended.code == 2
    assert ended.complaint == (
        "Slack does not answer (No connection to Slack: connection refused); check the network and SLACK_API_URL, "
        "then start again."
    )


def test_serve_for_teams_without_a_tenant(line: Line) -> None:
    line.set(TEAMS_DEVELOPMENT="true")

    ends_with(line, ("serve",), "TEAMS_TENANT_ID is not set; Okra only talks with tenants it was told of.")
