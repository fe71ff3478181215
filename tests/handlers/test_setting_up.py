"""Setting up teams, their people and the workspace: what is refused, what is said, what stands in the database."""

from collections.abc import Mapping

import pytest
from sqlmodel import select

from bot.cards.model import FieldValue, Mention, Text
from bot.cards.plain import plain_text
from bot.handlers.topics import BUTTONS, FORMS
from bot.intake.conversation import Answer, FormRequest, Reply
from bot.intake.inbound import FormErrors, Nothing, Submitted
from bot.views.forms import render_form
from bot.views.setting_up import setup_card
from storage import models as m
from storage import setting_up, settings
from storage.setting_up import propose_key
from storage.teams import lead_of
from tests.handlers.talk import Talk

Values = Mapping[str, FieldValue]
TIME: Values = {"name": "TeeBee", "timezone": "Europe/Madrid", "lang": "en", "quiet": "18:00-09:00"}
SCORES: Values = {
    "score_mode": "forecast", "stretch": "1.00/0.60/0.40", "committed": "1.10/0.95/0.75", "outcome": "0.60/0.80",
    "early_pace": "0.15", "score_objectives": ("yes",),
}  # fmt: skip
RULES: Values = {"approval": "notify", "grace": "2", "dark_factor": "2"}


@pytest.fixture
def admin(talk: Talk) -> m.Person:
    """Mei looks after Okra."""
    mei = talk.office.mei
    mei.role = m.WorkspaceRole.ADMIN
    talk.office.session.add(mei)
    talk.office.session.flush()
    return mei


def lead(talk: Talk) -> m.Person:
    found = lead_of(talk.office.session, talk.office.team.id)
    assert found is not None
    return found


def sends(talk: Talk, form: str, values: Values, about: str = "new", by: m.Person | None = None) -> Reply:
    return FORMS[form](talk.turn(by or talk.office.mei), Submitted(form, about, values))


def presses(talk: Talk, action: str, value: str, by: m.Person | None = None) -> Reply:
    return BUTTONS[action](talk.turn(by or talk.office.mei), value)


def told(talk: Talk, reply: Reply, by: m.Person | None = None) -> str:
    assert isinstance(reply, Answer), reply
    return plain_text(talk.render(reply, by or talk.office.mei))


def problem(reply: Reply, name: str) -> str:
    assert isinstance(reply, FormErrors), reply
    return reply.errors[name]


def teams(talk: Talk) -> list[str]:
    return list(talk.office.session.exec(select(m.Team.key).order_by(m.Team.key)))


def audits(talk: Talk) -> list[str]:
    return list(talk.office.session.exec(select(m.AuditEvent.what)))


# --- a new team -----------------------------------------------------------------------------------------


def test_a_team_is_made_with_its_people_and_the_key_from_its_name(talk: Talk, admin: m.Person) -> None:
    talk.office.bea.e_mail = "bea@plants.example"
    talk.office.session.add(talk.office.bea)
    reply = sends(talk, "setup_team", {"name": "Plant  care", "members": "@li, bea@plants.example", "lead": "li"})
    assert isinstance(reply, Nothing)
    team = talk.office.session.exec(select(m.Team).where(m.Team.name == "Plant care")).one()
    assert team.key == "PC"
    roles = {one.handle: role.value for one, role in setting_up.people_of(talk.office.session, team.id)}
    assert roles == {"Li-en": "lead", "Bea-en": "member"}
    assert "team PC made" in audits(talk)
    assert admin.id not in [one.id for one, _ in setting_up.people_of(talk.office.session, team.id)]


