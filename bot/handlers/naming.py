"""Whom and what a command names: a key result by its label, a person by a mention, a team by its key."""

import re
from collections.abc import Iterable, Sequence

from sqlmodel import col, or_, select

from bot.handlers.saying import N_, notice
from bot.handlers.verbs import Spoken, fits, folded, label_at_start, without_filler
from bot.intake.conversation import Answer, Reply, Turn
from bot.intake.inbound import Place
from bot.okr.access import Sight, sight_of
from bot.okr.localtime import local_day
from bot.okr.model import KRState
from bot.views.person import PersonView
from bot.views.rights import actor_of
from bot.views.team import KRView
from storage import conversations, merging, okrs
from storage import models as m
from storage.accounts import account_id
from storage.settings import is_archived
from storage.teams import team_zone

_KEY = re.compile(r"([a-z]{2,5})-(\d{1,4})")
_NUMBER = re.compile(r"(?:kr\s*|#|关键结果\s*)?(\d{1,4})")
MENTION = re.compile(r"<@([^>|]+)(?:\|([^>]*))?>|<at[^>]*>\s*([^<]+?)\s*</at>|@([^\s<>@,，。;；]+)")
UNKNOWN_TEAM = N_("I don't know a team called {name}. Try its key, such as GRO.")
MOST_TEAMS = 40
"""So many teams stand in one menu."""
_AFTER_NAME = ".:!?)：！？）"
"""What ends a sentence and no name."""


class NotOneError(Exception):
    """What was named is nothing, or more than one thing; `reply` is the sentence that says so.

    `several`: more than one has just that name, so nothing else is meant by it.
    """

    def __init__(self, reply: Reply, *, several: bool = False) -> None:
        super().__init__("not one")
        self.reply = reply
        self.several = several


READS = ("show", "why")
"""What only reads may take a whole word of a name for it; what changes something never does."""
MOST_ASKED = 10
_SHORTEST_PART = 3
"""A part of a name in Latin letters has at least so many; `of` is in many names and means none."""
_NO_NAMES = frozenset(("the", "and", "for", "all", "per", "with", "from", "our", "new"))


def the_key_result(turn: Turn, view: PersonView, text: str, asks: str = "") -> m.KeyResult:
    """The key result that `KR2`, `#2`, `GRO-2`, its name, or a button's token means.

    `asks` is the action of the buttons that ask which one where it is not sure; what only reads (`READS`) takes a
    whole word of one name for it as well. Raises `NotOneError` where there is none that this person may see, where
    there are several, and where a part of a name is all that was said.
    """
    by_token = conversations.key_result_by_token(turn.session, text.strip())
    if by_token is not None and _is_seen(turn, by_token):
        return by_token
    words = without_filler(folded(text))
    name = words.casefold()
    mine = labels_of(turn, view)
    if not name:
        raise NotOneError(notice(N_("Which one? Yours: {list}"), list=mine))
    by_key = by_full_key(turn, name)
    if by_key is not None:
        return by_key
    in_full = _said_here(turn, view, _in_full(view, name))
    if len(in_full) == 1:
        return in_full[0].row
    if in_full:
        raise NotOneError(_which(turn, in_full, asks), several=True)
    teams = visible_teams(turn, view, words)
    if teams:
        said = N_("{name} is a team, not a key result. Its board: /okr board {key}")
        raise NotOneError(notice(said, name=words[:40], key=teams[0].key))
    in_part = _in_part(view, name)
    if len(in_part) == 1 and asks in READS:
        return in_part[0].row
    if in_part:
        raise NotOneError(_which(turn, in_part, asks))
    label = " ".join(text.split())
    short = label if len(label) <= 20 else f"{label[:19]}…"
    raise NotOneError(notice(N_("I don't have {label} for you. Yours: {list}"), label=short, list=mine))


def by_full_key(turn: Turn, name: str) -> m.KeyResult | None:
    """What `gro-2` means, in any team, where this person may see it."""
    key = _KEY.fullmatch(name)
    return None if key is None else _by_key(turn, key[1], int(key[2])) or _by_old_key(turn, name)


def labels_of(turn: Turn, view: PersonView) -> str:
    """What somebody answers for, by label, in one line of their language."""
    return listed(turn, [view.label(one) for one in view.own]) or "–"


def listed(turn: Turn, names: Iterable[str]) -> str:
    """Names one after the other, as their language parts them."""
    return ("、" if turn.person.lang is m.Language.ZH else ", ").join(names)


def team_here(turn: Turn, view: PersonView) -> m.Team | None:
    """The team of this person whose channel something is said in."""
    if turn.inbound.place is not Place.CHANNEL:
        return None
    here = (turn.inbox.installation_id, turn.inbound.channel)
    found = [
        one.team
        for one in view.teams
        if (one.team.installation_id, (one.team.channel_ref or {}).get("channel")) == here
    ]
    return found[0] if len(found) == 1 else None


