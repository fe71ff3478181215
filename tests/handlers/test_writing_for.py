"""For which team something is written: an admin in none says which, and a line may name it (spec/06 §11.3)."""

from dataclasses import replace

import pytest
from sqlmodel import select

from bot.intake.conversation import FormRequest
from bot.intake.inbound import Command
from bot.intake.stored import to_json
from bot.okr.model import KRState
from storage import models as m
from storage import settings
from storage.settings import ARCHIVED
from tests.handlers.talk import Talk
from tests.handlers.test_adding import be_member, krs, presses, value
from tests.handlers.test_pasting import SET, drafted, taps, types

QUOTED = 'add objective "Win regulars" for Growth'


@pytest.fixture
def admin(talk: Talk) -> m.Person:
    """Ann is an admin in no team; Growth and Support have a cycle."""
    person = talk.office.person("Ann")
    person.role = m.WorkspaceRole.ADMIN
    talk.office.found_team("SUP", "Support")
    be_member(talk, talk.office.mei)
    talk.office.session.flush()
    return person


def newest(talk: Talk) -> m.Objective:
    return drafted(talk)[-1]


def team_of(talk: Talk, row: m.Objective | m.KeyResult) -> str:
    return talk.office.session.get_one(m.Team, row.team_id).key


def test_an_admin_in_no_team_is_asked_whose_objective_it_is(talk: Talk, admin: m.Person) -> None:
    assert talk.says("add objective Win regulars", by=admin).endswith("[GRO] [SUP]")
    (button,) = [one for one in talk.buttons("add objective Win regulars", by=admin) if one.label == "SUP"]

    assert button.action == "objective_team"
    assert talk.says("add objective", by=admin).endswith("[GRO] [SUP]")


@pytest.mark.parametrize(
    ("line", "title", "team"),
    [
        ("add objective Win regulars for @Support", "Win regulars", "SUP"),
        ("add objective Win regulars for SUP", "Win regulars", "SUP"),
        ("add objective Win regulars for Support", "Win regulars", "SUP"),
        ("add objective for Support: Win regulars", "Win regulars", "SUP"),
        ('add objective "Win regulars" for the Support team', "Win regulars", "SUP"),
        ("新增 目标 赢得常客 给 Support", "赢得常客", "SUP"),
        ("新增 目标 给 GRO：赢得常客", "赢得常客", "GRO"),
        ("add objective Win regulars for ever, for GRO", "Win regulars for ever", "GRO"),
    ],
)
def test_a_line_names_the_team(talk: Talk, admin: m.Person, line: str, title: str, team: str) -> None:
    talk.says(line, by=admin)

    assert (newest(talk).title, team_of(talk, newest(talk))) == (title, team)


def test_a_team_is_called_by_its_name_without_the_word_for_team(talk: Talk, admin: m.Person) -> None:
    talk.office.found_team("XZ", "增长组")
    talk.says("新增 目标 赢得常客 给 增长", by=admin)

    assert (newest(talk).title, team_of(talk, newest(talk))) == ("赢得常客", "XZ")


def test_an_admin_in_one_team_keeps_it_and_can_name_another(talk: Talk, admin: m.Person) -> None:
    be_member(talk, admin)

    talk.says("add objective Win regulars for Support", by=admin)
    assert (newest(talk).title, team_of(talk, newest(talk))) == ("Win regulars for Support", "GRO")
    talk.says('add objective "Win guests" for Support', by=admin)
    assert (newest(talk).title, team_of(talk, newest(talk))) == ("Win guests", "SUP")


def test_who_is_no_admin_hears_who_can(talk: Talk, admin: m.Person) -> None:
    said = talk.says('add objective "Win regulars" for SUP')

    assert said == ("The OKRs of Support are written by its members, so nothing was saved. Bea or an admin can do it.")
    assert talk.says("add kr for @Support: NPS from 30 to 45") == said
    assert talk.says("publish SUP") == "Only Bea or an admin can publish what Support has written."
    assert drafted(talk) == []
    assert krs(talk) == []
    assert admin.active