def test_a_channel_of_slack_is_linked_and_any_other_is_called_by_its_name(talk: Talk) -> None:
    team, installation = talk.office.team, talk.office.installation
    row = m.Delivery(
        workspace_id=team.workspace_id,
        person_id=talk.office.mei.id,
        kind="setup",
        subject="setup",
        period="once",
        due_at=talk.now,
        data={"team": team.id},
    )

    def named() -> list[Mention]:
        card = setup_card(talk.office.session, talk.office.cards, row, talk.now)
        lines = [line for block in card.blocks if isinstance(block, Text) for line in block.lines]
        return [one for line in lines for one in line if isinstance(one, Mention)]

    team.channel_ref = {"channel": "#growth"}
    assert named() == [Mention("#growth", None, is_channel=True)]
    installation.platform = m.Platform.SLACK
    team.channel_ref = {"channel": "C0GROWTH"}
    assert named() == [Mention("the channel you chose", "C0GROWTH", is_channel=True)]


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"name": ""}, "name", "What is the team called?"),
        ({"name": "x" * 4000}, "name", "That is longer than 60 characters."),
        ({"name": "Plant care", "key": "GRO"}, "key", "PC is free."),
        ({"name": "Plant care", "key": "G1"}, "key", "two to five letters"),
        ({"name": "Plant care", "key": "TOOLONG"}, "key", "two to five letters"),
        ({"name": "Plant care", "members": "@li, Li"}, "members", "stands there twice"),
        ({"name": "Plant care", "members": ("li", "li")}, "members", "stands there twice"),
        ({"name": "Plant care", "members": "@nobody"}, "members", "I don't know @nobody."),
        ({"name": "Plant care", "lead": "@nobody"}, "lead", "I don't know @nobody."),
        ({"name": "Plant care", "lead": "@li, @bea"}, "lead", "Please name one person."),
        (
            {"name": "Plant care", "members": ",".join(f"@p{one}" for one in range(99))},
            "members",
            "more than 60 people",
        ),
    ],
)
def test_what_a_new_team_cannot_be(talk: Talk, admin: m.Person, values: Values, field: str, words: str) -> None:
    del admin
    before = teams(talk)
    assert words in problem(sends(talk, "setup_team", values), field)
    assert teams(talk) == before


def test_a_name_that_is_taken_is_told_by_its_key(talk: Talk, admin: m.Person) -> None:
    del admin
    name = talk.office.team.name
    assert "There is a team of that name already" in problem(sends(talk, "setup_team", {"name": name.upper()}), "name")


def test_who_left_is_put_into_no_team(talk: Talk, admin: m.Person) -> None:
    del admin
    li = talk.office.li
    li.active = False
    talk.office.session.add(li)
    assert "no longer here" in problem(sends(talk, "setup_team", {"name": "Plant care", "members": "@li"}), "members")


def test_who_may_not_make_teams_is_told_who_can(talk: Talk, admin: m.Person) -> None:
    del admin
    li = talk.office.li
    assert "Mei can set up a new team." in told(talk, sends(talk, "setup_team", {"name": "Plant care"}, by=li), li)
    assert "Mei can set up a new team." in told(talk, presses(talk, "setup_team", "new", li), li)
    assert "Mei can set up a new team." in talk.says("setup new", by=li)


def test_a_lead_takes_over_where_nobody_looks_after_okra(talk: Talk) -> None:
    leads, li = lead(talk), talk.office.li
    assert "You lead a team, so you can." in talk.says("setup new", by=leads)
    assert "a team's lead can take it over" in told(talk, presses(talk, "become_admin", "mine", li), li)
    assert "You look after Okra here from now on." in told(talk, presses(talk, "become_admin", "mine", leads), leads)
    assert leads.role is m.WorkspaceRole.ADMIN
    assert "first admin" in audits(talk)
    assert "Somebody looks after Okra" in told(talk, presses(talk, "become_admin", "mine", leads), leads)


@pytest.mark.parametrize(
    ("name", "taken", "key"),
    [
        ("Growth", (), "GRO"),
        ("Growth", ("GRO",), "GROW"),
        ("Customer success team", (), "CST"),
        ("养护组", (), "TA"),
        ("X", (), "XA"),
        ("Büro", (), "BR"),
        ("Growth", ("GRO", "GROW", "GROWT", "GR"), "GA"),
    ],
)
def test_a_key_is_proposed_from_the_name(name: str, taken: tuple[str, ...], key: str) -> None:
    assert propose_key(name, taken) == key


# --- a team's set-up ------------------------------------------------------------------------------------


def test_a_meeting_needs_a_day_and_a_time_that_can_be_read(talk: Talk) -> None:
    key, leads = talk.office.team.key, lead(talk)
    cases: tuple[tuple[Values, str], ...] = (
        ({}, "meeting_days"),
        ({"meeting_days": ("4",)}, "time"),
        ({"time": "10:00"}, "meeting_days"),
        ({"meeting_days": ("4",), "time": "25:00"}, "time"),
        ({"meeting_days": ("4",), "time": "10:00", "zone": "Nowhere"}, "zone"),
        ({"meeting_days": ("4",), "time": "10:00", "lead_minutes": "90"}, "lead_minutes"),
    )
    for values, field in cases:
        assert problem(sends(talk, "setup_meeting", values, key, leads), field)


