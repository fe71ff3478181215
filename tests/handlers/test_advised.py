"""Buttons of advice that do what it says: asked again, put elsewhere, kept as health, made a target (spec/04)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlmodel import col, select

from bot.cards.model import Button
from bot.handlers.topics import BUTTONS, FORMS
from bot.intake.conversation import Answer, FormRequest
from bot.intake.inbound import FormErrors, Submitted
from bot.okr.model import KRState, KRType
from storage import models as m
from tests.handlers.talk import Talk
from tests.handlers.test_checking import button, draft_kr, press, talk, told

__all__ = ["talk"]


def test_whoever_was_asked_is_asked_once_more_a_day(talk: Talk) -> None:
    office = talk.office
    row, support = office.renewals(), office.found_team("SUP", "Support")
    office.session.exec(select(m.Membership).where(m.Membership.team_id == support.id)).one().person_id = office.li.id
    talk.says('depends KR2 on @SUP "Phone script" by Fri', by=office.bea)
    link = office.session.exec(select(m.Alignment).where(m.Alignment.from_kr_id == row.id)).one()
    asked = select(m.Delivery).where(m.Delivery.person_id == office.li.id, col(m.Delivery.kind) == "agreement")
    ask = Button("Ask them now", "advice_ask", link.token or "")

    assert told(talk, press(talk, ask, office.bea)) == "Li was asked today already. Once a day is enough."
    assert len(office.session.exec(asked).all()) == 1
    talk.now += timedelta(days=1, minutes=1)
    assert "once more" in told(talk, press(talk, ask, office.bea))
    assert "Once a day" in told(talk, press(talk, ask, office.bea))
    assert len(office.session.exec(asked).all()) == 2
    assert "Only those who work in Growth" in told(talk, press(talk, ask, office.person("Noor")))


def _second_objective(talk: Talk) -> m.Objective:
    talk.says('add objective "Win the north"', by=talk.office.bea)
    return talk.office.session.exec(select(m.Objective).where(m.Objective.title == "Win the north")).one()


def test_a_second_objective_waits_for_the_next_cycle_and_comes_back(talk: Talk) -> None:
    office = talk.office
    office.renewals()
    second = _second_objective(talk)
    row = draft_kr(office, "Open a shop", objective_id=second.id, due=date(2026, 12, 31))
    put = Button("Put it next cycle", "advice_next_cycle", "GRO")
    assert "Two priorities often become none." in talk.says("check", by=office.bea)

    assert "There is no cycle after 2026 Q4 yet" in told(talk, press(talk, put, office.bea), office.bea)
    after = m.Cycle(
        workspace_id=office.workspace.id, name="2027 Q1", first_day=date(2027, 1, 1), last_day=date(2027, 3, 31)
    )
    office.session.add(after)
    office.session.flush()
    reply = press(talk, put, office.bea)

    assert "Win the north is a draft of Growth for 2027 Q1 now" in told(talk, reply, office.bea)
    assert (second.cycle_id, second.number) == (after.id, 1)
    assert (row.cycle_id, row.number, row.start, row.due) == (after.id, 1, after.first_day, after.last_day)
    assert "Two priorities" not in talk.says("check", by=office.bea)

    assert isinstance(reply, Answer)
    _label, action, value = reply.data["choices"][0]
    press(talk, Button("Undo", action, value), office.bea)
    assert (second.cycle_id, row.cycle_id, row.due) == (office.cycle.id, office.cycle.id, date(2026, 12, 31))
    assert "Only a draft can be put elsewhere" in _after_publishing(talk, second, put)


def _after_publishing(talk: Talk, row: m.Objective, put: Button) -> str:
    row.state = m.ObjectiveState.ACTIVE
    talk.office.session.flush()
    return told(talk, press(talk, put, talk.office.bea), talk.office.bea)


def test_a_second_objective_goes_to_a_team_of_its_own(talk: Talk) -> None:
    office = talk.office
    office.renewals()
    second = _second_objective(talk)
    north = office.found_team("NOR", "North")
    reply = press(talk, Button("Give it its own team", "advice_own_team", "GRO"), office.bea)

    assert "Which team takes Win the north?" in told(talk, reply, office.bea)
    assert isinstance(reply, Answer)
    _label, action, value = reply.data["choices"][0]
    assert "a draft of North" in told(talk, press(talk, Button("", action, value), office.bea), office.bea)
    assert (second.team_id, second.number) == (north.id, 2)
    stranger = office.person("Noor")
    assert "Only those who work in North" in told(talk, press(talk, Button("", action, value), stranger), stranger)


def test_what_an_objective_helps_is_chosen_from_those_above(talk: Talk) -> None:
    office = talk.office
    company = office.found_team("CO", "TeeBee", kind=m.TeamKind.COMPANY)
    above = office.session.exec(select(m.Objective).where(m.Objective.team_id == company.id)).one()
    above.title = "Be loved"
    row = draft_kr(office, "Renewals from 20 to 50")
    office.session.get_one(m.Objective, row.objective_id).state = m.ObjectiveState.DRAFT
    assert "Which company objective does this help?" in talk.says("check GRO", by=office.bea)

    choose = next(one for one in talk.buttons("check GRO", by=office.bea) if one.label == "Choose")
    reply = press(talk, choose, office.bea)
    assert "[CO O1: Be loved]" in told(talk, reply, office.bea)
    assert isinstance(reply, Answer)
    press(talk, Button("", *reply.data["choices"][0][1:]), office.bea)

    link = office.session.exec(select(m.Alignment)).one()
    assert (link.kind, link.to_objective_id) == (m.AlignmentKind.SUPPORTS, above.id)
    assert "Which company objective" not in talk.says("check GRO", by=office.bea)


def test_a_level_that_is_held_becomes_a_health_metric(talk: Talk) -> None:
    office = talk.office
    row = draft_kr(office, "Utilization between 70% and 80%", type=KRType.RANGE, unit="%")
    row.range_lo, row.range_hi = Decimal(70), Decimal(80)
    keep = next(one for one in talk.buttons("check GRO-7", by=office.bea) if one.label == "Health metric")

    assert "Only the lead of Growth" in told(talk, press(talk, keep, office.mei))
    said = told(talk, press(talk, keep, office.bea), office.bea)
    assert "is a health metric of Growth now" in said
    assert '/okr add kr "Utilization between 70% and 80%"' in said
    assert [one.name for one in office.session.exec(select(m.HealthMetric))] == ["Utilization between 70% and 80%"[:32]]
    assert office.session.get(m.KeyResult, row.id) is None
    assert "gone" in told(talk, press(talk, keep, office.bea), office.bea)


@pytest.mark.parametrize(("label", "target"), [("Relative: ×1.1", 44), ("Percentage points: +10", 50)])
@pytest.mark.parametrize("state", [KRState.DRAFT, KRState.ACTIVE])
def test_by_ten_percent_asks_where_it_stands_and_the_target_follows(
    talk: Talk, label: str, target: int, state: KRState
) -> None:
    office = talk.office
    row = draft_kr(
        office, "Renewals grow by 10%", type=KRType.INCREASE, unit="%", state=state, published_on=date(2026, 10, 1)
    )  # fmt: skip
    button_ = next(one for one in talk.buttons("check KR7", by=office.bea) if one.label == label)
    form = press(talk, button_, office.bea)
    assert isinstance(form, FormRequest)

    assert isinstance(_sends(talk, form, baseline="many", because="x", category="learned"), FormErrors)
    reply = _sends(talk, form, baseline="40", because="we counted", category="learned")

    assert isinstance(reply, Answer), reply
    assert [row.baseline, row.target] == [Decimal(40), Decimal(target)]
    assert "of what" not in talk.says("check KR7", by=office.bea)


def test_by_ten_percent_with_a_start_has_the_target_ready(talk: Talk) -> None:
    row = draft_kr(talk.office, "Renewals grow by 10%", type=KRType.INCREASE, unit="%", baseline=Decimal(40))

    form = press(talk, button(talk, "check GRO-7", "Relative: ×1.1"), talk.office.bea)

    assert isinstance(form, FormRequest)
    assert form.data["fields"][0]["initial"] == "44%"
    assert row.target is None


def _sends(talk: Talk, form: FormRequest, **values: str) -> object:
    what = Submitted("advice_relative", form.data["token"], values)
    return FORMS[what.form](talk.turn(talk.office.bea), what)


def test_whatever_a_button_says_that_is_gone_or_invented_is_one_sentence(talk: Talk) -> None:
    for action in ("ask", "choose", "helps", "next_cycle", "own_team", "move", "health", "relative"):
        for value in ("", ":", "x", "x:1:GRO", "x:9999999999:GRO", "x:y:XYZ"):
            reply = BUTTONS[f"advice_{action}"](talk.turn(talk.office.bea), value)
            assert "gone" in told(talk, reply), (action, value)


def test_a_day_outside_the_cycle_is_named(talk: Talk) -> None:
    draft_kr(talk.office, "NPS from 20 to 50", type=KRType.INCREASE, due=date(2027, 1, 31))

    assert "Due 31 Jan, which is outside the cycle: it ends 31 Dec. Is that the day you mean?" in talk.says(
        "check GRO-7", by=talk.office.bea
    )


def test_a_result_of_two_weeks_may_be_a_task(talk: Talk) -> None:
    above = talk.office.renewals()
    start, due = date(2026, 11, 9), date(2026, 11, 20)
    draft_kr(talk.office, "Email ten customers", parent_kr_id=above.id, start=start, due=due)

    assert "Nothing to add" in talk.says("check GRO-7", by=talk.office.bea)


def test_a_start_of_0_is_offered_only_where_the_number_rises(talk: Talk) -> None:
    draft_kr(talk.office, "Complaints down to 5", type=KRType.DECREASE, target=Decimal(5))
    draft_kr(talk.office, "Renewal rate reaches 70%", 8, type=KRType.INCREASE, unit="%", target=Decimal(70))

    assert "It's 0" not in [one.label for one in talk.buttons("check GRO-7", by=talk.office.bea)]
    assert "It's 0" in [one.label for one in talk.buttons("check GRO-8", by=talk.office.bea)]


def test_forms_name_the_problem_that_there_is(talk: Talk) -> None:
    cycle = Submitted("cycle", "GRO", {"name": "2027 Q1", "first": "2027-03-31", "last": "2027-01-01"})
    refused = FORMS["cycle"](talk.turn(talk.office.bea), cycle)
    assert isinstance(refused, FormErrors)
    assert refused.errors == {"last": "The last day lies before the first one."}

    meeting = Submitted("setup_meeting", "GRO", {"meeting_days": ("4",), "time": "half past something"})
    refused = FORMS["setup_meeting"](talk.turn(talk.office.bea), meeting)
    assert isinstance(refused, FormErrors)
    assert set(refused.errors) == {"time"}
