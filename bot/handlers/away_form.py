"""The form behind [I'm away]: from when to when, and who may answer meanwhile."""

from bot.handlers.away import go_away
from bot.handlers.form_values import one_line
from bot.handlers.naming import NotOneError, the_person
from bot.handlers.order import MINE, Topic
from bot.handlers.recording import fresh_view
from bot.handlers.saying import N_
from bot.intake.conversation import Answer, FormRequest, Reply, Turn
from bot.intake.inbound import FormErrors, Submitted

MOST_TEXT = 60


def _form(_turn: Turn, _value: str) -> FormRequest:
    return FormRequest("away_form", {}, action="away_form", value=MINE)


def _submitted(turn: Turn, what: Submitted) -> Reply:
    """Note the days; what cannot be read comes back with the sentence that `away` would have said."""
    days, name = one_line(what.values.get("days")), one_line(what.values.get("delegate"))
    if not days or len(days) > MOST_TEXT or "@" in days:
        return FormErrors({"days": turn.say(N_("From when to when? Try: today, until Friday, or 3-14 Dec."))})
    try:
        delegate = the_person(turn, name) if name else None
    except NotOneError:
        return FormErrors({"delegate": turn.say(N_("I don't know {name} here."), name=name[:41])})
    reply = go_away(turn, fresh_view(turn), days, delegate)
    if isinstance(reply, Answer) and reply.name == "notice":
        field = "days" if delegate is None or "{name}" not in reply.data["msgid"] else "delegate"
        return FormErrors({field: turn.say(reply.data["msgid"], **reply.data["params"])})
    return reply


TOPIC = Topic(buttons={"away_form": _form}, forms={"away": _submitted})
