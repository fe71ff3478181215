"""Is it still wanted? Every reason for which a message to a person is not sent, or later."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.delivery.kinds import Later, Skip
from bot.okr.model import KRState
from bot.rituals import person_messages as wanted
from storage import agendas
from storage import models as m
from storage.backup import MAYBE_SENT, leave_out_what_was_due
from tests.scenarios.week import Week

Verdict = Skip | Later | None
Change = Callable[[Session, "Case"], None]
Ask = Callable[[Session, m.Delivery, datetime], Verdict]


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+01:00")


class Case:
    """Jack's question of Thursday 10:00 about KR3, and messages that follow it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.jack = session.exec(select(m.Person).where(m.Person.handle == "jack")).one()
        prompt = agendas.newest_prompt(session, self.jack.id)
        assert prompt is not None
        self.prompt = prompt
        self.items = agendas.items_of(session, prompt.id)
        self.kr = session.get_one(m.KeyResult, self.items[0].kr_id)
        self.question = session.exec(
            select(m.Delivery).where(m.Delivery.prompt_id == prompt.id, m.Delivery.kind == "check_in")
        ).one()

    def row(self, kind: str, due_at: datetime, **more: Any) -> m.Delivery:
        """A message to Jack that is about to leave."""
        values: dict[str, Any] = {
            "workspace_id": self.jack.workspace_id,
            "kind": kind,
            "subject": f"test:{kind}",
            "period": "test",
            "person_id": self.jack.id,
            "prompt_id": self.prompt.id,
            "due_at": due_at,
            "data": dict(self.question.data),
        }
        return m.Delivery(**(values | more))


def nothing(_session: Session, _case: Case) -> None:
    """As it stands."""


def answered(session: Session, case: Case) -> None:
    for item in case.items:
        item.state = m.ItemState.ANSWERED
        session.add(item)


def off(session: Session, case: Case) -> None:
    case.jack.active = False


def away(session: Session, case: Case) -> None:
    session.add(
        m.Away(
            workspace_id=case.jack.workspace_id,
            person_id=case.jack.id,
            first_day=date(2026, 11, 12),
            last_day=date(2026, 11, 20),
        )
    )


def paused(session: Session, case: Case) -> None:
    case.kr.state = KRState.PAUSED


def snoozed(session: Session, case: Case) -> None:
    case.prompt.snoozed_until = at("2026-11-12 13:00")


def newer(session: Session, case: Case) -> None:
    later = m.Prompt(
        workspace_id=case.jack.workspace_id,
        person_id=case.jack.id,
        kind=m.RitualKind.WEEKLY_CHECK_IN,
        period="2026-11-20",
    )
    session.add(later)
    session.flush()
    session.add(
        case.row(
            "check_in",
            at("2026-11-12 11:00"),
            subject="newer",
            prompt_id=later.id,
            state=m.DeliveryState.SENT,
            sending_at=at("2026-11-12 11:00"),
        )
    )


def never_asked(session: Session, case: Case) -> None:
    case.question.state = m.DeliveryState.SKIPPED


def maybe_asked(_session: Session, case: Case) -> None:
    case.question.state, case.question.reason = m.DeliveryState.SKIPPED, MAYBE_SENT
    case.question.sending_at = case.question.sent_at = None


def verdict(week: Week, change: Change, make: Callable[[Case], m.Delivery], ask: Ask, now: str) -> Verdict:
    """What is said about a message after a change, thrown away afterwards."""

    def work(session: Session) -> Verdict:
        case = Case(session)
        change(session, case)
        session.flush()
        row = make(case)
        return ask(session, row, at(now))

    return week.look(work)


def question(case: Case) -> m.Delivery:
    return case.row("check_in", at("2026-11-12 10:00"))


def reminder(case: Case) -> m.Delivery:
    return case.row("reminder_1", at("2026-11-12 16:00"))


def last_reminder(case: Case) -> m.Delivery:
    return case.row("reminder_2", at("2026-11-13 08:50"))


def unasked(case: Case) -> m.Delivery:
    return case.row("reminder_1", at("2026-11-12 16:00"), prompt_id=None)


