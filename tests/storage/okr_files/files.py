"""Small OKR files, and ways to read and import them, for the tests of this folder."""

import re
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent, indent

from sqlmodel import Session, select

from bot.okr import model as okr
from bot.okr.history import replay
from storage import models as m
from storage import okrs
from storage.check_ins import history_of
from storage.okr_files import OkrFile, Preview, Problem, apply, preview, read_okr_file
from storage.session import Database

NOW = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)
EXAMPLES = Path(__file__).resolve().parents[3] / "examples"

HEAD = """
workspace: {name: TeeBee, timezone: Europe/Madrid}
people:
  - {handle: mei, name: Mei}
  - {handle: jack, name: Jack}
  - {handle: ana, name: Ana, timezone: Pacific/Auckland}
teams:
  - {key: GRO, name: Growth, lead: mei, members: [jack]}
  - {key: SUP, name: Support, lead: ana}
cycles:
  - {name: 2026 Q4, first_day: 2026-10-01, last_day: 2026-12-31}
"""
OBJECTIVE = """
objectives:
  - team: GRO
    title: Be the trusted supplier
    key_results:
"""


def with_krs(body: str) -> str:
    """A whole file around key results of one objective."""
    return HEAD + OBJECTIVE + indent(dedent(body).strip("\n"), "      ") + "\n"


def with_history(body: str, kr: str = "{from: 0, to: 10}") -> str:
    """A whole file around the history of one key result, GRO-1, owned by Mei."""
    pairs = re.split(r", (?![^\[]*\])", kr.strip("{}"))
    keys = "".join(f"  {pair}\n" for pair in pairs if pair)
    entries = indent(dedent(body).strip("\n"), "    ")
    return with_krs(f"- title: Calls\n  owner: mei\n{keys}  history:\n{entries}")


def problems(text: str | bytes) -> list[Problem]:
    """What is wrong with a file; empty where nothing is."""
    found = read_okr_file(text.encode() if isinstance(text, str) else text, "okrs.yaml")
    return found if isinstance(found, list) else []


def read(text: str | bytes) -> OkrFile:
    """A file that has nothing wrong with it."""
    found = read_okr_file(text.encode() if isinstance(text, str) else text, "okrs.yaml")
    assert not isinstance(found, list), "\n".join(str(one) for one in found)
    return found


def example(name: str) -> str:
    return (EXAMPLES / name).read_text(encoding="utf-8")


def importing(db: Database, text: str) -> Preview:
    return db.write_now(apply, read(text), NOW)


def previewing(db: Database, text: str) -> Preview:
    return db.read_now(preview, read(text))


def key_result(session: Session, team: str, number: int) -> m.KeyResult:
    rows = select(m.KeyResult).join(m.Team).where(m.Team.key == team, m.KeyResult.number == number)
    return session.exec(rows).one()


def currents(db: Database, workspace: str = "TeeBee") -> dict[str, tuple[okr.Current, okr.Current]]:
    """Of every key result what stands on the row, and what a replay of its rows yields."""

    def both(session: Session) -> dict[str, tuple[okr.Current, okr.Current]]:
        mine = select(m.KeyResult).join(m.Workspace).where(m.Workspace.name == workspace)
        rows = session.exec(mine).all()
        parts = okrs.parts_of(session, [row.id for row in rows])
        found = {}
        for row in rows:
            definition = okrs.definition(row, session.get_one(m.Team, row.team_id), parts)
            history = history_of(session, row.id)
            found[definition.key] = (row.current, replay(definition, history.readings, history.check_ins))
        return found

    return db.read_now(both)
