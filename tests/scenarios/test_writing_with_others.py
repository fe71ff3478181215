"""Several people write one draft: who left adds nothing, and nobody's undo takes away what a colleague has written."""

import dataclasses

from sqlmodel import Session, col, select

from bot.cards.plain import plain_text
from bot.intake.inbound import Result, Say
from bot.okr.model import KRState
from bot.platforms.console.buttons import pressables
from storage import drafts
from storage import models as m
from tests.scenarios.drafted import TITLE, draft_of_two, growth, person
from tests.scenarios.test_publishing import publishes
from tests.scenarios.week import Pretend, Week

ADDED = 'add kr "Returns from 10% to 5%"'


def said(result: Result) -> str:
    assert isinstance(result, Say), result
    return plain_text(result.card)


async def taps_in(who: Pretend, word: str, label: str) -> Result:
    """Tap the button in the newest message that says this word."""
    for message in reversed(who.messages()):
        for one in pressables(message.card):
            if word in plain_text(message.card) and one.label == label:
                return await who.taps_on(message, one)
    raise AssertionError(f"no {label} beside {word}")


def key_results(week: Week) -> list[tuple[int, KRState]]:
    """All that the second objective has, by number."""

    def read(session: Session) -> list[tuple[int, KRState]]:
        rows = session.exec(
            select(m.KeyResult)
            .join(m.Objective, col(m.Objective.id) == col(m.KeyResult.objective_id))
            .where(m.Objective.title == TITLE)
            .order_by(col(m.KeyResult.number))
        )
        return [(row.number, row.state) for row in rows]

    return week.look(read)


async def test_whoever_left_adds_nothing_by_an_old_button(week: Week, mei: Pretend) -> None:
    draft_of_two(week)
    await week.at("2026-11-12 10:05")
    await publishes(mei)
    await mei.types("/okr add objective Be loved by cafes")
    message, button = mei.finds("Add a key result")

    def leaves_for_another_team(session: Session) -> str:
        team, one = growth(session), person(session, "mei")
        session.delete(
            session.exec(
                select(m.Membership).where(m.Membership.person_id == one.id, m.Membership.team_id == team.id)
            ).one()
        )
        other = m.Team(
            workspace_id=team.workspace_id, key="TEA", name="Teebee", kind=m.TeamKind.TEAM, created_at=week.clock.now()
        )
        session.add(other)
        session.flush()
        session.add(
            m.Membership(workspace_id=team.workspace_id, person_id=one.id, team_id=other.id, role=m.TeamRole.MEMBER)
        )
        one.role = m.WorkspaceRole.MEMBER
        objective = session.exec(select(m.Objective).where(m.Objective.title == TITLE)).one()
        objective.visibility = m.Visibility.TEAM
        session.add_all([one, objective])
        assert objective.owner_id == one.id
        return drafts.token_of(session, objective)

    token = week.change(leaves_for_another_team)

    told = said(await mei.taps_on(message, dataclasses.replace(button, value=token)))

    assert told == "That objective is gone; nothing was saved."
    assert key_results(week) == [(6, KRState.ACTIVE), (7, KRState.ACTIVE)]


async def li_saves_one_more(week: Week, li: Pretend) -> None:
    draft_of_two(week)
    await week.at("2026-11-11 12:00")
    await li.types(ADDED)
    await taps_in(li, "Returns", "O2")
    await taps_in(li, "Returns", "Save")
    assert key_results(week)[-1] == (8, KRState.DRAFT)


async def test_undo_leaves_what_a_colleague_has_changed_since(week: Week, mei: Pretend, li: Pretend) -> None:
    await li_saves_one_more(week, li)
    await mei.types("/okr edit KR8 target 3")

    told = said(await taps_in(li, "GRO-8", "Undo"))

    assert told == "GRO-8 was changed since, so it stays. To delete it: /okr drop GRO-8"
    assert key_results(week)[-1] == (8, KRState.DRAFT)


async def test_undo_takes_back_what_was_asked_about_and_is_a_draft_again(week: Week, mei: Pretend, li: Pretend) -> None:
    await li_saves_one_more(week, li)
    await publishes(mei)
    await week.at("2026-11-12 10:05")  # the check-in asks about it
    await taps_in(mei, "is published with", "Undo")
    assert key_results(week)[-1] == (8, KRState.DRAFT)

    await taps_in(li, "GRO-8", "Undo")

    assert [number for number, _state in key_results(week)] == [6, 7]


async def test_undo_of_a_draft_that_something_needs_is_one_sentence(week: Week, mei: Pretend, li: Pretend) -> None:
    await li_saves_one_more(week, li)

    def has_a_win(session: Session) -> None:
        row = session.exec(select(m.KeyResult).where(m.KeyResult.number == 8)).one()
        session.add(
            m.Win(
                workspace_id=row.workspace_id,
                team_id=row.team_id,
                kr_id=row.id,
                by_id=person(session, "mei").id,
                text="The first week without returns",
                at=week.clock.now(),
            )
        )

    week.change(has_a_win)

    assert (
        said(await taps_in(li, "GRO-8", "Undo")) == "Somebody has said something about GRO-8, so it stays as a draft."
    )
    assert key_results(week)[-1] == (8, KRState.DRAFT)


async def test_undo_of_a_pasted_set_leaves_what_a_colleague_has_changed(week: Week, ana: Pretend, mei: Pretend) -> None:
    await week.at("2026-11-12 09:10")
    await ana.types(
        "Objective: Make every first order a pleasure\nKR1: Repeat orders from 20% to 35%\n"
        "KR2: Delivery complaints from 20 to 5"
    )
    await ana.taps("Save as draft")
    await mei.types("/okr edit KR7 target 3")

    told = said(await taps_in(ana, "Repeat orders", "Undo"))

    assert told == "What was changed or spoken about since stays: O2, GRO-7. The rest is taken back."
    assert key_results(week) == [(7, KRState.DRAFT)]
