"""`slack`: links into a workspace that is here, and every Slack workspace with how it is."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlmodel import Session, col, select

from bot.clock import MovableClock, SystemClock
from bot.platforms.slack.install_links import InstallLinks
from bot.platforms.slack.oauth import NEEDED, SCOPES
from bot.platforms.slack.tokens import Tokens
from storage import installations
from storage import models as m
from storage.installations import Granted
from storage.session import Database
from tests.cli.conftest import EXAMPLES, Line
from tests.fakes.slack.values import CLIENT_ID, CLIENT_SECRET
from tests.storage.databases import MORNING

OKRS = "okrs.yaml"
SECRET = "a secret of thirty-two characters"
MANY = {
    "SLACK_CLIENT_ID": CLIENT_ID,
    "SLACK_CLIENT_SECRET": CLIENT_SECRET,
    "SLACK_SIGNING_SECRET": "pretend",
    "BASE_URL": "https://okra.example.com/base",
    "SECRET_KEY": SECRET,
}
T = TypeVar("T")


def stored(work: Callable[[Database], T]) -> T:
    """What `work` makes of the database in this folder."""
    db = Database("sqlite:///okra.db", MovableClock(MORNING))
    try:
        return work(db)
    finally:
        db.close()


def install(team: str, name: str, scopes: frozenset[str] = SCOPES, into: str | None = None) -> None:
    """Somebody installs Okra in a Slack workspace."""
    granted = Granted(m.Platform.SLACK, team, name, Tokens(SECRET).seal(team, f"xoxb-{team}"), "UBOT", scopes)

    def write(db: Database) -> None:
        workspace = None if into is None else db.read_now(installations.workspace_named, into)
        db.write_now(installations.install, granted, MORNING, None if workspace is None else workspace.id)

    stored(write)


def addresses(db: Database) -> list[tuple[str, int]]:
    """Everybody's id on a platform, and the row of the place."""

    def read(session: Session) -> list[tuple[str, int]]:
        rows = session.exec(select(m.Address).order_by(col(m.Address.id)))
        return [(row.external_id, row.installation_id) for row in rows]

    return db.read_now(read)


@pytest.fixture(autouse=True)
def _file(tmp_path: Path) -> None:
    """The small example, with its people in Slack."""
    text = (EXAMPLES / "small.yaml").read_text(encoding="utf-8")
    for old, new in {"{console: mei}": "{slack: U1MEI}", "{console: jack}": "{slack: U2JACK}"}.items():
        text = text.replace(old, new)
    (tmp_path / OKRS).write_text(text.replace('{console: "#growth"}', "{slack: C1GROWTH}"), encoding="utf-8")


@pytest.fixture
def many(line: Line) -> Line:
    """OKRs are here, and the settings are those for several workspaces."""
    line.set(**MANY)
    assert line.run("import", OKRS, "--yes").code == 0
    return line


def test_a_link_leads_into_the_workspace_for_a_day(many: Line) -> None:
    ended = many.run("slack", "install-link", "--workspace", "Bluebird")

    assert ended.code == 0
    told, link, rest = ended.out.split("\n")
    assert told == "Open this within 24 hours, in the browser where you use the Slack of Bluebird:"
    assert rest == ""
    assert link.startswith("https://okra.example.com/base/slack/install?into=")
    (word,) = parse_qs(urlsplit(link).query)["into"]
    links = InstallLinks(MANY["BASE_URL"], SECRET)
    now = SystemClock().now()
    opened = links.open(word, now)
    assert opened is not None
    assert (opened.text, opened.is_over) == ("1", False)
    later = links.open(word, now + timedelta(hours=24))
    assert later is not None
    assert later.is_over


def test_a_link_into_nowhere_names_what_there_is(many: Line) -> None:
    ended = many.run("slack", "install-link", "--workspace", "Blackbird")

    assert (ended.code, ended.out) == (2, "")
    assert ended.complaint == "There is no workspace 'Blackbird' here; there is Bluebird."


def test_a_link_before_anything_is_there(line: Line) -> None:
    line.set(**MANY)

    ended = line.run("slack", "install-link", "--workspace", "Bluebird")

    assert ended.complaint == "There is no workspace 'Bluebird' here; there is none yet; import a file first."


def test_a_link_needs_the_settings_for_several(line: Line) -> None:
    ended = line.run("slack", "install-link", "--workspace", "Bluebird")

    assert ended.code == 2
    assert ended.complaint.startswith("SLACK_CLIENT_ID is not set;")


def test_nobody_has_installed_it_yet(line: Line) -> None:
    assert line.run("slack", "status").out == "Okra is in no Slack workspace yet.\n"


def test_every_slack_workspace_is_told_with_how_it_is(many: Line) -> None:
    install("T1", "Acme")
    install("T2", "Bluebird Ltd", NEEDED, into="Bluebird")
    install("T3", "Gone")
    stored(lambda db: db.write_now(installations.revoke, m.Platform.SLACK, "T3", MORNING))

    ended = many.run("slack", "status")

    assert ended.code == 0
    assert ended.out.split("\n") == [
        "Acme (T1)",
        "  Okra workspace: Acme",
        "  State: installed since 12 Nov 2026 09:00",
        "  Missing scopes: none",
        "Bluebird Ltd (T2)",
        "  Okra workspace: Bluebird",
        "  State: installed since 12 Nov 2026 10:00",
        "  Missing scopes: files:read, files:write, pins:write",
        "Gone (T3)",
        "  Okra workspace: Gone",
        "  State: removed since 12 Nov 2026 09:00; install Okra there again",
        "",
    ]
    assert "xoxb" not in ended.out


def test_a_token_that_this_key_does_not_open_is_told(many: Line) -> None:
    install("T1", "Acme")
    many.set(SECRET_KEY="another secret of the same length")

    out = many.run("slack", "status").out

    assert "  State: The token of the Slack workspace T1 cannot be read with this SECRET_KEY; set the one" in out


def test_a_file_that_came_before_slack_says_what_is_next(line: Line) -> None:
    line.set(**MANY)

    ended = line.run("import", OKRS, "--yes")

    assert ended.out.endswith(
        "Okra is not installed in this workspace's Slack yet. Make the link for it, and import the file again "
        "afterwards: .venv/bin/python app.py slack install-link --workspace Bluebird\n"
    )


def test_a_file_finds_the_slack_that_was_installed_for_its_workspace(line: Line) -> None:
    """There is no bot token in the settings, and none is needed."""
    line.set(**MANY)
    assert line.run("slack", "status").code == 0
    install("T1", "Bluebird")

    ended = line.run("import", OKRS, "--yes")

    assert ended.code == 0
    assert "not installed" not in ended.out

    slack = stored(lambda db: list(db.read_now(installations.of_platform, m.Platform.SLACK)))
    assert [row.external_id for row in slack] == ["T1"]
    ids = [row.id for row in slack]
    assert stored(addresses) == [("U1MEI", ids[0]), ("U2JACK", ids[0])]


def test_the_file_that_came_first_finds_its_people_when_it_comes_again(many: Line) -> None:
    install("T1", "Bluebird Ltd", into="Bluebird")

    ended = many.run("import", OKRS, "--yes")

    assert "New: 2 addresses" in ended.out
    assert [name for name, _ in stored(addresses)] == ["U1MEI", "U2JACK"]