def snooze(case: Case) -> m.Delivery:
    return case.row("snooze", at("2026-11-12 13:00"), data={})


def since(case: Case) -> str:
    on = case.kr.current.updated_on
    assert on is not None
    return f"since:{on.isoformat()}"


def stale(case: Case) -> m.Delivery:
    return case.row("stale", at("2026-11-16 10:00"), prompt_id=None, data={"krs": [case.kr.id]}, period=since(case))


def stale_today(case: Case) -> m.Delivery:
    return case.row("stale", at("2026-11-12 10:00"), prompt_id=None, data={"krs": [case.kr.id]}, period=since(case))


def dark_today(case: Case) -> m.Delivery:
    return case.row("dark", at("2026-11-12 10:00"), prompt_id=None, data={"krs": [case.kr.id]}, period=since(case))


def stale_of_before(case: Case) -> m.Delivery:
    return case.row(
        "stale", at("2026-11-16 10:00"), prompt_id=None, data={"krs": [case.kr.id]}, period="since:2026-10-01"
    )


def nudge(case: Case) -> m.Delivery:
    return case.row("nudge", at("2026-11-12 10:00"), prompt_id=None, data={"krs": [case.kr.id]})


@pytest.mark.parametrize(
    ("change", "make", "ask", "now", "expected"),
    [
        # the question
        (nothing, question, wanted.check_in_wanted, "2026-11-12 10:00", None),
        (answered, question, wanted.check_in_wanted, "2026-11-12 10:00", wanted.ANSWERED),
        (paused, question, wanted.check_in_wanted, "2026-11-12 10:00", wanted.NOTHING_ASKED),
        (off, question, wanted.check_in_wanted, "2026-11-12 10:00", wanted.ACCOUNT_OFF),
        (away, question, wanted.check_in_wanted, "2026-11-12 10:00", wanted.AWAY),
        (nothing, question, wanted.check_in_wanted, "2026-11-12 21:00", wanted.AWAY),  # 10:00 is past the digest
        (nothing, question, wanted.check_in_wanted, "2026-11-13 09:50", wanted.PASSED),
        (nothing, question, wanted.check_in_wanted, "2026-11-13 10:01", wanted.TOO_LATE),
        # reminders
        (nothing, reminder, wanted.reminder_wanted, "2026-11-12 16:00", None),
        (nothing, unasked, wanted.reminder_wanted, "2026-11-12 16:00", wanted.NOT_ASKED),
        (never_asked, reminder, wanted.reminder_wanted, "2026-11-12 16:00", wanted.NOT_ASKED),
        (maybe_asked, reminder, wanted.reminder_wanted, "2026-11-12 16:00", None),
        (newer, reminder, wanted.reminder_wanted, "2026-11-12 16:00", wanted.NOT_ASKED),
        (answered, reminder, wanted.reminder_wanted, "2026-11-12 16:00", wanted.ANSWERED),
        (snoozed, reminder, wanted.reminder_wanted, "2026-11-12 16:00", wanted.SNOOZED),
        (off, reminder, wanted.reminder_wanted, "2026-11-12 16:00", wanted.ACCOUNT_OFF),
        (away, reminder, wanted.reminder_wanted, "2026-11-12 16:00", wanted.AWAY),
        (nothing, reminder, wanted.reminder_wanted, "2026-11-12 18:00", wanted.AWAY),  # quiet until past the digest
        (nothing, reminder, wanted.reminder_wanted, "2026-11-12 18:01", wanted.TOO_LATE),
        (nothing, last_reminder, wanted.reminder_wanted, "2026-11-13 09:49", None),
        (nothing, last_reminder, wanted.reminder_wanted, "2026-11-13 09:50", wanted.PASSED),
        # asked again
        (snoozed, snooze, wanted.snooze_wanted, "2026-11-12 13:00", None),
        (newer, snooze, wanted.snooze_wanted, "2026-11-12 13:00", Skip("a newer question was asked meanwhile")),
        (answered, snooze, wanted.snooze_wanted, "2026-11-12 13:00", wanted.ANSWERED),
        (snoozed, snooze, wanted.snooze_wanted, "2026-11-12 22:00", Later(at("2026-11-13 10:00"))),
        (snoozed, snooze, wanted.snooze_wanted, "2026-11-13 13:01", wanted.TOO_LATE),
        # silence
        (nothing, stale, wanted.silence_wanted, "2026-11-16 10:00", None),
        (paused, stale, wanted.silence_wanted, "2026-11-16 10:00", wanted.NOTHING_ASKED),
        (nothing, stale_of_before, wanted.silence_wanted, "2026-11-16 10:00", wanted.ANSWERED),
        (nothing, stale_today, wanted.silence_wanted, "2026-11-12 10:00", Skip("part of today's question")),
        (never_asked, stale_today, wanted.silence_wanted, "2026-11-12 10:00", None),
        (maybe_asked, stale_today, wanted.silence_wanted, "2026-11-12 10:00", Skip("part of today's question")),
        (nothing, dark_today, wanted.silence_wanted, "2026-11-12 10:00", None),
        (nothing, stale, wanted.silence_wanted, "2026-11-17 10:01", wanted.TOO_LATE),
        (off, stale, wanted.silence_wanted, "2026-11-16 10:00", wanted.ACCOUNT_OFF),
        # set off by somebody else
        (nothing, nudge, wanted.at_once_wanted, "2026-11-12 11:00", None),
        (off, nudge, wanted.at_once_wanted, "2026-11-12 11:00", wanted.ACCOUNT_OFF),
        (nothing, nudge, wanted.at_once_wanted, "2026-11-13 22:00", Later(at("2026-11-16 10:00"))),
        (away, nudge, wanted.at_once_wanted, "2026-11-12 11:00", Later(at("2026-11-23 10:00"))),
    ],
)
async def test_what_is_still_wanted(
    week: Week, change: Change, make: Callable[[Case], m.Delivery], ask: Ask, now: str, expected: Verdict
) -> None:
    await week.at("2026-11-12 10:00")

    assert verdict(week, change, make, ask, now) == expected


