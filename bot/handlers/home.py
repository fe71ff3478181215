"""A person's own page: opening it, what a press on it is answered with, and that it follows what its person does."""

from collections.abc import Mapping
from typing import Any

from bot.handlers.saying import N_, sentence
from bot.handlers.showing import stands_on
from bot.intake.conversation import Answer, FormRequest, Reply, Turn
from bot.intake.inbound import FormErrors, Nothing, Opened, OpenForm, Place
from storage import homes, installations

SHORT = frozenset({"notice", "snoozed", "away", "not_away", "back"})
"""Answers of one sentence without a button: they stand at the top of the page for a while."""
UNDER_MESSAGES = N_("I answered you under Messages.")


def opened(turn: Turn) -> Reply:
    """Show the page, and again each time it is opened."""
    address = installations.address(turn.session, turn.inbox.installation_id, turn.inbound.person)
    if address is not None:
        homes.open_page(turn.session, address, turn.now)
    return Nothing()


def shown_on_page(turn: Turn, reply: Reply) -> Reply:
    """Whatever a person does shows on their own pages at once.

    A short answer to a press on the page stands on it, anything longer goes to the DM, and the page says so: so
    nothing is said twice, and nothing is lost.
    """
    if isinstance(turn.inbound.what, Opened) or isinstance(reply, FormRequest | OpenForm | FormErrors):
        return reply
    page = stands_on(turn) if turn.inbound.place is Place.HOME else None
    said: Mapping[str, Any] | None = None
    if page is not None and isinstance(reply, Answer):
        short = reply.name in SHORT
        name, data = (reply.name, dict(reply.data)) if short else ("notice", sentence(UNDER_MESSAGES))
        said = {"name": name, "data": data, "at": turn.now.isoformat()}
        reply = Nothing() if short else reply
    homes.show_at_once(turn.session, turn.person.id, turn.now, on=page, said=said)
    return reply
