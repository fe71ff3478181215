"""`import` of tables: what is read is shown first, what is left out is told, and options say what a table does not."""

import io
from pathlib import Path

import openpyxl
import pytest

from storage import models as m
from tests.cli.conftest import EXAMPLES, Line
from tests.cli.test_import import rows

SMALL = str(EXAMPLES / "small.yaml")
HEADING = "Objective,Key result,Owner,Start,Target,Current,Unit,Budget\n"
TABLE = (
    HEADING
    + "Win Spain,Repeat rate,Mei,20%,50%,25%,,5k\n"
    + ",Sign partners,jack,0,20,,,\n"
    + ",Launch the app,nobody,,,,,\n"
    + "Grow,Churn at most 1%,mei,,,,,\n"
)


@pytest.fixture
def company(line: Line, tmp_path: Path) -> Line:
    """A company with a team and a cycle, and no objectives yet."""
    text = Path(SMALL).read_text(encoding="utf-8")
    (tmp_path / "company.yaml").write_text(text[: text.index("objectives:")], encoding="utf-8")
    line.has(tmp_path / "company.yaml")
    return line


def put(folder: Path, text: str = TABLE, name: str = "okrs.csv") -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return name


def test_the_preview_tells_how_each_key_result_was_read(company: Line, tmp_path: Path) -> None:
    ended = company.run("import", put(tmp_path), "--yes")

    assert ended.code == 0, ended
    assert ended.out.startswith(
        "Read 2 objectives and 4 key results of 2 and 4.\n"
        "  Line 2: Repeat rate: 20% → 50%, mei\n"
        "  Line 3: Sign partners: 0 → 20, jack\n"
        "  Line 4: Launch the app: done or not done, no owner\n"
        "  Line 5: Churn at most 1%: at most 1%, mei\n"
        "Not taken over: 2 parts.\n"
        "  Line 1: 'Budget': 'Budget' is no heading that is known here, so the column is not taken over (1 cell).\n"
        "  Line 4: 'nobody': Not known here: add to people.\n"
        "okrs.csv → Bluebird\n"
    )
    assert [one.title for one in rows(m.Objective)] == ["Win Spain", "Grow"]  # type: ignore[attr-defined]
    assert [str(one.value) for one in rows(m.Reading)] == ["25"]  # type: ignore[attr-defined]


def test_twice_is_the_same_as_once(company: Line, tmp_path: Path) -> None:
    company.run("import", put(tmp_path), "--yes")

    again = company.run("import", "okrs.csv", "--yes")

    assert (again.code, again.out.split("\n")[-2]) == (0, "Nothing to change.")


def test_without_a_yes_nothing_is_written(company: Line, tmp_path: Path) -> None:
    ended = company.run("import", put(tmp_path), say="n\n")

    assert ended.code == 1
    assert rows(m.Objective) == []


def test_a_workbook_is_imported_like_a_table(company: Line, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["目标", "关键结果", "负责人", "起始值", "目标值"])
    sheet.append(["成为首选", "复购率", "Mei", 0.05, 0.15])
    sheet["D2"].number_format = sheet["E2"].number_format = "0%"
    out = io.BytesIO()
    book.save(out)
    (tmp_path / "okrs.xlsx").write_bytes(out.getvalue())

    ended = company.run("import", "okrs.xlsx", "--yes")

    assert ended.code == 0, ended
    assert "  Line 2: 复购率: 5% → 15%, mei\n" in ended.out


def test_long_lists_are_cut_and_shown_whole_on_request(company: Line, tmp_path: Path) -> None:
    name = put(tmp_path, HEADING + "".join(f"Win,Key {n},somebody {n},1,2,,,\n" for n in range(60)))

    short, whole = company.run("import", name, say="n\n"), company.run("import", name, "--all", say="n\n")

    assert "  and 20 more; --all shows them.\n" in short.out
    assert "  and 40 more; --all shows them.\n" in short.out
    assert "more; --all" not in whole.out
    assert whole.out.count("Not known here: add to people.") == 60


