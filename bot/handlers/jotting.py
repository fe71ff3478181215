"""A line that somebody notes for a team, a next step or a win: whom, what and which team it means."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import select

from bot.handlers.naming import MENTION, NotOneError, named_in_full, team_here, the_key_result, the_person
from bot.handlers.recording import fresh_view
from bot.handlers.saying import N_, notice
from bot.handlers.verbs import split, without_prefix
from bot.intake.conversation import Answer, Turn
from bot.intake.inbound import Command, Edited, Inbound, Typed
from bot.intake.stored import from_json
from bot.okr.access import may_add_next_step
from bot.okr.model import IN_FORCE
from bot.okr.noted import WHO, Noted, read_noted
from bot.views.person import PersonView
from bot.views.rights import actor_of
from bot.views.team import KRView
from storage import agendas, conversations, okrs
from storage import models as m

MOST_CHOICES = 40
"""So many teams stand in a menu; each other one is named in the line."""
_GROUP = re.compile(r"<!subteam\^[A-Z0-9]+(?:\|@?([^>]*))?>")
"""How Slack writes the mention of a group."""


@dataclass(frozen=True, slots=True)
class Jotted:
    """A line as it was read, with the mentions that its signs stand for."""

    noted: Noted
    mentions: tuple[str, ...]

    def words(self, turn: Turn) -> str:
        """What it says, with everybody who is mentioned in it by name."""
        return WHO.sub(lambda found: _name(turn, self.mentions, int(found[1])), self.noted.text).strip()

    def person(self, turn: Turn) -> m.Person | None:
        """Whom it names at an edge. Raises `NotOneError` for somebody unknown, and for who is no longer here."""
        if self.noted.who is None or self.noted.who >= len(self.mentions):
            return None
        person = the_person(turn, self.mentions[self.noted.who])
        if not person.active:
            raise NotOneError(notice(N_("{name} is no longer here, so I noted nothing."), name=person.short_name))
        return person


def jotted(
    turn: Turn, view: PersonView, raw: str, at: datetime, *, days: bool = True, keeps_signs: bool = False
) -> Jotted:
    """Read a line that was typed at `at`; with `keeps_signs` its mentions were set aside already."""
    line, mentions = (raw, ()) if keeps_signs else set_aside(raw)
    keys = turn.session.exec(select(m.Team.key).where(m.Team.workspace_id == turn.person.workspace_id)).all()
    return Jotted(read_noted(line, at.astimezone(view.tz).date(), keys, days=days), mentions)


def set_aside(raw: str) -> tuple[str, tuple[str, ...]]:
    """The line with a sign for each mention, and the mentions as they were typed. `bob@acme.com` mentions nobody."""
    mentions: list[str] = []

    def sign(found: re.Match[str]) -> str:
        if found.start() and found[0][0] == "@" and raw[found.start() - 1].isalnum():
            return found[0]
        mentions.append(found[0])
        return f" \ue000{len(mentions) - 1}\ue001 "

    raw = _GROUP.sub(lambda found: f"@{found[1] or ''}", WHO.sub(" ", raw))
    return " ".join(MENTION.sub(sign, raw).split()), tuple(mentions)


def in_words(turn: Turn, raw: str) -> str:
    """The same on one line, with everybody who is mentioned in it by name."""
    line, mentions = set_aside(raw)
    return " ".join(WHO.sub(lambda found: _name(turn, mentions, int(found[1])), line).split())


def the_team(turn: Turn, view: PersonView, label: str | None, asks: str) -> tuple[m.Team | None, m.KeyResult | None]:
    """The team a line is for: by its key result, by the channel it is said in, or because there is only one.

    None where it must be asked; `asks` is the action of the buttons that ask. Raises `NotOneError` where the key result
    is none or not in force, and where the person may not add anything.
    """
    if label is not None:
        row = _labelled(turn, view, label, asks)
        team = turn.session.get_one(m.Team, row.team_id)
        if row.state not in IN_FORCE:
            key = f"{team.key}-{row.number}"
            raise NotOneError(notice(N_("{kr} is not worked on any more, so nothing was recorded."), kr=key))
        must_belong(turn, team)
        return team, row
    teams = own_teams(turn)
    if not teams:
        raise NotOneError(notice(N_("You are in no team yet, so nothing was recorded.")))
    here = team_here(turn, view)
    if here is not None and any(one.id == here.id for one in teams):
        return here, None
    return (teams[0] if len(teams) == 1 else None), None


def _labelled(turn: Turn, view: PersonView, label: str, asks: str) -> m.KeyResult:
    """The key result of this label; the buttons that ask which one remember what was said, as those of teams do."""
    try:
        return the_key_result(turn, view, label, asks)
    except NotOneError as error:
        reply = error.reply
        if isinstance(reply, Answer) and reply.name == "which_kr":
            raise NotOneError(Answer(reply.name, {**reply.data, "asked": turn.inbox.id})) from error
        raise


def labelled_in(turn: Turn, team: m.Team, label: str | None) -> m.KeyResult | None:
    """The key result that a bare label means in this team, if it is worked on there."""
    digits = "" if label is None else "".join(one for one in label if one.isdecimal())
    if not digits:
        return None
    own = offered(fresh_view(turn), team.id)
    return next((one.row for one in own if one.kr.number == int(digits)), None)


def must_belong(turn: Turn, team: m.Team) -> None:
    """Members, and those who answer for one of its key results. Raises `NotOneError` with a sentence for others."""
    if not belongs(turn, team.id):
        said = N_("Next steps and wins of {team} are added by its members. Nothing was recorded.")
        raise NotOneError(notice(said, team=team.name))


def belongs(turn: Turn, team_id: int) -> bool:
    """True for members, admins, and those who answer for one of the team's key results; viewers read."""
    if may_add_next_step(actor_of(turn.session, turn.person), team_id):
        return True
    return any(row.team_id == team_id for row in conversations.owned_key_results(turn.session, turn.person.id))


