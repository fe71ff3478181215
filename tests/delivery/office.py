"""A pump with all that is around it: a real SQLite file, two pretend platforms, a movable clock, pretend real time."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from bot.cards.model import Card, Run, Text
from bot.clock import MovableClock
from bot.delivery.kinds import Later, MessageKind, Skip
from bot.delivery.pacing import Pacer
from bot.delivery.port import ChatPort
from bot.delivery.pump import Pump
from bot.delivery.timing import Timing
from storage import deliveries
from storage import models as m
from storage.session import Database
from tests.fakes.port import RecordingPort
from tests.storage.databases import MORNING, Company, found_company, new_database

TIMING = Timing()
Verdict = Callable[[Session, m.Delivery, datetime], Skip | Later | None]


class RealTime:
    """Seconds that pass only when someone waits; nobody does."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.wall = 5000.0
        """Seconds by the machine's own clock, which goes on also where no other seconds are counted."""
        self.set_by = timedelta(0)
        """By how much somebody has set the database's clock."""
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        """The same as the database's clock tells it: another day than business time, on purpose."""
        return datetime(2027, 1, 1, tzinfo=UTC) + timedelta(seconds=self.seconds) + self.set_by

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


def card(text: str) -> Card:
    return Card((Text(((Run(text),),)),))


def text_of(shown: Card) -> str:
    (block,) = shown.blocks
    assert isinstance(block, Text)
    (run,) = block.lines[0]
    assert isinstance(run, Run)
    return run.text