def test_several_teams_ask_for_one(company: Line, tmp_path: Path) -> None:
    other = (
        Path(SMALL).read_text(encoding="utf-8").replace("key: GRO", "key: SUP").replace("name: Growth", "name: Help")
    )
    (tmp_path / "other.yaml").write_text(other[: other.index("objectives:")], encoding="utf-8")
    company.run("import", "other.yaml", "--yes")

    asked = company.run("import", put(tmp_path), "--yes")
    named = company.run("import", "okrs.csv", "--yes", "--team", "SUP")

    assert (asked.code, asked.out) == (2, "")
    assert asked.complaint == "okrs.csv: Which team's objectives are these? Name it with --team: GRO, SUP."
    assert named.code == 0, named
    team = {one.id: one.key for one in rows(m.Team)}  # type: ignore[attr-defined]
    assert {team[one.team_id] for one in rows(m.Objective)} == {"SUP"}  # type: ignore[attr-defined]


def test_a_new_cycle_is_made_from_its_days_or_its_name(company: Line, tmp_path: Path) -> None:
    name = put(tmp_path)

    unknown = company.run("import", name, "--cycle", "Sprint 7")
    half = company.run("import", name, "--cycle", "Sprint 7", "--first-day", "2027-01-04")
    by_name = company.run("import", name, "--cycle", "2027 Q1", "--yes")

    assert unknown.complaint == (
        "There is no cycle 'Sprint 7' here; name one with --cycle (2026 Q4), or give its --first-day and --last-day."
    )
    assert half.complaint.startswith("A new cycle needs --first-day and --last-day")
    assert by_name.code == 0, by_name
    found = {one.name: str(one.first_day) for one in rows(m.Cycle)}  # type: ignore[attr-defined]
    assert found == {"2026 Q4": "2026-10-01", "2027 Q1": "2027-01-01"}


def test_into_nothing_the_options_say_where_it_goes(line: Line, tmp_path: Path) -> None:
    name = put(tmp_path)

    bare = line.run("import", name, "--yes")
    no_team = line.run("import", name, "--yes", "--workspace", "Bluebird")
    ended = line.run(
        *("import", name, "--yes", "--workspace", "Bluebird", "--team", "GRO", "--lead", "mei", "--cycle", "Sprint"),
        *("--first-day", "2026-10-01", "--last-day", "2026-12-31"),
    )

    assert bare.complaint.startswith("There is no workspace here yet. Name one with --workspace")
    assert no_team.complaint == "Name the team of the new workspace with --team, such as --team GRO."
    assert ended.code == 0, ended
    assert [one.name for one in rows(m.Cycle)] == ["Sprint"]  # type: ignore[attr-defined]
    assert [one.handle for one in rows(m.Person)] == ["mei"]  # type: ignore[attr-defined]


