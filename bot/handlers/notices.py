"""Buttons about one key result that stand outside a weekly question: on notices and in lists (spec/07 §12.5)."""

from datetime import timedelta

from sqlmodel import col

from bot.handlers import forms, snoozing
from bot.handlers.buttons import CLOSED, GONE, NOT_YOURS, number_of, overtaken, show_newest
from bot.handlers.recording import NotAllowedError, Told, fresh_view, record_all
from bot.handlers.said_again import says_already
from bot.handlers.saying import N_, notice
from bot.handlers.showing import stands_on
from bot.intake.conversation import Reply, Turn
from bot.intake.inbound import Nothing
from bot.okr.model import CheckInKind, CheckInSource
from bot.views.person import PersonView
from bot.views.rights import actor_of
from bot.views.team import KRView
from storage import conversations, deliveries
from storage import models as m
from storage.check_ins import Said

ACTIONS = ("still_kr", "form_kr", "not_mine_kr", "nudge")
KINDS = ("stale", "nudge", "dark", "feed_quiet")
"""The messages that ask about one key result because it has gone quiet."""
ANSWERABLE = timedelta(days=14)
"""For how long the buttons of a notice mean what they say."""


def on_key_result(turn: Turn, action: str, token: str, argument: str) -> Reply:
    """Do one of `ACTIONS`. Raises `NotAllowedError`."""
    refused = _refused(turn, action)
    if refused is not None:
        return notice(refused)
    row = conversations.key_result_by_token(turn.session, token)
    view = fresh_view(turn)
    if row is None or row.id not in view.by_id:
        return notice(GONE)
    one = view.by_id[row.id]
    match action:
        case "still_kr":
            return _still_of(turn, view, one, argument)
        case "not_mine_kr":
            return _not_mine(turn, one)
        case "nudge":
            return _nudge(turn, one)
        case _:
            return forms.update_form(turn, view, one)


def _refused(turn: Turn, action: str) -> str | None:
    """Why a button outside a prompt does nothing: its message went to somebody else, or is of another time.

    A form that is opened from a list shows what is true now, whatever the age of the list.
    """
    row = stands_on(turn)
    if row is None or (row.kind not in KINDS and action == "form_kr"):
        return None
    if row.person_id is not None and row.person_id != turn.person.id:
        return NOT_YOURS
    too_old = row.sending_at is not None and row.sending_at < turn.now - ANSWERABLE
    return CLOSED if too_old else None


def _still_of(turn: Turn, view: PersonView, one: KRView, shown: str) -> Reply:
    if one.state.current.value is None or not one.kr.is_number:
        return notice(GONE)
    if number_of(shown) != one.state.current.value:
        return overtaken(turn, view, one, shown)
    said = Said(kind=CheckInKind.CONFIRM, value=one.state.current.value)
    if _said_since(turn, one, said):
        show_newest(turn)
        return Nothing()
    record_all(turn, [Told(one, said)], CheckInSource.BUTTON)
    return Nothing()


def _said_since(turn: Turn, one: KRView, said: Said) -> bool:
    """Whether this person said just that since the message was sent, and nobody anything after it."""
    standing, newest = stands_on(turn), one.recent[-1] if one.recent else None
    if standing is None or standing.sending_at is None or newest is None or newest.by_id != turn.person.id:
        return False
    return newest.at >= standing.sending_at and says_already(newest, said)


def _not_mine(turn: Turn, one: KRView) -> Reply:
    """Who answered for it once, and does not any more, has nothing to tell the lead."""
    if not one.owned_by(turn.person.id):
        return notice(N_("{kr} is with somebody else now, so nothing was changed."), kr=one.kr.key)
    return snoozing.not_mine(turn, one, None)


def _nudge(turn: Turn, one: KRView) -> Reply:
    """The lead asks the owner through Okra: once per silence."""
    actor = actor_of(turn.session, turn.person)
    if one.row.team_id not in actor.leads and not actor.is_admin:
        raise NotAllowedError(one)
    if not one.owners:
        return notice(N_("{kr} has no owner to ask."), kr=one.kr.key)
    since = one.state.freshness.updated_on or one.state.freshness.counted_from or one.kr.start
    asked = deliveries.plan_delivery(
        turn.session,
        workspace_id=one.row.workspace_id,
        kind="nudge",
        subject=f"kr:{one.row.id}",
        period=f"since:{since.isoformat()}",
        due_at=turn.now,
        now=turn.now,
        person_id=one.owners[0].id,
        data={"krs": [one.row.id], "by": turn.person.id, "team": one.row.team_id},
    )
    deliveries.want_newest(turn.session, col(m.Delivery.kind) == "dark", col(m.Delivery.subject) == f"kr:{one.row.id}")
    sentence = N_("I'll ask {name}.") if asked else N_("{name} was asked already.")
    return notice(sentence, name=one.owners[0].short_name)
