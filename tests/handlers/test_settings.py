"""What people set for themselves, and leads for their team: read, refused, filed and told (spec/10 §18)."""

from collections.abc import Mapping, Sequence
from datetime import time

import pytest
from sqlmodel import select

from bot.cards.model import Checkboxes, FieldValue, Form
from bot.cards.plain import plain_text
from bot.handlers.topics import BUTTONS, FORMS
from bot.handlers.verbs import is_plain
from bot.intake.conversation import Answer, FormRequest, Reply
from bot.intake.inbound import FormErrors, Submitted
from bot.okr.model import Cadence
from bot.views.forms import render_form
from storage import models as m
from storage import settings
from tests.handlers.talk import Talk

WEEKDAYS = ("0", "1", "2", "3", "4")
MINE: Mapping[str, FieldValue] = {"lang": "en", "ask_day": "meeting", "days": WEEKDAYS, "numbers": "dot"}
TEAM: Mapping[str, FieldValue] = {
    "title": "Weekly", "meeting_days": ("4",), "time": "10:00", "every": "1", "lead_minutes": "10", "duration": "45",
    "cadence": "weekly", "reminders": "2", "lang": "en",
    "rituals": ("weekly_checkin", "digest", "next_steps", "health"),
}  # fmt: skip


@pytest.fixture
def growth(talk: Talk) -> m.Team:
    """Growth, with a key result of Mei and a meeting on Fridays."""
    talk.office.renewals()
    talk.office.session.add(
        m.Meeting(
            workspace_id=talk.office.workspace.id,
            team_id=talk.office.team.id,
            title="Weekly",
            weekdays=[4],
            time=time(10),
            duration=45,
        )
    )
    talk.office.session.flush()
    return talk.office.team


def sends(
    talk: Talk, form: str, values: Mapping[str, object], *, about: str = "GRO", by: m.Person | None = None
) -> Reply:
    person = by or talk.office.bea
    typed: dict[str, FieldValue] = {name: value for name, value in values.items() if value}  # type: ignore[misc]
    return FORMS[form](talk.turn(person), Submitted(form, about, typed))


def told(talk: Talk, reply: Reply, by: m.Person | None = None) -> str:
    talk.office.session.flush()
    assert isinstance(reply, Answer), reply
    return plain_text(talk.render(reply, by or talk.office.bea))


def presses(talk: Talk, action: str, value: str, by: m.Person | None = None) -> str:
    person = by or talk.office.bea
    return told(talk, BUTTONS[action](talk.turn(person), value), person)


def form_of(talk: Talk, reply: Reply, person: m.Person) -> Form:
    assert isinstance(reply, FormRequest), reply
    return render_form(talk.office.session, talk.office.cards, person, reply.name, reply.data, talk.now)


def audit(talk: Talk) -> Sequence[m.AuditEvent]:
    return talk.office.session.exec(select(m.AuditEvent)).all()


# --- a person -----------------------------------------------------------------------------------------


def test_a_form_is_filled_with_what_holds(talk: Talk, growth: m.Team) -> None:
    mei = talk.office.mei
    mei.timezone, mei.check_in_weekday, mei.working_days = "Asia/Shanghai", 1, [0, 1, 2]
    del growth

    form = form_of(talk, talk.reply("settings"), mei)

    fields = {one.name: one for one in form.fields}
    assert getattr(fields["timezone"], "initial", "") == "Asia/Shanghai"
    assert getattr(fields["ask_day"], "initial", "") == "1"
    assert isinstance(fields["days"], Checkboxes)
    assert fields["days"].initial == ("0", "1", "2")
    assert talk.says("设置") == "[form my_settings_form]"


def test_what_is_set_is_told_with_the_next_question_and_filed(talk: Talk, growth: m.Team) -> None:
    mei = talk.office.mei
    del growth

    values = {**MINE, "timezone": "london", "ask_day": "1", "ask_time": "9.30am", "holidays": "es-md"}
    lines = told(talk, sends(talk, "my_settings", values, by=mei), mei).splitlines()

    assert lines == [
        "Saved.",
        "• time zone: as the workspace → Europe/London",
        "• day of the question: by the team's meeting → Tue",
        "• time of the question: 10:00 → 09:30",
        "• holiday calendar: as the team → ES-MD",
        "The next question goes out Tue 17 Nov 09:30.",
    ]
    assert (mei.timezone, mei.check_in_weekday, mei.check_in_time) == ("Europe/London", 1, time(9, 30))
    (event,) = audit(talk)
    assert (event.who_id, event.after["timezone"], event.before["ask_day"]) == (mei.id, "Europe/London", None)


