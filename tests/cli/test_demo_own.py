"""`demo` with a table or a text of one's own: no database, no options. All people are pretend."""

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from bot.cli.own_source import MOST_STOOD_IN, ON, Story, read_story
from storage import models as m
from tests.cli.conftest import EXAMPLES, Line

TABLE = (
    "Objective,Key result,Owner,Start,Target,Current,Budget,Score\n"
    "Win Spain,Repeat rate,Mei Pretend,20%,50%,25%,5k,0.4\n"
    ",Sign partners,Jack <jack@example.org>,0,20,,,\n"
    ",Launch the app,,,,,,\n"
    "Grow,Churn at most 1%,mei pretend,,,,,\n"
)
TEXT = """
# Growth OKRs 2018 Q4

## Objective 1: Be the tea house that regulars bring their friends to

- KR1: Regulars who bring a friend from 5% to 15% @mei (0.4)
- KR2: Open the garden (owner: Jack) => The lease is signed
  - [x] Sign the lease
- KR3: Interview 20 guests
"""
CHINESE = """
# 增长组 2026年第四季度 OKR

目标一：成为首选
- 关键结果1：复购率从 5% 提高到 15% @小王
- 关键结果2：上线单点登录 @小李
"""


def story(folder: Path, name: str, text: str) -> Story:
    (folder / name).write_text(text, encoding="utf-8")
    return read_story(folder / name)


def said(found: Story) -> list[str]:
    return [sentence.say("en", **given) for sentence, given in found.told]


def test_a_table_is_lived_to_the_end_of_its_week(line: Line, tmp_path: Path) -> None:
    (tmp_path / "my-okrs.csv").write_text(TABLE, encoding="utf-8")

    ended = line.run("demo", "my-okrs.csv")

    assert (ended.code, ended.err) == (0, "")
    assert "=== A week with Okra at My OKRs ===\n" in ended.out
    assert "-- Read from my-okrs.csv: 2 of 2 objectives and 4 of 4 key results." in ended.out
    assert "-- Not taken over: 1, the first in line 1: 'Budget' is no heading that is known here" in ended.out
    assert "Mei Pretend answers by a tap each." in ended.out
    assert "25% on 19 Oct · score 0.17" in ended.out
    assert "Jack answers in words." in ended.out
    assert "#my-okrs\n  | My OKRs · OKR board · week 4 of 13" in ended.out
    assert "0 in doubt" in ended.out
    assert not (tmp_path / "okra.db").exists()


