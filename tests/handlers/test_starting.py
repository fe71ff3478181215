"""A team without a cycle: it is told so, and its lead starts one in a form (spec/07 §12.10)."""

from collections.abc import Mapping
from datetime import date

import pytest
from sqlmodel import select

from bot.cards.plain import plain_text
from bot.handlers.topics import BUTTONS, FORMS
from bot.intake.conversation import Answer, FormRequest
from bot.intake.inbound import FormErrors, Submitted
from bot.views.forms import render_form
from storage import models as m
from tests.handlers.talk import Talk

GOOD = {"name": "2026 Q4", "first": "1 Oct 2026", "last": "2026-12-31"}


@pytest.fixture
def support(talk: Talk) -> m.Team:
    """Support, led by Bea, in a workspace whose only cycle is Growth's."""
    office = talk.office
    office.cycle.team_id = office.team.id
    team = m.Team(workspace_id=office.workspace.id, key="SUP", name="Support")
    office.session.add(team)
    office.session.flush()
    lead = m.Membership(
        workspace_id=office.workspace.id, team_id=team.id, person_id=office.bea.id, role=m.TeamRole.LEAD
    )
    office.session.add(lead)
    office.session.flush()
    return team


def submit(talk: Talk, values: Mapping[str, str], by: m.Person | None = None) -> Answer | FormErrors:
    reply = FORMS["cycle"](talk.turn(by or talk.office.bea), Submitted("cycle", "SUP", values))
    assert isinstance(reply, Answer | FormErrors)
    return reply


@pytest.mark.parametrize("words", ["board SUP", "report team SUP", "digest preview SUP"])
def test_a_command_that_needs_a_cycle_offers_to_start_one(talk: Talk, support: m.Team, words: str) -> None:
    del support

    assert talk.says(words, by=talk.office.bea) == "There is no active cycle for Support.\n[Start one]"
    assert talk.says(words) == "There is no active cycle for Support. Bea can start one."


def test_without_any_cycle_one_s_own_key_results_are_that(talk: Talk, support: m.Team) -> None:
    del support
    talk.office.renewals()
    assert talk.says("").startswith("Your KRs")

    talk.office.cycle.state = m.CycleState.CLOSED
    talk.office.session.flush()

    assert talk.says("", by=talk.office.bea) == "There is no active cycle for Growth.\n[Start one]"


def test_a_quarter_is_proposed(talk: Talk, support: m.Team) -> None:
    bea = talk.office.bea
    asked = BUTTONS["start_cycle"](talk.turn(bea), "SUP")
    assert isinstance(asked, FormRequest)

    form = render_form(talk.office.session, talk.office.cards, bea, asked.name, asked.data, talk.now)

    proposed = {one.name: getattr(one, "initial", "") for one in form.fields}
    assert proposed == {"name": "2026 Q4", "first": "2026-10-01", "last": "2026-12-31"}
    assert form.token == support.key


def test_a_cycle_is_started_once(talk: Talk, support: m.Team) -> None:
    bea = talk.office.bea

    started = submit(talk, GOOD)

    assert isinstance(started, Answer)
    assert plain_text(talk.render(started, bea)) == (
        "2026 Q4 of Support runs from 1 Oct to 31 Dec, 13 weeks. Now its objectives: /okr add objective."
    )
    row = talk.office.session.exec(select(m.Cycle).where(m.Cycle.team_id == support.id)).one()
    assert (row.first_day, row.last_day, row.state) == (date(2026, 10, 1), date(2026, 12, 31), m.CycleState.ACTIVE)
    assert talk.says("board SUP", by=bea).startswith("Support · OKR board")
    again = submit(talk, GOOD)
    assert isinstance(again, FormErrors)
    assert again.errors["name"] == "There is a cycle of that name already."


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"name": ""}, "name", "Please give it a name"),
        ({"name": "x" * 21}, "name", "longer than 20"),
        ({"first": "soonish"}, "first", "Please give a day"),
        ({"last": ""}, "last", "Please give a day"),
        ({"last": "2026-10-10"}, "last", "A cycle has 4 to 26 weeks; this is 1."),
        ({"last": "2027-12-31"}, "last", "A cycle has 4 to 26 weeks; this is 65."),
        ({"last": "2026-09-01"}, "last", "The last day lies before the first one"),
        ({"first": "2026-07-01", "last": "2026-09-30"}, "last", "That day is over"),
    ],
)
def test_what_is_no_cycle_goes_back(
    talk: Talk, support: m.Team, changes: Mapping[str, str], field: str, sentence: str
) -> None:
    reply = submit(talk, {**GOOD, **changes})

    assert isinstance(reply, FormErrors)
    assert sentence in reply.errors[field]
    assert talk.office.session.exec(select(m.Cycle).where(m.Cycle.team_id == support.id)).first() is None


def test_cycles_do_not_overlap(talk: Talk, support: m.Team) -> None:
    submit(talk, GOOD)

    reply = submit(talk, {"name": "Sprint", "first": "2026-12-31", "last": "2027-02-28"})

    assert isinstance(reply, FormErrors)
    assert reply.errors["first"] == "It overlaps with 2026 Q4; please begin after it."
    assert isinstance(submit(talk, {"name": "2027 Q1", "first": "2027-01-01", "last": "2027-03-31"}), Answer)
    del support


def test_members_are_told_who_may(talk: Talk, support: m.Team) -> None:
    del support
    reply = submit(talk, GOOD, by=talk.office.mei)

    assert isinstance(reply, Answer)
    assert plain_text(talk.render(reply, talk.office.mei)) == (
        "Only Bea or an admin can change the settings of Support."
    )