def test_a_form_of_a_team_that_is_gone_or_anothers_changes_nothing(talk: Talk) -> None:
    li = talk.office.li
    assert "That team is gone" in told(talk, sends(talk, "setup_meeting", {}, "XYZ"))
    assert "can change the settings" in told(talk, sends(talk, "setup_meeting", {}, talk.office.team.key, li), li)
    assert "That team is gone" in told(talk, presses(talk, "setup_lang", "XYZ:zh"))
    assert "That team is gone" in told(talk, presses(talk, "setup_lang", f"{talk.office.team.key}:xx"))


def test_the_language_of_the_board_is_one_tap(talk: Talk) -> None:
    presses(talk, "setup_lang", f"{talk.office.team.key}:zh", lead(talk))
    assert talk.office.team.lang is m.Language.ZH
    assert f"settings of team {talk.office.team.key}" in audits(talk)


# --- who is in a team -----------------------------------------------------------------------------------


def test_people_are_listed_added_and_removed(talk: Talk) -> None:
    leads, tom = lead(talk), talk.office.person("Tom")
    team = talk.office.team.name
    assert f"Lead: {leads.short_name}" in talk.says("members", by=leads)
    assert f"Tom is in {team} now." in talk.says("members add @tom", by=leads)
    assert f"Tom is in {team} already." in talk.says("members add @tom", by=leads)
    assert "reads along" in talk.says("members add @tom as viewer", by=leads)
    assert setting_up.role_of(talk.office.session, talk.office.team.id, tom.id) is m.TeamRole.VIEWER
    assert f"Tom is in {team} no more." in talk.says("members remove @tom", by=leads)
    assert f"Tom is not in {team}." in talk.says("members remove @tom", by=leads)
    assert audits(talk).count(f"people of team {talk.office.team.key}") == 3


def test_the_lead_goes_only_when_somebody_else_leads(talk: Talk) -> None:
    leads, tom = lead(talk), talk.office.person("Tom")
    assert "Give it another lead first" in talk.says(f"members remove @{leads.handle}", by=leads)
    assert "Tom leads" in talk.says("members lead @tom", by=leads)
    assert lead(talk).id == tom.id
    assert "can change the settings" in talk.says("members remove @tom", by=leads)
    assert "no more" in talk.says(f"members remove @{leads.handle}", by=tom)


def test_what_somebody_answers_for_stays_theirs(talk: Talk) -> None:
    leads, li = lead(talk), talk.office.li
    setting_up.let_in(talk.office.session, talk.office.team, li.id, m.TeamRole.MEMBER)
    talk.office.kr(2, owner=li)
    owned = setting_up.owned_in(talk.office.session, talk.office.team.id, li.id)
    assert owned
    assert "stay with Li" in talk.says("members remove @li", by=leads)
    assert setting_up.owned_in(talk.office.session, talk.office.team.id, li.id) == owned


def test_who_left_is_not_added_and_members_change_nothing(talk: Talk) -> None:
    leads, tom, li = lead(talk), talk.office.person("Tom"), talk.office.li
    setting_up.let_in(talk.office.session, talk.office.team, li.id, m.TeamRole.MEMBER)
    assert "can change the settings" in talk.says("members add @tom", by=li)
    tom.active = False
    talk.office.session.add(tom)
    assert "no longer here" in talk.says("members add @tom", by=leads)
    assert "no longer here" in talk.says("members lead @tom", by=leads)
    assert "I don't know @nobody" in talk.says("members add @nobody", by=leads)
    assert talk.says("members add", by=leads).startswith("Try /okr members")


