"""Handing a key result over: who may, to whom, and what both sides are told (spec/06 §11.1)."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlmodel import col, select

from bot.cards.plain import plain_text
from bot.handlers.naming import NotOneError
from bot.handlers.owning import submitted
from bot.handlers.pressed import pressed
from bot.handlers.recording import NotAllowedError
from bot.handlers.saying import not_allowed
from bot.intake.conversation import Answer, FormRequest, Reply
from bot.intake.inbound import FormErrors, Pressed, Submitted
from bot.okr.model import KRState
from bot.rituals.changes import handed_over_wanted
from bot.views.owning import handed_over_card
from storage import models as m
from storage.owning import owners_now
from tests.handlers.talk import Talk

NEXT = "The next question about it goes out on Mon, 16 Nov."


@pytest.fixture
def row(talk: Talk) -> m.KeyResult:
    """KR2 of Growth, which is Mei's; Bea leads, and Li is a member."""
    join(talk)
    return talk.office.renewals()


def join(talk: Talk) -> None:
    """Li works in Growth."""
    office = talk.office
    role: dict[str, Any] = {"team_id": office.team.id, "role": m.TeamRole.MEMBER}
    office.session.add(m.Membership(workspace_id=office.team.workspace_id, person_id=office.li.id, **role))
    office.session.flush()


def deliveries(talk: Talk) -> Sequence[m.Delivery]:
    query = select(m.Delivery).where(m.Delivery.kind == "handed_over").order_by(col(m.Delivery.id))
    query = query.where(m.Delivery.state == m.DeliveryState.PLANNED)  # but what is kept for taking it back
    return talk.office.session.exec(query).all()


def changes(talk: Talk) -> list[tuple[str, object, object, int | None]]:
    rows = talk.office.session.exec(select(m.Change).order_by(col(m.Change.id))).all()
    return [(one.field, one.old, one.new, one.by_id) for one in rows]


def told(talk: Talk) -> dict[str, str]:
    """What everybody is told, by their name."""
    session = talk.office.session
    return {
        session.get_one(m.Person, one.person_id).short_name: plain_text(
            handed_over_card(session, talk.office.cards, one, talk.now)
        )
        for one in deliveries(talk)
    }


def press(talk: Talk, by: m.Person, token: str) -> Reply:
    try:
        return pressed(talk.turn(by), Pressed("change_owner", token))
    except NotOneError as error:
        return error.reply
    except NotAllowedError as error:
        return not_allowed(error)


def test_the_first_mention_leads_and_the_others_share(talk: Talk, row: m.KeyResult) -> None:
    office = talk.office
    said = talk.says(f"own KR2 @{office.li.handle} @{office.bea.handle}")

    assert said == "GRO-2 Self-serve renewals is with Li / Bea now. I'll let Li and Bea know.\n[Undo]"
    assert owners_now(office.session, row) == (office.li.id, office.bea.id)
    assert changes(talk) == [
        ("lead_owner_id", office.mei.id, office.li.id, office.mei.id),
        ("co_owners", [], [office.bea.id], office.mei.id),
    ]


def test_both_sides_are_told_in_their_own_words(talk: Talk, row: m.KeyResult) -> None:
    office = talk.office
    talk.says(f"own KR2 @{office.li.handle}", by=office.bea)

    assert told(talk) == {
        "Li": f"Bea handed GRO-2 Self-serve renewals to you; it was with Mei. {NEXT}\n[Update]",
        "Mei": "GRO-2 Self-serve renewals is with Li now (Bea changed it). I do not ask you about it any more.",
    }


def test_both_sides_are_told_in_chinese(talk_zh: Talk) -> None:
    office = talk_zh.office
    join(talk_zh)
    office.renewals()
    assert (
        talk_zh.says(f"负责 KR2 @{office.li.handle}", by=office.bea)
        == "GRO-2 自助续费率 现在由李负责。我会告诉李和梅。\n[撤销]"
    )
    assert told(talk_zh) == {
        "李": "贝娅把 GRO-2 自助续费率 交给你负责，之前由梅负责。下一次提问在 11月16日（周一）。\n[更新]",
        "梅": "GRO-2 自助续费率 现在由李负责（贝娅改的）。以后不再问你。",
    }


