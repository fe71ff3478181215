"""What a meeting that begins means for the board that waits for it."""

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.okr.localtime import local_day
from bot.okr.planning import Planned, Ritual, TeamFacts, plan
from bot.okr.planning.meetings import ONE_DAY, Occurrence, digest_occurrences
from bot.views.facts import team_facts
from storage import boards, chats, directory
from storage import models as m

EARLY = timedelta(hours=2)
"""Who begins a meeting sooner than this before its time is in the chat for something else."""
EARLY_IN_CHANNEL = timedelta(minutes=30)
"""In a channel anybody may meet, and what they meet for is not told."""
_WAITING = (m.DeliveryState.PLANNED, m.DeliveryState.FAILED)
"""It has not gone out and nobody decided against it; where it was refused, Okra is in that very chat by now."""


def meeting_began(session: Session, place: m.Installation, chat: str, at: datetime, now: datetime) -> None:
    """Post the board of the team's own meeting that begins there, if it has not gone out yet: never a second one.

    `at`: when somebody began it. The board follows the answers until the time that the meeting was planned for: who
    comes first has only opened the door.
    """
    met = chats.chat(session, place.id, chat)
    early = EARLY_IN_CHANNEL if met is not None and met.kind is m.ChatKind.CHANNEL else EARLY
    for team in directory.teams_with_channel(session, place.id, chat):
        facts = team_facts(session, team, now)
        begun = _begun(facts, at, early)
        if begun is None:
            continue
        for ritual in (Ritual.DIGEST, Ritual.COMPANY_DIGEST):
            board = _board_of(facts, ritual, begun, now)
            if board is not None:
                boards.send_early(session, team, board, now, if_it_is=_WAITING)


def _begun(facts: TeamFacts, at: datetime, early: timedelta) -> Occurrence | None:
    """The team's meeting that is nearest to this moment; None where that one is far away, or nobody planned one."""
    today = local_day(at, facts.zone)
    near = digest_occurrences(facts, today - ONE_DAY, today + ONE_DAY) if facts.meetings else []
    found = min(near, key=lambda one: abs(one.at - at), default=None)
    return None if found is None or found.at - at > early else found


def _board_of(facts: TeamFacts, ritual: Ritual, begun: Occurrence, now: datetime) -> Planned | None:
    """The board of that meeting; None where none is posted (switched off, holiday) or its time is over."""
    found = plan(facts, ritual, now, begun.opens_at).messages
    return next((one for one in found if (one.meeting_id, one.period) == (begun.meeting_id, begun.period)), None)
