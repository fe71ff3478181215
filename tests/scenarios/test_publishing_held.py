"""What others did since is kept, nobody approves what they did not see, and one mistake holds up nothing else."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.cards.plain import plain_text
from bot.intake.inbound import Result, Say
from bot.rituals import conflicts
from bot.rituals.approvals import Approvals
from bot.rituals.conflicts import Conflicts
from storage import drafts, publishing
from storage import models as m
from tests.scenarios.drafted import TITLE, above, draft_of_two, growth, person, state_of
from tests.scenarios.week import Place, Pretend, Week

pytestmark = pytest.mark.sqlite_is_enough
REQUIRED = m.ApprovalRule.REQUIRED


def said(result: Result) -> str:
    assert isinstance(result, Say), result
    return plain_text(result.card)


def draft(session: Session) -> m.Objective:
    return session.exec(select(m.Objective).where(m.Objective.title == TITLE)).one()


async def publishes(who: Pretend) -> None:
    await who.types("/okr publish GRO")
    await who.taps("Publish")
    await who.fills_in()


async def asked(week: Week, mei: Pretend) -> m.Objective:
    """Jack is asked to approve what Growth has written."""
    above(week, "jack", REQUIRED)
    row = draft_of_two(week)
    await publishes(mei)
    return row


# --- taking back --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/okr drop KR6 because nobody buys it", "Dropped: KR6."),
        ("/okr edit KR7 target 4 because learned", "Changed: KR7."),
        ("/okr update GRO-6 22%", "Answered: KR6."),
    ],
)
async def test_what_was_done_since_stays_and_is_named(week: Week, mei: Pretend, line: str, told: str) -> None:
    draft_of_two(week)
    await publishes(mei)
    undo = mei.finds("Undo")
    await mei.types(line)

    assert said(await mei.taps_on(*undo)).startswith(
        f"That stays, for others have worked with it since. {told} Undo that first, or end one: /okr drop"
    )
    assert state_of(week) is m.ObjectiveState.ACTIVE


async def test_a_link_of_another_keeps_it(week: Week, mei: Pretend) -> None:
    def link(session: Session) -> None:
        row = draft(session)
        kr = drafts.key_results_of(session, row.id)[0]
        made: dict[str, Any] = {"from_kr_id": kr.id, "to_team_id": growth(session).id, "text": "A list of shops"}
        by, now = person(session, "li").id, week.clock.now()
        session.add(
            m.Alignment(
                workspace_id=row.workspace_id, kind=m.AlignmentKind.DEPENDS_ON, asked_at=now, asked_by_id=by, **made
            )
        )

    draft_of_two(week)
    await publishes(mei)
    undo = mei.finds("Undo")
    week.change(link)

    assert "Linked: KR6." in said(await mei.taps_on(*undo))


async def test_a_change_that_was_undone_is_none(week: Week, mei: Pretend) -> None:
    draft_of_two(week)
    await publishes(mei)
    undo = mei.finds("Undo")
    await mei.types("/okr drop KR6 because nobody buys it")
    await mei.types("undo")

    await mei.taps_on(*undo)

    assert state_of(week) is m.ObjectiveState.DRAFT


# --- what was not seen --------------------------------------------------------------------------------------


def adds(session: Session) -> None:
    row = draft(session)
    one = drafts.draft_of(session, drafts.key_results_of(session, row.id)[0])
    drafts.draft_key_result(session, row, one, by_id=row.drafted_by_id or 0, now=datetime(2026, 11, 12, 9, tzinfo=UTC))


def lowers(session: Session) -> None:
    row = drafts.key_results_of(session, draft(session).id)[0]
    row.target = row.target - 10 if row.target is not None else None


def leaves_out(session: Session) -> None:
    drafts.remove(session, drafts.key_results_of(session, draft(session).id)[1])


def renames(session: Session) -> None:
    draft(session).why = "Because first impressions last"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (adds, "Added: KR8"),
        (lowers, "Changed: KR6"),
        (leaves_out, "Left out: KR7"),
        (renames, "Changed: O2"),
    ],
)
async def test_what_was_changed_is_shown_before_it_is_approved(
    week: Week, mei: Pretend, jack: Pretend, growth: Place, change: Any, told: str
) -> None:
    await asked(week, mei)
    old = jack.finds("Approve")
    week.change(change)

    shown = said(await jack.taps_on(*old))
    assert "This was changed after you saw it." in shown
    assert told in shown
    assert said(await jack.taps_on(*old, key="again")).startswith("Growth · OKRs for 2026 Q4")
    assert state_of(week) is m.ObjectiveState.APPROVAL
    await jack.taps("Approve")

    assert state_of(week) is m.ObjectiveState.ACTIVE
    growth.sees("Approved by Jack.")


async def test_what_has_no_key_results_left_is_not_approved(week: Week, mei: Pretend, jack: Pretend) -> None:
    def empty(session: Session) -> None:
        for one in drafts.key_results_of(session, draft(session).id):
            drafts.remove(session, one)

    await asked(week, mei)
    old = jack.finds("Approve")
    week.change(empty)

    assert said(await jack.taps_on(*old)) == f"{TITLE} has no key results any more, so it is a draft again."
    assert state_of(week) is m.ObjectiveState.DRAFT


# --- archived -----------------------------------------------------------------------------------------------


async def test_nothing_is_published_of_an_archived_team(week: Week, mei: Pretend, jack: Pretend) -> None:
    def archive(session: Session) -> None:
        team = growth(session)
        team.rituals = {**team.rituals, "archived": True}

    await asked(week, mei)
    yes, back = jack.finds("Approve"), jack.finds("Send back…")
    week.change(archive)

    assert said(await jack.taps_on(*yes)) == "Growth is archived, so nothing was changed."
    assert said(await jack.taps_on(*back)) == "Growth is archived, so nothing was changed."
    await week.at("2026-11-24 12:00")
    assert state_of(week) is m.ObjectiveState.APPROVAL


# --- one mistake --------------------------------------------------------------------------------------------


async def test_one_that_cannot_be_seen_to_holds_up_no_other(
    week: Week, mei: Pretend, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = await asked(week, mei)

    def another(session: Session) -> None:
        by = person(session, "mei").id
        row = drafts.draft_objective(
            session,
            growth(session),
            session.get_one(m.Cycle, broken.cycle_id),
            "Another one",
            by_id=by,
            now=week.clock.now(),
        )
        one = drafts.draft_of(session, drafts.key_results_of(session, broken.id)[0])
        drafts.draft_key_result(session, row, one, by_id=by, now=week.clock.now())
        later = publishing.Moments(week.clock.now(), week.clock.now())
        publishing.ask_approver(session, row, person(session, "jack"), by, later, week.clock.now())

    week.change(another)
    live = publishing.go_live
    tries = list[int]()

    def breaks(session: Session, objective: m.Objective, *rest: Any) -> m.Delivery:
        if objective.id == broken.id and len(tries) < 2:
            tries.append(objective.id)
            raise ZeroDivisionError
        return live(session, objective, *rest)

    monkeypatch.setattr(publishing, "go_live", breaks)
    week.expect("error")
    week.clock.move_to(week.clock.now() + timedelta(days=8))
    approvals = Approvals(week.stage.db, week.clock)

    assert await approvals.settle_open() == 1
    assert state_of(week, "Another one") is m.ObjectiveState.ACTIVE
    assert state_of(week) is m.ObjectiveState.APPROVAL
    assert await approvals.settle_open() == 0
    assert len(tries) == 1  # it rests for an hour
    week.clock.move_to(week.clock.now() + timedelta(minutes=61))
    assert await approvals.settle_open() == 0
    assert len(tries) == 2
    week.clock.move_to(week.clock.now() + timedelta(minutes=61))
    assert await approvals.settle_open() == 1
    assert state_of(week) is m.ObjectiveState.ACTIVE


async def test_one_conflict_that_cannot_be_told_holds_up_no_other(week: Week, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_session: Session, _workspace: int, pair: tuple[int, int], _now: datetime) -> int:
        if pair == (1, 2):
            raise ZeroDivisionError
        return 1

    monkeypatch.setattr(conflicts, "_new_pairs", lambda _session, _workspace: [(1, 2), (3, 4)])
    monkeypatch.setattr(conflicts, "draw", broken)
    week.expect("error")

    assert await Conflicts(week.stage.db, week.clock).look() == 1


# --- two approvers ------------------------------------------------------------------------------------------


async def test_an_admin_and_the_approver_press_at_once(week: Week, mei: Pretend, jack: Pretend, growth: Place) -> None:
    """One of them publishes it, and the other reads that it is approved already."""

    def admin(session: Session) -> None:
        person(session, "ana").role = m.WorkspaceRole.ADMIN

    await asked(week, mei)
    button = jack.finds("Approve")
    week.change(admin)

    told = await asyncio.gather(jack.taps_on(*button), week.person("ana").taps_on(*button))

    assert state_of(week) is m.ObjectiveState.ACTIVE
    assert sum(isinstance(one, Say) and "is approved already" in said(one) for one in told) == 1
    await week.minutes(1)
    assert growth.count() == 1


async def test_who_lost_the_right_approves_no_more(week: Week, mei: Pretend, jack: Pretend) -> None:
    def leads_no_more(session: Session) -> None:
        jack_id = person(session, "jack").id
        for one in session.exec(select(m.Membership).where(m.Membership.person_id == jack_id)):
            one.role = m.TeamRole.MEMBER
            session.add(one)
        person(session, "ana").role = m.WorkspaceRole.ADMIN

    await asked(week, mei)
    yes, back = jack.finds("Approve"), jack.finds("Send back…")
    week.change(leads_no_more)

    assert said(await jack.taps_on(*yes)) == "That is somebody else's to approve by now, so nothing was changed."
    assert said(await jack.taps_on(*back)) == "That is somebody else's to approve by now, so nothing was changed."
    assert state_of(week) is m.ObjectiveState.APPROVAL
    await week.person("ana").taps("Approve")
    assert state_of(week) is m.ObjectiveState.ACTIVE
