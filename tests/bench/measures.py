"""What `make bench` measures, each figure beside the bare work that it is compared with."""

import asyncio
import itertools
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app import build_house
from bot.cards.model import Card, Run, Text
from bot.cli.generating.company import company_of
from bot.cli.generating.frame import Order
from bot.cli.house import House
from bot.clock import MovableClock
from bot.delivery.kinds import MessageKind
from bot.delivery.pacing import Pacer
from bot.delivery.port import Address
from bot.delivery.pump import Pump
from bot.intake.inbound import Inbound, Place, Typed
from bot.okr import model as okr
from bot.views.company import company_board
from bot.views.digest import digest_preview
from bot.views.prompt import check_in_card
from storage import models as m
from storage.agendas import due_teams
from storage.deliveries import plan_delivery
from storage.generated import write_company
from storage.okr_files import OkrFile, apply, read_okr_file
from storage.okr_files.exporting import export_json
from storage.session import Database, bring_up_to_date
from tests.bench.raw import table_of, team_rows
from tests.bench.slack import commands_a_second
from tests.bench.table import Line, Table, Times, median_of, tell
from tests.fakes.port import RecordingPort
from tests.queries import Statements, statements_of

MESSAGES = 1000
SAMPLE = 40
"""How many teams, questions and replies a median is taken of."""
BENCH_KIND = "bench"


