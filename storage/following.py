"""Which messages show a key result or a team: they follow what is said there, each by one statement.

It happens with every answer, and many answer at once, so what is asked is put into words once: SQLAlchemy takes longer
to build a statement than SQLite to carry it out.
"""

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa
from sqlmodel import Session

from storage import models as m
from storage.deliveries import MAY_STAND

_ROW = m.Row.metadata.tables["delivery"].c
_RUN = m.Row.metadata.tables["ritual_run"].c
_NEWEST = (
    sa.update(m.Row.metadata.tables["delivery"]).where(_ROW.state.in_(MAY_STAND)).values(wanted_rev=_ROW.wanted_rev + 1)
)
_OF_PROMPTS = _NEWEST.where(_ROW.prompt_id.in_(sa.bindparam("prompts", expanding=True)))
_NOTICES = ("stale", "nudge", "feed_quiet")
_MEETS_LATER = _RUN.meeting_at > sa.bindparam("now")
_LATELY = sa.or_(_RUN.digest_at >= sa.bindparam("since"), _RUN.created_at >= sa.bindparam("since"))
_DIGESTS_TO_COME = sa.select(_RUN.period).where(
    _RUN.team_id == sa.bindparam("team"), _RUN.kind == m.RitualKind.DIGEST, _MEETS_LATER, _LATELY
)
_BOARDS = _NEWEST.where(
    _ROW.team_id == sa.bindparam("team"),
    sa.or_(
        _ROW.kind == "standing_board",
        sa.and_(_ROW.kind == "digest", _ROW.period.in_(_DIGESTS_TO_COME)),
    ),
)
_COMPANY_DIGESTS = _NEWEST.where(
    _ROW.kind == "company_digest",
    sa.exists().where(
        _RUN.workspace_id == sa.bindparam("workspace"),
        _RUN.kind == m.RitualKind.COMPANY_DIGEST,
        _MEETS_LATER,
        _RUN.team_id == _ROW.team_id,
        _RUN.period == _ROW.period,
    ),
)


def questions_follow(session: Session, prompt_ids: Collection[int]) -> None:
    """These questions, their reminders and whatever else belongs to them show the newest."""
    if prompt_ids:
        session.flush()
        session.execute(_OF_PROMPTS, {"prompts": sorted(prompt_ids)})


def notices_follow(session: Session, kr_ids: Collection[int], since: datetime) -> None:
    """What was said about the silence of these key results shows the newest, if it was sent since."""
    if kr_ids:
        named = {f"kr{number}": f"kr:{kr_id}" for number, kr_id in enumerate(sorted(kr_ids))}
        persons = {f"{name}_person": f"{subject}:person:%" for name, subject in named.items()}
        session.flush()
        session.execute(_about(len(kr_ids)), {**named, **persons, "since": since})


@lru_cache(maxsize=32)
def _about(count: int) -> sa.Update:
    """The notices about so many key results."""
    about = [
        one
        for number in range(count)
        for one in (
            _ROW.subject == sa.bindparam(f"kr{number}"),
            _ROW.subject.like(sa.bindparam(f"kr{number}_person")),
        )
    ]
    return _NEWEST.where(_ROW.kind.in_(_NOTICES), sa.or_(*about), _ROW.sending_at >= sa.bindparam("since"))


def boards_follow(session: Session, team_id: int, now: datetime, since: datetime) -> None:
    """A team's board shows the newest; so do the digests of its runs since a moment, until their meeting begins."""
    session.flush()
    session.execute(_BOARDS, {"team": team_id, "now": now, "since": since})


def company_follows(session: Session, workspace_id: int, now: datetime) -> None:
    """The company's digests whose meeting is still to begin show the newest."""
    session.flush()
    session.execute(_COMPANY_DIGESTS, {"workspace": workspace_id, "now": now})