def test_a_text_is_lived_in_the_cycle_and_by_the_people_that_it_names(line: Line, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text(TEXT, encoding="utf-8")

    ended = line.run("demo", "notes.md")

    assert (ended.code, ended.err) == (0, "")
    assert "Weekly check-in · Growth · week 4 of 13" in ended.out
    assert "#growth\n  | Growth · OKR board" in ended.out
    assert "0 in doubt" in ended.out


def test_a_workbook_an_export_and_a_json_file_are_taken_too(line: Line, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Objective", "Key result", "Owner", "Start", "Target"], ["Win", "NPS", "Mei", 20, 50]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    (tmp_path / "okrs.xlsx").write_bytes(out.getvalue())
    line.run("import", str(EXAMPLES / "small.yaml"), "--yes")
    for kind in ("json", "csv"):
        line.run("export", "--format", kind, "--output", f"out.{kind}")

    for name in ("okrs.xlsx", "out.json", "out.csv"):
        ended = line.run("demo", name)
        assert (ended.code, ended.err) == (0, ""), name
        assert "0 in doubt" in ended.out, name


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "# Shopping\n\nMilk and bread.\n"),
        ("a.csv", "x,y\n1,2\n"),
        ("a.csv", ""),
        ("a.csv", "Objective,Key result\nWin,\n"),
        ("a.yaml", "workspace: {name: One}\n"),
        ("a.pdf", "%PDF"),
    ],
)
def test_a_file_without_okrs_is_one_sentence(line: Line, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")

    ended = line.run("demo", name)

    assert (ended.code, ended.out) == (2, "")
    assert ended.complaint.endswith((".", ")"))
    assert "\n" not in ended.complaint


def test_owners_as_they_are_written_become_people(tmp_path: Path) -> None:
    found = story(tmp_path, "my-okrs.csv", TABLE).file

    assert [(one.handle, one.name, one.e_mail) for one in found.people] == [
        ("mei-pretend", "Mei Pretend", None),
        ("jack", "Jack", None),
    ]
    assert [one.owner for one in found.key_results] == ["mei-pretend", "jack", None, "mei-pretend"]


def test_a_team_is_made_up_from_the_name_of_the_file(tmp_path: Path) -> None:
    team = story(tmp_path, "my-okrs.csv", TABLE).file.teams[0]

    assert (team.key, team.name, team.lead, team.members) == ("MO", "My OKRs", "mei-pretend", ("jack",))
    assert team.channel is not None
    assert team.meetings


def test_teams_of_the_file_each_have_a_key_of_their_own(tmp_path: Path) -> None:
    rows = [f"{team},Win,KR,Mei\n" for team in ("Growth", "Grounds", "GRO", "增长组", "Sales and marketing")]
    found = story(tmp_path, "okrs.csv", "Team,Objective,Key result,Owner\n" + "".join(rows)).file

    assert [one.key for one in found.teams] == ["GRO", "GROUN", "T1", "SAM"]


def test_without_a_cycle_the_quarter_is_that_of_the_demo_or_of_the_last_due_day(tmp_path: Path) -> None:
    plain = story(tmp_path, "okrs.csv", TABLE).file.cycles[0]
    due = story(tmp_path, "due.csv", "Objective,Key result,Owner,Due\nWin,NPS from 1 to 2,Mei,2027-03-15\n").file

    assert plain.first_day <= ON <= plain.last_day
    assert due.cycles[0].first_day == date(2027, 1, 1)


def test_of_several_cycles_the_last_is_told(tmp_path: Path) -> None:
    rows = "Q3 2026,Win,NPS,Mei\nQ4 2026,Grow,Churn,Mei\n"
    found = story(tmp_path, "okrs.csv", "Cycle,Objective,Key result,Owner\n" + rows)

    assert [one.title for one in found.file.objectives] == ["Grow"]
    assert "Of its cycles only Q4 2026 is told." in said(found)


def test_a_cycle_that_no_calendar_knows_keeps_its_name(tmp_path: Path) -> None:
    found = story(tmp_path, "okrs.csv", "Cycle,Objective,Key result,Owner\nFY27 P3,Win,NPS,Mei\n").file

    assert (found.cycles[0].name, found.cycles[0].first_day) == ("FY27 P3", date(2026, 10, 1))


def test_where_nobody_is_named_people_of_the_demo_stand_in(tmp_path: Path) -> None:
    rows = "".join(f"Objective {at // 5},Key result {at}\n" for at in range(200))
    found = story(tmp_path, "okrs.csv", f"Objective,Key result\n{rows}")

    owners = [one.owner for one in found.file.key_results]
    assert None not in owners
    assert len(owners) <= MOST_STOOD_IN
    assert max(owners.count(one) for one in owners) <= 5
    assert "The file is large, so 4 of its 40 objectives are told." in said(found)
    assert "It names no owners, so these stand in for them: Mei, Jack, Li, Ana, Bea." in said(found)


def test_a_chinese_file_has_a_chinese_company(tmp_path: Path) -> None:
    found = story(tmp_path, "tea.md", CHINESE).file

    assert {one.language for one in found.people} == {m.Language.ZH}
    assert [(one.name, one.lead, one.language) for one in found.teams] == [("增长组", "小王", m.Language.ZH)]


def test_a_row_that_cannot_be_is_named(line: Line, tmp_path: Path) -> None:
    (tmp_path / "okrs.csv").write_text(TABLE + ",Rate,mei,5,5,,,\n", encoding="utf-8")

    ended = line.run("demo", "okrs.csv")

    assert (ended.code, ended.out) == (2, "")
    assert ended.complaint.startswith("Line 6, objectives[2].key_results[2].to: Start and target are the same.")
