"""Forms as they are opened, in the words of whoever opens them."""

from datetime import datetime
from typing import Any

import pytest

from bot.cards.model import Choice, Form, TextField
from bot.cards.plain import plain_form
from bot.okr.model import ScoreMode
from bot.views.forms import render_form
from tests.views.asked import ASKED_AT, Office, at

UPDATE: dict[str, Any] = {
    "token": "t",
    "label": "KR2",
    "title": "Self-serve renewals",
    "known": "",
    "steps": [],
    "binary": False,
    "due": "2026-12-31",
    "metric": "Renewal rate",
    "value": "31",
    "unit": "%",
    "asks_score": True,
    "blocked": False,
    "blocker": "",
}


def opened(office: Office, name: str, data: dict[str, Any], now: datetime = ASKED_AT) -> Form:
    return render_form(office.session, office.cards, office.mei, name, data, now)


def test_a_number_is_asked_for_beside_what_it_was(office: Office) -> None:
    assert plain_form(opened(office, "update_form", UPDATE)).splitlines() == [
        "Update KR2",
        "KR2 · Self-serve renewals",
        "Renewal rate",
        "> (31%)",
        "(Type it as you would say it: 45k, 31%, 1.2万)",
        "Where will it land by 31 Dec? (0-1)",
        "> (0.7)",
        "Note",
        ">",
        "Blocked?",
        "( ) Yes, blocked",
        "( ) No",
        "Blocked on",
        ">",
        "Help wanted",
        ">",
        "Next step",
        ">",
        "[Save] [Cancel]",
    ]


def test_the_metric_is_named_once_and_the_last_self_score_shown(office: Office) -> None:
    told = {"known": "mean of the monthly survey", "metric": "mean of the monthly survey", "self_score": "0.5"}
    text = plain_form(opened(office, "update_form", UPDATE | told))

    assert text.count("mean of the monthly survey") == 1
    assert "> (0.5)" in text.splitlines()


def test_a_number_is_asked_for_in_chinese(office_zh: Office) -> None:
    assert plain_form(opened(office_zh, "update_form", UPDATE | {"metric": "续费率"})).splitlines()[2:6] == [
        "续费率",
        "> (31%)",
        "(怎么说就怎么填：1.2万、31%、45k)",
        "到 12月31日 会落在哪？（0-1）",
    ]


def test_what_it_was_is_a_hint_and_no_answer(office: Office) -> None:
    fields = {field.name: field for field in opened(office, "update_form", UPDATE).fields}
    value = fields["value"]

    assert isinstance(value, TextField)
    assert (value.placeholder, value.initial) == ("31%", "")


def test_progress_mode_asks_how_much_is_done(office: Office) -> None:
    office.workspace.score_mode = ScoreMode.PROGRESS

    assert "How much of it is done, 0 to 1?" in plain_form(opened(office, "update_form", UPDATE)).splitlines()


def test_a_yes_or_no_is_asked_how_likely_it_is(office: Office) -> None:
    lines = plain_form(opened(office, "update_form", UPDATE | {"binary": True, "value": None})).splitlines()

    assert lines[2:7] == [
        "How likely by 31 Dec? (0-10)",
        "> (7/10)",
        "Is it done?",
        "( ) Yes, it is done",
        "( ) Not yet",
    ]


def test_steps_are_ticked(office: Office) -> None:
    steps = [{"number": 1, "title": "Scope", "done": True}, {"number": 2, "title": "Audit", "done": False}]
    lines = plain_form(opened(office, "update_form", UPDATE | {"steps": steps, "value": None})).splitlines()

    assert lines[2:5] == ["Which steps are done?", "[x] Scope", "[ ] Audit"]
    assert "Renewal rate" not in lines


def test_a_blocker_that_stands_is_shown(office: Office) -> None:
    fields = {
        field.name: field
        for field in opened(office, "update_form", UPDATE | {"blocked": True, "blocker": "legal"}).fields
    }

    assert fields["blocked"].initial == "yes"
    assert fields["blocker"].initial == "legal"


def test_all_at_once_shows_what_is_known_of_each(office: Office) -> None:
    row, sso, new = office.renewals(), office.sso(), office.kr(7, "Partners")
    row.token = "-A9_z"  # as tokens come: letters of both cases, digits and signs
    office.say(row, at(5, 11), value="31")
    office.say(sso, at(5, 11), confidence="6")
    rows = [
        {"name": one.token, "label": f"KR{one.number}", "title": one.short_title, "kr_id": one.id}
        for one in (row, sso, new)
    ]
    form = opened(office, "update_all_form", {"token": "all", "rows": rows})

    assert plain_form(form).splitlines() == [
        "Update your KRs",
        "One line each, in your own words: 45k · 0.7 · 7/10 · no change · blocked on legal. "
        "Leave empty what you do not want to touch.",
        "KR2 · Self-serve renewals",
        ">",
        "(31% · 5 Nov)",
        "KR5 · SSO live for all customers",
        ">",
        "(6/10)",
        "KR7 · Partners",
        ">",
        "[Save] [Cancel]",
    ]
    assert [field.name for field in form.fields] == [row.token, sso.token, new.token]


def next_step(office: Office, chosen: str, without: str | None = "2026-11-20") -> Form:
    choices = [{"value": "t2", "label": "KR2 Self-serve renewals"}]
    data = {"token": "kr:t2", "choices": choices, "chosen": chosen, "text": "", "without": without}
    return opened(office, "next_step_form", data)


def test_a_next_step_is_tied_to_what_it_moves(office: Office) -> None:
    assert plain_form(next_step(office, "t2")).splitlines() == [
        "Next step",
        "What is the next step?",
        ">",
        "Which KR does it move?",
        "(x) KR2 Self-serve renewals",
        "By when?",
        "> (Fri, 20 Nov)",
        "Who does it?",
        ">",
        "(Empty: you)",
        "[Save] [Cancel]",
    ]


def test_a_key_result_that_is_no_choice_is_not_chosen(office: Office) -> None:
    choice = next_step(office, "gone").fields[1]

    assert isinstance(choice, Choice)
    assert choice.initial == ""


@pytest.mark.parametrize(("without", "placeholder"), [("2026-11-27", "Fri, 27 Nov"), (None, "")])
def test_the_empty_field_shows_the_day_that_is_taken_then(
    office: Office, without: str | None, placeholder: str
) -> None:
    field = next_step(office, "t2", without).fields[2]

    assert isinstance(field, TextField)
    assert field.placeholder == placeholder


def test_the_day_that_is_taken_is_chinese_for_chinese(office_zh: Office) -> None:
    assert "> (11月20日)" in plain_form(next_step(office_zh, "t2")).splitlines()


def test_help_is_asked_for_in_one_line(office: Office) -> None:
    assert plain_form(opened(office, "help_form", {"token": "t", "label": "KR2"})).splitlines() == [
        "Ask the team",
        "It stands beside KR2 when the board is opened.",
        "What would help?",
        ">",
        "[Save] [Cancel]",
    ]