def _said_here(turn: Turn, view: PersonView, found: Sequence[KRView]) -> Sequence[KRView]:
    """Of several, those of the team whose channel it is said in, if it has any."""
    team = team_here(turn, view) if len(found) > 1 else None
    return [one for one in found if team is not None and one.row.team_id == team.id] or found


def meant_here(turn: Turn, view: PersonView, words: str) -> str:
    """A bare label that stands first, as the key of the team whose channel it is said in: `KR4 370`, `GRO-4 370`."""
    team, label = team_here(turn, view), label_at_start(words)
    number = None if team is None or label is None else _NUMBER.fullmatch(folded(label).casefold())
    if team is None or label is None or number is None:
        return words
    may_answer = (*view.own, *view.led, *view.standing_in_for)
    meant = next((one for one in may_answer if one.row.team_id == team.id and one.kr.number == int(number[1])), None)
    return words if meant is None else f"{meant.kr.key}{words[len(label) :]}"


def _which(turn: Turn, found: Sequence[KRView], asks: str) -> Reply:
    """Which of them? With ready buttons where there is something to press them for."""
    found = sorted(found, key=lambda one: one.kr.key)
    if asks:
        return Answer("which_kr", {"krs": [one.row.id for one in found[:MOST_ASKED]], "action": asks})
    return notice(N_("Which one: {keys}?"), keys=listed(turn, [one.kr.key for one in found]))


def _in_full(view: PersonView, name: str) -> Sequence[KRView]:
    """What has this number, or is called so; my own before those of my teams."""
    number = _NUMBER.fullmatch(name)
    return _mine_first(
        view,
        [
            one
            for one in view.by_id.values()
            if (number is not None and one.kr.number == int(number[1])) or name in _names(one)
        ],
    )


def _in_part(view: PersonView, name: str) -> Sequence[KRView]:
    """What has these whole words in its title or alias; Chinese has no gaps between words, so any two signs count."""
    shortest = _SHORTEST_PART if name.isascii() else 2
    if len(name) < shortest or name in _NO_NAMES or name.isdecimal():
        return ()
    part = re.compile(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])")
    found = [one for one in view.by_id.values() if any(part.search(called) for called in _names(one))]
    return _mine_first(view, found)


def _mine_first(view: PersonView, found: Sequence[KRView]) -> Sequence[KRView]:
    own = {one.row.id for one in view.own}
    return [one for one in found if one.row.id in own] or found


def is_named(view: PersonView, words: str) -> bool:
    """True for the name of a key result that this person sees, or for a whole word of one."""
    name = folded(words).casefold()
    return bool(_in_full(view, name) or _in_part(view, name))


def begins_with_name(view: PersonView, words: str, spoken: Spoken) -> bool:
    """True if a key result's alias or short title stands first. A verb goes before an alias of the same word; a longer
    name that merely begins with one (`board packs 12`) is meant, unless the words are that command (`board me`)."""
    plain = folded(words).casefold()
    first = folded(spoken.first).casefold()
    for one in view.own:
        for name in (*one.kr.aliases, one.kr.short_title):
            known = folded(name).casefold()
            if not known or not _stands_first(known, plain):
                continue
            if spoken.verb is None or (len(known) > len(first) and not fits(spoken.verb, spoken.rest)):
                return True
    return False


def _stands_first(name: str, words: str) -> bool:
    """`renewals: 31%` and `续费率28%` begin with the name, `renewalsX` does not."""
    follows = words[len(name) : len(name) + 1]
    ends_in_latin = name[-1].isascii() and name[-1].isalnum()
    return words.startswith(name) and not (ends_in_latin and follows.isascii() and follows.isalnum())


def _names(one: KRView) -> Iterable[str]:
    return [folded(name).casefold() for name in (*one.kr.aliases, one.kr.short_title, one.kr.title)]


def _by_key(turn: Turn, team_key: str, number: int) -> m.KeyResult | None:
    session = turn.session
    team = okrs.team_by_key(session, turn.person.workspace_id, team_key)
    cycle = None if team is None else _cycle(turn, team)
    if team is None or cycle is None:
        return None
    row = session.exec(
        select(m.KeyResult).where(
            m.KeyResult.team_id == team.id, m.KeyResult.cycle_id == cycle.id, m.KeyResult.number == number
        )
    ).first()
    return row if row is not None and _is_seen(turn, row) else None


def _by_old_key(turn: Turn, label: str) -> m.KeyResult | None:
    """What had this label before its team became a part of another, where nothing else has it by now."""
    rows = merging.called_before(turn.session, turn.person.workspace_id, label.upper())
    found = [row for row in rows if _is_seen(turn, row)]
    return found[0] if len(found) == 1 else None


