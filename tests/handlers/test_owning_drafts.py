"""Who answers for a draft, and people named without a mention: typed, tapped, and taken back."""

import pytest
from sqlmodel import col, select

from bot.cards.model import Button
from bot.cards.plain import plain_text
from bot.handlers.naming import NotOneError
from bot.handlers.pressed import pressed
from bot.intake.conversation import Answer
from bot.intake.inbound import Pressed
from bot.okr.model import KRState, KRType
from storage import models as m
from storage.owning import owners_now
from tests.handlers.talk import Talk
from tests.views.asked import controls


@pytest.fixture
def draft(talk: Talk) -> m.KeyResult:
    """KR3 is being written in Growth, where Mei and Li work, and nobody answers for it yet."""
    office = talk.office
    for person in (office.mei, office.li):
        office.session.add(
            m.Membership(
                workspace_id=office.workspace.id, team_id=office.team.id, person_id=person.id, role=m.TeamRole.MEMBER
            )
        )
    row = office.kr(3, "Onboard 20 restaurants", KRType.MILESTONE, ends=None)
    row.state, row.published_on, row.lead_owner_id = KRState.DRAFT, None, None
    office.session.flush()
    return row


def tap(talk: Talk, by: m.Person, label: str, words: str) -> str:
    """Type, then press the button of that name below the answer."""
    card = talk.card(words, by=by)
    button = next(one for one in controls(card) if isinstance(one, Button) and one.label == label)
    try:
        reply = pressed(talk.turn(by), Pressed(button.action, button.value))
    except NotOneError as error:
        reply = error.reply
    assert isinstance(reply, Answer), reply
    talk.office.session.flush()
    return plain_text(talk.render(reply, by))


def sent(talk: Talk) -> list[str]:
    """What goes out to anybody."""
    query = select(m.Delivery.kind).where(m.Delivery.state == m.DeliveryState.PLANNED).order_by(col(m.Delivery.id))
    return list(talk.office.session.exec(query))


@pytest.mark.parametrize("words", ["own KR3 @{bea} @{li}", "own GRO-3 @{bea} @{li}", "edit KR3 owner @{bea} @{li}"])
def test_a_draft_is_given_its_owners_and_only_the_writer_hears_of_it(
    talk: Talk, draft: m.KeyResult, words: str
) -> None:
    office = talk.office
    said = talk.says(words.format(bea=office.bea.handle, li=office.li.handle))

    assert said == (
        "GRO-3 Onboard 20 restaurants is with Bea / Li now. It is a draft, so I ask nobody about it yet.\n[Undo]"
    )
    assert owners_now(office.session, draft) == (office.bea.id, office.li.id)
    assert sent(talk) == []
    assert office.session.exec(select(m.Change)).all() == []

    assert "GRO-3 Onboard 20 restaurants has no owner now." in talk.says("undo")
    assert owners_now(office.session, draft) == ()


def test_co_owners_of_a_draft_join_whoever_leads_it(talk: Talk, draft: m.KeyResult) -> None:
    office = talk.office
    talk.says("own KR3 me")
    talk.says(f"edit KR3 co-owners @{office.li.handle}")

    assert owners_now(office.session, draft) == (office.mei.id, office.li.id)


def test_who_only_reads_along_gives_a_draft_to_nobody(talk: Talk, draft: m.KeyResult) -> None:
    office = talk.office
    stranger = office.person("Ana")

    with pytest.raises(NotOneError) as error:  # a stranger does not even hear that it is there
        pressed(talk.turn(stranger), Pressed("change_owner", draft.token))
    assert isinstance(error.value.reply, Answer)
    assert "gone" in plain_text(talk.render(error.value.reply, stranger))
    assert "I don't have KR3" in talk.says("own KR3 me", by=stranger)
    assert owners_now(office.session, draft) == ()


def test_a_name_without_a_mention_is_enough_where_one_person_has_it(talk: Talk, draft: m.KeyResult) -> None:
    office = talk.office
    office.renewals()

    assert "GRO-2 Self-serve renewals is with Li / Bea now." in talk.says("own KR2 to li and Bea")
    assert "GRO-3 Onboard 20 restaurants is with Li now." in talk.says("own KR3 交给Li")


def test_a_name_that_nobody_has_is_answered_with_the_people_there_are(talk: Talk, draft: m.KeyResult) -> None:
    office = talk.office
    office.renewals()
    for words in ("own KR2 bob", "own KR2 @bob"):
        said = talk.says(words)
        assert said.startswith("I don't know bob here, so nothing was changed. Who answers for GRO-2?")
        assert "[Mei] [Li] [Bea] [Somebody else…]" in said.replace("\n", " ")
    assert "GRO-2 Self-serve renewals is with Li now." in tap(talk, office.mei, "Li", "own KR2 bob")


def test_a_name_of_two_people_is_asked_about(talk: Talk, draft: m.KeyResult) -> None:
    office = talk.office
    office.renewals()
    other = office.person("Lina")
    other.short_name = "Li"
    office.session.flush()

    said = talk.says("own KR2 Li")
    assert said.startswith("More than one person is called Li, so nothing was changed.")
    assert "is with Li now" in tap(talk, office.mei, f"@{other.handle}", "own KR2 Li")
    assert owners_now(office.session, office.session.exec(select(m.KeyResult).where(m.KeyResult.number == 2)).one())[
        0
    ] == (other.id)


def test_who_is_not_in_the_team_is_added_with_one_tap_of_the_lead(talk: Talk, draft: m.KeyResult) -> None:
    office = talk.office
    ana = office.person("Ana")
    words = f"own KR3 @{ana.handle}"

    assert "Ana is not a member of Growth, and answers for GRO-3 all the same." in talk.says(words)
    talk.says("own KR3 me")
    assert "Add them" not in talk.says(words)  # Mei is a member: who is in the team is the lead's to say
    talk.says("own KR3 me")
    assert "Ana is in Growth now." in tap(talk, office.bea, "Add them", words)


def test_undo_of_a_draft_that_is_gone_says_so(talk: Talk, draft: m.KeyResult) -> None:
    office = talk.office
    card = talk.card(f"own KR3 @{office.li.handle}")
    undo = next(one for one in controls(card) if isinstance(one, Button) and one.label == "Undo")
    for one in office.session.exec(select(m.CoOwner)):
        office.session.delete(one)
    office.session.delete(draft)
    office.session.flush()

    reply = pressed(talk.turn(office.mei), Pressed(undo.action, undo.value))
    assert isinstance(reply, Answer)
    assert "changed again since" in plain_text(talk.render(reply, office.mei))
