"""What cannot be published, approved or taken back gets one clear sentence, and nothing is changed."""

from dataclasses import replace

import pytest
from sqlmodel import Session, select

from bot.cards.plain import plain_text
from bot.intake.inbound import Result, Say
from storage import drafts
from storage import models as m
from tests.scenarios.drafted import TITLE, above, draft_of_two, growth, person, state_of
from tests.scenarios.week import Place, Pretend, Week

REQUIRED = m.ApprovalRule.REQUIRED
DRAFT = m.ObjectiveState.DRAFT


def said(result: Result) -> str:
    assert isinstance(result, Say), result
    return plain_text(result.card)


def alone(session: Session) -> m.Objective:
    """An objective without a key result."""
    cycle = session.exec(select(m.Cycle)).one()
    team = growth(session)
    now = session.info["now"]
    return drafts.draft_objective(session, team, cycle, "On its own", by_id=person(session, "ana").id, now=now)


async def test_nothing_is_drafted(week: Week, mei: Pretend) -> None:
    assert said(await mei.types("/okr publish")) == "Growth has nothing written that is not published yet."
    assert said(await mei.types("/okr publish nobody")).startswith("I don't know a team called nobody.")


async def test_an_objective_without_key_results(week: Week, mei: Pretend) -> None:
    row = week.change(alone)

    card = said(await mei.types("/okr publish"))

    assert "It has no key results yet. How will you know you got there?" in card
    assert "Publish" not in mei.offered()
    assert state_of(week, row.title) is DRAFT


async def test_a_key_result_without_an_owner(week: Week, mei: Pretend) -> None:
    draft_of_two(week, second_owner=None)

    assert "KR7: who answers for this one? One name; others can be co-owners." in said(await mei.types("/okr publish"))
    assert "Publish" not in mei.offered()

    await mei.taps("Choose owner")
    await mei.fills_in(owner="bea")
    mei.sees("GRO-7 Delivery complaints is with Bea now.")
    await mei.types("/okr publish")
    await mei.taps("Publish")
    await mei.fills_in()
    assert state_of(week) is m.ObjectiveState.ACTIVE


async def test_an_owner_who_left_while_the_form_was_open(week: Week, mei: Pretend) -> None:
    def leaves(session: Session) -> None:
        person(session, "bea").active = False

    draft_of_two(week)
    await mei.types("/okr publish")
    await mei.taps("Publish")
    week.change(leaves)
    await mei.fills_in()

    mei.sees(f"{TITLE} is not published yet.", "KR7: Bea is no longer here. Who answers for this one?")
    assert state_of(week) is DRAFT
    await mei.taps("Choose owner")
    await mei.fills_in(owner="li")
    await mei.types("/okr publish")
    await mei.taps("Publish")
    await mei.fills_in()
    assert state_of(week) is m.ObjectiveState.ACTIVE


async def test_an_owner_who_left_before_it_was_approved(week: Week, mei: Pretend, jack: Pretend, ana: Pretend) -> None:
    def leaves(session: Session) -> None:
        person(session, "bea").active = False

    above(week, "jack", REQUIRED)
    draft_of_two(week)
    await mei.types("/okr publish")
    await mei.taps("Publish")
    await mei.fills_in()
    week.change(leaves)

    assert "Nobody answers for KR7 any more" in said(await jack.taps("Approve"))
    assert state_of(week) is m.ObjectiveState.APPROVAL
    await week.at("2026-11-19 12:00")
    assert state_of(week) is DRAFT
    ana.sees(f"'{TITLE}' could not be published, and is a draft again.", "KR7: Bea is no longer here.")


async def test_a_form_sent_by_two_leads_publishes_once(week: Week, mei: Pretend, li: Pretend, growth: Place) -> None:
    def admin(session: Session) -> None:
        person(session, "li").role = m.WorkspaceRole.ADMIN

    week.change(admin)
    draft_of_two(week)
    for one in (mei, li):
        await one.types("/okr publish GRO")
        await one.taps("Publish")
    await mei.fills_in()
    await li.fills_in()

    li.sees(f"{TITLE} is published already.")
    assert growth.count() == 1


async def test_the_same_press_twice_does_it_once(week: Week, mei: Pretend, jack: Pretend, growth: Place) -> None:
    above(week, "jack", REQUIRED)
    draft_of_two(week)
    await mei.types("/okr publish")
    await mei.taps("Publish")
    await mei.fills_in()
    approve, back = jack.finds("Approve"), jack.finds("Send back…")

    await jack.taps_on(*approve, key="one")
    await jack.taps_on(*approve, key="one")
    again = await jack.taps_on(*approve)
    late = await jack.taps_on(*back)

    assert said(again) == said(late) == f"{TITLE} is approved already."
    assert growth.count() == 1


