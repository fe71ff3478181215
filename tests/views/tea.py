"""A company that sells tea to restaurants, in week 6 of its quarter, once in English and once in Chinese."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.cards.render import Cards
from bot.clock import MovableClock
from bot.okr.model import CheckInKind, CheckInSource, KRType
from bot.views.digest import record_digest
from storage import models as m
from storage.check_ins import Origin, Said, record
from storage.okrs import definition, parts_of
from storage.session import Database, bring_up_to_date

R = TypeVar("R", bound=m.Row)


@dataclass(frozen=True)
class Words:
    """What differs between the two companies: language, zone, titles, names, units."""

    lang: m.Language
    zone: str
    company: str
    team: str
    other_team: str
    objective: str
    titles: tuple[str, str, str, str]
    units: tuple[str, str, str, str]
    people: tuple[str, str, str, str]
    blocker: str
    help: str
    note: str
    win: str
    step: str


ENGLISH = Words(
    lang=m.Language.EN,
    zone="Europe/Madrid",
    company="TeeBee",
    team="Growth",
    other_team="Support",
    objective="Be the trusted supplier of tea for fine restaurants",
    titles=("Enterprise MRR", "Self-serve renewals", "System satisfaction", "Phone support calls"),
    units=("$", "%", "", "calls"),
    people=("Mei", "Li", "Ana", "Jack"),
    blocker="the new order form",
    help="a front-end day",
    note="Next survey 18 Nov",
    win="Acme renewed early",
    step="Pair on the order form",
)
CHINESE = Words(
    lang=m.Language.ZH,
    zone="Asia/Shanghai",
    company="好茶",
    team="增长组",
    other_team="支持组",
    objective="成为高端餐厅信赖的好茶供应商",
    titles=("企业月收入", "自助续费率", "系统满意度", "电话支持量"),
    units=("元", "%", "", "通"),
    people=("梅", "李", "安娜", "杰克"),
    blocker="新订单表单",
    help="一天前端",
    note="11月18日再测",
    win="Acme 提前续约",
    step="结对改订单表单",
)


@dataclass(frozen=True)
class Tea:
    """The company's keys, and the moments that matter."""

    zone: str
    team_id: int
    run_id: int
    krs: Mapping[int, int]
    """Number of the key result to its key."""
    people: tuple[int, int, int, int]

    @property
    def digest_at(self) -> datetime:
        """Thursday 12 November, ten minutes before the meeting."""
        return local(self.zone, 12, 9, 50)