@dataclass
class Office:
    """What a test of delivery works with."""

    db: Database
    clock: MovableClock
    time: RealTime
    company: Company
    console: RecordingPort
    playground: RecordingPort
    pump: Pump = field(init=False)
    verdict: Verdict | None = None
    words: str = "hello"
    unfit: set[str] = field(default_factory=set)
    """Subjects of messages that cannot be composed."""
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often `settled` was called for (subject, outcome)."""
    settled_breaks: bool = False
    registry: dict[str, MessageKind] = field(init=False)
    timing: Timing = TIMING

    def __post_init__(self) -> None:
        plain = MessageKind(compose=self._compose, wanted=self._wanted, settled=self._settled)
        board = MessageKind(compose=self._compose, settled=self._settled, updates_per_minute=1)
        answer = MessageKind(compose=self._compose, settled=self._settled, urgent=True)
        digest = MessageKind(compose=self._compose, settled=self._settled, before_others=True)
        self.registry = {"prompt": plain, "board": board, "answer": answer, "digest": digest}
        self.pump = self.new_pump()

    def new_pump(self, rate: float = 0.0, platforms: tuple[str, ...] = ("console", "playground")) -> Pump:
        """Another process, or the same one after a restart."""
        known: dict[str, ChatPort] = {"console": self.console, "playground": self.playground}
        ports = {name: known[name] for name in platforms}
        pacer = Pacer(rate, self.time, self.time.sleep)
        return Pump(
            self.db,
            self.clock,
            self.registry,
            ports,
            pacer,
            self.time,
            timing=self.timing,
            chance=lambda: 0.0,
            wall=lambda: self.time.wall,
        )

    def _compose(self, session: Session, row: m.Delivery, now: datetime) -> Card:
        if row.subject in self.unfit:
            raise LookupError("no such board")
        return card(self.words)

    def _wanted(self, session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
        return None if self.verdict is None else self.verdict(session, row, now)

    def _settled(self, session: Session, row: m.Delivery, outcome: m.DeliveryState) -> None:
        assert row.state is outcome
        self.outcomes[row.subject, outcome.value] += 1
        if self.settled_breaks:
            session.add(m.AuditEvent(what="half done", at=self.clock.now()))
            session.flush()
            raise LookupError("nobody there")

    # --- arranging ------------------------------------------------------------------------------------

    def plan(
        self,
        subject: str,
        *,
        person: int | None = None,
        team: int | None = None,
        kind: str = "prompt",
        due: datetime = MORNING,
    ) -> str:
        """Put a message to Mei (unless another addressee is named) into the outbox. Returns its subject."""
        self.db.write_now(deliveries.plan_delivery, **self.planned(subject, person, team, kind, due))
        return subject

    async def plan_beside(self, subject: str, *, team: int | None = None, kind: str = "prompt") -> None:
        """`plan` while the pump is at work: in the line of those who write."""
        await self.db.write(deliveries.plan_delivery, **self.planned(subject, None, team, kind, MORNING))

    def planned(self, subject: str, person: int | None, team: int | None, kind: str, due: datetime) -> dict[str, Any]:
        """What `plan` writes down."""
        return {
            "workspace_id": self.company.workspace,
            "kind": kind,
            "subject": subject,
            "period": "2026-11-13",
            "due_at": due,
            "now": self.clock.now(),
            "person_id": self.company.mei if person is None and team is None else person,
            "team_id": team,
        }

    def changed(self, *subjects: str) -> None:
        """What these messages tell about is different now."""
        self.db.write_now(deliveries.want_newest, col(m.Delivery.subject).in_(subjects))

    def answers_from(self, installation: int, person: int) -> None:
        """The person was heard from on this installation just now."""

        def heard(session: Session) -> None:
            found = session.exec(
                select(m.Address).where(m.Address.person_id == person, m.Address.installation_id == installation)
            ).one()
            found.last_answer_at = self.clock.now()
            session.add(found)

        self.db.write_now(heard)

    def later(self, **delta: float) -> None:
        """Business time and real time go on together."""
        self.clock.move_to(self.clock.now() + timedelta(**delta))
        self.time.seconds += timedelta(**delta).total_seconds()

    def crowd(self, count: int) -> list[int]:
        """So many more people on the console: `p0`, `p1`, ..."""

        def join(session: Session) -> list[int]:
            people = [
                m.Person(workspace_id=self.company.workspace, handle=name, display_name=name, short_name=name)
                for name in (f"p{number}" for number in range(count))
            ]
            session.add_all(people)
            session.flush()
            session.add_all(
                m.Address(
                    workspace_id=self.company.workspace,
                    person_id=person.id,
                    installation_id=self.company.console,
                    external_id=person.handle,
                )
                for person in people
            )
            return [person.id for person in people]

        return self.db.write_now(join)

    def plan_many(self, people: list[int], prefix: str = "m", due: datetime = MORNING) -> list[str]:
        """A message to each of them, in one go. Returns their subjects."""
        subjects = [f"{prefix}{number}" for number in range(len(people))]
        common = {
            "workspace_id": self.company.workspace,
            "kind": "prompt",
            "period": "2026-11-13",
            "due_at": due,
            "created_at": MORNING,
            "updated_at": MORNING,
        }

        def add(session: Session) -> None:
            rows = [
                {**common, "token": m.new_token(), "subject": subject, "person_id": person, "data": {}}
                for subject, person in zip(subjects, people, strict=True)
            ]
            session.execute(sa.insert(m.Delivery), rows)

        self.db.write_now(add)
        return subjects

    # --- asking ---------------------------------------------------------------------------------------

    def row(self, subject: str) -> m.Delivery:
        """The message as the database has it."""
        return self.db.read_now(lambda session: session.exec(select(m.Delivery).filter_by(subject=subject)).one())

    def state(self, subject: str) -> str:
        return self.row(subject).state.value

    def states(self) -> dict[str, str]:
        return self.db.read_now(
            lambda session: {row.subject: row.state.value for row in session.exec(select(m.Delivery))}
        )

    def address(self, installation: int, person: int) -> m.Address:
        return self.db.read_now(
            lambda session: session.exec(
                select(m.Address).where(m.Address.person_id == person, m.Address.installation_id == installation)
            ).one()
        )

    async def until_quiet(self, most: int = 50) -> None:
        """Run the pump until it has nothing more to do now."""
        for _ in range(most):
            if not await self.pump.run_once():
                return
        raise AssertionError("The pump does not come to rest.")


def open_office(folder: Path) -> Office:
    """A new office whose database the caller closes."""
    clock = MovableClock(MORNING)
    time = RealTime()
    db = new_database(folder, clock, real_clock=time)
    company = db.write_now(found_company)
    return Office(db, clock, time, company, RecordingPort(clock), RecordingPort(clock))