async def test_an_old_card_of_a_draft_that_is_published(week: Week, mei: Pretend) -> None:
    draft_of_two(week)
    await mei.types("/okr publish")
    publish, ask = mei.finds("Publish"), mei.finds("Ask the team")
    comment = mei.finds("Comment")
    await mei.taps("Publish")
    await mei.fills_in()

    assert said(await mei.taps_on(*publish)) == f"{TITLE} is published already."
    assert said(await mei.taps_on(*ask)) == f"{TITLE} is published already."
    assert "is not a draft any more" in said(await mei.taps_on(*comment))


async def test_an_old_undo_of_what_was_taken_back(week: Week, mei: Pretend) -> None:
    draft_of_two(week)
    await mei.types("/okr publish")
    await mei.taps("Publish")
    await mei.fills_in()
    undo = mei.finds("Undo")
    await mei.taps_on(*undo)

    assert said(await mei.taps_on(*undo)) == "That is taken back already."
    assert state_of(week) is DRAFT


async def test_members_read_and_comment_and_do_not_publish(week: Week, mei: Pretend, ana: Pretend) -> None:
    draft_of_two(week)
    await mei.types("/okr publish")
    publish = mei.finds("Publish")

    assert said(await ana.taps_on(*publish)) == "Only Mei or an admin can publish what Growth has written."
    assert state_of(week) is DRAFT


@pytest.mark.parametrize("label", ["Publish", "Comment"])
async def test_strangers_are_told_nothing_of_a_draft(week: Week, mei: Pretend, jack: Pretend, label: str) -> None:
    def goes(session: Session) -> None:
        jack_id = person(session, "jack").id
        session.delete(session.exec(select(m.Membership).where(m.Membership.person_id == jack_id)).one())

    draft_of_two(week)
    await mei.types("/okr publish")
    button = mei.finds(label)
    week.change(goes)

    assert said(await jack.taps_on(*button)) == "That draft is gone, so nothing was changed."
    assert said(await jack.types("/okr publish GRO")) == ("Only Mei or an admin can publish what Growth has written.")


async def test_only_the_approver_approves(week: Week, mei: Pretend, jack: Pretend, ana: Pretend) -> None:
    above(week, "jack", REQUIRED)
    draft_of_two(week)
    await mei.types("/okr publish")
    await mei.taps("Publish")
    await mei.fills_in()
    approve = jack.finds("Approve")

    for one in (ana, mei):  # the lead who published it does not approve it, admin or not
        assert said(await one.taps_on(*approve)) == "That is not yours to approve, so nothing was changed."
    assert state_of(week) is m.ObjectiveState.APPROVAL


async def test_a_team_without_a_channel_is_published_and_not_asked(week: Week, mei: Pretend) -> None:
    def without(session: Session) -> None:
        growth(session).channel_ref = None

    draft_of_two(week)
    await mei.types("/okr publish")
    ask = mei.finds("Ask the team")
    week.change(without)

    assert said(await mei.taps_on(*ask)).startswith("Growth has no channel yet, so there is nowhere to ask.")
    await mei.taps("Publish")
    await mei.fills_in()
    mei.sees("The team has no channel yet, so it was not posted.")
    assert state_of(week) is m.ObjectiveState.ACTIVE


async def test_without_a_lead_only_an_admin_publishes(week: Week, mei: Pretend, ana: Pretend) -> None:
    def no_lead(session: Session) -> None:
        mei_id = person(session, "mei").id
        session.exec(select(m.Membership).where(m.Membership.person_id == mei_id)).one().role = m.TeamRole.MEMBER

    draft_of_two(week)
    week.change(no_lead)

    assert "Growth has no lead, so only an admin can publish this." in said(await ana.types("/okr publish"))
    assert "Publish" in [*(await _offered(mei, "/okr publish"))]


async def _offered(who: Pretend, command: str) -> list[str]:
    await who.types(command)
    return who.offered()


@pytest.mark.parametrize(
    "action", ["publish", "draft", "ask_team", "comment", "approve_draft", "send_back", "undo_publish"]
)
async def test_a_button_of_nothing_changes_nothing(week: Week, mei: Pretend, action: str) -> None:
    draft_of_two(week)
    await mei.types("/okr publish")
    message, button = mei.finds("Publish")

    result = await mei.taps_on(message, replace(button, action=action, value="no such token"))

    assert "so nothing was changed" in said(result)
    assert state_of(week) is DRAFT


async def test_the_channel_s_draft_follows_edits(week: Week, mei: Pretend, ana: Pretend, growth: Place) -> None:
    draft_of_two(week)
    await mei.types("/okr publish")
    await mei.taps("Ask the team")

    def rename(session: Session) -> None:
        row = session.exec(select(m.Objective).where(m.Objective.title == TITLE)).one()
        one = drafts.draft_of(session, drafts.key_results_of(session, row.id)[0])
        drafts.draft_key_result(session, row, one, by_id=row.drafted_by_id or 0, now=week.clock.now())

    week.change(rename)
    await week.minutes(2)

    growth.sees("KR8 · Repeat orders")
    assert growth.count() == 1