def test_nothing_new_is_said_and_files_nothing(talk: Talk, growth: m.Team) -> None:
    del growth
    mei = talk.office.mei

    assert told(talk, sends(talk, "my_settings", MINE, by=mei), mei).startswith("Nothing was changed.")
    assert list(audit(talk)) == []


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("timezone", "Europe/Madrd", "Did you mean Europe/Madrid"),
        ("timezone", "nowhere at all", "name one like Europe/Madrid"),
        ("ask_time", "half past", "I cannot read that time"),
        ("ask_time", "7:00", "Nobody is written to at that hour"),
        ("ask_day", "6", "none of your working days"),
        ("days", (), "at least one working day"),
        ("holidays", "XQ", "I don't know that holiday calendar"),
        ("holidays", "x" * 40, "longer than 16 characters"),
    ],
)
def test_what_cannot_be_read_stands_beside_its_field(
    talk: Talk, growth: m.Team, name: str, value: FieldValue, sentence: str
) -> None:
    del growth
    mei = talk.office.mei
    before = settings.of_person(mei)

    reply = sends(talk, "my_settings", {**MINE, "numbers": "comma", name: value}, by=mei)

    assert isinstance(reply, FormErrors)
    assert list(reply.errors) == [name]
    assert sentence in reply.errors[name]
    assert settings.of_person(mei) == before


# --- a team -------------------------------------------------------------------------------------------


def test_the_lead_gets_the_form_of_the_team(talk: Talk, growth: m.Team) -> None:
    bea = talk.office.bea

    form = form_of(talk, talk.reply("settings team", by=bea), bea)

    assert (form.name, form.token) == ("team_settings", growth.key)
    fields = {one.name: one for one in form.fields}
    assert getattr(fields["time"], "initial", "") == "10:00"
    assert isinstance(fields["rituals"], Checkboxes)
    assert fields["rituals"].initial == ("weekly_checkin", "digest", "next_steps", "health")


def test_the_empty_zone_of_a_meeting_names_the_team_s_own(talk: Talk, growth: m.Team) -> None:
    growth.timezone = "Asia/Shanghai"
    talk.office.session.flush()

    form = form_of(talk, talk.reply("settings team GRO", by=talk.office.bea), talk.office.bea)
    (zone,) = [one for one in form.fields if one.name == "zone"]
    assert getattr(zone, "placeholder", "") == "Asia/Shanghai"


def test_members_are_told_who_may(talk: Talk, growth: m.Team) -> None:
    del growth
    sentence = "Only Bea or an admin can change the settings of Growth."

    assert talk.says("settings team GRO") == sentence
    assert talk.says("settings meetings GRO") == sentence
    assert told(talk, sends(talk, "team_settings", TEAM, by=talk.office.mei), talk.office.mei) == sentence
    assert told(talk, sends(talk, "meeting", TEAM, by=talk.office.mei), talk.office.mei) == sentence
    for action in ("team_biweekly", "team_stop", "team_start", "fewer_krs", "automate", "add_meeting"):
        assert presses(talk, action, "GRO", talk.office.mei) == sentence


def test_what_a_team_changes_is_told_before_and_after(talk: Talk, growth: m.Team) -> None:
    values = {**TEAM, "time": "上午9点半", "reminders": "0", "rituals": ("weekly_checkin", "digest", "wins")}

    lines = told(talk, sends(talk, "team_settings", values)).splitlines()

    assert lines[:6] == [
        "Saved for Growth.",
        "• time of the meeting: 10:00 → 09:30",
        "• reminders: 2 → 0",
        "• next steps after the meeting: on → off",
        "• wins on Fridays: off → on",
        "• health metrics: on → off",
    ]
    assert lines[6].startswith("The next question goes out Thu ")
    assert lines[6].endswith(", the next board Fri 13 Nov 09:20.")
    assert growth.rituals == {"next_steps": False, "wins": True, "health": False}
    assert len(audit(talk)) == 1


