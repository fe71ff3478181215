"""What holds for every answer to a command: nobody is ranked, nothing private gets out, every button works."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

import pytest
from sqlmodel import select

from bot.cards.model import Actions, Button, Menu, Option, Text
from bot.cards.plain import plain_text
from bot.handlers.buttons import GONE
from bot.handlers.naming import NotOneError
from bot.handlers.pressed import pressed
from bot.intake.conversation import Answer
from bot.intake.inbound import Pressed
from bot.okr.model import KRType
from storage import models as m
from tests.handlers.talk import Talk
from tests.views.asked import Office, at, controls

SECRET = ("Zebra", "Okapi", "walrus", "narwhal", "otter")
"""Words of the private objective, its key result, its note, its blocker and its next step."""
RAW = "my own private wording"
EVERYTHING = (
    "", "board", "board GRO", "board SUP", "board team SUP", "board me", "board @Mei", "board @Li", "board attention",
    "show KR1", "show GRO-1", "show GRO-2", "show GRO-5", "show SUP-1", "why KR1", "why GRO-2", "why GRO-5",
    "why SUP-1", "show Okapi", "why Zebra", "digest preview", "digest preview GRO", "digest preview SUP", "digest now",
    "digest now SUP", "away 3-14 Dec @Mei", "back", "help", "help status", "lang en", "undo", "nonsense", "KR9 5",
    "update", "report", "report team", "report team SUP quarter", "report quarter", "settings team",
    "settings meetings", "help settings",
)  # fmt: skip


@pytest.fixture
def company(talk: Talk) -> Talk:
    """Growth, of which Mei and Li own a part; and Support, whose only objective is Li's, Bea's and nobody else's."""
    office = talk.office
    ana = office.person("Ana")
    office.session.add(
        m.Membership(workspace_id=office.workspace.id, team_id=office.team.id, person_id=ana.id, role=m.TeamRole.MEMBER)
    )
    mrr = office.kr(1, "Enterprise MRR", ends=("30000", "60000"), unit="$")
    renewals = office.renewals()
    sso = office.kr(5, "SSO live", KRType.MILESTONE, ends=None, due=date(2026, 12, 15), owner=office.li)
    for day, value in ((5, "41000"), (10, "46000")):
        office.say(mrr, at(day, 11), value=value, self_score="0.7").raw_text = RAW
    office.say(renewals, at(30, 11, month=10), value="28", self_score="0.4")
    office.say(sso, at(5, 11), by=office.li, confidence="6")
    support = office.found_team("SUP", "Support")
    secret = office.kr(1, "Okapi", team=support, owner=office.li)
    office.say(
        secret, at(11, 11), by=office.li, value="21", note="a walrus", blocked=True, blocker="narwhal", self_score="0.3"
    )
    objective = office.session.get_one(m.Objective, secret.objective_id)
    objective.title, objective.visibility = "Zebra", m.Visibility.TEAM
    office.session.add(
        m.NextStep(
            workspace_id=office.workspace.id, team_id=support.id, kr_id=secret.id, text="call the otter", at=at(11)
        )
    )
    office.session.flush()
    return talk


def ana(office: Office) -> m.Person:
    """A member of Growth who owns nothing."""
    return next(one for one in people(office) if one.short_name == "Ana")


def people(office: Office) -> Sequence[m.Person]:
    return office.session.exec(select(m.Person)).all()


def private_objective(office: Office) -> m.Objective:
    return office.session.exec(select(m.Objective).where(m.Objective.title == "Zebra")).one()


@pytest.mark.parametrize("words", EVERYTHING)
def test_a_private_objective_never_leaves_its_team(company: Talk, words: str) -> None:
    office = company.office

    for outsider in (office.mei, ana(office)):
        told = company.says(words, by=outsider)
        assert [word for word in SECRET if word in told and word not in words] == []
        if set(words.split()) & set(SECRET):
            assert told.startswith("I don't have ")


def test_the_private_objective_is_shown_to_its_team(company: Talk) -> None:
    """The test above could not fail otherwise."""
    told = "\n".join(company.says(words, by=company.office.li) for words in EVERYTHING)

    assert [word for word in SECRET if word not in told] == []


def test_a_title_only_objective_shows_its_title_and_no_more(company: Talk) -> None:
    office = company.office
    private_objective(office).visibility = m.Visibility.TITLE_ONLY

    told = "\n".join(company.says(words) for words in EVERYTHING if not set(words.split()) & set(SECRET))

    assert "🔒 O: Zebra" in told
    assert [word for word in SECRET[1:] if word in told] == []


@pytest.mark.parametrize("words", EVERYTHING)
def test_no_answer_yields_a_number_per_person(company: Talk, words: str) -> None:
    """A name and a figure only ever stand together about one key result, an objective, or days."""
    office = company.office
    names = "|".join(person.short_name for person in people(office))
    for reader in (office.mei, office.li, office.bea):
        key_result = False
        for line in company.says(words, by=reader).splitlines():
            key_result = key_result or re.match(r"(KR|GRO-|SUP-)\d", line) is not None  # one of `show` or `why`
            has_name = re.search(rf"\b({names}|You|Your)\b", line) is not None
            figure = re.search(r"\b[01]\.\d\d?\b|\d%|\d+/10|\b(average|mean|rank|total)\b", line)
            if has_name and figure:
                assert key_result or re.search(r"\b(KR|GRO-|SUP-)\d", line), line


@pytest.mark.parametrize("words", EVERYTHING)
def test_what_somebody_typed_is_nobody_elses_to_read(company: Talk, words: str) -> None:
    office = company.office

    for reader in (office.li, office.bea, ana(office)):
        assert RAW not in company.says(words, by=reader)


@pytest.mark.parametrize("words", EVERYTHING)
def test_an_answer_ends_with_one_row_of_buttons_at_most_and_all_of_them_work(company: Talk, words: str) -> None:
    office = company.office
    office.mei.role = m.WorkspaceRole.ADMIN
    for reader in (office.mei, office.li, office.bea, ana(office)):
        reply = company.reply(words, by=reader)
        if not isinstance(reply, Answer):
            continue
        card = company.render(reply, reader)
        rows = [block for block in card.blocks if isinstance(block, Actions) or (_has_control(block))]
        if not words.startswith("digest preview"):  # it looks as the digest will
            assert len(rows) <= 1
            assert not rows or card.blocks[-1] is rows[0]
        for button in pressable(controls(card)):
            if button.action == "undo":
                continue
            try:
                done = pressed(company.turn(reader), Pressed(button.action, button.value))
            except NotOneError as error:  # who may not is told so
                done = error.reply
            assert not (isinstance(done, Answer) and done.data.get("msgid") == GONE), button


def pressable(all_of_them: Sequence[object]) -> Iterator[Button | Option]:
    """The buttons, and the entries of the menus."""
    for one in all_of_them:
        if isinstance(one, Menu):
            yield from one.options
        else:
            assert isinstance(one, Button)
            yield one


def _has_control(block: object) -> bool:
    return isinstance(block, Text) and block.control is not None


def test_an_answer_waits_in_the_outbox_and_is_true_when_it_is_shown(company: Talk) -> None:
    office = company.office
    reply = company.reply("")
    assert isinstance(reply, Answer)
    row = office.view(office.kr(7, "Signed later")).row
    office.say(row, at(12, 9, 30), value="30")

    assert "Signed later" in plain_text(company.render(reply, office.mei))
