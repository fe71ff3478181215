"""A company's OKR file sent in the chat: an admin imports it with one tap; others save their own team's part."""

import io
import json
import zipfile
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from sqlmodel import Session, col, select

from bot.okr.model import KRState
from storage import models as m
from tests.fakes.slack import SlackFake
from tests.scenarios.running import Running
from tests.scenarios.slack_world import behind, slack_time, started

PEOPLE = {"mei": "U1MEI", "jack": "U2JACK"}
MORE = """workspace: {{name: {workspace}}}
people:
  - {{handle: mei, name: Mei Tan}}
  - {{handle: ann, name: Ann Lee}}
teams:
  - {{key: GRO, name: {growth}, lead: mei}}
  - {{key: SAL, name: Sales, lead: ann}}
cycles:
  - {{name: 2026 Q4, first_day: 2026-10-01, last_day: 2026-12-31}}
objectives:
  - team: GRO
    cycle: 2026 Q4
    number: 9
    title: Win the regulars
    key_results:
      - {{number: 31, title: Regulars who bring a friend, from: "5", to: "15", unit: "%", owner: mei}}
  - team: SAL
    cycle: 2026 Q4
    number: 1
    title: Sell more tea
    key_results:
      - {{number: 1, title: Cups sold, from: "100", to: "200", owner: ann}}
"""

pytestmark = pytest.mark.sqlite_is_enough


@pytest.fixture
async def slack() -> AsyncIterator[SlackFake]:
    fake = SlackFake(slack_time())
    fake.add_person("U1MEI", "Mei Tan")
    fake.add_person("U2JACK", "Jack Moreno")
    async with started(fake, PEOPLE.values()):
        yield fake


@pytest.fixture
async def okra(tmp_path: Path, slack: SlackFake) -> AsyncIterator[Running]:
    async with behind(slack, tmp_path, PEOPLE) as one:
        yield one


def company(okra: Running, workspace: str = "") -> bytes:
    def names(session: Session) -> tuple[str, str]:
        mine = session.exec(select(m.Workspace)).one()
        team = session.exec(select(m.Team).where(m.Team.key == "GRO")).one()
        return mine.name, team.name

    name, growth = okra.house.db.read_now(names)
    return MORE.format(workspace=workspace or name, growth=growth).encode()


def make(okra: Running, handle: str, role: m.WorkspaceRole) -> None:
    def change(session: Session) -> None:
        person = session.exec(select(m.Person).where(m.Person.handle == handle)).one()
        person.role = role
        session.add(person)

    okra.house.db.write_now(change)


def titles(okra: Running, *states: KRState) -> list[str]:
    def read(session: Session) -> list[str]:
        rows = session.exec(select(m.KeyResult).order_by(col(m.KeyResult.id))).all()
        return [row.title for row in rows if row.state in states]

    return okra.house.db.read_now(read)