async def test_what_is_paused_is_left_out_of_a_question_about_more(week: Week) -> None:
    await week.at("2026-11-12 10:00")

    def work(session: Session) -> tuple[Verdict, list[m.ItemState]]:
        case = Case(session)
        bea = session.exec(select(m.KeyResult).where(m.KeyResult.number == 5)).one()
        session.add(
            m.PromptItem(
                workspace_id=bea.workspace_id, prompt_id=case.prompt.id, run_id=case.items[0].run_id, kr_id=bea.id
            )
        )
        paused(session, case)
        session.flush()
        found = wanted.check_in_wanted(session, question(case), at("2026-11-12 10:00"))
        return found, [item.state for item in agendas.items_of(session, case.prompt.id)]

    assert week.look(work) == (None, [m.ItemState.SUPPRESSED, m.ItemState.OPEN])


async def test_a_message_without_a_team_goes_by_the_persons_first_team(week: Week) -> None:
    await week.at("2026-11-12 10:00")

    def make(case: Case) -> m.Delivery:
        return case.row("nudge", at("2026-11-12 10:00"), data={}, prompt_id=None)

    assert verdict(week, nothing, make, wanted.at_once_wanted, "2026-11-12 10:00") is None
    expected = Later(at("2026-11-12 10:00") + timedelta(days=1))
    assert verdict(week, nothing, make, wanted.at_once_wanted, "2026-11-12 23:00") == expected


async def test_who_may_have_been_asked_before_a_restore_is_not_asked_again_and_is_reminded(week: Week) -> None:
    await week.at("2026-11-12 09:59")
    week.clock.move_to(at("2026-11-12 10:00"))
    await week.stage.house.plan()
    assert week.change(lambda session: leave_out_what_was_due(session, week.clock.now())) > 0

    await week.at("2026-11-12 15:59")
    assert week.person("jack").count() == 0

    await week.at("2026-11-12 16:00")
    assert week.person("jack").count() == 1
    week.person("jack").sees("KR3")
    await week.person("jack").types("0.8")
    assert [one.self_score for one in week.said_of("GRO-3")] == [Decimal("0.8")]
