"""`import`: problems by line, a preview, a yes, and then all of it or nothing."""

import asyncio
from pathlib import Path

import pytest
from sqlmodel import select

from bot.clock import MovableClock
from storage import models as m
from storage.session import Database
from tests.cli.conftest import EXAMPLES, Line
from tests.fakes.slack import SECRET, TEAM, TOKEN, SlackFake
from tests.fakes.slack.values import APP_TOKEN
from tests.storage.databases import MORNING

SMALL = str(EXAMPLES / "small.yaml")
URL = "sqlite:///okra.db"


def rows(table: type[m.Row]) -> list[m.Row]:
    """What stands in a table of the database in this folder."""
    db = Database(URL, MovableClock(MORNING))
    try:
        return db.read_now(lambda session: list(session.exec(select(table)).all()))
    finally:
        db.close()


def test_the_preview_is_shown_and_written_on_a_yes(line: Line) -> None:
    ended = line.run("import", SMALL, "--yes")

    assert ended.code == 0
    assert ended.out.startswith(f"{SMALL} → Bluebird\nNew: 1 workspace, 1 connection, 2 people,")
    assert ended.out.strip().endswith("new, 0 changed.")
    assert [row.handle for row in rows(m.Person)] == ["mei", "jack"]  # type: ignore[attr-defined]


def test_twice_is_the_same_as_once(line: Line) -> None:
    line.run("import", SMALL, "--yes")

    again = line.run("import", SMALL, "--yes")

    assert (again.code, again.out.split("\n")[-2]) == (0, "Nothing to change.")
    assert len(rows(m.KeyResult)) == 2


def test_without_a_yes_nothing_is_written(line: Line) -> None:
    ended = line.run("import", SMALL, say="n\n")

    assert ended.code == 1
    assert "New: 1 workspace" in ended.out
    assert ended.complaint.endswith("Nothing was written.")
    assert rows(m.Workspace) == []


def test_a_change_is_told_with_its_line(line: Line, tmp_path: Path) -> None:
    line.run("import", SMALL, "--yes")
    changed = tmp_path / "changed.yaml"
    changed.write_text(Path(SMALL).read_text(encoding="utf-8").replace("to: 15%", "to: 18%"), encoding="utf-8")

    ended = line.run("import", "changed.yaml", "--yes")

    assert ended.code == 0
    assert "Changed: 1 key result." in ended.out
    (row,) = [one for one in ended.out.split("\n") if "Changed key result" in one]
    assert row.startswith("  Line 23: ")
    assert "15 → 18" in row


def test_every_problem_is_told_with_its_line_and_nothing_is_written(line: Line, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    text = Path(SMALL).read_text(encoding="utf-8").replace("fri", "friiday").replace("owner: jack", "owner: nobody")
    broken.write_text(text, encoding="utf-8")

    ended = line.run("import", "broken.yaml", "--yes")

    assert (ended.code, ended.out) == (2, "")
    first, second, last = ended.complaint.split("\n")
    assert first.startswith("Line 15, teams[1].meetings[1].weekdays[1]: ")
    assert second.startswith("Line 24, objectives[1].key_results[2].owner: ")
    assert last == "broken.yaml cannot be used as it is; correct these lines and try again."
    assert not (tmp_path / "okra.db").exists()


def test_a_file_that_is_not_there(line: Line) -> None:
    ended = line.run("import", "my-okrs.yaml")

    assert (ended.code, ended.out) == (2, "")
    assert ended.complaint == "my-okrs.yaml cannot be read: No such file or directory."


def test_what_is_worth_knowing_is_noted_with_its_line(line: Line, tmp_path: Path) -> None:
    text = Path(SMALL).read_text(encoding="utf-8").replace('    channel: {console: "#growth"}\n', "")
    (tmp_path / "quiet.yaml").write_text(text, encoding="utf-8")

    ended = line.run("import", "quiet.yaml", "--yes")

    assert "Note, line 9: Growth has no channel, so its digest cannot be posted." in ended.out


SLACK = """
workspace: {name: Teebee, timezone: Europe/Madrid}
people:
  - {handle: mei, name: Mei, address: {slack: U1MEI}}
teams:
  - {key: GRO, name: Growth, lead: mei, channel: {slack: C1SALES}, meetings: [{weekdays: fri, time: 10:00}]}
"""


@pytest.mark.parametrize("way_in", [{"SLACK_SIGNING_SECRET": SECRET}, {"SLACK_APP_TOKEN": APP_TOKEN}])
async def test_a_file_that_names_slack_connects_the_workspace_when_slack_is_set_up(
    line: Line, tmp_path: Path, way_in: dict[str, str]
) -> None:
    (tmp_path / "slack.yaml").write_text(SLACK, encoding="utf-8")
    slack = SlackFake(MovableClock(MORNING))
    await slack.start()
    try:
        line.set(SLACK_BOT_TOKEN=TOKEN, SLACK_API_URL=slack.api_url, **way_in)
        ended = await asyncio.to_thread(line.run, "import", "slack.yaml", "--yes")
    finally:
        await slack.stop()

    assert ended.code == 0, ended
    assert "Connects to Slack: Pretend." in ended.out
    assert line.run("slack", "status").out.startswith(f"Pretend ({TEAM})\n")
    assert [row.external_id for row in rows(m.Installation)] == [TEAM]  # type: ignore[attr-defined]
    assert [row.external_id for row in rows(m.Address)] == ["U1MEI"]  # type: ignore[attr-defined]


def test_without_slack_s_settings_its_addresses_wait(line: Line, tmp_path: Path) -> None:
    (tmp_path / "slack.yaml").write_text(SLACK, encoding="utf-8")

    ended = line.run("import", "slack.yaml", "--yes")

    assert ended.code == 0
    assert "There is no connection to Slack yet" in ended.out
    assert rows(m.Address) == []


def test_a_tenant_of_another_workspace_is_not_taken_over(line: Line, tmp_path: Path) -> None:
    text = SLACK.replace("slack: U1MEI", "teams: mei-id").replace("slack: C1SALES", "teams: 19-sales")
    (tmp_path / "one.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "two.yaml").write_text(text.replace("Teebee", "Bluebird"), encoding="utf-8")
    app = "11111111-2222-3333-4444-555555555555"
    line.set(TEAMS_APP_ID=app, TEAMS_APP_PASSWORD="pretend", TEAMS_TENANT_ID="tenant-1")
    assert line.run("import", "one.yaml", "--yes").code == 0

    ended = line.run("import", "two.yaml", "--yes")

    assert ended.code == 2
    assert ended.complaint == (
        "the tenant tenant-1 is connected to the workspace 'Teebee', and the file is about 'Bluebird'; "
        "use one name for both."
    )
    assert len(rows(m.Workspace)) == 1


@pytest.mark.parametrize("arguments", [("import",), ("import", "a", "b"), ("nonsense",), ("plan", "--days", "0")])
def test_a_command_that_is_not_understood_says_how_it_is_used(line: Line, arguments: tuple[str, ...]) -> None:
    ended = line.run(*arguments)

    assert ended.code == 2
    assert "Usage:" in ended.err
