"""Once an hour somebody looks at the books: what can be repaired is, what cannot is told, and nothing is done twice."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session
from structlog.testing import capture_logs

from bot.delivery.auditing import Auditor, Finding
from bot.okr.model import KRType
from storage import audits
from storage import models as m
from storage.ways import NOT_INSTALLED
from tests.delivery.office import Office
from tests.delivery.test_leases import left_by_another, set_row
from tests.storage.databases import MORNING
from tests.storage.test_hot_queries import _plans

MINUTES = timedelta(minutes=1)


@dataclass
class Audit:
    """An auditor, and what it asked others to do."""

    office: Office
    replayed: int = 0
    told: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.auditor = Auditor(
            self.office.db, self.office.clock, recover=self.office.pump.recover_lapsed, replay=self._replay
        )

    async def _replay(self) -> None:
        self.replayed += 1

    async def look(self) -> dict[str, int]:
        """What one look finds."""
        with capture_logs() as told:
            await self.auditor.look()
        self.told = [dict(line) for line in told if line["event"] == "audit"]
        return {finding: number for finding, number in self.auditor.last.items() if number}


@pytest.fixture
def audit(office: Office) -> Audit:
    return Audit(office)


async def test_where_all_is_well_nothing_is_said(audit: Audit) -> None:
    audit.office.plan("now")
    await audit.office.until_quiet()
    audit.office.later(hours=3)

    assert await audit.look() == {}
    assert audit.told == []
    assert set(audit.auditor.last) == set(Finding), "the metrics tell of a 0, too"


async def test_a_message_without_an_outcome_is_told_without_its_text(audit: Audit) -> None:
    office = audit.office
    office.plan("secret words")
    office.later(minutes=61)

    assert await audit.look() == {"due_but_no_outcome": 1}
    row = office.row("secret words")
    assert audit.told == [
        {
            "event": "audit",
            "log_level": "warning",
            "finding": "due_but_no_outcome",
            "id": row.id,
            "kind": "prompt",
        }
    ]


async def test_what_rests_or_is_to_come_or_has_no_installation_is_as_it_should_be(audit: Audit) -> None:
    office = audit.office
    for subject in ("rests", "to come", "removed", "a minute ago"):
        office.plan(subject)
    office.later(minutes=61)
    set_row(office, "rests", not_before=office.time.now() + MINUTES)
    set_row(office, "to come", due_at=office.clock.now() + MINUTES)
    set_row(office, "removed", reason=NOT_INSTALLED)
    set_row(office, "a minute ago", due_at=office.clock.now() - MINUTES)

    assert await audit.look() == {}


async def test_a_claim_long_past_its_lease_becomes_unknown_once(audit: Audit) -> None:
    office = audit.office
    left_by_another(office, "now", lease_until=office.time.now())
    office.later(minutes=9)
    assert await audit.look() == {}

    office.later(minutes=2)
    assert await audit.look() == {"sending_past_its_lease": 1}

    assert (office.state("now"), office.row("now").fence) == ("unknown", 2)
    assert await audit.look() == {}


def said(office: Office, minutes: float) -> None:
    def write(session: Session) -> None:
        session.add(
            m.Inbox(
                workspace_id=office.company.workspace,
                installation_id=office.company.console,
                key=f"event:{minutes}",
                body={},
                at=office.clock.now(),
                created_at=office.clock.now() - minutes * MINUTES,
            )
        )

    office.db.write_now(write)


async def test_what_nobody_handled_is_handled(audit: Audit) -> None:
    said(audit.office, 5)
    assert (await audit.look(), audit.replayed) == ({}, 0)

    said(audit.office, 11)
    assert (await audit.look(), audit.replayed) == ({"inbox_not_handled": 1}, 1)


async def test_a_ritual_that_nobody_looked_at_is_told(audit: Audit) -> None:
    office = audit.office

    def write(session: Session) -> None:
        session.add_all(
            m.Agenda(
                workspace_id=office.company.workspace,
                team_id=office.company.team,
                kind=kind,
                next_due_at=office.clock.now() - hours * 60 * MINUTES,
            )
            for kind, hours in ((m.RitualKind.DIGEST, 0.5), (m.RitualKind.WINS, 2))
        )

    office.db.write_now(write)

    assert await audit.look() == {"agenda_overdue": 1}
    assert audit.told[0]["kind"] == "wins"


def asked(office: Office) -> int:
    """Mei was asked about a key result in the message `now`; the item of it."""

    def write(session: Session) -> int:
        work, team = office.company.workspace, office.company.team
        first, last = date(2026, 10, 1), date(2026, 12, 31)
        cycle = m.Cycle(workspace_id=work, name="2026 Q4", first_day=first, last_day=last)
        session.add(cycle)
        session.flush()
        goal = m.Objective(workspace_id=work, team_id=team, cycle_id=cycle.id, title="Grow")
        kind = m.RitualKind.WEEKLY_CHECK_IN
        run = m.RitualRun(workspace_id=work, team_id=team, kind=kind, period="2026-11-13")
        prompt = m.Prompt(workspace_id=work, person_id=office.company.mei, kind=kind, period="2026-11-13")
        session.add_all([goal, run, prompt])
        session.flush()
        kr = m.KeyResult(
            workspace_id=work,
            objective_id=goal.id,
            team_id=team,
            cycle_id=cycle.id,
            number=1,
            title="T",
            short_title="T",
            type=KRType.INCREASE,
            start=first,
            due=last,
        )
        session.add(kr)
        session.flush()
        item = m.PromptItem(workspace_id=work, prompt_id=prompt.id, run_id=run.id, kr_id=kr.id)
        session.add(item)
        session.flush()
        return item.id

    number = office.db.write_now(write)
    prompt = office.db.read_now(lambda session: session.get_one(m.PromptItem, number).prompt_id)
    office.plan("now")
    set_row(office, "now", prompt_id=prompt)
    return number


def answer(office: Office, item_id: int) -> None:
    def write(session: Session) -> None:
        item = session.get_one(m.PromptItem, item_id)
        item.state = m.ItemState.ANSWERED
        session.add(item)

    office.db.write_now(write)


async def test_a_question_that_shows_what_is_answered_as_open_is_brought_up_to_date(audit: Audit) -> None:
    office = audit.office
    item = asked(office)
    await office.until_quiet()
    office.later(minutes=5)
    answer(office, item)
    office.later(minutes=15)
    office.words = "answered"

    assert await audit.look() == {"answered_but_prompt_not_updated": 1}
    await Audit(office).look()
    assert office.row("now").wanted_rev == 1, "another process asked for nothing more"
    await office.until_quiet()

    assert office.console.posted[0].edits == 1
    assert await audit.look() == {}


async def test_a_newest_version_that_is_not_shown_is_told(audit: Audit) -> None:
    office = audit.office
    item = asked(office)
    await office.until_quiet()
    office.later(hours=3)
    answer(office, item)
    office.changed("now")
    assert await audit.look() == {}, "it was shown long ago, and the newest is wanted only since this moment"

    office.later(minutes=11)
    assert await audit.look() == {"newest_version_not_shown": 1}
    assert office.row("now").wanted_rev == 1


async def test_a_newest_version_that_rests_or_has_no_way_is_as_it_should_be(audit: Audit) -> None:
    office = audit.office
    item = asked(office)
    await office.until_quiet()
    office.later(minutes=1)
    answer(office, item)
    office.changed("now")
    office.later(minutes=11)

    set_row(office, "now", not_before=office.time.now() + MINUTES)
    assert await audit.look() == {}
    set_row(office, "now", not_before=None)
    assert await audit.look() == {"newest_version_not_shown": 1}

    def removed(session: Session) -> None:
        session.get_one(m.Installation, office.company.console).state = m.InstallationState.REVOKED

    office.db.write_now(removed)
    assert await audit.look() == {}


QUERIES = {
    "due": (lambda session: audits.due_without_outcome(session, MORNING), "ix_delivery_state_due_at"),
    "lease": (audits.past_their_lease, "ix_delivery_state_due_at"),
    "answered": (lambda session: audits.answered_and_not_shown(session, MORNING), "ix_delivery_state_due_at"),
    "wanted": (lambda session: audits.wanted_and_not_shown(session, MORNING), "ix_delivery_outdated"),
}


@pytest.mark.parametrize("name", QUERIES)
def test_history_is_not_read(office: Office, name: str) -> None:
    query, index = QUERIES[name]
    people = office.crowd(3000)
    office.plan_many(people, due=MORNING - timedelta(days=90))
    asked(office)
    office.db.write_now(_all_sent)
    with office.db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")

    (plan,) = office.db.read_now(_plans, query)

    assert index in plan, plan


def _all_sent(session: Session) -> None:
    session.connection().exec_driver_sql(
        "UPDATE delivery SET state = 'sent', sent_at = due_at, shown_at = due_at, "
        "prompt_id = (SELECT min(id) FROM prompt)"
    )