def test_a_cycle_that_no_calendar_knows_needs_its_days(line: Line, tmp_path: Path) -> None:
    name = put(tmp_path, "Objective,Key result,Cycle\nWin,NPS from 1 to 2,FY27 P3\n")
    into = ("--workspace", "Bluebird", "--team", "GRO")

    asked = line.run("import", name, "--yes", *into)
    told = line.run(
        *("import", name, "--yes", *into, "--cycle", "FY27 P3"),
        *("--first-day", "2026-10-01", "--last-day", "2026-12-31"),
    )

    assert asked.complaint == (
        "okrs.csv: There is no cycle here yet; name it with --cycle, and give its --first-day and --last-day."
    )
    assert told.code == 0, told


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--team", "XXX"), "There is no team 'XXX' here; name one with --team: GRO, or say with --lead who leads it."),
        (("--team", "GRO", "--lead", "zoe"), "There is nobody 'zoe' here; name one with --lead: mei, jack."),
        (("--workspace", "Other"), "There is no workspace 'Other' here; name one with --workspace: Bluebird."),
        (
            ("--cycle", "2026 Q4", "--first-day", "soon", "--last-day", "x"),
            "'soon' is not a day; write it as 2026-10-01.",
        ),
        (
            ("--first-day", "2026-10-01"),
            "A new cycle needs --first-day and --last-day, both such as 2026-10-01, and its",
        ),
        (("--cycle", " "), "It is empty."),
    ],
)
def test_an_option_that_cannot_be_is_one_sentence(
    company: Line, tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    ended = company.run("import", put(tmp_path), "--yes", *arguments)

    assert (ended.code, ended.out) == (2, "")
    assert ended.complaint.startswith(sentence)
    assert rows(m.Objective) == []


def test_an_okr_file_needs_no_options(line: Line) -> None:
    ended = line.run("import", SMALL, "--team", "GRO", "--cycle", "2026 Q4")

    assert ended.complaint == "This file says itself whose OKRs these are; leave out --team and --cycle."


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.csv", b"", "a.csv: The file is empty."),
        ("a.csv", b"Objective,Key result\n", "a.csv: There is a heading and nothing below it."),
        ("a.csv", b"x,y\n1,2\n", "a.csv: No row names the columns that are needed"),
        ("a.csv", b"Objective,Key result\nWin,A\x00\n", "a.csv: This is not a text file"),
        ("a.xlsx", b"Objective,Key result\nWin,A\n", "a.xlsx: This is not a workbook, although it is named so."),
        (
            "a.xls",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "a.xls: The workbook is protected by a password, or is of the old",
        ),
        (
            "a.pdf",
            b"%PDF-1.7\x00",
            "a.pdf: This is no file that Okra reads; it reads .yaml, .json, .csv, .xlsx and .md",
        ),
        ("a.csv", b"x" * (20 * 1024 * 1024 + 1), "a.csv: The file is larger than 20 MB"),
    ],
)
def test_what_is_no_list_of_okrs_is_one_sentence(
    line: Line, tmp_path: Path, name: str, data: bytes, sentence: str
) -> None:
    (tmp_path / name).write_bytes(data)

    ended = line.run("import", name, "--yes")

    assert (ended.code, ended.out) == (2, "")
    assert ended.complaint.startswith(sentence)
    assert "\n" not in ended.complaint
    assert not (tmp_path / "okra.db").exists()


def test_a_row_that_cannot_be_is_named_and_nothing_is_written(company: Line, tmp_path: Path) -> None:
    ended = company.run("import", put(tmp_path, TABLE + ",Rate,mei,5,5,,,\n"), "--yes")

    assert ended.code == 2
    assert ended.complaint.startswith("Line 6, objectives[2].key_results[2].to: Start and target are the same.")
    assert rows(m.Objective) == []


def test_a_table_without_a_suffix_is_known_by_what_it_holds(company: Line, tmp_path: Path) -> None:
    assert company.run("import", put(tmp_path, name="okrs"), "--yes").code == 0
    assert company.run("import", put(tmp_path, Path(SMALL).read_text(encoding="utf-8"), "okrs.txt"), "--yes").code == 0


def test_other_objectives_stay_and_are_told(line: Line, tmp_path: Path) -> None:
    line.run("import", SMALL, "--yes")

    ended = line.run("import", put(tmp_path), "--yes")

    assert ended.code == 0, ended
    assert "Changed:" not in ended.out
    assert (
        "Note: Here already and not in the file, and they stay as they are: GRO O1 Become the tea house that regulars "
        "bring their friends to; GRO-1 Regulars who bring a friend; GRO-2 Minutes from order to cup.\n"
    ) in ended.out
    assert [one.number for one in rows(m.Objective)] == [1, 2, 3]  # type: ignore[attr-defined]


def test_what_left_the_file_is_told_before_it_is_written(company: Line, tmp_path: Path) -> None:
    company.run("import", put(tmp_path), "--yes")

    ended = company.run("import", put(tmp_path, TABLE.replace(",Sign partners,jack,0,20,,,\n", "")), "--yes")

    assert ended.code == 0, ended
    assert "Note: Not in the file any more, and it stays as it is: GRO-2 Sign partners.\n" in ended.out
    assert ended.out.endswith("Nothing to change.\n")


def test_a_title_in_other_words_is_a_change_like_any_other(company: Line, tmp_path: Path) -> None:
    company.run("import", put(tmp_path), "--yes")

    ended = company.run("import", put(tmp_path, TABLE.replace("Win Spain", "Win Spain and Italy")), "--yes")

    assert ended.code == 0, ended
    assert "title Win Spain → Win Spain and Italy" in ended.out