def test_forms_of_people_that_changed_meanwhile(talk: Talk) -> None:
    key, leads = talk.office.team.key, lead(talk)
    talk.office.person("Tom")
    assert "Who is to be added?" in problem(sends(talk, "members_add", {}, key, leads), "people")
    assert "Who is to be removed?" in problem(sends(talk, "members_remove", {}, key, leads), "people")
    gone = sends(talk, "members_remove", {"people": ("Tom-en",)}, key, leads)
    assert "not in" in told(talk, gone, leads)
    assert "Who leads it" in problem(sends(talk, "members_lead", {}, key, leads), "lead")
    assert "Tom reads along" in told(
        talk, sends(talk, "members_add", {"people": ("@tom",), "role": "viewer"}, key, leads), leads
    )


def test_a_team_is_renamed_and_put_below_another_but_never_in_a_circle(talk: Talk, admin: m.Person) -> None:
    sends(talk, "setup_team", {"name": "Plant care"})
    key = talk.office.team.key
    assert "Saved for Growing." in told(talk, sends(talk, "team_edit", {"name": "Growing", "parent": "PC"}, key))
    assert "is below this one" in problem(
        sends(talk, "team_edit", {"name": "Plant care", "parent": key}, "PC"), "parent"
    )
    assert "is below this one" in problem(
        sends(talk, "team_edit", {"name": "Plant care", "parent": "PC"}, "PC"), "parent"
    )
    assert "Growing stand" in told(talk, presses(talk, "archive_team", "PC", admin))
    assert "Nothing was changed." in told(talk, sends(talk, "team_edit", {"name": "Growing", "parent": "PC"}, key))


def test_an_archived_team_says_what_becomes_of_its_okrs_and_comes_back(talk: Talk) -> None:
    team, leads = talk.office.team, lead(talk)
    talk.office.kr(1)
    talk.office.kr(2)
    asked = told(talk, presses(talk, "archive_asked", team.key, leads), leads)
    assert "published key results, with all that was said about them, stay as they are" in asked
    assert "is archived" in told(talk, presses(talk, "archive_team", team.key, leads), leads)
    assert not any(settings.is_on(team, one) for one in settings.RITUALS)
    assert "archived already" in told(talk, presses(talk, "archive_team", team.key, leads), leads)
    assert "is back" in told(talk, presses(talk, "bring_back", team.key, leads), leads)
    assert settings.is_on(team, "weekly_checkin")
    assert "is not archived" in told(talk, presses(talk, "bring_back", team.key, leads), leads)


# --- the workspace --------------------------------------------------------------------------------------


def workspace(talk: Talk) -> m.Workspace:
    return talk.office.session.exec(select(m.Workspace)).one()


def saves(talk: Talk, form: str, values: Values, by: m.Person | None = None) -> Reply:
    """A form as it is opened just now, sent with these values."""
    opened = presses(talk, form, "mine", by)
    assert isinstance(opened, FormRequest), opened
    shown = render_form(
        talk.office.session, talk.office.cards, by or talk.office.mei, opened.name, opened.data, talk.now
    )
    return sends(talk, form, values, shown.token, by)


def test_an_admin_sees_and_changes_what_holds_for_everybody(talk: Talk, admin: m.Person) -> None:
    del admin
    assert "quiet hours: 18:00-09:00" in talk.says("settings workspace")
    said = told(talk, saves(talk, "workspace_time", {**TIME, "quiet": "7pm - 8am", "freeze": "24 Dec - 31 Dec\n1 Jan"}))
    assert "quiet hours: 18:00-09:00 → 19:00-08:00" in said
    assert workspace(talk).freeze == [["2026-12-24", "2026-12-31"], ["2027-01-01", "2027-01-01"]]
    said = told(talk, saves(talk, "workspace_scores", {**SCORES, "stretch": "0,9/0,6/0,3", "score_mode": "progress"}))
    assert "colours of stretch KRs: 1.00/0.60/0.40 → 0.9/0.6/0.3" in said
    said = told(
        talk, saves(talk, "workspace_rules", {**RULES, "approval": "required", "grace": "0", "dark_factor": "4"})
    )
    assert "approval of new OKRs: the team above is told → the team above says yes first" in said
    row = workspace(talk)
    assert row.thresholds["stretch"] == "0.9/0.6/0.3"
    assert row.thresholds["grace_days"] == "0"
    assert "committed" not in row.thresholds, "what stayed as usual is left unsaid"
    assert row.approval is m.ApprovalRule.REQUIRED
    assert audits(talk).count("settings of the workspace") == 3
    assert "Nothing was changed." in told(
        talk, saves(talk, "workspace_scores", {**SCORES, "stretch": "0.9/0.6/0.3", "score_mode": "progress"})
    )