def local(zone: str, day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment in 2026 by the clock on the company's wall."""
    return datetime.combine(date(2026, month, day), time(hour, minute), ZoneInfo(zone)).astimezone(UTC)


def open_database(folder: Path) -> Database:
    """An empty database with the present schema."""
    url = f"sqlite:///{folder / 'okra.db'}"
    bring_up_to_date(url)
    return Database(url, MovableClock(datetime(2026, 11, 12, 8, 50, tzinfo=UTC)))


def found(session: Session, cards: Cards, words: Words = ENGLISH) -> Tea:
    """Found the company: five weeks of history, last Thursday's digest, and this morning's answers."""
    zone = words.zone
    started = local(zone, 1, 9, month=10)
    workspace = m.Workspace(name=words.company, timezone=zone, created_at=started, updated_at=started)
    session.add(workspace)
    session.flush()

    def add(row: R) -> R:
        row.created_at = row.created_at or started
        row.updated_at = row.updated_at or started
        session.add(row)
        session.flush()
        return row

    here: dict[str, Any] = {"workspace_id": workspace.id}
    people = [
        add(m.Person(**here, handle=f"p{number}", display_name=name, short_name=name, lang=words.lang))
        for number, name in enumerate(words.people)
    ]
    team = add(m.Team(**here, key="GRO", name=words.team, lang=words.lang))
    support = add(m.Team(**here, key="SUP", name=words.other_team, lang=words.lang))
    for number, person in enumerate(people):
        role = m.TeamRole.MEMBER if number else m.TeamRole.LEAD
        add(m.Membership(**here, person_id=person.id, team_id=team.id, role=role))
    cycle = add(m.Cycle(**here, name="2026 Q4", first_day=date(2026, 10, 1), last_day=date(2026, 12, 31)))
    objective = add(m.Objective(**here, team_id=team.id, cycle_id=cycle.id, title=words.objective))
    ends = (("30000", "60000", 0), ("20", "50", 0), ("6.5", "8", 1), ("400", "200", 0))
    krs = [
        add(
            m.KeyResult(
                **here,
                objective_id=objective.id,
                team_id=team.id,
                cycle_id=cycle.id,
                number=index + 1,
                title=words.titles[index],
                short_title=words.titles[index],
                type=KRType.DECREASE if Decimal(target) < Decimal(baseline) else KRType.INCREASE,
                unit=words.units[index],
                decimals=decimals,
                baseline=Decimal(baseline),
                target=Decimal(target),
                start=cycle.first_day,
                due=cycle.last_day,
                lead_owner_id=people[index].id,
                published_on=cycle.first_day,
            )
        )
        for index, (baseline, target, decimals) in enumerate(ends)
    ]
    meeting = add(m.Meeting(**here, team_id=team.id, title="Weekly", weekdays=[3], time=time(10)))

    def say(number: int, moment: datetime, value: str, **more: object) -> m.CheckIn:
        row = krs[number - 1]
        said = Said(CheckInKind.UPDATE, value=Decimal(value), **more)  # type: ignore[arg-type]  # fields of Said
        origin = Origin(by_id=people[number - 1].id, at=moment, source=CheckInSource.DM)
        day = moment.astimezone(ZoneInfo(zone)).date()
        return record(session, row, definition(row, team, parts_of(session, [row.id])), said, origin, day)

    def open_week(day: int) -> m.RitualRun:
        """The question on the day before, with an item per key result, and the run of the digest."""
        asked = local(zone, day - 1, 10)
        times: dict[str, Any] = {
            "period": f"2026-11-{day:02}",
            "meeting_id": meeting.id,
            "meeting_at": local(zone, day, 10),
            "digest_at": local(zone, day, 9, 50),
            "created_at": asked,
        }
        check_in = add(m.RitualRun(**here, team_id=team.id, kind=m.RitualKind.WEEKLY_CHECK_IN, **times))
        for person, row in zip(people, krs, strict=True):
            prompt = add(
                m.Prompt(
                    **here,
                    person_id=person.id,
                    kind=m.RitualKind.WEEKLY_CHECK_IN,
                    period=check_in.period,
                    created_at=asked,
                )
            )
            add(m.PromptItem(**here, prompt_id=prompt.id, run_id=check_in.id, kr_id=row.id, created_at=asked))
        return add(m.RitualRun(**here, team_id=team.id, kind=m.RitualKind.DIGEST, **times))

    say(2, local(zone, 30, 11, month=10), "28", self_score=Decimal("0.7"))
    add(
        m.Alignment(
            **here,
            from_kr_id=krs[3].id,
            to_team_id=support.id,
            kind=m.AlignmentKind.DEPENDS_ON,
            text="Phone script for online orders",
            needed_by=date(2026, 11, 20),
            asked_at=local(zone, 4, 15),
        )
    )
    last_run = open_week(5)
    for number, value in ((1, "43000"), (3, "6.8"), (4, "370")):
        say(number, local(zone, 5, 8, 30), value)
    record_digest(session, cards, last_run, local(zone, 5, 9, 50))

    for text, kr, done in (("A", krs[1], 9), ("B", krs[2], 10), (words.step, krs[3], None)):
        add(
            m.NextStep(
                **here,
                team_id=team.id,
                kr_id=kr.id,
                text=text,
                owner_id=kr.lead_owner_id,
                due=date(2026, 11, 12),
                state=m.NextStepState.OPEN if done is None else m.NextStepState.DONE,
                at=local(zone, 5, 11),
                done_at=None if done is None else local(zone, done, 12),
            )
        )
    add(
        m.Win(
            **here,
            team_id=team.id,
            kr_id=krs[0].id,
            text=words.win,
            by_id=people[0].id,
            at=local(zone, 10, 16),
        )
    )
    run = open_week(12)
    say(1, local(zone, 12, 8, 10), "46000")
    say(3, local(zone, 12, 8, 20), "6.9", note=words.note)
    say(4, local(zone, 12, 8, 30), "372", blocked=True, blocker=words.blocker, help_wanted=words.help)
    return Tea(
        zone=zone,
        team_id=team.id,
        run_id=run.id,
        krs={row.number: row.id for row in krs},
        people=(people[0].id, people[1].id, people[2].id, people[3].id),
    )
