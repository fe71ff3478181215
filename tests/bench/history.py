"""What a team's board and digest cost in a large company: with the key results of one week, and of three years."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from bot.cards.render import Cards
from bot.clock import MovableClock
from bot.views.board import board_card
from bot.views.digest import digest_preview
from bot.views.digest_facts import digest_facts
from bot.views.team import team_shown
from bot.views.visible import Audience
from storage import models as m
from storage.generated import write_company
from storage.session import Database, bring_up_to_date
from tests.bench.large import OWNERS, Size, large_company
from tests.bench.raw import table_of, team_rows
from tests.bench.table import Aim, Line, Table, median_of
from tests.queries import Statements, statements_of

SINCE = date(2023, 11, 6)
"""The first day of all key results, so that three years of weeks lie within them."""
NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
QUARTER = 13
"""Weeks: a board looks back for some of them, so that three years are compared with these, too."""
SAMPLE = 30
"""Of so many teams a median is taken."""
READS = Aim(4.0)
WITHIN = Aim(1.2)
"""A fifth more at most with all the weeks than with one."""
BARE = "the team's rows by 11 SELECTs"


@dataclass(slots=True)
class _Measured:
    """What the figures of one run are taken with, and those that were taken with fewer weeks."""

    db: Database
    cards: Cards
    teams: list[int]
    asked: Statements
    table: Table
    most: int
    """Weeks in the last run."""
    earlier: dict[str, dict[int, float]] = field(default_factory=dict)
    """Seconds of each picture with so many weeks."""

    def each(self, work: Callable[[Session, m.Team], object]) -> Callable[[], object]:
        """`work` for one team after the other, in a read transaction each."""
        teams = iter(self.teams)

        def one() -> None:
            self.db.read_now(lambda session: work(session, session.get_one(m.Team, next(teams))))

        return one

    def run(self, weeks: int) -> None:
        """All rows, with `weeks` of history in the database."""
        ids = iter(self.teams)
        floor = median_of(lambda: team_rows(self.db, [next(ids)], NOW), len(self.teams))
        for what, work in self._work().items():
            median_of(self.each(work), len(self.teams))  # so that each has met its statements and pages
            self.asked.texts.clear()
            ours = median_of(self.each(work), len(self.teams))
            note = f"{len(self.asked) / len(self.teams):.1f} queries"
            aim = READS if what.endswith("reads") else None
            self.table.add(Line(f"{what}, weeks of history: {weeks}", ours, floor, BARE, note, aim=aim))
            for fewer, seconds in self.earlier.setdefault(what, {}).items():
                compared = f"{what}, {weeks} weeks beside {fewer}"
                aim = WITHIN if weeks == self.most else None
                self.table.add(Line(compared, ours, seconds, f"the same with {fewer}", aim=aim))
            self.earlier[what][weeks] = ours

    def _work(self) -> dict[str, Callable[[Session, m.Team], object]]:
        return {
            "board of one team: reads": lambda session, team: team_shown(session, team, NOW),
            "digest of one team: reads": lambda session, team: digest_facts(session, team, None, NOW, Audience.TEAM),
            "board of one team: whole": lambda session, team: board_card(session, self.cards, team, "en", NOW, None),
            "digest of one team: whole": lambda session, team: digest_preview(session, self.cards, team, "en", NOW),
        }


def cost_of_history(table: Table, name: str, url: str, key_results: int, weeks: int) -> None:
    """A company with so many key results, at first with their newest week, then with all `weeks`."""
    size = Size(max(1, key_results // 30), since=SINCE, said=True)
    bring_up_to_date(url)
    db = Database(url, MovableClock(NOW))
    try:
        db.write_now(write_company, large_company(size))
        _analyze(db)
        table.section(f"{name}: {size.teams * OWNERS * size.krs_each:,} key results in teams of 30")
        ids = list(db.read_now(lambda session: session.exec(select(m.Team.id).order_by(col(m.Team.id))).all()))
        with statements_of(db.engine) as asked:
            measured = _Measured(db, Cards(), ids[:: max(1, len(ids) // SAMPLE)][:SAMPLE], asked, table, weeks)
            measured.run(1)
            there = 1
            for enough in sorted({min(QUARTER, weeks), weeks}):
                for week in range(there, enough):
                    db.write_now(_older, week)
                there = enough
                _analyze(db)
                measured.run(enough)
    finally:
        db.close()


def _older(session: Session, weeks: int) -> None:
    """What was said in the newest week, once more as it was said so many weeks before."""
    back = timedelta(weeks=weeks)
    said, read = table_of(m.CheckIn), table_of(m.Reading)
    newest = session.execute(sa.select(said.c.at, said.c.day).order_by(said.c.at.desc()).limit(1)).one()
    before = {"at": newest.at - back, "day": newest.day - back, "supersedes_id": None, "inbox_id": None}
    _copy(session, said, said.c.at == newest.at, {**before, "token": said.c.token + f".{weeks}"})
    measured = {"measured_at": newest.at - back, "day": newest.day - back, "checkin_id": None}
    _copy(session, read, read.c.measured_at == newest.at, measured)


def _copy(session: Session, table: sa.Table, which: sa.ColumnElement[bool], other: dict[str, Any]) -> None:
    columns = [column for column in table.c if column.name != "id"]
    values = [_value(column, other) for column in columns]
    session.execute(sa.insert(table).from_select([column.name for column in columns], sa.select(*values).where(which)))


def _value(column: sa.Column[Any], other: dict[str, Any]) -> sa.ColumnElement[Any]:
    if column.name not in other:
        return column
    value = other[column.name]
    return value if isinstance(value, sa.ColumnElement) else sa.literal(value, column.type)


def _analyze(db: Database) -> None:
    """What a database that is at work has long done by itself."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
