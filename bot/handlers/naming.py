"""Whom and what a command names: a key result by its label, a person by a mention, a team by its key."""

import re
from collections.abc import Sequence

from sqlmodel import col, or_, select

from bot.handlers.saying import N_, notice
from bot.intake.conversation import Reply, Turn
from bot.okr.access import Sight, sight_of
from bot.views.person import PersonView
from bot.views.rights import actor_of
from storage import models as m
from storage import okrs

_KEY = re.compile(r"^([A-Za-z]{2,5})-(\d+)$")
_NUMBER = re.compile(r"^(?:kr\s*|#|关键结果\s*)?(\d{1,4})$", re.IGNORECASE)
_MENTION = re.compile(r"<@([^>|]+)(?:\|[^>]*)?>|@([^\s<>@]+)")


class NotOneError(Exception):
    """What was named is nothing, or more than one thing; `reply` is the sentence that says so."""

    def __init__(self, reply: Reply) -> None:
        super().__init__("not one")
        self.reply = reply


def the_key_result(turn: Turn, view: PersonView, text: str) -> m.KeyResult:
    """The key result that `KR2`, `#2`, `GRO-2`, an alias or a button's token names.

    Raises `NotOneError` where there is none that this person may see.
    """
    name = text.strip()
    by_token = next((one for one in view.by_id.values() if one.row.token == name), None)
    if by_token is not None:
        found_row: m.KeyResult = by_token.row
        return found_row
    key = _KEY.match(name)
    if key is not None:
        found = _by_key(turn, key[1].upper(), int(key[2]))
        if found is not None:
            return found
    number = _NUMBER.match(name)
    pool = view.own or tuple(view.by_id.values())
    candidates = [
        one
        for one in (*pool, *(() if number is None else view.by_id.values()))
        if (number is not None and one.kr.number == int(number[1])) or _called(name, one.kr.aliases, one.kr.short_title)
    ]
    rows: list[m.KeyResult] = list({one.row.id: one.row for one in candidates}.values())
    own = [row for row in rows if any(one.row.id == row.id for one in view.own)]
    rows = own or rows
    if len(rows) == 1:
        return rows[0]
    mine = ", ".join(view.label(one) for one in view.own) or "–"
    if rows:
        keys = ", ".join(sorted(view.by_id[row.id].kr.key for row in rows))
        raise NotOneError(notice(N_("Which one: {keys}?"), keys=keys))
    if not name:
        raise NotOneError(notice(N_("Which one? Yours: {list}"), list=mine))
    raise NotOneError(notice(N_("I don't have {label} for you. Yours: {list}"), label=name[:20], list=mine))


def _called(name: str, aliases: Sequence[str], short_title: str) -> bool:
    return name.lower() in {one.lower() for one in (*aliases, short_title)} if name else False


def _by_key(turn: Turn, team_key: str, number: int) -> m.KeyResult | None:
    session = turn.session
    team = okrs.team_by_key(session, turn.person.workspace_id, team_key)
    if team is None:
        return None
    cycle = okrs.active_cycle(session, team, turn.now.date())
    if cycle is None:
        return None
    row = session.exec(
        select(m.KeyResult).where(
            m.KeyResult.team_id == team.id, m.KeyResult.cycle_id == cycle.id, m.KeyResult.number == number
        )
    ).first()
    if row is None:
        return None
    objective = session.get_one(m.Objective, row.objective_id)
    owners = {row.lead_owner_id, *okrs.parts_of(session, [row.id]).co_owners.get(row.id, [])}
    sight = sight_of(actor_of(session, turn.person), objective.visibility, team.id)
    return row if sight is Sight.ALL or turn.person.id in owners else None


def people_named(text: str) -> list[str]:
    """The mentions in a text: platform ids or names after an `@`."""
    return [one or two for one, two in _MENTION.findall(text)]


def the_person(turn: Turn, text: str) -> m.Person:
    """The one person a text mentions. Raises `NotOneError` for nobody, or for more than one of that name."""
    named = people_named(text)
    name = named[0] if named else text.strip()
    address = turn.session.exec(
        select(m.Address).where(m.Address.installation_id == turn.inbox.installation_id, m.Address.external_id == name)
    ).first()
    if address is not None:
        return turn.session.get_one(m.Person, address.person_id)
    found = turn.session.exec(
        select(m.Person)
        .where(m.Person.workspace_id == turn.person.workspace_id)
        .where(
            or_(
                col(m.Person.handle).ilike(_literal(name), escape="\\"),
                col(m.Person.short_name).ilike(_literal(name), escape="\\"),
            )
        )
        .order_by(col(m.Person.id))
    ).all()
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(f"@{one.handle}" for one in found)
        raise NotOneError(notice(N_("Whom do you mean: {names}?"), names=names))
    raise NotOneError(notice(N_("I don't know {name} here."), name=f"@{name}"[:41]))


def visible_teams(turn: Turn, view: PersonView, name: str) -> list[m.Team]:
    """The team of this key or name in the workspace; without a name the person's own teams."""
    if not name:
        own = [one.team for one in view.teams if any(kr.owned_by(turn.person.id) for kr in one.key_results)]
        return own or [one.team for one in view.teams]
    by_key = okrs.team_by_key(turn.session, turn.person.workspace_id, name)
    if by_key is not None:
        return [by_key]
    return list(
        turn.session.exec(
            select(m.Team)
            .where(m.Team.workspace_id == turn.person.workspace_id)
            .where(col(m.Team.name).ilike(_literal(name), escape="\\"))
        ).all()
    )


def _literal(text: str) -> str:
    """A name as it stands, in a comparison that knows wildcards."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
