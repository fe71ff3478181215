"""A request to approve is answered in words below it; a yes to something else is no approval."""

import pytest
from sqlmodel import Session, select

from storage import drafts, publishing
from storage import models as m
from tests.scenarios.drafted import TITLE, above, draft_of_two, growth, person, state_of
from tests.scenarios.week import Pretend, Week

pytestmark = pytest.mark.sqlite_is_enough
ACTIVE, APPROVAL, DRAFT = m.ObjectiveState.ACTIVE, m.ObjectiveState.APPROVAL, m.ObjectiveState.DRAFT


async def asked(week: Week, mei: Pretend) -> None:
    above(week, "jack", m.ApprovalRule.REQUIRED)
    draft_of_two(week)
    await mei.types("/okr publish GRO")
    await mei.taps("Publish")
    await mei.fills_in()
    await week.minutes(1)


@pytest.mark.parametrize("text", ["approve", "yes", "可以"])
async def test_a_yes_below_it(week: Week, mei: Pretend, jack: Pretend, text: str) -> None:
    await asked(week, mei)

    await jack.types(text)

    jack.sees(f"Thank you; {TITLE} is approved, and published now.")
    assert state_of(week) is ACTIVE


async def test_a_no_with_its_reason(week: Week, mei: Pretend, jack: Pretend) -> None:
    await asked(week, mei)

    await jack.types("不同意，因为两个就够了")

    assert state_of(week) is DRAFT
    mei.sees(f"Jack sent '{TITLE}' back: '两个就够了'")


async def test_a_no_without_a_reason_asks_for_one(week: Week, mei: Pretend, jack: Pretend) -> None:
    await asked(week, mei)
    await jack.types("reject")
    assert state_of(week) is APPROVAL
    jack.sees("Send back")


async def test_what_was_changed_is_shown_before_a_typed_yes_counts(week: Week, mei: Pretend, jack: Pretend) -> None:
    def renames(session: Session) -> None:
        session.exec(select(m.Objective).where(m.Objective.title == TITLE)).one().why = "First impressions last"

    await asked(week, mei)
    week.change(renames)

    await jack.types("approve")
    jack.sees("This was changed after you saw it.", "Changed: O2", "First impressions last")
    assert state_of(week) is APPROVAL
    await jack.types("yes")
    assert state_of(week) is ACTIVE


async def test_a_yes_while_a_check_in_waits_approves_nothing(week: Week, mei: Pretend, jack: Pretend) -> None:
    await week.at("2026-11-12 10:05")
    await asked(week, mei)
    await jack.types("yes")
    assert state_of(week) is APPROVAL


@pytest.mark.parametrize("text", ["/okr board", "/okr drop KR2", "/okr away 3-14 Dec"])
async def test_a_yes_to_what_was_shown_in_place_since_approves_nothing(
    week: Week, mei: Pretend, jack: Pretend, text: str
) -> None:
    await asked(week, mei)
    await jack.types(text)
    await jack.types("ok")
    assert state_of(week) is APPROVAL
    await jack.types("approve")
    assert state_of(week) is ACTIVE


@pytest.mark.parametrize("text", ["Reject rate 3%", "退回率 3%", "Rejected: 12 orders"])
async def test_how_a_key_result_stands_is_no_refusal(week: Week, mei: Pretend, jack: Pretend, text: str) -> None:
    def names(session: Session) -> None:
        session.exec(select(m.KeyResult).where(m.KeyResult.number == 3)).one().alias = ["rejected"]

    await asked(week, mei)
    week.change(names)
    await jack.types(text)
    assert state_of(week) is APPROVAL


async def test_of_two_requests_one_is_asked_for(week: Week, mei: Pretend, jack: Pretend) -> None:
    def another(session: Session) -> None:
        first = session.exec(select(m.Objective).where(m.Objective.title == TITLE)).one()
        by, now = person(session, "mei"), week.clock.now()
        cycle = session.get_one(m.Cycle, first.cycle_id)
        row = drafts.draft_objective(session, growth(session), cycle, "Another one", by_id=by.id, now=now)
        one = drafts.draft_of(session, drafts.key_results_of(session, first.id)[0])
        drafts.draft_key_result(session, row, one, by_id=by.id, now=now)
        later = publishing.Moments(now, now)
        publishing.ask_approver(session, row, person(session, "jack"), by.id, later, now)

    await asked(week, mei)
    week.change(another)

    await jack.types("approve")
    jack.sees("Several requests wait for your yes. Which one do you mean?")
    assert (state_of(week), state_of(week, "Another one")) == (APPROVAL, APPROVAL)
    await jack.taps("Open", "O3")
    await jack.taps("Approve")
    assert state_of(week, "Another one") is ACTIVE


@pytest.mark.parametrize("text", ["approve O2", "批准 O2", "同意发布", "approved, thanks"])
async def test_a_whole_yes_approves_while_a_check_in_waits(week: Week, mei: Pretend, jack: Pretend, text: str) -> None:
    await week.at("2026-11-12 10:05")
    await asked(week, mei)
    await jack.types(text)
    assert state_of(week) is ACTIVE


@pytest.mark.parametrize(
    "text",
    [
        "LGTM 👍",
        "通过",
        "不同意，太容易了",
        "looks good, go ahead",
        "ok",
        "可以",
        "not yet",
        "approve but lower KR6",
        "approve O1",
    ],
)
async def test_what_may_be_said_to_either_is_asked_about(week: Week, mei: Pretend, jack: Pretend, text: str) -> None:
    await week.at("2026-11-12 10:05")
    await asked(week, mei)
    await jack.types(text)
    jack.sees("Do you mean this request? Nothing is recorded yet.", TITLE, "[Open]")
    assert state_of(week) is APPROVAL


@pytest.mark.parametrize("text", ["59, approve", "批准，59"])
async def test_a_value_and_a_yes_in_one_message(week: Week, mei: Pretend, jack: Pretend, text: str) -> None:
    await week.at("2026-11-12 10:05")
    await asked(week, mei)
    await jack.types(text)
    assert state_of(week) is ACTIVE
    jack.sees("✓ KR3 58 → 59 · score")
