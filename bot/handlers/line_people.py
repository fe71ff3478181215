"""Whom a line of a key result names as its owners: by a mention, as `Owner: Bob`, or in brackets."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from bot.handlers import jotting
from bot.handlers.naming import NotOneError, people_meant, the_person
from bot.handlers.people_fields import with_mail
from bot.handlers.saying import N_, notice
from bot.intake.conversation import Turn
from bot.okr.line_parts import bracketed, owners_named
from bot.okr.noted import WHO
from storage import models as m

MOST_BRACKETS = 4
"""So many of them are looked up in a line."""


@dataclass(frozen=True, slots=True)
class Owned:
    """The line without its owners, who they are, and the names of whom nobody knows here."""

    text: str
    people: tuple[m.Person, ...] = ()
    unknown: tuple[str, ...] = ()


def owned_line(turn: Turn, text: str) -> Owned:
    """Everybody a line names as an owner. Raises `NotOneError` for somebody unknown, and for who is no longer here."""
    plain, names = _taken_out(text)
    people = [the_person(turn, one) for one in names]
    left = next((one for one in people if not one.active), None)
    if left is not None:
        raise NotOneError(notice(N_("{name} is no longer here, so nothing was saved."), name=left.short_name))
    return _with_brackets(turn, plain, people)


def owned_line_as_far(turn: Turn, text: str, besides: Sequence[str] = ()) -> Owned:
    """The same for a line among many, with those named `besides` it; who is unknown, or no longer here, is told."""
    plain, names = _taken_out(text)
    people, unknown = [], []
    for name in (*besides, *names):
        try:
            person = with_mail(turn, name) or the_person(turn, name)
        except NotOneError:
            unknown.append(jotting.in_words(turn, name).strip("@ "))
            continue
        if person.active:
            people.append(person)
        else:
            unknown.append(person.short_name)
    found = _with_brackets(turn, plain, people)
    return Owned(found.text, found.people, tuple(unknown))


def _taken_out(text: str) -> tuple[str, Sequence[str]]:
    """The line without mentions and labelled names, and these as they were typed, mentions first."""
    rest, named = owners_named(text)
    plain, mentions = jotting.set_aside(rest)
    return " ".join(WHO.sub(" ", plain).split()), (*mentions, *named)


def _with_brackets(turn: Turn, plain: str, people: list[m.Person]) -> Owned:
    """`(Bob)` is an owner where exactly one active person is called so; any other bracket is part of the words."""
    for _ in range(MOST_BRACKETS):
        for name, rest in islice(bracketed(plain), MOST_BRACKETS):
            meant = people_meant(turn, name)
            if len(meant) == 1 and meant[0].active and rest:
                people.append(meant[0])
                plain = rest
                break
        else:
            break
    return Owned(plain, tuple({one.id: one for one in people}.values()))
