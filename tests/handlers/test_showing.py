"""What follows when something is said or taken back: the messages that show it are brought up to date."""

from sqlmodel import select

from bot.cards.plain import plain_text
from bot.handlers.typed import reply_in_words
from bot.views.wins import win_thanks_card
from storage import deliveries
from storage import models as m
from tests.handlers.talk import Talk

NEXT_STEPS, BOARD, WINS = "next_steps", "standing_board", "wins"


def standing(talk: Talk, kind: str) -> m.Delivery:
    """A message of this kind that stands in Growth's channel since this minute."""
    office = talk.office
    known = deliveries.delivery_of(office.session, kind, f"team:{office.team.id}", "now")
    if known is not None:
        office.session.refresh(known)
        return known
    deliveries.plan_delivery(
        office.session,
        workspace_id=office.workspace.id,
        kind=kind,
        subject=f"team:{office.team.id}",
        period="now",
        due_at=talk.now,
        now=talk.now,
        team_id=office.team.id,
    )
    row = deliveries.delivery_of(office.session, kind, f"team:{office.team.id}", "now")
    assert row is not None
    row.state, row.sending_at, row.sent_at = m.DeliveryState.SENT, talk.now, talk.now
    office.session.add(row)
    office.session.flush()
    return row


def shown_anew(talk: Talk, *kinds: str) -> set[str]:
    """Those of these messages of which a newer version is wanted; they count as shown from here on."""
    found = set()
    for kind in kinds:
        row = standing(talk, kind)
        if row.wanted_rev > row.shown_rev:
            found.add(kind)
        row.shown_rev = row.wanted_rev
        talk.office.session.add(row)
    talk.office.session.flush()
    return found


def test_a_next_step_that_is_taken_back_leaves_board_and_list(talk: Talk) -> None:
    talk.office.renewals()
    shown_anew(talk, BOARD, NEXT_STEPS)
    talk.says('next "Call GC" KR2')
    assert shown_anew(talk, BOARD, NEXT_STEPS) == {BOARD, NEXT_STEPS}

    assert talk.says("undo") == "Taken back: Call GC"

    assert shown_anew(talk, BOARD, NEXT_STEPS) == {BOARD, NEXT_STEPS}


def test_a_win_that_is_taken_back_leaves_board_and_friday_message(talk: Talk) -> None:
    talk.office.renewals()
    shown_anew(talk, BOARD, WINS)
    talk.says('win "Acme renewed early"')
    shown_anew(talk, BOARD, WINS)

    assert talk.says("undo") == "Taken back: Acme renewed early"

    assert shown_anew(talk, BOARD, WINS) == {BOARD, WINS}


def test_a_next_step_within_an_answer_joins_the_list_after_the_meeting(talk: Talk) -> None:
    talk.office.renewals()
    shown_anew(talk, NEXT_STEPS)

    reply_in_words(talk.turn(talk.office.mei), "KR2 33%, next: call GC")

    assert talk.office.session.exec(select(m.NextStep.text)).all() == ["call GC"]
    assert shown_anew(talk, NEXT_STEPS) == {NEXT_STEPS}


def test_thanks_for_a_win_that_was_taken_back_say_so(talk: Talk) -> None:
    office = talk.office
    office.renewals()
    office.found_team("SUP", "Customer Support")
    talk.says('win "Acme renewed early" thanks @sup')
    row = office.session.exec(select(m.Delivery).where(m.Delivery.kind == "win_thanks")).one()
    asked_for = row.wanted_rev
    assert "Acme renewed early" in plain_text(win_thanks_card(office.session, office.cards, row, talk.now))

    talk.says("undo")

    office.session.refresh(row)
    assert row.wanted_rev == asked_for + 1
    told = plain_text(win_thanks_card(office.session, office.cards, row, talk.now))
    assert told == "A word of thanks stood here; it was taken back."