def workbook(*rows: tuple[str | float, ...]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


def newest(slack: SlackFake, user: str = "1MEI") -> str:
    message = slack.messages[f"D{user}"][-1]
    return message.text + json.dumps(message.blocks, ensure_ascii=False)


async def press(okra: Running, slack: SlackFake, label: str, user: str = "1MEI") -> None:
    message = slack.messages[f"D{user}"][-1]
    elements = [one for block in message.blocks for one in block.get("elements", ()) if one["type"] == "button"]
    element = next(one for one in elements if one["text"]["text"] == label)
    await slack.press(element, user=f"U{user}", channel=f"D{user}", message_ts=message.ts)
    await okra.settled()


async def test_an_admin_sees_what_a_file_changes_and_imports_it_with_one_tap(okra: Running, slack: SlackFake) -> None:
    make(okra, "mei", m.WorkspaceRole.ADMIN)
    before = titles(okra, KRState.ACTIVE)
    await slack.share_file("company.yaml", company(okra))
    await okra.settled()

    assert "This is what company.yaml would change here:" in newest(slack)
    assert "New: team SAL" in newest(slack)
    assert titles(okra, KRState.ACTIVE) == before
    await press(okra, slack, "Import")
    assert "Imported from company.yaml:" in newest(slack)
    assert titles(okra, KRState.ACTIVE) == [*before, "Regulars who bring a friend", "Cups sold"]

    await slack.share_file("company.yaml", company(okra))
    await okra.settled()
    assert "Everything in company.yaml stands here already" in newest(slack)


async def test_what_changed_meanwhile_is_shown_before_it_is_written(okra: Running, slack: SlackFake) -> None:
    make(okra, "mei", m.WorkspaceRole.ADMIN)
    await slack.share_file("company.yaml", company(okra))
    await okra.settled()

    def rename(session: Session) -> None:
        team = session.exec(select(m.Team).where(m.Team.key == "GRO")).one()
        team.name = "Growing"
        session.add(team)

    okra.house.db.write_now(rename)
    await press(okra, slack, "Import")
    assert "Something here has changed since" in newest(slack)
    assert "Cups sold" not in titles(okra, KRState.ACTIVE)
    await press(okra, slack, "Import")
    assert "Cups sold" in titles(okra, KRState.ACTIVE)


async def test_what_changed_beyond_the_rows_that_are_shown_is_told_too(okra: Running, slack: SlackFake) -> None:
    """The file comes as Windows saves it, in UTF-16."""
    make(okra, "mei", m.WorkspaceRole.ADMIN)
    rows = [f'      - {{number: {31 + at}, title: Result {at}, to: "9", from: "5", owner: mei}}\n' for at in range(20)]
    head, _, _tail = company(okra).decode().partition("      - {number: 31")
    many = head + "".join(rows)
    await slack.share_file("company.yaml", many.encode())
    await okra.settled()
    await press(okra, slack, "Import")
    await slack.share_file("company.yaml", many.replace('to: "9"', 'to: "11"').encode("utf-16"))
    await okra.settled()

    def target(session: Session, to: int | None = None) -> int:
        row = session.exec(select(m.KeyResult).where(m.KeyResult.title == "Result 19")).one()
        row.target = row.target if to is None else Decimal(to)
        session.add(row)
        return int(row.target or 0)

    okra.house.db.write_now(lambda session: target(session, 500))
    await press(okra, slack, "Import")
    assert "Something here has changed since" in newest(slack)
    assert okra.house.db.read_now(target) == 500
    await press(okra, slack, "Import")
    assert okra.house.db.read_now(target) == 11

    def by(session: Session) -> list[str]:
        events = session.exec(select(m.AuditEvent).where(m.AuditEvent.what == "import")).all()
        return [session.get_one(m.Person, one.who_id).handle for one in events if one.who_id is not None]

    assert okra.house.db.read_now(by) == ["mei", "mei"]


async def test_who_is_admin_no_more_imports_nothing(okra: Running, slack: SlackFake) -> None:
    make(okra, "mei", m.WorkspaceRole.ADMIN)
    await slack.share_file("company.yaml", company(okra))
    await okra.settled()
    make(okra, "mei", m.WorkspaceRole.MEMBER)
    await press(okra, slack, "Import")

    assert "Cups sold" not in titles(okra, *KRState)


async def test_a_file_about_another_workspace_is_not_taken(okra: Running, slack: SlackFake) -> None:
    make(okra, "mei", m.WorkspaceRole.ADMIN)
    await slack.share_file("company.yaml", company(okra, "Elsewhere"))
    await okra.settled()

    assert "company.yaml is about the workspace 'Elsewhere'" in newest(slack)
    assert "Cups sold" not in titles(okra, *KRState)


async def test_of_somebody_who_is_no_admin_the_own_team_s_part_is_taken(okra: Running, slack: SlackFake) -> None:
    make(okra, "mei", m.WorkspaceRole.MEMBER)
    await slack.share_file("company.yaml", company(okra))
    await okra.settled()

    told = slack.texts("D1MEI")[-1]
    assert told.startswith("Left out of company.yaml: OKRs of SAL (ask an admin), people, teams and settings")
    assert "Cups sold" not in titles(okra, *KRState)
    shown = slack.messages["D1MEI"][-2]
    assert "Regulars who bring a friend" in json.dumps(shown.blocks)
    elements = [one for block in shown.blocks for one in block.get("elements", ()) if one["type"] == "button"]
    save = next(one for one in elements if one["text"]["text"] == "Save as draft")
    await slack.press(save, channel="D1MEI", message_ts=shown.ts)
    await okra.settled()
    assert titles(okra, KRState.DRAFT) == ["Regulars who bring a friend"]


async def test_a_table_for_two_teams_makes_a_set_for_ones_own(okra: Running, slack: SlackFake) -> None:
    make(okra, "mei", m.WorkspaceRole.MEMBER)

    def other(session: Session) -> None:
        workspace = session.exec(select(m.Workspace)).one()
        jack = session.exec(select(m.Person).where(m.Person.handle == "jack")).one()
        team = m.Team(workspace_id=workspace.id, key="SAL", name="Sales")
        session.add(team)
        session.flush()
        lead = m.Membership(workspace_id=workspace.id, person_id=jack.id, team_id=team.id, role=m.TeamRole.LEAD)
        session.add(lead)

    okra.house.db.write_now(other)
    table = "Team,Objective,Key result\nGRO,Win,Regulars from 5% to 15%\nSales,Sell,Cups from 100 to 200\n"
    await slack.share_file("okrs.csv", table.encode())
    await okra.settled()

    assert slack.texts("D1MEI")[0].startswith("I read this in okrs.csv · Growth:")
    assert slack.texts("D1MEI")[-1] == "Left out of okrs.csv: OKRs of Sales (ask Jack)."


@pytest.mark.parametrize("name", ["okrs.yaml", "okrs.xlsx", "okrs.csv"])
async def test_a_number_of_a_file_is_the_same_for_who_writes_a_decimal_comma(
    okra: Running, slack: SlackFake, name: str
) -> None:
    make(okra, "mei", m.WorkspaceRole.MEMBER)

    def comma(session: Session) -> None:
        mei = session.exec(select(m.Person).where(m.Person.handle == "mei")).one()
        mei.number_style = m.NumberStyle.COMMA
        session.add(mei)

    okra.house.db.write_now(comma)
    files = {
        "okrs.yaml": company(okra).replace(b'from: "5", to: "15"', b'from: "2.345", to: "1.234"'),
        "okrs.xlsx": workbook(
            ("Objective", "Key result", "Start", "Target", "Unit"),
            ("Win the regulars", "Regulars who bring a friend", 2.345, 1.234, "s"),
        ),
        "okrs.csv": b'Objective,Key result,Start,Target\nWin,Wait,"2,345","1,234"\n',
    }
    await slack.share_file(name, files[name])
    await okra.settled()
    shown = next(one for one in slack.messages["D1MEI"] if "Save as draft" in json.dumps(one.blocks))
    elements = [one for block in shown.blocks for one in block.get("elements", ()) if one["type"] == "button"]
    save = next(one for one in elements if one["text"]["text"] == "Save as draft")
    await slack.press(save, channel="D1MEI", message_ts=shown.ts)
    await okra.settled()

    def read(session: Session) -> tuple[str, str]:
        row = session.exec(select(m.KeyResult).where(m.KeyResult.state == KRState.DRAFT)).one()
        return str(row.baseline), str(row.target)

    assert okra.house.db.read_now(read) == ("2.345", "1.234")


async def test_of_an_own_team_s_part_nothing_is_lost_in_silence(okra: Running, slack: SlackFake) -> None:
    make(okra, "mei", m.WorkspaceRole.MEMBER)
    file = company(okra).decode().replace("  - {handle: ann", "  - {handle: jack, name: Jack Moreno}\n  - {handle: ann")
    file = file.replace("title: Win the regulars", "title: Win the regulars\n    visibility: team")
    file = file.replace('unit: "%", owner: mei', 'unit: "%", owner: mei, co_owners: [jack], metric: Friends')
    await slack.share_file("company.yaml", file.encode())
    await okra.settled()
    shown = slack.messages["D1MEI"][-2]
    assert "metric (Regulars who bring a friend) (Only an import by an admin takes this over)" in json.dumps(
        shown.blocks
    )
    elements = [one for block in shown.blocks for one in block.get("elements", ()) if one["type"] == "button"]
    save = next(one for one in elements if one["text"]["text"] == "Save as draft")
    await slack.press(save, channel="D1MEI", message_ts=shown.ts)
    await okra.settled()

    def read(session: Session) -> tuple[m.Visibility, list[str]]:
        row = session.exec(select(m.KeyResult).where(m.KeyResult.state == KRState.DRAFT)).one()
        others = session.exec(select(m.CoOwner).where(m.CoOwner.kr_id == row.id)).all()
        visibility = session.get_one(m.Objective, row.objective_id).visibility
        return visibility, [session.get_one(m.Person, one.person_id).handle for one in others]

    assert okra.house.db.read_now(read) == (m.Visibility.TEAM, ["jack"])

    await slack.share_file(
        "company.yaml",
        company(okra).replace(b'from: "5", to: "15"', b"type: baseline").replace(b"Regulars who", b"All who"),
    )
    await okra.settled()
    assert "All who bring a friend (It is measured in a way that only an import by an admin takes over)" in newest(
        slack
    )


async def test_what_a_table_holds_for_a_team_unknown_here_goes_to_no_other(okra: Running, slack: SlackFake) -> None:
    table = "Team,Objective,Key result\nGRO,Win,Regulars from 5% to 15%\nSales EMEA,Sell,Cups from 100 to 200\n"
    await slack.share_file("okrs.csv", table.encode())
    await okra.settled()
    assert "Cups" not in slack.texts("D1MEI")[0]
    assert slack.texts("D1MEI")[-1] == "Left out of okrs.csv: OKRs of Sales EMEA (ask an admin)."

    await slack.share_file("more.csv", table.replace("GRO,Win,Regulars from 5% to 15%\n", "").encode())
    await okra.settled()
    assert slack.texts("D1MEI")[-1] == "Left out of more.csv: OKRs of Sales EMEA (ask an admin)."


async def test_a_workbook_of_very_many_rows_is_not_even_opened(okra: Running, slack: SlackFake) -> None:
    into = io.BytesIO(workbook(("Objective", "Key result"), ("Win", "Regulars from 5% to 15%")))
    with zipfile.ZipFile(into, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", b"<row/>" * 1_000_000)
    await slack.share_file("okrs.xlsx", into.getvalue())
    await okra.settled()

    assert slack.texts("D1MEI")[-1] == (
        "I can't use okrs.xlsx as it is, so nothing of it is saved. "
        "Unpacked, the workbook is larger than a list of OKRs ever is; save only the sheet that holds them."
    )
