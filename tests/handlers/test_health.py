"""Health metrics: listing, setting, adding, and the taps of the weekly question (spec/06 §11.1, spec/07 §12.9)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot.cards.plain import plain_text
from bot.handlers.health import read_health, submitted
from bot.handlers.naming import NotOneError
from bot.handlers.pressed import pressed
from bot.handlers.typed import reply_in_words
from bot.intake.conversation import Answer, FormRequest, Reply
from bot.intake.inbound import FormErrors, Pressed, Submitted
from bot.intake.stored import to_json
from bot.rituals.health import health_wanted
from bot.views.health import health_check_card
from bot.views.prompt import check_in_card
from storage import models as m
from tests.handlers.talk import Talk

GREEN, YELLOW, RED = m.HealthStatus.GREEN, m.HealthStatus.YELLOW, m.HealthStatus.RED


@pytest.fixture
def team(talk: Talk) -> Talk:
    """Growth: Mei owns KR2 and looks after two metrics; Bea leads; Li answers for KR3."""
    return with_metrics(talk, "Customer satisfaction", "Team health")


def with_metrics(talk: Talk, *names: str) -> Talk:
    office = talk.office
    office.renewals()
    office.kr(3, "Another", owner=office.li)
    for name in names:
        office._add(office._of_workspace(m.HealthMetric, team_id=office.team.id, name=name, owner_id=office.mei.id))
    return talk


def metrics(talk: Talk) -> Sequence[m.HealthMetric]:
    return talk.office.session.exec(select(m.HealthMetric).order_by(col(m.HealthMetric.id))).all()


def changes(talk: Talk) -> list[tuple[str, Any, Any, str | None]]:
    rows = talk.office.session.exec(select(m.Change).order_by(col(m.Change.id))).all()
    return [(one.field, one.old, one.new, one.reason) for one in rows if one.entity == "health_metric"]


def press(talk: Talk, action: str, value: str, by: m.Person | None = None) -> Reply:
    try:
        return pressed(talk.turn(by or talk.office.mei), Pressed(action, value))
    except NotOneError as error:
        return error.reply


def told(talk: Talk, reply: Reply, by: m.Person | None = None) -> str:
    assert isinstance(reply, Answer), reply
    return plain_text(talk.render(reply, by or talk.office.mei))


@pytest.mark.parametrize(
    ("words", "name", "status", "note"),
    [
        ('"Team health" yellow on-call is heavy', "Team health", YELLOW, "on-call is heavy"),
        ("Team health RED", "Team health", RED, None),
        ("Team health: green", "Team health", GREEN, None),
        ("“团队状态” 黄 值班太多", "团队状态", YELLOW, "值班太多"),
        ("团队状态 红灯，值班太多", "团队状态", RED, "值班太多"),
        ("Team health 🟡", "Team health", YELLOW, None),
        ('"Green energy" red', "Green energy", RED, None),
        ("Team health", "Team health", None, None),
        ("", "", None, None),
    ],
)
def test_a_line_is_read(words: str, name: str, status: m.HealthStatus | None, note: str | None) -> None:
    said = read_health(words)

    assert (said.name, said.status, said.note, said.remove) == (name, status, note, False)


def test_the_list_tells_how_each_stands(team: Talk) -> None:
    team.says('health "Team health" yellow on-call is heavy')

    assert team.says("health", by=team.office.li).splitlines() == [
        "Health · Growth",
        "🟢 Customer satisfaction · Mei",
        "🟡 Team health: on-call is heavy · since 12 Nov · Mei",
    ]


def test_the_list_in_chinese(talk_zh: Talk) -> None:
    with_metrics(talk_zh, "团队状态")

    assert talk_zh.says("健康 团队状态 黄").splitlines() == [
        "健康 · 增长组",
        "🟡 团队状态 · 自 11月12日 起 · 梅",
        "是什么原因？一句话就行。 [补一句]",
    ]


def test_a_yellow_or_red_asks_for_one_line_and_a_green_does_not(team: Talk) -> None:
    assert "What is behind it? One line is enough. [Add a line]" in team.says('health "Team health" red')
    assert "What is behind it?" not in team.says('health "Team health" red on-call is heavy')
    assert "What is behind it?" not in team.says('health "Team health" green')


def test_every_change_of_colour_is_kept_and_none_that_is_none(team: Talk) -> None:
    for words in ("yellow tired", "yellow", "yellow", "red", "green"):
        team.says(f'health "Team health" {words}')

    assert changes(team) == [
        ("status", "green", "yellow", "tired"),
        ("status", "yellow", "red", None),
        ("status", "red", "green", None),
    ]


def test_the_same_colour_again_keeps_its_line(team: Talk) -> None:
    team.says('health "Team health" yellow tired')
    team.says('health "Team health" yellow')

    assert metrics(team)[1].note == "tired"


def test_part_of_a_name_is_enough_where_it_is_one(team: Talk) -> None:
    team.says("health satisfaction red refunds")

    assert [one.status for one in metrics(team)] == [RED, GREEN]


def test_only_who_looks_after_it_and_the_lead_say_how_it_stands(team: Talk) -> None:
    office = team.office
    refusal = "Only Mei or the team's lead says how Team health stands. Nothing was recorded."
    number = metrics(team)[1].id
    assert team.says('health "Team health" red', by=office.li) == refusal
    assert told(team, press(team, "health", f"{number}:red", office.li), office.li) == refusal
    assert told(team, press(team, "health_note", f"{number}", office.li), office.li) == refusal
    assert changes(team) == []

    team.says('health "Team health" red', by=office.bea)
    assert metrics(team)[1].status is RED


def test_the_lead_adds_up_to_three_and_looks_after_them(team: Talk) -> None:
    office = team.office
    assert "the team's lead can add it" in team.says('health "Uptime" green')

    team.says('health "Uptime" green', by=office.bea)
    assert [(one.name, one.owner_id) for one in metrics(team)][2:] == [("Uptime", office.bea.id)]

    full = team.says('health "Quality" green', by=office.bea)
    assert full == 'Growth has three health metrics already. One makes room with: health remove "name"'
    assert len(metrics(team)) == 3


@pytest.mark.parametrize(
    ("words", "name", "add", "remove"),
    [
        ("add Uptime", "Uptime", True, False),
        ("添加 加班", "加班", True, False),
        ("set Uptime green", "Uptime", False, False),
        ("设 加班 绿", "加班", False, False),
        ("删 加班", "加班", False, True),
        ("remove Uptime", "Uptime", False, True),
        ("Uptime", "Uptime", False, False),
        ("additional hours", "additional hours", False, False),
    ],
)
def test_a_verb_is_no_part_of_a_name(words: str, name: str, add: bool, remove: bool) -> None:
    said = read_health(words)

    assert (said.name, said.add, said.remove) == (name, add, remove)


@pytest.mark.parametrize("words", ["add Uptime", 'add "Uptime" green', "添加 Uptime", '"Uptime"'])
def test_what_surely_is_a_new_one_is_added(team: Talk, words: str) -> None:
    team.says(f"health {words}", by=team.office.bea)

    assert [one.name for one in metrics(team)][2:] == ["Uptime"]


@pytest.mark.parametrize("words", ["asdf", "asdf green", "set asdf green", "GRO asdf"])
def test_a_bare_name_may_be_a_slip_and_is_asked_about(team: Talk, words: str) -> None:
    bea = team.office.bea

    assert team.says(f"health {words}", by=bea).splitlines() == [
        "Add a health metric called 'asdf' for Growth?",
        "[Add] [No]",
    ]
    assert len(metrics(team)) == 2
    assert "nothing was added" in told(team, press(team, "health_not", "x", bea), bea)


def test_a_name_is_removed_in_full_only(team: Talk) -> None:
    assert team.says("health remove satisfaction", by=team.office.bea) == "Which one: Customer satisfaction?"
    assert len(metrics(team)) == 2


def test_a_metric_of_a_team_one_only_reads_is_named_with_who_may(team: Talk) -> None:
    office = team.office
    ana = office.person("Ana")
    support = office.found_team("SUP", "Support")
    lead = office.session.exec(
        select(m.Membership).where(m.Membership.team_id == support.id, m.Membership.role == m.TeamRole.LEAD)
    ).one()
    lead.person_id = ana.id
    office.session.add(
        m.Membership(workspace_id=office.workspace.id, team_id=office.team.id, person_id=ana.id, role=m.TeamRole.VIEWER)
    )
    office.session.flush()

    told_so = team.says("health Team health green", by=ana)

    assert told_so == "Only Mei or the team's lead says how Team health stands. Nothing was recorded."
    assert len(metrics(team)) == 2


def test_the_same_colour_again_keeps_the_day_of_an_imported_reason(team: Talk) -> None:
    row = metrics(team)[1]
    row.status, row.note, row.said_at = YELLOW, "tired", team.now - timedelta(days=8)

    for _ in range(2):
        assert "🟡 Team health: tired · since 4 Nov · Mei" in team.says("health Team health yellow")


def test_the_lead_removes_one_and_gives_one_to_somebody(team: Talk) -> None:
    office = team.office
    assert "Only the lead of Growth" in team.says('health remove "Team health"')
    assert "Only the lead of Growth" in team.says(f'health "Team health" @{office.li.handle}')

    team.says(f'health "Team health" @{office.li.handle}', by=office.bea)
    assert metrics(team)[1].owner_id == office.li.id

    removed = team.says('health remove "Team health"', by=office.bea)
    assert removed == "Team health is no health metric any more; its history stays."
    assert [one.name for one in metrics(team)] == ["Customer satisfaction"]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ('""', 'Which one? Say for example: health "Team health" yellow on-call is heavy'),
        ("red", 'Which one? Say for example: health "Team health" yellow on-call is heavy'),
        ("Uptime red", "I don't know a health metric called Uptime; the team's lead can add it."),
        ('"Team health" red ' + "x" * 201, "A note has at most 200 characters; nothing was recorded."),
        ("e red", "Which one: Customer satisfaction, Team health?"),
    ],
)
def test_what_cannot_be_set_gets_one_sentence(team: Talk, words: str, answer: str) -> None:
    assert team.says(f"health {words}") == answer
    assert changes(team) == []


def test_a_name_that_is_too_long_is_not_added(team: Talk) -> None:
    answer = team.says(f'health "{"x" * 41}" green', by=team.office.bea)

    assert answer == "A name has at most 40 characters; nothing was recorded."


def test_a_tap_twice_says_the_same_twice(team: Talk) -> None:
    number = metrics(team)[1].id

    first, second = (told(team, press(team, "health", f"{number}:yellow")) for _ in range(2))

    assert first == second
    assert changes(team) == [("status", "green", "yellow", None)]


@pytest.mark.parametrize("value", ["", "0:red", "999:red", "x:red", "1:purple", "9" * 40 + ":red"])
def test_a_button_of_nothing_records_nothing(team: Talk, value: str) -> None:
    assert told(team, press(team, "health", value)) == "That health metric is gone; nothing was recorded."
    assert changes(team) == []


def test_the_form_keeps_the_line(team: Talk) -> None:
    number = str(metrics(team)[1].id)
    team.says('health "Team health" red')
    opened = press(team, "health_note", number)
    assert isinstance(opened, FormRequest)

    for values in ({}, {"note": " "}, {"note": "x" * 201}):
        back = submitted(team.turn(team.office.mei), Submitted("health", number, values))
        assert isinstance(back, FormErrors)
    submitted(team.turn(team.office.mei), Submitted("health", number, {"note": " on-call  is heavy "}))

    assert metrics(team)[1].note == "on-call is heavy"


# --- the weekly question ------------------------------------------------------------------------------------


def asked(talk: Talk) -> m.Prompt:
    office = talk.office
    prompt = office.ask(office.session.exec(select(m.KeyResult).where(m.KeyResult.number == 2)).all())
    prompt.health = [one.id for one in metrics(talk)]
    office.session.flush()
    return prompt


def health_lines(talk: Talk, prompt: m.Prompt, later: int = 0) -> list[str]:
    now = talk.now + timedelta(minutes=later)
    text = plain_text(check_in_card(talk.office.session, talk.office.cards, prompt, now))
    lines = text.splitlines()
    begins = next((at for at, line in enumerate(lines) if line.startswith(("Health check", "健康检查"))), len(lines))
    return lines[begins:]


def test_the_question_asks_for_two_taps_at_its_end(team: Talk) -> None:
    assert health_lines(team, asked(team)) == [
        "Health check, two taps:",
        "Customer satisfaction",
        "[🟢] [🟡] [🔴]",
        "Team health",
        "[🟢] [🟡] [🔴]",
    ]


def test_what_was_tapped_stands_in_its_place(team: Talk) -> None:
    prompt = asked(team)
    satisfaction, health = metrics(team)
    press(team, "health", f"{satisfaction.id}:green")
    press(team, "health", f"{health.id}:yellow")

    assert health_lines(team, prompt, later=1) == [
        "Health check",
        "🟢 Customer satisfaction",
        "🟡 Team health",
        "What is behind it? One line is enough. [Add a line]",
    ]


def test_the_question_in_chinese(talk_zh: Talk) -> None:
    with_metrics(talk_zh, "客户满意度", "团队状态")

    assert health_lines(talk_zh, asked(talk_zh))[0] == "健康检查，点两下："


def test_what_somebody_else_looks_after_now_is_not_asked(team: Talk) -> None:
    prompt = asked(team)
    for one in metrics(team):
        one.owner_id = team.office.li.id
    team.office.session.flush()

    assert health_lines(team, prompt) == []


def test_who_gets_no_question_is_asked_in_a_message_of_its_own(team: Talk) -> None:
    office = team.office
    row = office._add(
        office._of_workspace(
            m.Delivery,
            kind="health",
            subject=f"person:{office.mei.id}:team:{office.team.id}",
            period="2026-11-13",
            person_id=office.mei.id,
            due_at=team.now,
            data={"team": office.team.id, "health": [one.id for one in metrics(team)]},
        )
    )
    assert health_wanted(office.session, row, team.now) is None
    assert plain_text(health_check_card(office.session, office.cards, row, team.now)).startswith("Health check, two")

    for one in metrics(team):
        press(team, "health", f"{one.id}:green")
    assert health_wanted(office.session, row, team.now) is not None
    assert "🟢 Team health" in plain_text(health_check_card(office.session, office.cards, row, team.now))


def test_the_digest_tells_what_is_not_green(team: Talk) -> None:
    for row in team.office.session.exec(select(m.KeyResult)):
        team.office.say(row, team.now, value="35", self_score="0.7")
    team.says('health "Team health" red on-call is heavy')

    assert "Team health 🔴: on-call is heavy" in team.says("digest preview")


@pytest.mark.parametrize(
    ("text", "is_line"), [("on-call is heavy", True), ("0.7", False), ("no change", False), ("thanks", False)]
)
def test_only_words_are_the_line_behind_a_yellow(team: Talk, text: str, is_line: bool) -> None:
    team.office.kr(4, "A second one of Mei's")
    row = metrics(team)[0]
    row.status = YELLOW
    press = team.turn(team.office.mei)
    press.inbox.person_id = team.office.mei.id
    press.inbox.body = to_json(replace(press.inbound, what=Pressed("health", f"{row.id}:yellow")))
    turn = team.turn(team.office.mei)
    turn.inbox.person_id = team.office.mei.id
    team.office.session.flush()

    reply = reply_in_words(turn, text)

    assert (row.note == text) is is_line
    assert isinstance(reply, Answer)
    assert (reply.name == "health") is is_line