def _cycle(turn: Turn, team: m.Team) -> m.Cycle | None:
    """The cycle whose key results are on the team's board today."""
    workspace = turn.session.get_one(m.Workspace, team.workspace_id)
    return okrs.active_cycle(turn.session, team, local_day(turn.now, team_zone(team, workspace)))


def _is_seen(turn: Turn, row: m.KeyResult) -> bool:
    """True for what is on a board, and open to this person (spec/10 §16, point 1).

    Who answers for a key result of a team belongs to that team, member or not.
    """
    session = turn.session
    objective = session.get_one(m.Objective, row.objective_id)
    if row.workspace_id != turn.person.workspace_id or row.state is KRState.DRAFT:
        return False
    cycle = _cycle(turn, session.get_one(m.Team, row.team_id))
    if not okrs.is_on_board(objective) or cycle is None or cycle.id != row.cycle_id:
        return False
    if sight_of(actor_of(session, turn.person), objective.visibility, row.team_id) is Sight.ALL:
        return True
    return any(own.team_id == row.team_id for own in conversations.owned_key_results(session, turn.person.id))


def people_named(text: str) -> list[str]:
    """The mentions in a text: platform ids, or names as they stand after an `@` or in Teams' `<at>`."""
    named = [next(part for part in found if part).rstrip(_AFTER_NAME) for found in MENTION.findall(text)]
    return [one for one in named if one]


def mentions(text: str) -> list[str]:
    """The mentions in a text as they stand there, in order: each names one person to `the_person`."""
    return [found[0] for found in MENTION.finditer(text)]


def named_in_full(mention: str) -> str:
    """The name that stands in a mention beside an id, if one does: what somebody is called whose id nobody knows."""
    found = MENTION.search(mention)
    return "" if found is None or found[2] is None else found[2].strip()


def called(text: str) -> str:
    """What the person is called whom a text mentions: for a sentence that says that nobody knows them."""
    named = people_named(text)
    return named_in_full(text) or (named[0] if named else text.strip())


def the_person(turn: Turn, text: str) -> m.Person:
    """The one person a text mentions. Raises `NotOneError` for nobody, or for more than one of that name."""
    found = people_meant(turn, text)
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(f"@{one.handle}" for one in found[:5])
        raise NotOneError(notice(N_("Whom do you mean: {names}?"), names=names))
    raise NotOneError(notice(N_("I don't know {name} here."), name=f"@{called(text)}"[:41]))


def people_meant(turn: Turn, text: str) -> Sequence[m.Person]:
    """Everybody whom a mention, or a name without one, may mean."""
    named = people_named(text)
    name = named[0] if named else text.strip()
    address = turn.session.exec(
        select(m.Address).where(
            m.Address.installation_id == turn.inbox.installation_id, m.Address.external_id == account_id(name)
        )
    ).first()
    if address is not None:
        return [turn.session.get_one(m.Person, address.person_id)]
    return _people_called(turn, called(text))


def _people_called(turn: Turn, name: str) -> Sequence[m.Person]:
    """A handle names one person; a short or full name perhaps several. Who is active comes first."""
    lowered = name.lower()
    columns = (col(m.Person.handle), col(m.Person.short_name), col(m.Person.display_name))
    found = turn.session.exec(
        select(m.Person)
        .where(m.Person.workspace_id == turn.person.workspace_id)
        .where(or_(*(column.ilike(_literal(name), escape="\\") for column in columns)))
        .order_by(col(m.Person.id))
    ).all()
    by_handle = [one for one in found if one.handle.lower() == lowered]
    return by_handle or [one for one in found if one.active] or found


def visible_teams(turn: Turn, view: PersonView, name: str) -> list[m.Team]:
    """The team of this key or name in the workspace; without a name the person's own teams."""
    if not name:
        teams = [one for one in view.teams if not is_archived(one.team)] or view.teams
        own = [one.team for one in teams if any(kr.owned_by(turn.person.id) for kr in one.key_results)]
        return own or [one.team for one in teams]
    by_key = okrs.team_by_key(turn.session, turn.person.workspace_id, folded(name))
    if by_key is not None:
        return [by_key]
    return list(
        turn.session.exec(
            select(m.Team)
            .where(m.Team.workspace_id == turn.person.workspace_id)
            .where(col(m.Team.name).ilike(_literal(name), escape="\\"))
            .order_by(col(m.Team.id))
        ).all()
    )


def which_team(teams: Sequence[m.Team], action: str, none: str, name: str = "") -> Reply:
    """One question with ready buttons; without any team `none`, or that nobody knows one called `name`."""
    if teams:
        return Answer("which_team", {"teams": [team.id for team in teams[:MOST_TEAMS]], "action": action})
    return notice(UNKNOWN_TEAM, name=name[:40]) if name else notice(none)


def _literal(text: str) -> str:
    """A name as it stands, in a comparison that knows wildcards."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