@pytest.mark.parametrize(
    ("changes", "name", "sentence"),
    [
        ({"time": "25:00"}, "time", "I cannot read that time"),
        ({"meeting_days": ()}, "meeting_days", "On which day?"),
        ({"time": ""}, "time", "At what time?"),
        ({"lead_minutes": "61"}, "lead_minutes", "from 0 to 60"),
        ({"lead_minutes": "-1"}, "lead_minutes", "from 0 to 60"),
        ({"duration": "9" * 30}, "duration", "from 5 to 600"),
        ({"zone": "Mdrid"}, "zone", "Did you mean Europe/Madrid"),
        ({"every": "3"}, "every", "every 1, 2 or 4 weeks"),
        ({"title": "x" * 90}, "title", "longer than 80"),
        ({"timezone": "Atlantis"}, "timezone", "time zone"),
    ],
)
def test_a_team_s_form_goes_back_with_its_sentence(
    talk: Talk, growth: m.Team, changes: Mapping[str, FieldValue], name: str, sentence: str
) -> None:
    reply = sends(talk, "team_settings", {**TEAM, "cadence": "biweekly", **changes})

    assert isinstance(reply, FormErrors)
    assert sentence in reply.errors[name]
    assert growth.cadence is Cadence.WEEKLY


def test_a_team_that_does_not_meet_any_more(talk: Talk, growth: m.Team) -> None:
    lines = told(talk, sends(talk, "team_settings", {**TEAM, "time": "", "meeting_days": ()}))

    assert "time of the meeting: 10:00 → –" in lines
    assert "The next question goes out Mon 16 Nov 10:00, the next board Tue 17 Nov 10:00." in lines
    assert talk.office.session.exec(select(m.Meeting).where(m.Meeting.team_id == growth.id)).first() is None


def test_a_second_meeting_is_added_changed_and_removed(talk: Talk, growth: m.Team) -> None:
    bea = talk.office.bea
    assert isinstance(BUTTONS["add_meeting"](talk.turn(bea), "GRO"), FormRequest)
    values = {"title": "Sync", "meeting_days": ("1", "3"), "time": "15:00", "every": "2"}
    assert "• day of the meeting: – → Tue, Thu" in told(talk, sends(talk, "meeting", values))

    card = talk.card("settings meetings", by=bea)
    assert "Sync · Tue, Thu 15:00 · every second week" in plain_text(card)
    edit = talk.buttons("settings meetings", by=bea)[1]
    form = form_of(talk, BUTTONS[edit.action](talk.turn(bea), edit.value), bea)
    assert form.token == edit.value
    assert "• time of the meeting: 15:00 → 16:00" in told(
        talk, sends(talk, "meeting", {**values, "time": "4pm"}, about=edit.value)
    )
    assert "• meeting: Sync → –" in told(talk, sends(talk, "meeting", {"remove": ("yes",)}, about=edit.value))
    rows = talk.office.session.exec(select(m.Meeting).where(m.Meeting.team_id == growth.id)).all()
    assert [row.title for row in rows] == ["Weekly"]
    assert told(talk, sends(talk, "meeting", values, about=edit.value)) == "That meeting is gone; nothing was changed."


def test_the_workspace_and_unknown_words_are_answered_kindly(talk: Talk, growth: m.Team) -> None:
    del growth
    assert "Nobody looks after Okra here" in talk.says("settings workspace")
    assert talk.says("settings nonsense").startswith("Try /okr settings")
    assert talk.says("settings team XYZ") == "I don't know a team called XYZ. Try its key, such as GRO."
    assert talk.says("settings team", by=talk.office.person("Tom")) == (
        "You are in no team yet, so there is nothing to set."
    )


# --- the messages about silence -------------------------------------------------------------------------