def test_who_hands_over_their_own_is_not_named_twice(talk: Talk, row: m.KeyResult) -> None:
    talk.says(f"own KR2 to @{talk.office.li.handle}")

    assert told(talk) == {
        "Li": f"Mei handed GRO-2 Self-serve renewals to you. {NEXT}\n[Update]",
    }


def test_who_shares_it_is_told_with_whom(talk: Talk, row: m.KeyResult) -> None:
    office = talk.office
    talk.says(f"own KR2 @{office.mei.handle} @{office.li.handle}")

    assert told(talk) == {
        "Li": "Mei asks you to answer for GRO-2 Self-serve renewals together with Mei.\n[Update]",
    }


def test_the_lead_may_take_it_over(talk: Talk, row: m.KeyResult) -> None:
    office = talk.office
    assert (
        talk.says("own KR2 me", by=office.bea)
        == "GRO-2 Self-serve renewals is with Bea now. I'll let Mei know.\n[Undo]"
    )
    assert owners_now(office.session, row) == (office.bea.id,)


def test_an_admin_may_hand_over_and_somebody_of_the_team_may_not(talk: Talk, row: m.KeyResult) -> None:
    office = talk.office
    office.kr(3, "Another", owner=office.li)
    words = f"own KR2 @{office.li.handle}"
    reply = press(talk, office.li, row.token)
    assert isinstance(reply, Answer)
    assert plain_text(talk.render(reply, office.li)).startswith("Only Mei or Bea can change GRO-2.")

    with pytest.raises(NotAllowedError):
        talk.says(words, by=office.li)
    assert changes(talk) == []

    office.li.role = m.WorkspaceRole.ADMIN
    talk.says(words, by=office.li)
    assert owners_now(office.session, row) == (office.li.id,)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("KR2 @{mei}", "GRO-2 is with Mei already."),
        (
            "KR2 @nobody",
            "I don't know nobody here, so nothing was changed. Who answers for GRO-2?\n[Bea] [Somebody else…]",
        ),
        ("KR2 @{li}", "Li is no longer here, so nothing was changed."),
        ("KR9 @{li}", "I don't have KR9 for you. Yours: KR2"),
        ("", "Which one? Yours: KR2"),
        ("@{li}", "Which one? Yours: KR2"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(talk: Talk, row: m.KeyResult, words: str, answer: str) -> None:
    office = talk.office
    office.li.active = False
    told_so = talk.says("own " + words.replace("{mei}", office.mei.handle).replace("{li}", office.li.handle))

    assert told_so == answer
    assert owners_now(office.session, row) == (office.mei.id,)
    assert changes(talk) == []
    assert deliveries(talk) == []


def test_a_key_result_that_is_dropped_stays_as_it_is(talk: Talk, row: m.KeyResult) -> None:
    row.state = KRState.DROPPED
    talk.office.session.flush()

    reply = press(talk, talk.office.bea, row.token)
    assert isinstance(reply, Answer)
    assert plain_text(talk.render(reply, talk.office.bea)).startswith("GRO-2 is not worked on any more")


def test_without_a_name_the_form_asks_for_one(talk: Talk, row: m.KeyResult) -> None:
    for reply in (talk.reply("own KR2"), press(talk, talk.office.bea, row.token)):
        assert isinstance(reply, FormRequest)
        assert (reply.name, reply.value, reply.data["owners"]) == ("own_form", row.token, ["Mei"])


def test_the_form_changes_who_leads_and_keeps_who_shares(talk: Talk, row: m.KeyResult) -> None:
    office = talk.office
    talk.says(f"own KR2 @{office.mei.handle} @{office.bea.handle}")

    submitted(talk.turn(office.bea), Submitted("own", row.token, {"owner": office.li.handle}))

    assert owners_now(office.session, row) == (office.li.id, office.bea.id)


@pytest.mark.parametrize("name", ["", "nobody", "x" * 3000])
def test_a_form_that_names_nobody_comes_back(talk: Talk, row: m.KeyResult, name: str) -> None:
    back = submitted(talk.turn(talk.office.mei), Submitted("own", row.token, {"owner": name}))

    assert isinstance(back, FormErrors)
    assert list(back.errors) == ["owner"]


def test_somebody_outside_the_team_may_answer_for_it(talk: Talk, row: m.KeyResult) -> None:
    eve = talk.office.person("Eve")
    talk.says(f"own KR2 @{eve.handle}")

    assert owners_now(talk.office.session, row) == (eve.id,)
    assert "Self-serve renewals" in talk.says("", by=eve)


def test_who_was_asked_is_not_asked_any_more_and_who_came_is(talk: Talk, row: m.KeyResult) -> None:
    office = talk.office
    other = office.kr(3, "Another", owner=office.li)
    mine, theirs = office.ask([row]), office.ask([other], person=office.li)

    talk.says(f"own KR2 @{office.li.handle}")

    assert [(one.kr_id, one.state) for one in office.items(mine)] == [(row.id, m.ItemState.HANDED_OVER)]
    assert [(one.kr_id, one.state) for one in office.items(theirs)] == [
        (other.id, m.ItemState.OPEN),
        (row.id, m.ItemState.OPEN),
    ]

    talk.says(f"own KR2 @{office.mei.handle}", by=office.bea)
    assert [(one.kr_id, one.state) for one in office.items(mine)] == [(row.id, m.ItemState.OPEN)]
    assert office.items(theirs)[1].state is m.ItemState.HANDED_OVER


def test_what_was_answered_stays_answered(talk: Talk, row: m.KeyResult) -> None:
    office = talk.office
    asked = office.ask([row])
    office.say(row, talk.now, value="31", prompt=asked)

    talk.says(f"own KR2 @{office.li.handle}")

    assert [one.state for one in office.items(asked)] == [m.ItemState.ANSWERED]


def test_a_word_that_does_not_hold_any_more_is_not_sent(talk: Talk, row: m.KeyResult) -> None:
    office = talk.office
    talk.says(f"own KR2 @{office.li.handle}")
    talk.says(f"own KR2 @{office.mei.handle}", by=office.bea)

    wanted = [handed_over_wanted(office.session, one, talk.now) is None for one in deliveries(talk)]
    assert wanted == [False, True, True]


def test_the_key_result_tells_who_had_it(talk: Talk, row: m.KeyResult) -> None:
    office = talk.office
    talk.says(f"own KR2 @{office.li.handle} @{office.bea.handle}")

    shown = talk.says("show KR2", by=office.bea)
    assert "owner Mei → Li" in shown
    assert "co-owners – → Bea" in shown


def test_who_hears_twice_of_it_reads_it_once(talk: Talk, row: m.KeyResult) -> None:
    office = talk.office
    talk.says(f"own KR2 @{office.li.handle}", by=office.bea)
    office.session.flush()
    first = next(one for one in deliveries(talk) if one.person_id == office.li.id)
    first.state = m.DeliveryState.SENT
    talk.says(f"own KR2 @{office.mei.handle}", by=office.bea)

    newest = next(one for one in reversed(deliveries(talk)) if one.person_id == office.li.id)
    texts = [plain_text(handed_over_card(office.session, office.cards, one, talk.now)) for one in (first, newest)]
    assert texts == [
        "GRO-2 Self-serve renewals has changed hands again since; the newest word is below.",
        "GRO-2 Self-serve renewals is with Mei now (Bea changed it). I do not ask you about it any more.",
    ]


def test_an_owner_from_elsewhere_is_named_as_such(talk: Talk, row: m.KeyResult) -> None:
    eve = talk.office.person("Eve")

    assert talk.says(f"own KR2 @{eve.handle}") == (
        "GRO-2 Self-serve renewals is with Eve now. "
        "Eve is not a member of Growth, and answers for GRO-2 all the same. I'll let Eve know.\n[Undo]"
    )
