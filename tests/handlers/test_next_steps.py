"""Next steps: how a line is read, who may add and tick, and what is asked back (spec/06 §11.1, spec/07 §12.8)."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

import pytest
from sqlmodel import col, select

from bot.cards.model import Button, Menu
from bot.cards.plain import plain_text
from bot.handlers.naming import NotOneError
from bot.handlers.next_steps import next_step_form, submitted
from bot.handlers.pressed import pressed
from bot.intake.conversation import Answer, FormRequest, Reply
from bot.intake.inbound import FormErrors, Pressed, Submitted
from bot.okr.model import KRState
from storage import models as m
from tests.handlers.talk import Talk
from tests.views.asked import controls

FRIDAY, SATURDAY = date(2026, 11, 13), date(2026, 11, 14)


@pytest.fixture
def team(talk: Talk) -> Talk:
    """Growth: Mei owns KR2, Bea leads. Ana is a viewer."""
    return with_people(talk)


def with_people(talk: Talk) -> Talk:
    office = talk.office
    office.renewals()
    ana = office.person("Ana")
    office.session.add(
        m.Membership(workspace_id=office.workspace.id, team_id=office.team.id, person_id=ana.id, role=m.TeamRole.VIEWER)
    )
    office.session.flush()
    return talk


def steps(talk: Talk) -> Sequence[m.NextStep]:
    talk.office.session.flush()
    return talk.office.session.exec(select(m.NextStep).order_by(col(m.NextStep.id))).all()


def press(talk: Talk, action: str, value: str, by: m.Person | None = None) -> Reply:
    try:
        return pressed(talk.turn(by or talk.office.mei), Pressed(action, value))
    except NotOneError as error:
        return error.reply


def told(talk: Talk, reply: Reply, by: m.Person | None = None) -> str:
    assert isinstance(reply, Answer), reply
    return plain_text(talk.render(reply, by or talk.office.mei))


@pytest.mark.parametrize(
    "words",
    [
        '"Call GC" @{li} by Sat KR2', "Call GC @{li} by Sat KR2", "KR2: Call GC @{li} Sat", "@{li} Call GC KR2 by Sat",
        '“Call GC” → KR2 @{li} 2026-11-14', "by Sat Call GC @{li} -> kr2", "Call GC 周六 @{li} #2",
        "call GC Sat GRO-2 @{li}",
    ],
)  # fmt: skip
def test_a_line_may_be_said_in_any_order(team: Talk, words: str) -> None:
    team.says("next " + words.replace("{li}", team.office.li.handle))

    (step,) = steps(team)
    assert (step.text.capitalize(), step.due, step.owner_id) == ("Call gc", SATURDAY, team.office.li.id)
    assert step.kr_id is not None


def test_it_is_due_at_the_next_meeting_unless_it_says_otherwise(team: Talk) -> None:
    office = team.office
    meeting = office._add(office._of_workspace(m.Meeting, team_id=office.team.id, weekdays=[4], time=time(10)))
    team.says('next "call GC" KR2')

    (step,) = steps(team)
    assert (step.due, step.meeting_id, step.owner_id) == (FRIDAY, meeting.id, office.mei.id)


def test_it_is_answered_with_the_list(team: Talk) -> None:
    assert team.says('next "call GC" by Fri KR2').splitlines() == [
        "Next step noted: call GC",
        "Next steps · Growth · 0 of 1 done",
        "☐ call GC · Mei · Fri → KR2 [☐]",
        "[＋ Next step] [⋯]",
    ]


def test_it_is_answered_with_the_list_in_chinese(talk_zh: Talk) -> None:
    with_people(talk_zh)
    assert talk_zh.says("下一步 找法务 周五 → KR2").splitlines() == [
        "下一步已记下：找法务",
        "下一步 · 增长组 · 1 项完成 0 项",
        "☐ 找法务 · 梅 · 周五 → KR2 [☐]",
        "[＋下一步] [⋯]",
    ]


def test_without_a_key_result_it_is_asked_which_one_it_moves(team: Talk) -> None:
    asked = team.says('next "call GC" by Fri')
    assert asked.splitlines() == ["Next step noted: call GC · Fri", "Which KR does it move?", "[KR2] [None]"]

    (step,) = steps(team)
    assert step.kr_id is None


def test_the_answer_to_which_one_ties_it(team: Talk) -> None:
    answer = team.reply('next "call GC" by Fri')
    assert isinstance(answer, Answer)
    kr2, none = (one for one in controls(team.render(answer, team.office.mei)) if isinstance(one, Button))

    assert "→ KR2" in told(team, press(team, kr2.action, kr2.value))
    assert "→ KR2" in told(team, press(team, kr2.action, kr2.value))
    assert "→ KR2" not in told(team, press(team, none.action, none.value))


def test_a_tick_says_what_it_wants_and_a_second_one_changes_nothing(team: Talk) -> None:
    team.says('next "call GC" KR2')
    token = steps(team)[0].token

    first, second = (told(team, press(team, "step_done", f"{token}:done")) for _ in range(2))
    assert first == second
    assert "1 of 1 done" in first
    assert "☑ call GC" in first

    told(team, press(team, "step_done", f"{token}:open"))
    assert [(one.state, one.done_at) for one in steps(team)] == [(m.NextStepState.OPEN, None)]


def test_what_was_dropped_leaves_the_list_and_cannot_be_ticked(team: Talk) -> None:
    team.says('next "call GC" KR2')
    token = steps(team)[0].token

    assert "☐" not in told(team, press(team, "step_drop", token))
    assert "☐" not in told(team, press(team, "step_drop", token))
    assert "was dropped, so nothing has changed" in told(team, press(team, "step_done", f"{token}:done"))


def test_mine_come_first_and_those_of_others_follow(team: Talk) -> None:
    office = team.office
    team.says(f'next "ask the chains" @{office.li.handle} by Fri KR2')
    team.says('next "call GC" by 30 Nov KR2')

    lines = [line for line in team.says("next").splitlines() if line.startswith("☐")]
    assert lines == ["☐ call GC · Mei · 30 Nov → KR2 [☐]", "☐ ask the chains · Li · Fri → KR2 [☐]"]


def test_a_viewer_reads_the_list_and_ticks_nothing(team: Talk) -> None:
    ana = next(one for one in team.office.session.exec(select(m.Person)) if one.short_name == "Ana")
    team.says('next "call GC" by Fri KR2')
    token = steps(team)[0].token

    assert team.says("next GRO", by=ana).splitlines() == [
        "Next steps · Growth · 0 of 1 done",
        "☐ call GC · Mei · Fri → KR2",
    ]
    refusal = "Next steps and wins of Growth are added by its members. Nothing was recorded."
    assert told(team, press(team, "step_done", f"{token}:done", ana), ana) == refusal
    assert team.says('next "call GC" GRO-2', by=ana) == refusal
    assert [one.state for one in steps(team)] == [m.NextStepState.OPEN]


def test_an_outsider_adds_nothing(team: Talk) -> None:
    eve = team.office.person("Eve")

    assert team.says('next "call GC"', by=eve) == "You are in no team yet, so nothing was recorded."
    assert steps(team) == []


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ('""', 'What happens next? Say for example: next "call GC" @li by Fri KR2'),
        ("KR2", 'What happens next? Say for example: next "call GC" @li by Fri KR2'),
        ('"call GC" by 1 Nov', "1 Nov is over, so nothing was recorded. By when is “call GC” due?"),
        ("call GC by 12/11", "I can read 12/11 in two ways, so nothing was recorded; try 20 Nov or 2026-11-20."),
        ('"' + "x" * 141 + '"', "A next step has at most 140 characters; nothing was recorded."),
        ('"feb" by 31 Feb KR2', "The calendar has no 31 Feb, so nothing was recorded; try 20 Nov or 2026-11-20."),
        ("找法务 2月31日 前", "The calendar has no 2月31日, so nothing was recorded; try 20 Nov or 2026-11-20."),
        ('"call GC" @nobody', "I don't know @nobody here."),
        ('"call GC" KR9', "I don't have KR9 for you. Yours: KR2"),
    ],
)
def test_what_cannot_be_noted_gets_one_sentence(team: Talk, words: str, answer: str) -> None:
    assert team.says(f"next {words}") == answer
    assert steps(team) == []


@pytest.mark.parametrize("words", ["list", "列表", "LIST"])
def test_a_list_is_the_list_and_no_next_step(team: Talk, words: str) -> None:
    team.says('next "call GC" KR2')

    assert team.says(f"next {words}") == team.says("next")
    assert [one.text for one in steps(team)] == ["call GC"]


@pytest.mark.parametrize("words", ["done call the bank", "done: Call the bank.", "done bank", "完成 call the bank"])
def test_done_ticks_the_one_that_is_meant(team: Talk, words: str) -> None:
    for text in ("call the bank", "call GC"):
        team.says(f'next "{text}" KR2')

    assert "☑ call the bank" in team.says(f"next {words}")
    assert [one.state.value for one in steps(team)] == ["done", "open"]


@pytest.mark.parametrize("words", ["done call", "done write to them", "done"])
def test_done_of_more_than_one_or_of_none_shows_the_list(team: Talk, words: str) -> None:
    for text in ("call the bank", "call GC"):
        team.says(f'next "{text}" KR2')

    assert team.says(f"next {words}") == team.says("next")
    assert [one.state.value for one in steps(team)] == ["open", "open"]


def test_to_finish_something_is_a_next_step_in_chinese(team: Talk) -> None:
    team.says("下一步 完成法务审核 KR2")

    assert [one.text for one in steps(team)] == ["完成法务审核"]


@pytest.mark.parametrize("words", ["next: call GC by Sat @li KR2", "下一步：call GC 周六前 @li KR2"])
def test_with_a_colon_it_is_the_same(team: Talk, words: str) -> None:
    team.says(words)

    (step,) = steps(team)
    assert (step.text, step.due, step.owner_id) == ("call GC", SATURDAY, team.office.li.id)


def test_a_key_result_that_is_dropped_takes_no_next_step(team: Talk) -> None:
    row = team.office.session.exec(select(m.KeyResult)).one()
    row.state = KRState.DROPPED
    row.lead_owner_id = None
    team.office.session.flush()

    bea = team.office.bea
    assert team.says('next "call GC" KR2', by=bea) == "GRO-2 is not worked on any more, so nothing was recorded."


def test_somebody_within_the_words_is_named_and_does_not_own_it(team: Talk) -> None:
    team.says(f"next ask @{team.office.li.handle} about pricing KR2")

    (step,) = steps(team)
    assert (step.text, step.owner_id) == ("ask Li about pricing", team.office.mei.id)


def test_who_left_gets_no_next_step(team: Talk) -> None:
    team.office.li.active = False
    told_so = team.says(f'next "call GC" @{team.office.li.handle}')

    assert told_so == "Li is no longer here, so I noted nothing."
    assert steps(team) == []


def test_an_emoji_is_a_next_step(team: Talk) -> None:
    team.says("next 🍵 KR2")

    assert [one.text for one in steps(team)] == ["🍵"]


def test_in_several_teams_the_key_result_decides_and_else_it_is_asked(team: Talk) -> None:
    office = team.office
    support = office.found_team("SUP", "Support")
    office.kr(1, "Hire agents", team=support)

    team.says('next "call GC" SUP-1')
    assert [one.team_id for one in steps(team)] == [support.id]
    assert "[GRO] [SUP]" in team.says('next "call the bank"')
    assert "[GRO] [SUP]" in team.says("next")
    assert len(steps(team)) == 1


# --- the form ---------------------------------------------------------------------------------------------


def send(talk: Talk, by: m.Person | None = None, **values: Any) -> Reply:
    return submitted(talk.turn(by or talk.office.mei), Submitted("next_step", "team:GRO", values))


def test_the_form_stores_what_it_says(team: Talk) -> None:
    opened = next_step_form(team.turn(team.office.mei), "team:GRO")
    assert isinstance(opened, FormRequest)
    (choice,) = opened.data["choices"]

    done = send(team, text=" call GC ", due="Sat", kr=choice["value"], owner=team.office.li.handle)

    (step,) = steps(team)
    assert told(team, done) == "Next step noted: call GC"
    assert (step.text, step.due, step.owner_id) == ("call GC", SATURDAY, team.office.li.id)


@pytest.mark.parametrize("values", [{}, {"kr": ""}, {"kr": "none"}])
def test_what_the_form_asked_is_not_asked_again(team: Talk, values: dict[str, Any]) -> None:
    assert told(team, send(team, text="call GC", **values)) == "Next step noted: call GC"

    assert [one.kr_id for one in steps(team)] == [None]


def test_the_form_shows_the_day_that_an_empty_field_gets(team: Talk) -> None:
    opened = next_step_form(team.turn(team.office.mei), "team:GRO")
    assert isinstance(opened, FormRequest)

    send(team, text="call GC")

    (step,) = steps(team)
    assert step.due is not None
    assert opened.data["without"] == step.due.isoformat()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "x" * 141}, "text"),
        ({"text": "call", "due": "12/11"}, "due"),
        ({"text": "call", "due": "1 Nov"}, "due"),
        ({"text": "call", "owner": "nobody"}, "owner"),
    ],
)
def test_a_field_that_cannot_be_read_gets_a_sentence_beside_it(team: Talk, values: dict[str, Any], field: str) -> None:
    back = send(team, **values)

    assert isinstance(back, FormErrors)
    assert list(back.errors) == [field]
    assert steps(team) == []


def test_a_viewer_gets_no_form(team: Talk) -> None:
    ana = next(one for one in team.office.session.exec(select(m.Person)) if one.short_name == "Ana")

    with pytest.raises(NotOneError) as opened:
        next_step_form(team.turn(ana), "team:GRO")
    assert "are added by its members" in told(team, opened.value.reply, ana)
    with pytest.raises(NotOneError) as sent:
        send(team, ana, text="call")
    assert "are added by its members" in told(team, sent.value.reply, ana)
    assert steps(team) == []


def test_the_menu_drops_what_it_names(team: Talk) -> None:
    team.says('next "call GC" KR2')
    menu = next(one for one in controls(team.card("next")) if isinstance(one, Menu))

    press(team, menu.options[0].action, menu.options[0].value)

    assert [one.state for one in steps(team)] == [m.NextStepState.DROPPED]


def test_none_today_is_remembered_once_in_the_question(team: Talk) -> None:
    office = team.office
    asked = office._add(
        office._of_workspace(
            m.Delivery,
            kind="next_steps",
            subject="team:1",
            period="2026-11-12",
            team_id=office.team.id,
            due_at=team.now,
        )
    )
    for person in (office.mei, office.bea):
        reply = press(team, "no_next_steps", "team:GRO:2026-11-12", person)
        assert told(team, reply, person) == "Thank you. I noted that there are none today."
    office.session.refresh(asked)
    assert asked.data["none_by"] == office.mei.id
    assert "nothing to do any more" in told(team, press(team, "no_next_steps", "team:GRO:2026-01-01"))


def test_a_step_of_a_private_objective_stays_in_its_team(team: Talk) -> None:
    office = team.office
    support = office.found_team("SUP", "Support")
    secret = office.kr(1, "Hire agents", team=support, owner=office.li)
    office.session.get_one(m.Objective, secret.objective_id).visibility = m.Visibility.TEAM
    team.says('next "call the otter" SUP-1', by=office.li)

    assert "otter" in team.says("next SUP", by=office.li)
    assert "otter" not in team.says("next SUP")


def test_a_private_step_of_an_earlier_cycle_stays_in_its_team(team: Talk) -> None:
    office = team.office
    team.says('next "Call GC" KR2')
    objective = office.session.exec(select(m.Objective)).one()
    objective.visibility = m.Visibility.TEAM
    later = m.Cycle(
        workspace_id=office.workspace.id,
        team_id=office.team.id,
        name="2026 Q4 b",
        first_day=date(2026, 11, 1),
        last_day=date(2026, 12, 31),
    )
    office.session.add(later)
    office.session.flush()

    assert "Call GC" in team.says("next GRO", by=office.bea)
    assert "Call GC" not in team.says("next GRO", by=office.person("Eve"))


def test_a_step_is_not_moved_to_what_is_dropped(team: Talk) -> None:
    team.says('next "Call GC"')
    (step,) = steps(team)
    row = team.office.session.exec(select(m.KeyResult)).one()
    row.state = KRState.DROPPED
    team.office.session.flush()

    assert "nothing was recorded" in told(team, press(team, "step_kr", f"{step.token}:{row.token}"))
    assert step.kr_id is None