@pytest.mark.parametrize(
    ("form", "values", "field"),
    [
        ("workspace_time", {**TIME, "name": ""}, "name"),
        ("workspace_time", {**TIME, "name": "x" * 4000}, "name"),
        ("workspace_time", {**TIME, "timezone": "Nowhere"}, "timezone"),
        ("workspace_time", {**TIME, "holidays": "XX"}, "holidays"),
        ("workspace_time", {**TIME, "quiet": "banana"}, "quiet"),
        ("workspace_time", {**TIME, "quiet": "9:00-9:00"}, "quiet"),
        ("workspace_time", {**TIME, "freeze": "banana"}, "freeze"),
        ("workspace_time", {**TIME, "freeze": "2026-12-31 – 2026-12-24"}, "freeze"),
        ("workspace_time", {**TIME, "freeze": "2026-01-01 – 2026-12-24"}, "freeze"),
        ("workspace_scores", {**SCORES, "stretch": "0.4/0.6/1.0"}, "stretch"),
        ("workspace_scores", {**SCORES, "stretch": "1/0.6"}, "stretch"),
        ("workspace_scores", {**SCORES, "committed": "NaN/0.6/0.4"}, "committed"),
        ("workspace_scores", {**SCORES, "committed": "9e99/0.6/0.4"}, "committed"),
        ("workspace_scores", {**SCORES, "outcome": "0.8/0.6"}, "outcome"),
        ("workspace_scores", {**SCORES, "early_pace": "0.5"}, "early_pace"),
        ("workspace_rules", {**RULES, "grace": "6"}, "grace"),
        ("workspace_rules", {**RULES, "dark_factor": "1"}, "dark_factor"),
        ("workspace_rules", {**RULES, "retention": "7", "forget": ("yes",)}, "retention"),
        ("workspace_rules", {**RULES, "retention": "365"}, "forget"),
    ],
)
def test_what_cannot_hold_gets_a_sentence_beside_its_field(
    talk: Talk, admin: m.Person, form: str, values: Values, field: str
) -> None:
    del admin
    before = settings.of_workspace(workspace(talk))
    assert problem(saves(talk, form, values), field)
    assert settings.of_workspace(workspace(talk)) == before


def test_keeping_words_for_a_shorter_time_needs_a_second_yes(talk: Talk, admin: m.Person) -> None:
    del admin
    said = told(talk, saves(talk, "workspace_rules", {**RULES, "retention": "365", "forget": ("yes",)}))
    assert "what people typed is kept: for good → 365 days" in said
    assert "365 days → 730 days" in told(talk, saves(talk, "workspace_rules", {**RULES, "retention": "730"}))


def test_a_form_that_somebody_overtook_saves_nothing(talk: Talk, admin: m.Person) -> None:
    del admin
    opened = settings.fingerprint(settings.of_workspace(workspace(talk)), settings.OF_RULES)
    saves(talk, "workspace_rules", {**RULES, "grace": "4"})
    said = told(talk, sends(talk, "workspace_rules", {**RULES, "grace": "1"}, opened))
    assert "Somebody changed these settings while your form was open" in said
    assert workspace(talk).thresholds["grace_days"] == "4"


def test_others_see_the_workspace_and_are_told_who_may_change_it(talk: Talk, admin: m.Person) -> None:
    del admin
    li = talk.office.li
    assert "Only Mei can change these." in talk.says("settings workspace", by=li)
    assert "Only Mei can change these." in told(talk, presses(talk, "workspace_time", "mine", li), li)
    assert "Only Mei can change these." in told(talk, sends(talk, "workspace_rules", RULES, "x", li), li)


def test_a_review_every_three_weeks_is_saved_with_its_warning(talk: Talk) -> None:
    leads, team = lead(talk), talk.office.team
    values: Values = {
        "cadence": "weekly", "reminders": "2", "review_every": "3", "lang": "en", "rituals": ("digest",),
    }  # fmt: skip
    assert "every 3 weeks: often, a review needs an hour" in told(
        talk, sends(talk, "team_settings", values, team.key, leads), leads
    )
    assert team.review_every_weeks == 3
