"""`plan`: what will be sent to whom and when, by their own clocks, and what will not be and why."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import EXAMPLES, Line


@pytest.fixture
def teebee(line: Line) -> Line:
    line.has(EXAMPLES / "teebee.yaml")
    return line


def cells(out: str) -> list[list[str]]:
    """The rows of the table, cell by cell."""
    rows = [re.split(r"\s{2,}", row.strip()) for row in out.split("\n")]
    return [row for row in rows if len(row) >= 5]


def test_everyone_is_told_by_their_own_clock(teebee: Line) -> None:
    ended = teebee.run("plan", "--days", "5", "--at", "2026-11-12T09:00")

    assert ended.code == 0
    rows = cells(ended.out)
    assert rows[0][:5] == ["When (theirs)", "Zone", "Reader", "What", "About"]
    assert ["Thu 12 Nov 10:00", "Europe/Madrid", "Mei (DM)", "weekly check-in", "GRO-1, GRO-5"] in rows
    assert ["Fri 13 Nov 10:00", "Asia/Shanghai", "梅 (DM)", "weekly check-in", "TEA-5"] in [row[:5] for row in rows]
    assert ["Fri 13 Nov 09:50", "Europe/Madrid", "#growth", "digest", "Growth"] in rows


def test_what_will_not_be_sent_says_why(teebee: Line) -> None:
    ended = teebee.run("plan", "--days", "5", "--at", "2026-11-12T09:00")

    (row,) = [row for row in cells(ended.out) if row[2] == "安 (DM)"]
    assert row[-1] == "away"


def test_whoever_has_no_address_is_told_apart(teebee: Line, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "okra.db")) as db, db:
        db.execute("DELETE FROM address WHERE person_id = (SELECT id FROM person WHERE short_name = 'Mei')")
        db.execute("UPDATE person SET e_mail = 'mei@teebee.example' WHERE short_name = 'Mei'")

    rows = cells(teebee.run("plan", "--days", "5", "--at", "2026-11-12T09:00").out)

    assert [
        row[-1] for row in rows if row[:4] == ["Thu 12 Nov 10:00", "Europe/Madrid", "Mei (DM)", "weekly check-in"]
    ] == ["no address: nobody with mei@teebee.example is known yet"]


def test_a_workspace_that_was_left_is_told(teebee: Line, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "okra.db")) as db, db:
        db.execute("UPDATE installation SET platform = 'slack', state = 'revoked'")

    rows = cells(teebee.run("plan", "--days", "5", "--at", "2026-11-12T09:00").out)

    told = {row[2]: row[-1] for row in rows if row[3] in ("weekly check-in", "digest")}
    assert told["Mei (DM)"] == told["#growth"] == "Okra was removed from Slack"


LEFT = {"left_at": "2026-11-11 09:00:00.000000"}
MET = (
    "INSERT INTO chat (workspace_id, installation_id, created_at, updated_at, external_id, kind, name, parent_name, "
    "ref, left_at, deleted_at) SELECT workspace_id, id, installed_at, installed_at, '#growth', 'channel', :name, "
    ":parent_name, '{}', :left_at, :deleted_at FROM installation LIMIT 1"
)


@pytest.mark.parametrize(
    ("chat", "reader", "why"),
    [
        (None, "#growth", "Okra was not let into it in Teams yet"),
        ({"name": "Board", "parent_name": "Growth"}, "Growth › Board", ""),
        (LEFT, "#growth", "Okra was taken out of it in Teams"),
        (LEFT | {"deleted_at": LEFT["left_at"]}, "#growth", "it was deleted"),
    ],
)
def test_where_okra_must_be_let_in_it_is_told_whether_it_was(
    teebee: Line, tmp_path: Path, chat: dict[str, str] | None, reader: str, why: str
) -> None:
    with closing(sqlite3.connect(tmp_path / "okra.db")) as db, db:
        db.execute("UPDATE installation SET platform = 'teams'")
        db.execute("UPDATE address SET dm_ref = '{}'")
        if chat is not None:
            db.execute(MET, {"name": "", "parent_name": "", "left_at": None, "deleted_at": None, **chat})

    rows = cells(teebee.run("plan", "--days", "5", "--at", "2026-11-12T09:00").out)

    (digest,) = [row for row in rows if row[3] == "digest" and row[4] == "Growth"]
    assert digest[2] == reader
    assert digest[5:] == ([why] if why else [])
    told = {row[2]: row[-1] for row in rows if row[3] == "weekly check-in"}
    assert told["Mei (DM)"] == "Okra was not added for them in Teams yet"


def test_lines_are_in_the_order_of_time(teebee: Line) -> None:
    out = teebee.run("plan", "--days", "14", "--at", "2026-11-12T09:00").out

    mei = [row[0] for row in cells(out) if len(row) > 2 and row[2] == "Mei (DM)"]
    assert mei.index("Thu 12 Nov 10:00") < mei.index("Thu 12 Nov 16:00") < mei.index("Thu 19 Nov 10:00")


def test_nothing_is_written_by_looking_ahead(teebee: Line) -> None:
    first = teebee.run("plan", "--days", "14", "--at", "2026-11-12T09:00").out

    assert teebee.run("plan", "--days", "14", "--at", "2026-11-12T09:00").out == first


def test_an_empty_database_says_what_to_do(line: Line) -> None:
    ended = line.run("plan")

    assert (ended.code, ended.out) == (2, "")
    assert ended.complaint == "There are no OKRs yet; import a file first: .venv/bin/python app.py import FILE."


def test_a_moment_that_cannot_be_read(teebee: Line) -> None:
    ended = teebee.run("plan", "--at", "tomorrow")

    assert ended.code == 2
    assert ended.complaint == "'tomorrow' is no moment; write it like 2026-11-12T10:00."


def test_after_the_last_cycle_nothing_is_sent_and_says_why(teebee: Line) -> None:
    ended = teebee.run("plan", "--days", "7", "--at", "2027-03-01T09:00")

    assert ended.code == 0
    assert {row[-1] for row in cells(ended.out)[1:]} == {"no active cycle on that day"}


def test_what_was_decided_before_is_no_news(teebee: Line) -> None:
    ended = teebee.run("plan", "--days", "7", "--at", "2027-03-01T09:00")

    assert "Feb" not in ended.out


def test_a_team_that_cannot_be_planned_is_named_and_the_others_are_shown(teebee: Line) -> None:
    with closing(sqlite3.connect("okra.db")) as file, file:
        file.execute("UPDATE team SET holiday_calendar = 'Atlantis' WHERE key = 'GRO'")

    ended = teebee.run("plan", "--days", "5", "--at", "2026-11-12T09:00")

    assert ended.code == 0
    problem = "'Atlantis' is not a holiday calendar; use a country code such as ES or ES-MD."
    said = f"Growth (GRO) cannot be planned: {problem}"
    assert said in ended.out.splitlines()
    assert "TEA-5" in ended.out


def test_who_is_in_two_teams_is_asked_once_about_both_as_it_will_be(teebee: Line) -> None:
    rows = cells(teebee.run("plan", "--days", "8", "--at", "2026-11-12T09:00").out)

    jack = [row[:5] for row in rows if row[2] == "Jack (DM)" and row[3] == "weekly check-in"]
    assert jack[0][0] == "Thu 12 Nov 10:00"
    assert "GRO-4" in jack[0][4]
    assert "SUP-" in jack[0][4]
    assert len({row[0][:10] for row in jack}) == len(jack)
    assert not any(row[0].startswith("Mon 16 Nov") for row in jack)


def test_what_came_too_late_is_not_ahead(teebee: Line) -> None:
    ended = teebee.run("plan", "--days", "5", "--at", "2026-11-14T02:00")

    assert "more than a day after its time" not in ended.out
