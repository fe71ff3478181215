"""`inbox`: what broke is listed without its text, read again once it is mended, and its person is answered."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

import app
from bot.cli.inbox import ANSWERS_GO_OUT, NOTHING
from bot.clock import SystemClock
from bot.intake.conversation import Reply, Turn
from bot.intake.inbound import Inbound, Place, Typed
from storage import forgetting
from storage import models as m
from storage.lock import SendingLock
from storage.session import Database
from tests.cli.conftest import EXAMPLES, Line

SECRET = "KR1 46k, secret words"


def breaks(_turn: Turn) -> Reply:
    raise LookupError(f"no rule for {SECRET}")


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """What breaks here on purpose is not drawn."""
    with capture_logs():
        yield


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/okra.db"


@pytest.fixture
def kept(line: Line, url: str, monkeypatch: pytest.MonkeyPatch) -> Line:
    """Mei said something five hours ago, and it broke."""
    line.has(EXAMPLES / "teebee.yaml")
    clock = SystemClock()
    db = Database(url, clock)
    message = Inbound("console", "TeeBee", "event:1", "mei", Place.DM, "D-mei", clock.now(), Typed(SECRET))
    with monkeypatch.context() as patch:
        patch.setattr(app, "handle", breaks)
        asyncio.run(app.build_house(db, clock).intake.accept(message))
    db.close()
    return line


def ask(url: str, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as db, db:
        return db.execute(query).fetchall()


def five_hours_ago(url: str) -> datetime:
    then = SystemClock().now() - timedelta(hours=5)
    stamp = then.strftime("%Y-%m-%d %H:%M:%S.000000")
    ask(url, f"UPDATE inbox SET at = '{stamp}', created_at = '{stamp}'")  # noqa: S608 - our own moment
    return then


def test_nothing_is_told_of_what_is_handled(line: Line) -> None:
    line.has(EXAMPLES / "teebee.yaml")

    assert line.run("inbox", "list").out.strip() == NOTHING
    assert line.run("inbox", "replay").out.strip() == NOTHING


def test_it_is_listed_without_its_text(kept: Line) -> None:
    ended = kept.run("inbox", "list")

    assert "1  " in ended.out
    assert "Mei" in ended.out
    assert "typed: broke, and is tried again at the next start: LookupError" in ended.out
    assert "secret" not in ended.out
    assert "secret" in kept.run("inbox", "list", "--text").out


def test_one_is_shown_in_full(kept: Line) -> None:
    plain = kept.run("inbox", "show", "1").out

    assert "Problem: LookupError\n" in plain
    assert "Tried: once" in plain
    assert "Text: 21 characters; --text shows them" in plain
    assert "secret" not in plain
    assert f"Text: {SECRET}" in kept.run("inbox", "show", "1", "--text").out


def test_once_mended_it_is_read_once_as_it_was_said_then(kept: Line, url: str) -> None:
    then = five_hours_ago(url)

    first = kept.run("inbox", "replay", "1")
    again = kept.run("inbox", "replay", "1")

    assert (first.code, first.out.splitlines()) == (0, ["1: read; its person is answered", ANSWERS_GO_OUT])
    assert again.out.splitlines() == ["1: handled before; nothing was changed"]
    rows = ask(url, "SELECT value, at FROM check_in WHERE inbox_id = 1")
    assert [(value, at[:16]) for value, at in rows] == [("46000", then.strftime("%Y-%m-%d %H:%M"))]
    ((data,),) = ask(url, "SELECT data FROM delivery WHERE kind = 'answer' AND subject = 'reply:1'")
    assert SECRET in data, "the answer says what it answers"
    assert kept.run("inbox", "list").out.strip() == NOTHING


def test_what_is_newer_by_then_counts(kept: Line, url: str) -> None:
    five_hours_ago(url)
    clock = SystemClock()
    db = Database(url, clock)
    newer = Inbound("console", "TeeBee", "event:2", "mei", Place.DM, "D-mei", clock.now(), Typed("KR1 47k"))
    asyncio.run(app.build_house(db, clock).intake.accept(newer))
    db.close()

    assert kept.run("inbox", "replay").code == 0

    assert ask(url, "SELECT value FROM check_in WHERE inbox_id IN (1, 2) ORDER BY at") == [("46000",), ("47000",)]
    ((current,),) = ask(url, "SELECT current FROM key_result WHERE number = 1 AND current LIKE '%47000%'")
    assert '"value": "47000"' in current
    assert '"previous_value": "46000"' in current


def test_what_breaks_again_says_so(kept: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "handle", breaks)

    ended = kept.run("inbox", "replay")

    assert (ended.code, ended.out.strip()) == (2, "1: broke again: LookupError")
    assert "Tried: 2 times" in kept.run("inbox", "show", "1").out


def test_what_is_forgotten_is_not_read_as_if_nothing_had_been_said(kept: Line, url: str) -> None:
    clock = SystemClock()
    db = Database(url, clock)
    (sort,) = (one for one in forgetting.SORTS if one.table is m.Inbox)
    until = forgetting.Until(1, clock.now() + timedelta(days=1), clock.now().date())
    assert db.write_now(forgetting.forget, sort, until, [1]) == 1
    db.close()

    ended = kept.run("inbox", "replay", "1")

    assert ended.code == 2
    assert ended.out.startswith("1: its words are forgotten")
    assert ask(url, "SELECT state, attempts FROM inbox") == [("broken", 1)]
    assert ask(url, "SELECT count(*) FROM delivery WHERE kind = 'answer'") == [(0,)]


def test_beside_a_running_okra_sqlite_says_what_to_do(kept: Line, url: str) -> None:
    with SendingLock(url):
        ended = kept.run("inbox", "replay")

    assert (ended.code, ended.out) == (2, "")
    assert "already runs on this database; stop it first" in ended.complaint


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("replay", "99"), "There is no 99 in the inbox; `inbox list` shows the numbers there are."),
        (("show", "99"), "There is no 99 in the inbox; `inbox list` shows the numbers there are."),
        (("replay", "1", "x"), "'x' is no number of the inbox; `inbox list` shows the numbers there are."),
        (("show", "-1x"), "'-1x' is no number of the inbox; `inbox list` shows the numbers there are."),
    ],
)
def test_bad_input_is_one_sentence_and_changes_nothing(
    kept: Line, url: str, arguments: tuple[str, ...], complaint: str
) -> None:
    ended = kept.run("inbox", *(arguments if arguments[-1] != "-1x" else ("show", "--", "-1x")))

    assert (ended.code, ended.out, ended.complaint) == (2, "", complaint)
    assert ask(url, "SELECT state FROM inbox") == [("broken",)]
