"""`/okr show` tells everything that stands of one key result, and nothing that its reader may not see."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from sqlmodel import Session, col, select

from bot.cards.i18n import Lang
from bot.cards.model import Actions, Button, Card
from bot.cards.plain import plain_text
from bot.cards.render import Cards
from bot.okr.model import CheckInKind, CheckInSource, KRState, KRType, ReadingSource, StatusReason
from bot.views.show import REASONS, show_card
from bot.views.show_changes import FIELDS, change_line
from bot.views.team import KRView, team_view
from storage import models as m
from storage.check_ins import Origin, Said, record, record_reading, take_back
from storage.okrs import definition, parts_of
from storage.session import Database
from tests.okr.krs import moving
from tests.queries import statements_of
from tests.views.tea import CHINESE, ENGLISH, Tea, Words, found, local

R = TypeVar("R", bound=m.Row)
MEI, LI, ANA, JACK = range(4)


class Desk:
    """The tea company, and someone who asks about its key results; gone after the test."""

    def __init__(self, session: Session, cards: Cards, words: Words) -> None:
        self.session, self.cards = session, cards
        self.tea: Tea = found(session, cards, words)
        self.lang: Lang = words.lang.value
        self.team = session.get_one(m.Team, self.tea.team_id)

    def row(self, number: int) -> m.KeyResult:
        return self.session.get_one(m.KeyResult, self.tea.krs[number])

    def person(self, number: int) -> m.Person:
        return self.session.get_one(m.Person, self.tea.people[number])

    def add(self, row: R) -> R:
        self.session.add(row)
        self.session.flush()
        return row

    def owned(self) -> dict[str, Any]:
        now = self.tea.digest_at
        return {"workspace_id": self.team.workspace_id, "created_at": now, "updated_at": now}

    def view(self, number: int) -> KRView:
        self.session.flush()
        views = team_view(self.session, self.team, self.tea.digest_at).key_results
        return next(one for one in views if one.kr.number == number)

    def say(self, number: int, day: int, month: int = 11, by: int = LI, **said: Any) -> m.CheckIn:
        row = self.row(number)
        kind = said.pop("kind", CheckInKind.UPDATE)
        origin = Origin(
            self.tea.people[by], local(self.tea.zone, day, 9, month=month), CheckInSource.DM, raw_text="raw!"
        )
        kr = definition(row, self.team, parts_of(self.session, [row.id]))
        return record(self.session, row, kr, Said(kind, **said), origin, date(2026, month, day))

    def feed(self, number: int, day: int, value: str, source: ReadingSource, month: int = 10) -> None:
        row = self.row(number)
        kr = definition(row, self.team, parts_of(self.session, [row.id]))
        at = local(self.tea.zone, day, 8, month=month)
        record_reading(self.session, row, kr, value=Decimal(value), at=at, day=date(2026, month, day), source=source)

    def card(self, number: int, viewer: int = LI) -> Card:
        one = self.view(number)
        return show_card(
            self.session,
            self.cards,
            one,
            f"KR{number}",
            self.lang,
            self.tea.digest_at,
            self.person(viewer),
        )

    def text(self, number: int, viewer: int = LI) -> str:
        return plain_text(self.card(number, viewer))


@contextmanager
def opened(db: Database, cards: Cards, words: Words = ENGLISH) -> Iterator[Desk]:
    """What is written goes with the session."""
    now = local(words.zone, 12, 9, 50)
    with Session(db.engine, expire_on_commit=False, info={"now": now}) as session:
        session.connection().exec_driver_sql("BEGIN")
        yield Desk(session, cards, words)


@pytest.fixture
def desk(db: Database, cards: Cards) -> Iterator[Desk]:
    with opened(db, cards) as desk:
        yield desk


def actions(card: Card) -> list[tuple[str, str]]:
    return [
        (one.action, one.value)
        for block in card.blocks
        if isinstance(block, Actions)
        for one in block.controls
        if isinstance(one, Button)
    ]


def test_a_key_result_in_detail(desk: Desk) -> None:
    assert desk.text(2).splitlines() == [
        "KR2 Self-serve renewals",
        "20% → 50% · 1 Oct - 31 Dec · stretch",
        "28% / 50% · score 0.27 · heading 0.84",
        "🟢 on track · by the data · ⏰ stale",
        "Pace today 0.46, expected 33.8%",
        "Owner Li · updated 30 Oct",
        "Readings",
        "30 Oct · 28%",
        "In the owners' words",
        "Self-score 0.7 on 30 Oct",
        "[Update…] [Change…] [⋯] [Why]",
    ]


def test_the_same_in_chinese_has_no_english_word(db: Database, cards: Cards) -> None:
    with opened(db, cards, CHINESE) as desk:
        text = desk.text(4)

    assert "⛔ 11月12日起卡住：新订单表单" in text
    assert "节奏" in text
    assert re.findall(r"[A-Za-z]{2,}", text.replace("KR", "").replace("Phone script for online orders", "")) == []


def test_the_last_eight_readings_with_day_and_source(desk: Desk) -> None:
    for day in range(1, 9):
        desk.feed(2, day, str(20 + day), ReadingSource.AUTO if day == 8 else ReadingSource.IMPORT)

    lines = desk.text(2).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("Readings"))
    shown = lines[start + 2 : start + 10]

    assert lines[start : start + 2] == ["Readings", "▁▂▃▄▅▆▇██ 21% → 28% · 1 Oct - 30 Oct · expected 29.6% by then"]
    assert shown[0] == "2 Oct · 22% · imported"
    assert shown[-2:] == ["8 Oct · 28% · 🤖 read by a feed", "30 Oct · 28%"]


def test_a_reading_taken_back_or_corrected_is_not_shown(desk: Desk) -> None:
    undone = desk.say(2, 9, value=Decimal(91))
    wrong = desk.say(2, 10, value=Decimal(92))
    row = desk.row(2)
    kr = definition(row, desk.team, parts_of(desk.session, [row.id]))
    origin = Origin(desk.tea.people[LI], local(desk.tea.zone, 10, 10), CheckInSource.DM)
    record(desk.session, row, kr, Said(CheckInKind.UPDATE, value=Decimal(32)), origin, date(2026, 11, 10), wrong.id)
    take_back(desk.session, [undone], {row.id: kr}, local(desk.tea.zone, 10, 11))

    text = desk.text(2)

    assert "10 Nov · 32%" in text
    assert "91%" not in text
    assert "92%" not in text


def test_what_the_owner_said_but_never_the_raw_reply(desk: Desk) -> None:
    desk.say(2, 10, note="Two chains sign", blocked=True, blocker="legal", help_wanted="a lawyer")
    desk.say(2, 11, confidence=Decimal(6))

    text = desk.text(2)

    assert "Note of 10 Nov: Two chains sign" in text
    assert "⛔ blocked since 10 Nov: legal" in text
    assert "Help wanted: a lawyer" in text
    assert "How likely: 6/10 on 11 Nov" in text
    assert "Self-score 0.7 on 30 Oct" in text
    assert "not better while blocked" in text
    assert "raw!" not in text


def test_an_old_number_that_only_self_scores_kept_company_is_called_old(desk: Desk) -> None:
    row = desk.row(2)
    row.current = replace(row.current, measured_on=date(2026, 10, 20), updated_on=date(2026, 11, 11))

    assert "number is 17 working days old" in desk.text(2).splitlines()


def test_steps_and_co_owners(desk: Desk) -> None:
    row = desk.row(3)
    row.type, row.baseline, row.target = KRType.MILESTONE, None, None
    row.current = type(row.current)(steps_done={1: date(2026, 11, 3)}, updated_on=date(2026, 11, 3))
    for number, title, due in ((1, "Signed", None), (2, "Live", date(2026, 12, 1)), (3, "Used", None)):
        desk.add(m.KRStep(**desk.owned(), kr_id=row.id, number=number, title=title, due=due))
    desk.add(m.CoOwner(**desk.owned(), kr_id=row.id, person_id=desk.tea.people[LI]))
    desk.add(m.CoOwner(**desk.owned(), kr_id=row.id, person_id=desk.tea.people[JACK]))

    text = desk.text(3)

    assert "1 of 3 steps" in text
    assert "Owner Ana with Li and Jack" in text
    lines = text.splitlines()
    first = lines.index("Steps") + 1
    assert lines[first : first + 3] == ["☑ 1. Signed · done 3 Nov", "☐ 2. Live · due 1 Dec", "☐ 3. Used · open"]


def test_links_in_both_directions_with_their_state(desk: Desk) -> None:
    desk.add(
        m.Alignment(
            **desk.owned(),
            from_kr_id=desk.tea.krs[2],
            to_kr_id=desk.tea.krs[4],
            kind=m.AlignmentKind.SUPPORTS,
            state=m.AlignmentState.AGREED,
            asked_at=local(desk.tea.zone, 3, 9),
        )
    )

    assert "supported by GRO-2 Self-serve renewals · agreed" in desk.text(4)
    assert "supports GRO-4 Phone support calls · agreed" in desk.text(2)
    assert "depends on Support: Phone script for online orders · open · needed by 20 Nov" in desk.text(4)


def test_a_link_tells_nothing_of_what_another_team_keeps_to_itself(desk: Desk) -> None:
    support = desk.session.exec(select(m.Team).where(col(m.Team.key) == "SUP")).one()
    secret = desk.add(
        m.Objective(
            **desk.owned(),
            team_id=support.id,
            cycle_id=desk.row(2).cycle_id,
            title="Buy a rival",
            visibility=m.Visibility.TEAM,
        )
    )
    desk.add(
        m.Alignment(
            **desk.owned(),
            from_objective_id=secret.id,
            to_kr_id=desk.tea.krs[2],
            kind=m.AlignmentKind.CONFLICTS,
            text="both want the rival's list",
            asked_at=local(desk.tea.zone, 3, 9),
        )
    )
    told = desk.text(2)
    assert "in conflict with Support · open" in told
    assert "rival" not in told

    desk.add(m.Membership(**desk.owned(), person_id=desk.tea.people[LI], team_id=support.id, role=m.TeamRole.VIEWER))
    assert "in conflict with SUP O1 Buy a rival: both want the rival's list · open" in desk.text(2)


def test_the_last_three_changes_with_their_reasons(desk: Desk) -> None:
    changes = (
        ("target", "45", "50", "long ago"),
        ("due", "2026-12-15", "2026-12-31", None),
        ("lead_owner_id", desk.tea.people[ANA], desk.tea.people[LI], "Ana moved on"),
        ("pace", "linear", "slow_start", "results lag"),
    )
    for day, (field, old, new, reason) in enumerate(changes, start=2):
        at = local(desk.tea.zone, day, 9)
        whose: dict[str, Any] = {"entity": "key_result", "entity_id": desk.tea.krs[2]}
        desk.add(m.Change(**desk.owned(), **whose, field=field, old=old, new=new, reason=reason, at=at))

    lines = desk.text(2).splitlines()
    first = lines.index("Changes") + 1

    assert lines[first : first + 4] == [
        "5 Nov: pace straight line → slow start because results lag",
        "4 Nov: owner Ana → Li because Ana moved on",
        "3 Nov: due 15 Dec → 31 Dec",
        "[Update…] [Change…] [⋯] [Why]",
    ]


@pytest.mark.parametrize("field", [*FIELDS, "alias", "objective_id", "dropped_because"])
@pytest.mark.parametrize("value", [None, "", 7, "7", "slow_start", "no figure", True, ["a"]])
def test_no_change_breaks_the_card_or_shows_a_raw_name(cards: Cards, field: str, value: object) -> None:
    at = local("Europe/Madrid", 12, 9)
    change = m.Change(workspace_id=1, entity="key_result", entity_id=2, field=field, old=value, new=value, at=at)
    line = change_line(cards, "en", moving("20", "50"), change, {}, date(2026, 11, 12))

    assert line
    assert field not in line or "_" not in field


def test_open_next_steps(desk: Desk) -> None:
    text = desk.text(4)

    assert "☐ Pair on the order form · Jack · 12 Nov" in text
    assert "☐" not in desk.text(2)


def test_a_paused_and_a_dropped_key_result_say_so(desk: Desk) -> None:
    desk.row(2).state, desk.row(2).paused_from = KRState.PAUSED, date(2026, 11, 10)
    desk.row(3).state, desk.row(3).dropped_because = KRState.DROPPED, "market moved"

    assert "⏸ paused" in desk.text(2)
    assert "Dropped · market moved" in desk.text(3)


def test_only_who_may_update_gets_the_button(desk: Desk) -> None:
    token = desk.row(2).token

    assert actions(desk.card(2, viewer=LI)) == [("form_kr", token), ("edit_kr", token), ("why", token)]
    leads = [("form_kr", token), ("edit_kr", token), ("why", token), ("kr_question", token)]
    assert actions(desk.card(2, viewer=MEI)) == leads  # who leads the team
    assert actions(desk.card(2, viewer=JACK)) == [("why", token), ("kr_question", token)]


def test_it_takes_a_bounded_number_of_queries(desk: Desk) -> None:
    for day in range(1, 9):
        desk.feed(2, day, str(20 + day), ReadingSource.AUTO)
    one, viewer = desk.view(2), desk.person(LI)

    with statements_of(desk.session) as asked:
        show_card(desk.session, desk.cards, one, "KR2", "en", desk.tea.digest_at, viewer)

    assert len(asked) == 7, asked


def test_every_reason_has_its_words() -> None:
    assert set(REASONS) == set(StatusReason)
