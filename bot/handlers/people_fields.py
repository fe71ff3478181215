"""People as a form brings them: picked on the platform, or typed as names with commas between."""

import re

from sqlmodel import col, func, select

from bot.handlers.form_values import Fields, one_line
from bot.handlers.naming import MENTION, NotOneError, the_person
from bot.handlers.saying import N_
from bot.intake.conversation import Turn
from bot.intake.inbound import Submitted
from storage import models as m

MOST = 60
"""People in one field."""
_BETWEEN = re.compile(r"[,，、;；\n]+|\s+(?:and|和)\s+")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+")
LEFT = N_("{name} is no longer here; please choose somebody else.")
UNKNOWN = N_("I don't know {name}. Name people as @mei, by their full name, or by their e-mail.")
SEVERAL = N_("{name} could be more than one person here; please write the @name.")


def names_in(value: object) -> list[str]:
    """Each person that a field names, as it stands there."""
    if isinstance(value, tuple | list):
        return [one.strip() for one in value if isinstance(one, str) and one.strip()]
    text = value if isinstance(value, str) else ""
    found = []
    for part in _BETWEEN.split(text):
        mentioned = [one[0] for one in MENTION.finditer(part)]
        alone = MENTION.sub("", part).strip()
        found += mentioned if mentioned and not alone else [one_line(part)]
    return [one for one in found if one]


def read_people(turn: Turn, fields: Fields, name: str, what: Submitted) -> list[m.Person]:
    """The people of a field, each once. A sentence beside it for who is unknown, was named twice or is gone."""
    named = names_in(what.values.get(name))
    if len(named) > MOST:
        fields.problem(name, N_("That is more than {most} people; please add the others afterwards."), most=MOST)
        return []
    found: dict[int, m.Person] = {}
    for one in named:
        person = _known(turn, fields, name, one)
        if person is None:
            return []
        if person.id in found:
            fields.problem(name, N_("{name} stands there twice; once is enough."), name=person.short_name)
            return []
        found[person.id] = person
    return list(found.values())


def read_person(turn: Turn, fields: Fields, name: str, what: Submitted) -> m.Person | None:
    """The one person of a field; None where nobody was named, or with a sentence beside it."""
    people = read_people(turn, fields, name, what)
    if len(people) > 1:
        fields.problem(name, N_("Please name one person."))
        return None
    return people[0] if people else None


def with_mail(turn: Turn, text: str) -> m.Person | None:
    """Whoever has this e-mail; None for what is none, and for one that nobody here has."""
    if _MAIL.fullmatch(text) is None:
        return None
    return turn.session.exec(
        select(m.Person)
        .where(m.Person.workspace_id == turn.person.workspace_id, func.lower(m.Person.e_mail) == text.lower())
        .order_by(col(m.Person.active).desc(), col(m.Person.id))
    ).first()


def _known(turn: Turn, fields: Fields, name: str, text: str) -> m.Person | None:
    try:
        person = with_mail(turn, text) or the_person(turn, text)
    except NotOneError as error:
        several = "names" in getattr(error.reply, "data", {}).get("params", {})
        fields.problem(name, SEVERAL if several else UNKNOWN, name=text[:41])
        return None
    if person.workspace_id != turn.person.workspace_id:
        fields.problem(name, UNKNOWN, name=text[:41])
        return None
    if not person.active:
        fields.problem(name, LEFT, name=person.short_name)
        return None
    return person
