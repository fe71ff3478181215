"""A person's page in conversation: opened, pressed, and following what they and others do."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot.cards.model import Button, Menu
from bot.cards.plain import plain_text
from bot.handlers.router import handle
from bot.intake.conversation import Answer, FormRequest, Reply, Turn
from bot.intake.inbound import Command, FormErrors, Inbound, Nothing, Opened, Place, Pressed, Submitted, What
from bot.rituals.home import kinds
from storage import deliveries, homes
from storage import models as m
from tests.handlers.talk import Talk
from tests.views.asked import ASKED_AT, controls, sample


class Pages:
    """People of an office with a page each."""

    def __init__(self, talk: Talk) -> None:
        self.talk, self.office = talk, talk.office
        for person in (self.office.mei, self.office.li, self.office.bea):
            self.office._add(
                m.Address(
                    workspace_id=self.office.workspace.id,
                    person_id=person.id,
                    installation_id=self.office.installation.id,
                    external_id=person.short_name,
                )
            )

    def does(self, what: What, by: m.Person, place: Place = Place.HOME) -> Reply:
        turn = self.talk.turn(by)
        inbound = Inbound("console", "console", turn.inbox.key, by.short_name, place, "", self.talk.now, what)
        return handle(Turn(turn.session, turn.inbox, inbound, by, turn.now, can_open_forms=True, say=turn.say))

    def opens(self, by: m.Person) -> None:
        assert self.does(Opened(), by) == Nothing()
        self.is_shown(by)

    def presses(self, action: str, value: str, by: m.Person) -> Reply:
        return self.does(Pressed(action, value), by)

    def row(self, person: m.Person) -> m.Delivery:
        page = homes.page_of(self.office.session, self.office.installation.id, person.short_name)
        assert page is not None
        self.office.session.refresh(page)
        return page

    def is_shown(self, person: m.Person) -> None:
        """Delivery has shown the newest."""
        row = self.row(person)
        deliveries.shown(self.office.session, row.id, fence=row.fence, rev=row.wanted_rev, now=self.talk.now)

    def waits(self, person: m.Person) -> str:
        """How the page is asked for: `at once`, `in turn`, or not."""
        row = self.row(person)
        if deliveries.is_waited_for(row):
            return "at once"
        return "in turn" if row.wanted_rev > row.shown_rev else ""

    def text(self, person: m.Person) -> str:
        """What the page says."""
        kind = kinds(self.office.cards)[homes.KIND]
        return plain_text(kind.compose(self.office.session, self.row(person), self.talk.now))


@pytest.fixture
def pages(talk: Talk) -> Pages:
    return Pages(talk)


def test_opening_asks_for_the_page_at_once_and_there_is_one_of_it(pages: Pages) -> None:
    mei = pages.office.mei
    for _ in range(3):
        pages.does(Opened(), mei)

    assert pages.waits(mei) == "at once"
    rows = pages.office.session.exec(select(m.Delivery).where(m.Delivery.kind == "home")).all()
    assert [(row.person_id, row.state, row.sending_at) for row in rows] == [(mei.id, m.DeliveryState.SENT, None)]


def test_who_never_opened_it_has_none(pages: Pages) -> None:
    pages.does(Command("lang zh"), pages.office.mei, Place.DM)

    assert pages.office.session.exec(select(m.Delivery).where(m.Delivery.kind == "home")).all() == []


def test_a_tap_is_recorded_shows_on_my_page_at_once_and_on_others_in_their_turn(pages: Pages) -> None:
    asked = sample(pages.office)
    for person in (pages.office.mei, pages.office.bea, pages.office.li):
        pages.opens(person)
    (item,) = [one for one in pages.office.items(asked.prompt) if one.kr_id == asked.renewals.id]

    assert pages.presses("score", f"{item.token}:0.7", pages.office.mei) == Nothing()

    assert pages.waits(pages.office.mei) == "at once"
    assert pages.waits(pages.office.bea) == "in turn"
    assert pages.waits(pages.office.li) == ""  # is in no team, and answers for nothing
    assert "✓ self-score 0.7" in pages.text(pages.office.mei)


def test_an_undo_on_the_page_takes_back_in_place_what_was_said_outside_a_question(pages: Pages) -> None:
    row = pages.office.renewals()
    pages.office.say(row, ASKED_AT, value="28")
    said = pages.office.say(row, ASKED_AT, value="33")
    pages.opens(pages.office.mei)

    assert pages.presses("undo", said.token, pages.office.mei) == Nothing()

    assert "28% → 50%" in pages.text(pages.office.mei)


def test_a_short_answer_stands_on_the_page_until_the_next_thing_is_done(pages: Pages) -> None:
    mei = pages.office.mei
    pages.opens(mei)

    assert pages.presses("score", "no such token:0.7", mei) == Nothing()
    assert "That button has nothing to do any more" in pages.text(mei)

    pages.presses("lang", "en", mei)
    assert "That button" not in pages.text(mei)
    pages.does(Opened(), mei)
    assert "From now on" not in pages.text(mei)


def test_a_long_answer_goes_out_and_the_page_says_where_it_is(pages: Pages) -> None:
    mei = pages.office.mei
    pages.opens(mei)

    reply = pages.presses("board", "GRO", mei)

    assert reply == Answer("board", {"team": pages.office.team.id})
    assert "I answered you under Messages." in pages.text(mei)


def test_an_answer_is_kept_where_there_is_no_page_to_hold_it(pages: Pages) -> None:
    reply = pages.presses("score", "no such token:0.7", pages.office.mei)

    assert isinstance(reply, Answer)


def test_a_form_is_opened_and_the_page_is_left_alone(pages: Pages) -> None:
    row = pages.office.renewals()
    pages.opens(pages.office.mei)

    assert isinstance(pages.presses("form_kr", row.token, pages.office.mei), FormRequest)
    assert pages.waits(pages.office.mei) == ""


def test_what_is_said_elsewhere_shows_on_the_page_too(pages: Pages) -> None:
    pages.office.renewals()
    pages.opens(pages.office.mei)

    pages.does(Command("KR2 33%"), pages.office.mei, Place.DM)

    assert pages.waits(pages.office.mei) == "at once"
    assert "✓ 33%" in pages.text(pages.office.mei)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("lang zh", "我的 OKR"),
        ("away until Friday", "🌴 away until 13 Nov"),
        ('next "Call the bank"', "☐ Call the bank"),
        ('win "Acme renewed early"', "🎉 Acme renewed early"),
        ("pause KR2 until 1 Dec because legal", "KR2"),
    ],
)
def test_everything_one_changes_by_a_command_shows(pages: Pages, command: str, words: str) -> None:
    pages.office.renewals()
    pages.opens(pages.office.mei)

    pages.does(Command(command), pages.office.mei, Place.DM)

    assert pages.waits(pages.office.mei) == "at once"
    assert words in pages.text(pages.office.mei)


def test_whoever_answered_for_it_before_sees_that_it_was_handed_over(pages: Pages) -> None:
    row = pages.office.kr(3, "Calls", owner=pages.office.li)
    pages.opens(pages.office.li)
    assert "KR3 Calls" in pages.text(pages.office.li)

    pages.does(Command("own KR3 @mei-en"), pages.office.bea, Place.DM)

    pages.office.session.refresh(row)
    assert row.lead_owner_id == pages.office.mei.id
    assert pages.waits(pages.office.li) == "in turn"
    assert "KR3 Calls" not in pages.text(pages.office.li)


def test_a_page_that_was_not_opened_for_two_weeks_is_not_followed(pages: Pages) -> None:
    pages.office.renewals()
    pages.opens(pages.office.mei)
    pages.opens(pages.office.bea)
    pages.talk.now = ASKED_AT + timedelta(days=15)

    pages.does(Command("KR2 33%"), pages.office.mei, Place.DM)

    assert (pages.waits(pages.office.mei), pages.waits(pages.office.bea)) == ("", "")


def test_ticking_a_next_step_on_the_page_needs_no_message(pages: Pages) -> None:
    mei = pages.office.mei
    pages.office.renewals()
    pages.opens(mei)
    pages.does(Command('next "Call the bank" KR2'), mei, Place.DM)
    step = pages.office.session.exec(select(m.NextStep)).one()

    assert pages.presses("step_done", f"{step.token}:done", mei) == Nothing()
    assert "☑ Call the bank" in pages.text(mei)


def test_a_button_of_somebody_elses_page_records_nothing(pages: Pages) -> None:
    asked = sample(pages.office)
    pages.opens(pages.office.li)
    (item,) = [one for one in pages.office.items(asked.prompt) if one.kr_id == asked.renewals.id]
    before = len(pages.office.session.exec(select(m.CheckIn)).all())

    pages.presses("score", f"{item.token}:0.7", pages.office.li)

    assert "That question went to someone else" in pages.text(pages.office.li)
    assert len(pages.office.session.exec(select(m.CheckIn)).all()) == before


@pytest.mark.parametrize("who", ["mei", "bea", "li"])
def test_every_button_of_a_page_leads_somewhere(pages: Pages, who: str) -> None:
    sample(pages.office)
    person: m.Person = getattr(pages.office, who)
    pages.opens(person)
    kind = kinds(pages.office.cards)[homes.KIND]
    card = kind.compose(pages.office.session, pages.row(person), pages.talk.now)
    for control in controls(card):
        for one in control.options if isinstance(control, Menu) else [control]:
            assert isinstance(one, Button) or isinstance(control, Menu)
            savepoint = pages.office.session.begin_nested()
            reply = pages.presses(one.action, one.value, person)
            told = pages.text(person) if not isinstance(reply, FormRequest) else ""
            assert "nothing to do any more" not in told, one
            savepoint.rollback()


# --- the form of [I'm away] ---------------------------------------------------------------------------


def away(pages: Pages, **values: Any) -> Reply:
    return pages.does(Submitted("away", "mine", values), pages.office.mei, Place.FORM)


def test_days_away_are_noted_with_a_stand_in(pages: Pages) -> None:
    pages.opens(pages.office.mei)
    reply = away(pages, days="until Friday", delegate="Li")

    assert isinstance(reply, Answer)
    assert reply.data == {"first": "2026-11-12", "last": "2026-11-13", "delegate": pages.office.li.id}
    assert "You are away, so I ask nothing." in pages.text(pages.office.mei)


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"days": "whenever"}, "days", "From when to when?"),
        ({}, "days", "From when to when?"),
        ({"days": "x" * 200}, "days", "From when to when?"),
        ({"days": "@li 3-14 Dec"}, "days", "From when to when?"),
        ({"days": "1-3 Nov 2026"}, "days", "noted nothing"),
        ({"days": "until Friday", "delegate": "nobody"}, "delegate", "I don't know nobody here."),
        ({"days": "until Friday", "delegate": "Mei"}, "days", "You cannot stand in for yourself"),
    ],
)
def test_what_cannot_be_read_goes_back_beside_its_field(
    pages: Pages, values: dict[str, str], field: str, words: str
) -> None:
    reply = away(pages, **values)

    assert isinstance(reply, FormErrors)
    assert words in reply.errors[field]
    assert pages.office.session.exec(select(m.Away)).all() == []
