"""[Ask them]: who may not change a key result asks whoever may, in the words that were just typed (spec/07 §12.10)."""

from datetime import timedelta
from hashlib import sha256

from sqlmodel import col, select

from bot.cards.graphemes import clip
from bot.handlers.naming import the_key_result
from bot.handlers.order import Topic
from bot.handlers.recording import fresh_view
from bot.handlers.saying import N_, notice
from bot.handlers.verbs import Verb, split, without_prefix
from bot.intake.conversation import Reply, Turn
from bot.intake.inbound import Command, Edited, Submitted, Typed
from bot.intake.stored import from_json
from bot.views.pausing import mark_of
from storage import conversations, deliveries
from storage import models as m
from storage.teams import in_charge_of

MOST_TEXT = 200
KNOWN_FOR = timedelta(days=14)
"""For how long a reply can be passed on in its own words; later the question is asked without them."""
MOST_REPLIES = 200


def _ask(turn: Turn, value: str) -> Reply:
    """Once per text; `value` is the key result's token and the reply that was refused. Raises `NotOneError`."""
    token, _, reply = value.partition(":")
    if conversations.key_result_by_token(turn.session, token) is None:
        return notice(N_("That key result is gone, so nobody was asked."))
    row = the_key_result(turn, fresh_view(turn), token)
    asked = next((one for one in in_charge_of(turn.session, row) if one.id != turn.person.id), None)
    if asked is None:
        return notice(N_("There is nobody to ask about it just now."))
    text = _said_in(turn, reply)
    new = deliveries.plan_delivery(
        turn.session,
        workspace_id=row.workspace_id,
        kind="ask_owner",
        subject=f"kr:{row.id}:by:{turn.person.id}",
        period=f"text:{sha256(text.encode()).hexdigest()[:24]}",
        due_at=turn.now,
        now=turn.now,
        person_id=asked.id,
        data={"kr": row.id, "by": turn.person.id, "text": text, "wish": _wish(text), "team": row.team_id},
    )
    sentence = N_("I've asked {name}.") if new else N_("{name} was asked already.")
    return notice(sentence, name=asked.short_name)


def _wish(text: str) -> str:
    """`pause` or `drop` where that is what was wanted; else nothing."""
    spoken = split(text)
    return spoken.verb.value if spoken.verb in (Verb.PAUSE, Verb.DROP) else ""


def _said_in(turn: Turn, reply: str) -> str:
    """What the presser had said, and nobody else; empty where it was no words, or is not known any more."""
    mine = turn.session.exec(
        select(m.Inbox)
        .where(m.Inbox.person_id == turn.person.id, m.Inbox.at >= turn.now - KNOWN_FOR)
        .order_by(col(m.Inbox.id).desc())
        .limit(MOST_REPLIES)
    )
    inbox = next((one for one in mine if mark_of(one) == reply), None)
    if inbox is None:
        return ""
    match from_json(inbox.body).what:
        case Typed(text=text) | Edited(text=text) | Command(text=text):
            said = without_prefix(text)
        case Submitted(values=values):
            said = " · ".join(one for one in values.values() if isinstance(one, str) and one.strip())
        case _:
            said = ""
    return clip(" ".join(said.split()), MOST_TEXT)


TOPIC = Topic(buttons={"ask_owner": _ask})