def test_another_time_of_the_week_is_one_tap(talk: Talk, growth: m.Team) -> None:
    del growth
    mei = talk.office.mei

    assert "The next question goes out Tue 17 Nov 10:00." in presses(talk, "ask_me_at", "1T10:00", mei)
    assert (mei.check_in_weekday, mei.check_in_time) == (1, time(10))
    assert "nothing was changed" in presses(talk, "ask_me_at", "9Tx", mei)


def test_somebody_else_owns_it(talk: Talk, growth: m.Team) -> None:
    del growth

    text = presses(talk, "not_mine_any", "mine", talk.office.mei)

    assert text.splitlines()[0] == "Which of yours is somebody else's? I tell the lead."
    assert text.splitlines()[-1] == "[KR2]"
    assert presses(talk, "not_mine_any", "mine", talk.office.li) == "You own no key results in this cycle."


def test_every_second_week_and_back(talk: Talk, growth: m.Team) -> None:
    text = presses(talk, "team_biweekly", "GRO")
    assert "• question: every week → every second week" in text
    assert text.endswith("[Every week]")
    assert growth.cadence.value == "biweekly"

    presses(talk, "team_weekly", "GRO")
    assert growth.cadence.value == "weekly"


def test_stopping_for_now_and_starting_again(talk: Talk, growth: m.Team) -> None:
    text = presses(talk, "team_stop", "GRO")
    assert "No weekly question goes out until it is switched on again." in text
    assert text.endswith("[Start again]")
    assert not settings.is_on(growth, "weekly_checkin")

    assert "The next question goes out" in presses(talk, "team_start", "GRO")
    assert settings.is_on(growth, "weekly_checkin")
    assert presses(talk, "team_start", "GRO").startswith("Nothing was changed.")
    assert presses(talk, "team_stop", "XYZ") == "That team is gone; nothing was changed."


def test_fewer_key_results_and_automated_ones(talk: Talk, growth: m.Team) -> None:
    del growth
    text = presses(talk, "fewer_krs", "GRO")
    assert "KR2 Self-serve renewals · Mei" in text

    assert len(presses(talk, "automate", "GRO").splitlines()) == 4


# --- in one line ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["timezone Asia/Shanghai", "time zone shanghai", "时区 上海", "时区上海", "tz Shanghai"]
)
def test_a_time_zone_is_set_in_one_line_and_what_follows_is_told(talk: Talk, growth: m.Team, text: str) -> None:
    told = talk.says(text)

    assert talk.office.mei.timezone == "Asia/Shanghai"
    assert "time zone: as the workspace → Asia/Shanghai" in told
    assert len(audit(talk)) == 1


def test_a_time_zone_that_is_none_changes_nothing_and_says_which_may_be_meant(talk: Talk, growth: m.Team) -> None:
    assert talk.says("timezone Madird").startswith("I don't know that time zone. Did you mean Europe/Madrid")
    assert talk.says("timezone of my heart").startswith("I don't know that time zone")
    assert talk.says("timezone " + "x" * 500).startswith("I don't know that time zone")
    assert talk.says("timezone").startswith(
        "Your time zone is Europe/Madrid. Another one: /okr timezone Asia/Shanghai."
    )
    assert talk.office.mei.timezone is None


@pytest.mark.parametrize("text", ["language 中文", "lang zh", "语言 中文", "language Chinese"])
def test_a_language_is_set_in_one_line(talk: Talk, growth: m.Team, text: str) -> None:
    talk.reply(text)

    assert talk.office.mei.lang is m.Language.ZH


@pytest.mark.parametrize("text", ["my settings", "My settings", "我的设置", "settings me", "设置 我"])
def test_ones_own_settings_have_several_names(talk: Talk, growth: m.Team, text: str) -> None:
    assert talk.says(text) == "[form my_settings_form]"


@pytest.mark.parametrize(
    "text", ["my settings", "我的设置", "language 中文", "timezone Europe/Madrid", "time zone Madrid", "时区 上海"]
)
def test_they_need_no_slash_in_the_personal_chat(text: str) -> None:
    assert is_plain(text)


@pytest.mark.parametrize("text", ["timezone trouble with the supplier", "time zones differ", "language is a problem"])
def test_words_of_an_answer_stay_an_answer(text: str) -> None:
    assert not is_plain(text)
