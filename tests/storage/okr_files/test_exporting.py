"""Exports: what goes out comes back as it was, by its ids, and nothing in a sheet is a formula."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from bot.okr import model as okr
from storage import models as m
from storage.okr_files import Effect, Kind, OkrFile, Preview, apply, preview, read_okr_file
from storage.okr_files.exporting_csv import cell
from storage.okr_files.reading_export import is_export_csv, read_export_csv
from storage.session import Database
from tests.queries import statements_of
from tests.storage.okr_files.exports import FORMATS, assert_goes_round, empty, exported, read_back
from tests.storage.okr_files.files import NOW, example, importing, key_result, with_history, with_krs
from tests.storage.okr_files.test_properties import HISTORIES, MEASURES

COMPANY = Path(__file__).resolve().parents[2] / "scenarios" / "company.yaml"
TEXTS = [example(one) for one in ("small.yaml", "teebee.yaml", "nodejs-commcomm-2020.yaml")]


def told(preview_: Preview) -> list[str]:
    return [row.sentence for row in (*preview_.new, *preview_.changed)]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("text", [*TEXTS, COMPANY.read_text(encoding="utf-8")], ids=["small", "teebee", "node", "week"])
def test_an_example_goes_round(db: Database, tmp_path: Path, text: str, kind: str) -> None:
    importing(db, text)

    assert_goes_round(db, tmp_path, kind)


@settings(max_examples=5, deadline=None)
@given(HISTORIES, MEASURES, st.lists(st.text(max_size=30), min_size=3, max_size=3))
def test_any_history_and_any_words_go_round(
    tmp_path_factory: pytest.TempPathFactory, history: list[str], measure: str, words: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("round")
    db = empty(folder, "okra.db")
    importing(db, with_history("\n".join(history), measure))

    def speak(session: Session) -> None:
        row = key_result(session, "GRO", 1)
        title, note, text = ("".join(one.encode("utf-8", "ignore").decode().split("\x00")) for one in words)
        row.title, row.dropped_because = f"T{title}", text
        for one in session.exec(select(m.CheckIn)).all():
            one.note, one.blocker = note, text
        session.add(m.Win(workspace_id=row.workspace_id, team_id=row.team_id, text=f"W{text}", at=NOW))
        session.add(m.NextStep(workspace_id=row.workspace_id, team_id=row.team_id, text=f"N{note}", at=NOW))

    db.write_now(speak)
    for kind in FORMATS:
        assert_goes_round(db, folder, kind)
    db.close()


def test_numbers_are_exact_and_moments_whole(db: Database, tmp_path: Path) -> None:
    importing(db, with_history("- {at: 2026-10-08, value: 123456789012345}\n- {at: 2026-10-09, value: -0.00000001}"))

    def later(session: Session) -> None:
        for one in session.exec(select(m.Reading)).all():
            one.measured_at += timedelta(seconds=7, microseconds=123456)

    db.write_now(later)

    data = exported(db, "json").decode()
    assert '"value": 123456789012345' in data
    assert '"value": -0.00000001' in data
    assert '"at": "2026-10-08T10:00:07.123456Z"' in data
    assert_goes_round(db, tmp_path, "json")


def test_the_file_is_json_and_the_same_rows_make_the_same_bytes(db: Database) -> None:
    importing(db, example("teebee.yaml"))

    assert json.loads(exported(db, "json"))["okra"] == 1
    assert exported(db, "json") == exported(db, "json")


# --- ids ------------------------------------------------------------------------------------------------


def two(db: Database) -> str:
    """The export of two key results."""
    importing(db, with_krs("- {title: Calls, from: 0, to: 10}\n- {title: Visits, from: 0, to: 20}"))
    return exported(db, "json").decode()


def taken(db: Database, text: str) -> Preview:
    return db.write_now(apply, read_back(text.encode(), "json"), NOW)


def numbers(db: Database) -> dict[str, int]:
    return db.read_now(lambda session: {row.title: row.number for row in session.exec(select(m.KeyResult)).all()})


def test_a_key_result_that_was_renumbered_is_still_the_same(db: Database) -> None:
    text = two(db).replace('"number": 2, "title": "Visits"', '"number": 7, "title": "Guests"')

    done = taken(db, text)

    assert numbers(db) == {"Calls": 1, "Guests": 7}
    assert [row.kind for row in done.changed] == [Kind.KEY_RESULT]
    assert not done.new


def test_two_that_change_places_do(db: Database) -> None:
    text = two(db)
    text = text.replace('"number": 1, "title": "Calls"', '"number": 2, "title": "Calls"')
    text = text.replace('"number": 2, "title": "Visits"', '"number": 1, "title": "Visits"')

    taken(db, text)

    assert numbers(db) == {"Calls": 2, "Visits": 1}
    changes = db.read_now(lambda session: [(one.old, one.new) for one in session.exec(select(m.Change)).all()])
    assert sorted(changes) == [(1, 2), (2, 1)]


def test_who_has_the_number_by_now_keeps_it(db: Database) -> None:
    old = two(db)

    def renumber(session: Session) -> None:
        key_result(session, "GRO", 2).number = 3
        session.flush()
        first = key_result(session, "GRO", 1)
        new = m.KeyResult(
            **{
                **first.model_dump(exclude={"id", "token", "current", "created_at", "updated_at"}),
                "number": 2,
                "title": "New",
            }
        )
        session.add(new)

    db.write_now(renumber)

    done = taken(db, old)

    assert numbers(db) == {"Calls": 1, "Visits": 3, "New": 2}
    assert [note.sentence for note in done.notes if "keeps the number" in note.sentence] == [
        "GRO-2 is another key result here by now, so 'Visits' keeps the number it has."
    ]


def test_ids_that_somebody_has_already_are_not_given_twice(db: Database) -> None:
    text = two(db).replace('"name": "TeeBee"', '"name": "Elsewhere"')

    done = taken(db, text)

    assert done.count(Effect.NEW, Kind.KEY_RESULT) == 2
    assert told(db.read_now(preview, read_back(text.encode(), "json"))) == []
    assert [note.sentence for note in done.notes if "export of" in note.sentence] == [
        "This is an export of the workspace 'Elsewhere', and here is TeeBee; it becomes a workspace of its own."
    ]


def test_an_older_export_leaves_what_was_corrected_since(db: Database) -> None:
    importing(db, with_history("- {at: 2026-10-15, value: 2, self_score: 0.7}"))
    old = read_back(exported(db, "json"), "json")
    importing(db, with_history("- {at: 2026-10-15, value: 3, self_score: 0.7}"))

    assert told(db.read_now(preview, old)) == []


def test_the_same_id_twice_is_told(db: Database) -> None:
    first, second = (one.id for one in read_back(two(db).encode(), "json").key_results)
    found = read_okr_file(exported(db, "json").replace(str(second).encode(), str(first).encode()), "x")

    assert isinstance(found, list)
    assert [one.sentence for one in found] == ["GRO-1 has this id already; leave it out for a new key result."]


def test_changes_are_added_once_and_people_in_them_are_people(db: Database, tmp_path: Path) -> None:
    importing(db, with_krs("- {title: Calls, from: 0, to: 10, owner: mei}"))
    importing(db, with_krs("- {title: Calls, from: 0, to: 12, owner: jack}"))
    data = exported(db, "json").decode()
    assert '"field": "target", "old": "10", "new": "12", "reason": "import"' in data
    assert '"field": "lead_owner_id", "old": "mei", "new": "jack"' in data

    other = empty(tmp_path, "other.db")
    done = other.write_now(apply, read_back(data.encode(), "json"), NOW)

    assert done.count(Effect.NEW, Kind.CHANGE) == 2

    def owners(session: Session) -> tuple[object, object]:
        change = session.exec(select(m.Change).where(m.Change.field == "lead_owner_id")).one()
        people = {row.id: row.handle for row in session.exec(select(m.Person)).all()}
        return people[change.old], people[change.new]

    assert other.read_now(owners) == ("mei", "jack")
    other.close()


# --- versions -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FORMATS)
def test_an_export_of_a_newer_version_is_refused_with_one_sentence(db: Database, kind: str) -> None:
    two(db)
    data = exported(db, kind).decode()
    newer = data.replace('"okra": 1', '"okra": 2')
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(data.removeprefix("\ufeff"))))
        rows[1][rows[0].index("okra")] = "2"
        out = io.StringIO()
        csv.writer(out).writerows(rows)
        newer = out.getvalue()

    found = read_okr_file(newer.encode(), "x") if kind == "json" else read_export_csv(newer, "x")

    assert isinstance(found, list)
    assert [one.sentence for one in found] == [
        "This file is written in version 2 of the format, by a newer Okra, and this Okra reads version 1; "
        "bring this Okra up to date and import the file again."
    ]


# --- sheets ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "'quoted", "null", "=cmd|' /C calc'!A0"])
def test_no_cell_is_a_formula_and_all_come_back(db: Database, text: str) -> None:
    importing(db, with_krs("- {title: Calls, from: -3, to: 10}"))

    def rename(session: Session) -> None:
        key_result(session, "GRO", 1).title = text

    db.write_now(rename)
    data = exported(db, "csv")
    header, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig")))

    assert is_export_csv(header)
    at = header.index("title")
    assert f"'{text}" in [row[at] for row in rows]
    assert "-3" in [row[header.index("from")] for row in rows]
    assert read_back(data, "csv").key_results[0].title == text


def test_a_list_in_a_cell_keeps_its_semicolons() -> None:
    assert cell(["a", "b; c", "d\\"]) == "a; b\\; c; d\\\\"


def test_a_sheet_that_was_sorted_or_saved_with_semicolons_is_the_same(db: Database) -> None:
    importing(db, example("teebee.yaml"))
    whole = read_back(exported(db, "csv"), "csv")
    header, *rows = csv.reader(io.StringIO(exported(db, "csv").decode("utf-8-sig")))
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([header, *sorted(rows)])

    found = read_export_csv(out.getvalue(), "x")

    assert isinstance(found, OkrFile)
    assert {kr.id for kr in found.key_results} == {kr.id for kr in whole.key_results}
    assert told(db.read_now(preview, found)) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("record,team\nobjectiv,GRO\n", "'objectiv' is not a record of an export; did you mean 'objective'?"),
        ("record,team,team\n", "Two columns have the same name; keep one."),
        ("record,team\nworkspace,a,b\n", "This row has 3 cells, and the first has 2."),
        (
            "record,name,team,cycle,objective,title\nworkspace,T,,,,\nkey_result,,GRO,Q4,3,x\n",
            "There is no objective 3 of GRO in Q4 in this sheet.",
        ),
    ],
)
def test_a_sheet_that_cannot_be_read_says_why(text: str, sentence: str) -> None:
    found = read_export_csv(text, "x")

    assert isinstance(found, list)
    assert sentence in [one.sentence for one in found]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=120))
def test_any_text_is_told_why_it_is_no_sheet(text: str) -> None:
    assert isinstance(read_export_csv(f"record,{text}", "x"), list)


# --- many -----------------------------------------------------------------------------------------------


def test_many_teams_take_no_more_queries_than_few(tmp_path: Path) -> None:
    few, many = filled(tmp_path, 2), filled(tmp_path, 60)

    assert len(read_back(exported(many, "json"), "json").key_results) == 180
    assert queries(many) == queries(few)
    few.close()
    many.close()


def queries(db: Database) -> int:
    with statements_of(db.engine) as count:
        exported(db, "json")
    return len(count)


def filled(folder: Path, teams: int) -> Database:
    """Teams with three key results each and ten weeks behind them."""
    db = empty(folder, f"{teams}.db")

    def fill(session: Session) -> None:
        place = m.Workspace(name="Large")
        session.add(place)
        session.flush()
        who = m.Person(workspace_id=place.id, handle="mei", display_name="Mei", short_name="Mei")
        first, last = NOW.date() - timedelta(80), NOW.date() + timedelta(10)
        cycle = m.Cycle(workspace_id=place.id, name="2026 Q4", first_day=first, last_day=last)
        session.add_all([who, cycle])
        session.flush()
        rows = [m.Team(workspace_id=place.id, key=f"T{one:03}", name=f"Team {one}") for one in range(teams)]
        session.add_all(rows)
        session.flush()
        objectives = [m.Objective(workspace_id=place.id, team_id=one.id, cycle_id=cycle.id, title="Go") for one in rows]
        session.add_all(objectives)
        session.flush()
        krs = [
            m.KeyResult(
                workspace_id=place.id,
                objective_id=above.id,
                team_id=above.team_id,
                cycle_id=cycle.id,
                number=number,
                title=f"Calls {number}",
                short_title=f"Calls {number}",
                type=okr.KRType.INCREASE,
                baseline=Decimal(0),
                target=Decimal(100),
                lead_owner_id=who.id,
                start=cycle.first_day,
                due=cycle.last_day,
                published_on=cycle.first_day,
            )
            for above in objectives
            for number in (1, 2, 3)
        ]
        session.add_all(krs)
        session.flush()
        for week in range(10):
            at = datetime(2026, 9, 3, 9, tzinfo=UTC) + timedelta(weeks=week)
            said = [
                m.CheckIn(
                    workspace_id=place.id,
                    kr_id=kr.id,
                    by_id=who.id,
                    at=at,
                    day=at.date(),
                    kind=okr.CheckInKind.UPDATE,
                    value=Decimal(week),
                    note="Two hotels sign next week",
                    source=okr.CheckInSource.DM,
                )
                for kr in krs
            ]
            session.add_all(said)
            session.flush()

    db.write_now(fill)
    return db