@dataclass(slots=True)
class Bench:
    """One database with the company in it, and Okra over it without any platform but an in-memory one."""

    order: Order
    db: Database
    clock: MovableClock
    house: House
    port: RecordingPort
    statements: Statements
    table: Table
    lines: list[Line] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def add(self, what: str, ours: float, floor: float | None, bare: str, note: str = "") -> None:
        """Keep a figure, and say it at once."""
        line = Line(what, ours, floor, bare, note)
        self.lines.append(line)
        self.table.add(line)

    def asked(self) -> int:
        """How many statements ran since it was asked last."""
        count = len(self.statements)
        self.statements.texts.clear()
        return count

    # --- the floors -------------------------------------------------------------------------------

    def rows_of(self, teams: Sequence[int]) -> None:
        """The bare SELECTs of what any picture of these teams needs, in one read transaction."""
        team_rows(self.db, teams, self.clock.now())

    def commit(self) -> None:
        """One bare row in a durable transaction of its own."""
        with self.db.engine.begin() as connection:
            if self.db.is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            values = {
                "what": "bench",
                "before": {},
                "after": {},
                "at": self.clock.now(),
                "created_at": self.clock.now(),
            }
            connection.execute(sa.insert(m.AuditEvent).values(**values, updated_at=self.clock.now()))

    def team_ids(self, count: int) -> list[int]:
        """So many teams, spread over the company."""
        ids = list(self.db.read_now(lambda session: session.exec(select(m.Team.id).order_by(col(m.Team.id))).all()))
        return ids[:: max(1, len(ids) // count)][:count]


# --- what is measured -------------------------------------------------------------------------


async def plan_everyone(bench: Bench) -> None:
    """All teams are due at once: when a company has just come in, and when everything is looked at again."""
    teams = bench.order.teams
    sample = bench.team_ids(SAMPLE)
    ids = iter(sample)

    def one_team() -> None:
        bench.rows_of([next(ids)])
        bench.commit()

    floor = median_of(one_team, len(sample))
    bare = "the team's rows by 11 SELECTs, one durable commit"
    for name in ("new company, first plan, a team", "all teams due again, a team"):
        bench.db.write_now(_all_due, bench.clock.now())
        bench.asked()
        taken = Times()
        with taken.taking():
            while bench.db.read_now(due_teams, bench.clock.now()):
                await bench.house.plan()
        bench.add(name, taken.median / teams, floor, bare, f"{bench.asked() / teams:.1f} statements a team")
    bench.clock.move_to(bench.clock.now() + timedelta(days=1))
    added = 0
    with (taken := Times()).taking():
        while bench.db.read_now(due_teams, bench.clock.now()):
            added += await bench.house.plan()
    bench.add("a day later: planning what came due, in all", taken.median, None, "", f"{added} messages")


def _all_due(session: Session, now: datetime) -> None:
    session.execute(sa.update(m.Agenda).values(next_due_at=now))


async def send_the_day(bench: Bench) -> None:
    """What a real day brings: questions, digests, notices."""
    bench.asked()
    with (taken := Times()).taking():
        touched = max(1, await bench.house.pump.run_once())
    note = f"{touched} decided, {len(bench.port.posted)} sent, {bench.asked() / touched:.1f} statements each"
    bench.add("a day's messages: wanted, composed, sent; each", taken.median / touched, None, "", note)


async def nothing_due(bench: Bench) -> None:
    """What a running Okra does every few seconds."""
    engine, now = bench.db.engine, bench.clock.now()
    agenda, delivery = table_of(m.Agenda), table_of(m.Delivery)

    def bare() -> None:
        with engine.connect() as connection:
            connection.execute(sa.select(agenda.c.id).where(agenda.c.next_due_at <= now)).all()
            planned = delivery.c.state == m.DeliveryState.PLANNED
            connection.execute(sa.select(delivery.c.id).where(planned, delivery.c.due_at <= now)).all()

    await bench.house.tick()
    floor = median_of(bare, 50)
    taken = Times()
    bench.asked()
    for _ in range(50):
        with taken.taking():
            await bench.house.tick()
    note = f"{bench.asked() / 50:.0f} statements"
    bench.add("tick with nothing due", taken.median, floor, "2 SELECTs: agenda and outbox", note)


def digests(bench: Bench) -> None:
    """The digest of one team, put together and rendered."""
    sample = bench.team_ids(SAMPLE)
    ids = iter(sample)
    floor = median_of(lambda: bench.rows_of([next(ids)]), len(sample))

    def compose(session: Session, team_id: int) -> Card:
        team = session.get_one(m.Team, team_id)
        return digest_preview(session, bench.house.cards, team, team.lang.value, bench.clock.now())

    ids = iter(sample)
    bench.asked()
    ours = median_of(lambda: bench.db.read_now(compose, next(ids)), len(sample))
    note = f"{bench.asked() / len(sample):.1f} queries"
    bench.add("digest of one team", ours, floor, "the team's rows by 11 SELECTs", note)


def company(bench: Bench) -> None:
    """`/okr board company`, as the administrator reads it."""
    everyone = bench.team_ids(bench.order.teams)
    floor = median_of(lambda: bench.rows_of(everyone), 3)

    def compose(session: Session) -> Card:
        person = session.exec(select(m.Person).order_by(col(m.Person.id))).first()
        assert person is not None
        return company_board(session, bench.house.cards, person, bench.clock.now())

    bench.asked()
    ours = median_of(lambda: bench.db.read_now(compose), 3)
    note = f"{bench.asked() / 3:.0f} queries"
    bench.add(f"/okr board company, {len(everyone)} teams", ours, floor, "all teams' rows by 11 SELECTs", note)


def questions(bench: Bench) -> None:
    """The weekly question of one owner."""

    def prompts(session: Session) -> list[tuple[int, int]]:
        rows = session.execute(
            sa.select(col(m.PromptItem.prompt_id), sa.func.min(col(m.RitualRun.team_id)))
            .join(m.RitualRun, col(m.RitualRun.id) == col(m.PromptItem.run_id))
            .group_by(col(m.PromptItem.prompt_id))
            .order_by(col(m.PromptItem.prompt_id))
            .limit(SAMPLE)
        )
        return [(int(prompt), int(team)) for prompt, team in rows]

    sample = bench.db.read_now(prompts)
    if not sample:
        return
    teams = iter([team for _, team in sample])
    floor = median_of(lambda: bench.rows_of([next(teams)]), len(sample))

    def compose(session: Session, prompt_id: int) -> Card:
        return check_in_card(session, bench.house.cards, session.get_one(m.Prompt, prompt_id), bench.clock.now())

    ids = iter([prompt for prompt, _ in sample])
    bench.asked()
    ours = median_of(lambda: bench.db.read_now(compose, next(ids)), len(sample))
    note = f"{bench.asked() / len(sample):.1f} queries"
    bench.add("weekly question of one owner", ours, floor, "the team's rows by 11 SELECTs", note)


async def replies(bench: Bench) -> None:
    """A typed reply from the platform's edge to what stands on disk."""
    floor = median_of(bench.commit, 50)
    bench.add("a bare durable commit", floor, None, "")
    sample = bench.db.read_now(_owners)
    taken = Times()
    bench.asked()
    for place, person, key, value in sample:
        number = next(bench.numbers)
        said = Inbound(
            platform=m.Platform.CONSOLE.value,
            installation=place,
            key=f"bench-{number}",
            person=person,
            place=Place.DM,
            channel=person,
            at=bench.clock.now(),
            what=Typed(f"{key} {value}"),
        )
        with taken.taking():
            await bench.house.intake.accept(said)
    note = f"{bench.asked() / max(1, len(sample)):.1f} statements, {bench.db.read_now(_recorded)} recorded"
    bench.add("typed reply, accepted", taken.median, floor, "one durable commit", note)


def _owners(session: Session) -> list[tuple[str, str, str, str]]:
    kr = m.KeyResult
    rows = session.execute(
        sa.select(col(m.Workspace.name), col(m.Address.external_id), col(m.Team.key), col(kr.number), col(kr.current))
        .join(m.Address, col(m.Address.person_id) == col(m.KeyResult.lead_owner_id))
        .join(m.Team, col(m.Team.id) == col(m.KeyResult.team_id))
        .join(m.Workspace, col(m.Workspace.id) == col(m.KeyResult.workspace_id))
        .where(col(m.KeyResult.type) == okr.KRType.INCREASE, col(m.KeyResult.state) == okr.KRState.ACTIVE)
        .where(col(m.KeyResult.source) == okr.Source.MANUAL)
        .order_by(col(m.KeyResult.id))
    ).all()
    told = [(place, person, f"{key}-{number}", current.value) for place, person, key, number, current in rows]
    known = [(place, person, key, format(value, "f")) for place, person, key, value in told if value]
    return known[:: max(1, len(known) // SAMPLE)][:SAMPLE]


def _recorded(session: Session) -> int:
    return session.exec(
        select(sa.func.count()).select_from(m.CheckIn).where(col(m.CheckIn.inbox_id).is_not(None))
    ).one()


async def a_thousand(bench: Bench) -> None:
    """1,000 planned messages of one kind through the pump, each claimed and settled in transactions of its own."""
    card = Card((Text(((Run("A line of text."),),)),))
    now = bench.clock.now()
    address = Address(1, "somebody", is_person=True)
    began = time.perf_counter()
    for number in range(MESSAGES):
        await bench.port.send(address, card, f"alone-{number}")
    alone = (time.perf_counter() - began) / MESSAGES
    bench.db.write_now(_plan_messages, MESSAGES, next(bench.numbers), now)
    kinds = {BENCH_KIND: MessageKind(compose=lambda _session, _row, _now: card)}
    pump = Pump(bench.db, bench.clock, kinds, bench.house.ports, Pacer(0, time.monotonic), time.monotonic)
    bench.asked()
    with (taken := Times()).taking():
        sent = await pump.run_once()
    note = f"{bench.asked() / max(1, sent):.1f} statements a message"
    bench.add(f"{sent} messages through the pump, each", taken.median / max(1, sent), alone, "the port alone", note)


def _plan_messages(session: Session, count: int, period: int, now: datetime) -> None:
    rows = session.exec(select(m.Person.id, m.Person.workspace_id).order_by(col(m.Person.id))).all()
    for number in range(count):
        person, workspace = rows[number % len(rows)]
        plan_delivery(
            session,
            workspace_id=workspace,
            kind=BENCH_KIND,
            subject=f"message {number}",
            period=str(period),
            due_at=now,
            now=now,
            person_id=person,
        )


def importing(bench: Bench, url: str) -> None:
    """The company's export, read and written into an empty database."""
    bench.asked()
    with (exported := Times()).taking():
        data = bench.db.read_now(
            lambda session: export_json(session, session.exec(select(m.Workspace)).one(), None, None)
        )
    bench.add(f"export, {len(data) / 1e6:.1f} MB", exported.median, None, "", f"{bench.asked()} queries")
    floor = median_of(lambda: json.loads(data), 3)
    with (reading := Times()).taking():
        file = read_okr_file(data, "made.json")
    if not isinstance(file, OkrFile):
        tell(f"  import: {file[0]}")
        return
    bench.add("import: reading the file", reading.median, floor, "json.loads")
    bare = bench.lines[0].ours
    bring_up_to_date(url)
    other = Database(url, bench.clock)
    try:
        with statements_of(other.engine) as asked, (writing := Times()).taking():
            other.write_now(apply, file, bench.clock.now())
    finally:
        other.close()
    note = f"{len(asked)} statements"
    bench.add("import: planning and writing", writing.median, bare, "the same rows in bulk", note)


# --- running it -------------------------------------------------------------------------------


def measure(table: Table, name: str, order: Order, new_url: Callable[[], str], until: float) -> None:
    """Everything on one database; the import at the end only where it can begin before `until`."""
    table.section(f"{name}: {order.teams} teams with {order.krs} key results, {order.weeks} weeks")
    url = new_url()
    bring_up_to_date(url)
    clock = MovableClock(order.now)
    db = Database(url, clock)
    try:
        with (made := Times()).taking():
            written = db.write_now(write_company, company_of(order))
        house = build_house(db, clock, sends_per_second=0)
        port = RecordingPort(clock)
        house.ports[m.Platform.CONSOLE.value] = port
        with statements_of(db.engine) as statements:
            bench = Bench(order, db, clock, house, port, statements, table)
            rows = written.check_ins + written.readings
            bench.add("making and writing the company", made.median, None, "", f"{rows:,} check-ins and readings")
            asyncio.run(_live(bench, new_url, until))
    finally:
        db.close()


async def _live(bench: Bench, new_url: Callable[[], str], until: float) -> None:
    await plan_everyone(bench)
    if time.perf_counter() < until:  # on a busy machine the rest goes first
        await send_the_day(bench)
    await nothing_due(bench)
    digests(bench)
    company(bench)
    questions(bench)
    await replies(bench)
    await bench.house.tick()
    await a_thousand(bench)
    if time.perf_counter() < until:
        importing(bench, new_url())
    else:
        tell("  import: left out, there is no time left for it")
    await commands_a_second(bench)