def own_teams(turn: Turn) -> Sequence[m.Team]:
    """The teams of this person in which they may add something."""
    works_in = actor_of(turn.session, turn.person).works_in
    owning = {row.team_id for row in conversations.owned_key_results(turn.session, turn.person.id)}
    return [one for one in agendas.teams_asking(turn.session, turn.person.id) if one.id in works_in | owning]


def which_team(turn: Turn, action: str, among: Sequence[m.Team] | None = None) -> Answer:
    """Which of my teams, or of those? The buttons remember what was said by the message that brought it."""
    teams = [team.id for team in (own_teams(turn) if among is None else among)][:MOST_CHOICES]
    return Answer("which_team_of", {"teams": teams, "action": action, "asked": turn.inbox.id})


def said_before(turn: Turn, value: str) -> tuple[m.Inbox, m.Team, str] | None:
    """What this person said when they were asked which team, and the team they pressed; None where it is not theirs."""
    inbox_id, _, key = value.partition(":")
    inbox = of_person(turn, inbox_id)
    team = okrs.team_by_key(turn.session, turn.person.workspace_id, key)
    if inbox is None or team is None:
        return None
    inbound: Inbound = from_json(inbox.body)
    text = inbound.what.text if isinstance(inbound.what, Typed | Edited | Command) else ""
    return inbox, team, split(without_prefix(text)).rest


def of_person(turn: Turn, number: str) -> m.Inbox | None:
    """What this person, and nobody else, said or did under this number of the inbox."""
    is_number = number.isascii() and number.isdigit() and len(number) < 18
    row = turn.session.get(m.Inbox, int(number)) if is_number else None
    return row if row is not None and row.person_id == turn.person.id else None


def offered(view: PersonView, team_id: int) -> list[KRView]:
    """The key results of a team that something can be noted for."""
    return [one for one in view.by_id.values() if one.row.team_id == team_id and one.kr.state in IN_FORCE]


def _name(turn: Turn, mentions: Sequence[str], number: int) -> str:
    """Somebody within the words, by name; who is unknown stays as typed."""
    if number >= len(mentions):
        return ""
    try:
        return the_person(turn, mentions[number]).short_name
    except NotOneError:
        return named_in_full(mentions[number]) or mentions[number]