def test_an_archived_team_takes_nothing_from_an_admin_either(talk: Talk, admin: m.Person) -> None:
    team = talk.office.session.exec(select(m.Team).where(m.Team.key == "SUP")).one()
    team.rituals = {**team.rituals, ARCHIVED: True}
    talk.office.session.flush()

    assert talk.says("add objective Win regulars for SUP", by=admin) == "Support is archived, so nothing was saved."
    assert talk.says("add objective Win regulars", by=admin).startswith("O2 is saved as a draft of Growth")


def test_a_key_result_is_asked_for_by_team_and_read_again(talk: Talk, admin: m.Person) -> None:
    talk.says("add objective Win guests for SUP", by=admin)

    assert talk.says('add kr "NPS from 30 to 45"', by=admin).endswith("[GRO] [SUP]")
    assert "[O1] [O2]" in talk.says('add kr "NPS from 30 to 45" for SUP', by=admin)
    told_of = talk.says("add kr SUP O2 NPS from 30 to 45", by=admin)
    assert told_of.startswith("New key result for O2 Win guests (Support, a draft)\n“NPS from 30 to 45”")
    presses(talk, "kr_save", value(talk), by=admin)

    assert [(team_of(talk, one), one.title, one.state) for one in krs(talk)] == [
        ("SUP", "NPS from 30 to 45", KRState.DRAFT)
    ]


def test_the_button_of_a_team_reads_the_line_again(talk: Talk, admin: m.Person) -> None:
    """On Teams the form is opened by such a button, too."""

    def pressed(line: str) -> str:
        turn = talk.turn(admin)
        turn.inbox.person_id = admin.id
        turn.inbox.body = to_json(replace(turn.inbound, what=Command(line)))
        return presses(talk, "kr_team", f"{turn.inbox.id}:SUP", by=admin)

    assert pressed("add kr NPS from 30 to 45").startswith(
        "New key result for O1 Grow (Support, published)\n“NPS from 30 to 45”"
    )
    assert pressed("add kr") == "[form kr_line_form]"
    reply = talk.reply("add kr for SUP", by=admin)
    assert isinstance(reply, FormRequest)
    assert (reply.action, reply.value.partition(":")[2]) == ("kr_team", "SUP")


def test_a_paste_goes_to_the_team_that_is_pressed_or_named(talk: Talk, admin: m.Person) -> None:
    shown = types(talk, SET, by=admin)
    assert shown.splitlines()[-1] == "[Save for GRO] [Save for SUP] [It's an update] [Forget it]"
    taps(talk, "paste_save", "SUP", by=admin)
    assert team_of(talk, newest(talk)) == "SUP"

    named = talk.says(f"import for Support\n{SET}", by=admin)
    assert named.splitlines()[-1] == "[Save as draft] [It's an update] [Forget it]"


def test_a_kept_paste_is_not_saved_into_a_team_that_was_archived_since(talk: Talk, admin: m.Person) -> None:
    types(talk, SET, by=admin)
    settings.switch(talk.office.session, talk.office.team, ARCHIVED, on=True)

    assert taps(talk, "paste_save", "GRO", by=admin) == "Growth is archived, so nothing was saved."
    taps(talk, "paste_save", "SUP", by=admin)
    assert team_of(talk, newest(talk)) == "SUP"


def test_many_teams_stand_in_a_menu(talk: Talk, admin: m.Person) -> None:
    for number in range(6):
        talk.office.found_team(f"T{'ABCDEF'[number]}", f"Team {number}")

    assert "[Choose a team" in talk.says("add objective Win regulars", by=admin)
    assert "[Save for…" in types(talk, SET, by=admin)


def test_what_is_written_is_published_and_checked_by_an_admin_in_no_team(talk: Talk, admin: m.Person) -> None:
    assert talk.says("publish", by=admin) == "No team has anything written that is not published yet."
    talk.says("add objective Win guests for SUP", by=admin)

    assert "Win guests" in talk.says("publish", by=admin)
    assert talk.says("publish for Support", by=admin) == talk.says("publish SUP", by=admin)
    assert talk.says("check", by=admin).endswith("[GRO] [SUP]")
    assert "Which team?" not in talk.says("check for SUP", by=admin)
