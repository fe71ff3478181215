"""For which team something is written: one's own, the one that a line names, or any for an admin in none (spec/06)."""

import re
from collections.abc import Iterable, Sequence

from bot.handlers import jotting
from bot.handlers.naming import NotOneError, team_here
from bot.handlers.saying import N_, notice
from bot.intake.conversation import Turn
from bot.intake.inbound import Place
from bot.okr.access import may_draft, sees_drafts
from bot.views.person import PersonView
from bot.views.rights import actor_of
from storage import company
from storage import models as m
from storage.settings import is_archived
from storage.teams import lead_of

IN_NO_TEAM = N_("You are in no team yet, so there is nowhere to write it. Ask your team's lead to add you.")
NO_TEAMS = N_("There is no team yet, so there is nowhere to write it. /okr setup")
ONLY_READING = N_("In {team} you read along, so nothing was saved. Its members write its OKRs.")
NOT_MEMBER = N_("The OKRs of {team} are written by its members, so nothing was saved. {lead} or an admin can do it.")
NOT_MEMBER_NO_LEAD = N_("The OKRs of {team} are written by its members, so nothing was saved. An admin can do it.")
ARCHIVED = N_("{team} is archived, so nothing was saved.")

_MAY_NAME = re.compile(r"(?:^|[\s,，;；\"“”„「『』])for\s|[给为]", re.IGNORECASE)
_SUFFIX = re.compile(r"\s*(?:\bteam|团队|部门|小组|组|部)$", re.IGNORECASE)


def writing_teams(turn: Turn, view: PersonView, named: m.Team | None = None) -> Sequence[m.Team]:
    """The team that was named; else those this person writes in, in a team's channel that one. Of an admin who is in
    none, all there are. Raises `NotOneError` with a sentence for who writes in none, or not in that one."""
    if named is not None:
        return [_writable(turn, named)]
    teams = _own(turn)
    if teams:
        here = team_here(turn, view)
        return [one for one in teams if here is not None and one.id == here.id] or teams
    every = teams_of_admin(turn)
    if every:
        return _of_channel(turn, every)
    if turn.person.role is m.WorkspaceRole.ADMIN:
        raise NotOneError(notice(NO_TEAMS))
    reading = sorted((one.team for one in view.teams), key=is_archived)
    if not reading:
        raise NotOneError(notice(IN_NO_TEAM))
    raise NotOneError(notice(ARCHIVED if is_archived(reading[0]) else ONLY_READING, team=reading[0].name))


def teams_of_admin(turn: Turn) -> Sequence[m.Team]:
    """All teams that work, for an admin who writes in none of them; nothing for anybody else."""
    if turn.person.role is not m.WorkspaceRole.ADMIN or _own(turn):
        return ()
    return [one for one in company.teams_of(turn.session, turn.person.workspace_id) if not is_archived(one)]


def asks_whose(turn: Turn, view: PersonView) -> Sequence[m.Team]:
    """The teams to ask such an admin about, for what only reads: those they do not see anyway."""
    return _of_channel(turn, teams_of_admin(turn)) if not view.teams else ()


def team_in(turn: Turn, text: str) -> tuple[str, m.Team | None]:
    """The line without the team it is for (`for GRO`, `for @Growth`, `给增长组`), first or last in it, and that team.

    A plain name behind words without quotes, `… for Growth`, may belong to them: it names the team only where an admin
    would be asked for one.
    """
    if _MAY_NAME.search(text) is None:
        return text, None
    names = _names(company.teams_of(turn.session, turn.person.workspace_id))
    if not names:
        return text, None
    one_of = "|".join(re.escape(one) for one in sorted(names, key=len, reverse=True))
    name = rf"(?P<at>[@#]?)(?P<name>{one_of})(?![a-z0-9_])(?P<after>\s+team\b|\s*(?:团队|组))?"
    before = r"(?:for\s+(?:the\s+)?(?P<team>team\s+)?|[给为]\s*)"
    first = re.match(rf"\s*{before}{name}\s*(?:[:：,，—–-]\s*|\s+|$|(?=[^\sa-z0-9]))", text, re.IGNORECASE)
    if first is not None:
        return text[first.end() :], names[first["name"].casefold()]
    ends = r"(?=\s*[.。!！]?\s*(?:$|[,，;；]|because\b|因为))"
    for last in re.finditer(rf"(?P<edge>^|[\s,，;；\"“”」』])\s*{before}{name}{ends}", text, re.IGNORECASE):
        team = names[last["name"].casefold()]
        quoted = text[: last.start() + len(last["edge"])].rstrip()[-1:] in tuple(',，;；"“”」』')
        sure = bool(last["at"] or last["team"] or last["after"] or quoted) or last["name"] == team.key
        if sure or not last[0].strip().isascii() or teams_of_admin(turn):
            kept = last["edge"].strip(" ,，;；")
            return f"{text[: last.start()].rstrip(' ,，;；')}{kept} {text[last.end() :].lstrip('.。!！')}".strip(), team
    return text, None


def without_for(turn: Turn, words: str) -> str:
    """`for GRO`, where nothing else is said, is `GRO`."""
    rest, named = team_in(turn, words)
    return words if named is None or rest.strip() else named.key


def _own(turn: Turn) -> Sequence[m.Team]:
    """The teams of this person in which they write, as a member or because they answer for a part of it."""
    actor = actor_of(turn.session, turn.person)
    return [one for one in jotting.own_teams(turn) if may_draft(actor, one.id) and not is_archived(one)]


def _of_channel(turn: Turn, teams: Sequence[m.Team]) -> Sequence[m.Team]:
    """In the channel of one of them that one."""
    if turn.inbound.place is not Place.CHANNEL:
        return teams
    here = (turn.inbox.installation_id, turn.inbound.channel)
    found = [one for one in teams if (one.installation_id, (one.channel_ref or {}).get("channel")) == here]
    return found if len(found) == 1 else teams


def _writable(turn: Turn, team: m.Team) -> m.Team:
    """Raises `NotOneError` with who can, for somebody who does not write there."""
    actor = actor_of(turn.session, turn.person)
    if is_archived(team):
        raise NotOneError(notice(ARCHIVED, team=team.name))
    if may_draft(actor, team.id):
        return team
    if sees_drafts(actor, team.id):
        raise NotOneError(notice(ONLY_READING, team=team.name))
    lead = lead_of(turn.session, team.id)
    if lead is None:
        raise NotOneError(notice(NOT_MEMBER_NO_LEAD, team=team.name))
    raise NotOneError(notice(NOT_MEMBER, team=team.name, lead=lead.short_name))


def _names(teams: Iterable[m.Team]) -> dict[str, m.Team]:
    """What each team is called in a line: its key, its name, and its name without `team`."""
    found: dict[str, m.Team] = {}
    for team in sorted(teams, key=is_archived):
        for name in (team.key, team.name.strip(), _SUFFIX.sub("", team.name.strip())):
            if len(name) > 1:
                found.setdefault(name.casefold(), team)
    return found
