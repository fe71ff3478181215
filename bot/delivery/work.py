"""What there is to do for one installation, in the order in which it is to be done."""

from collections.abc import Collection, Hashable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from sqlmodel import Session, col, select

from bot.delivery.addresses import ref_from
from bot.delivery.kinds import Registry, Surface
from storage import deliveries, outbox
from storage import models as m

BATCH = 20
"""Messages of one installation between two looks at what is urgent: a few seconds at a platform's usual rate."""


class Rank(IntEnum):
    """What goes before what; the last two go by turns."""

    ANSWER = 0
    """Somebody waits for it."""
    LOOKED_AT = 1
    """A page that somebody looks at."""
    BOUND = 2
    """Bound to a moment: the digest of a meeting."""
    OUTDATED = 3
    DUE = 4


@dataclass(frozen=True, slots=True)
class Job:
    """A message to send (`Due`), or one to bring up to date."""

    rank: Rank
    row: outbox.Due | m.Delivery
    addressee: Hashable
    """Whom it goes to. Two messages to the same are never under way at a time, so they keep their order."""
    channel: str | None = None
    """The channel it goes to; None: a person's own chat."""

    @property
    def key(self) -> Hashable:
        """What it is: the same message in a newer version is something new to do."""
        return (self.row.id, None if isinstance(self.row, outbox.Due) else self.row.wanted_rev)

    @property
    def is_urgent(self) -> bool:
        """Whether somebody waits for it."""
        return self.rank <= Rank.LOOKED_AT


@dataclass(slots=True)
class Seen:
    """How far the present pass through what has its turn later has come."""

    due: outbox.Due | None = None
    no_more_due: bool = False
    updated: int = 0
    no_more_updates: bool = False

    @property
    def is_all(self) -> bool:
        """Whether there is nothing behind what was seen."""
        return self.no_more_due and self.no_more_updates


class Desk:
    """Reads what there is to do: what goes first, from the start each time; the rest, page by page."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def read(self, session: Session, installation_id: int, now: datetime, seen: Seen, known: int) -> list[Job]:
        """The next of each rank; `seen` goes on. `known`: so many the caller has, and would only be told again."""
        urgent = {name for name, kind in self._registry.items() if kind.urgent}
        bound = {name for name, kind in self._registry.items() if kind.before_others} - urgent
        first = BATCH + known
        dues = {
            Rank.ANSWER: _of(session, installation_id, now, urgent, first),
            Rank.BOUND: _of(session, installation_id, now, bound, first),
        }
        rows = {Rank.LOOKED_AT: deliveries.waited_for_through(session, installation_id, limit=first)}
        if not seen.no_more_updates:
            found = deliveries.outdated_through(session, installation_id, limit=BATCH, after=seen.updated)
            seen.no_more_updates = len(found) < BATCH
            seen.updated = found[-1].id if found else seen.updated
            rows[Rank.OUTDATED] = found
        if not seen.no_more_due:
            page = outbox.due_through(
                session, installation_id, now=now, limit=BATCH, other_kinds_than=urgent | bound, after=seen.due
            )
            seen.no_more_due = len(page) < BATCH
            seen.due = page[-1] if page else seen.due
            dues[Rank.DUE] = page
        updates = [self._update(rank, row) for rank, some in rows.items() for row in some]
        return [*_sends(session, dues), *updates]

    def _update(self, rank: Rank, row: m.Delivery) -> Job:
        kind = self._registry.get(row.kind)
        if rank is Rank.OUTDATED and kind is not None and kind.surface is Surface.HOME:
            return Job(rank, row, "pages that nobody waits for")  # one at a time: they share a budget
        if row.team_id is None or row.message is None:
            return Job(rank, row, ("person", row.person_id))
        channel = ref_from(row.message).channel
        return Job(rank, row, ("channel", channel), channel)


def _of(session: Session, installation_id: int, now: datetime, kinds: Collection[str], limit: int) -> list[outbox.Due]:
    return outbox.due_through(session, installation_id, now=now, limit=limit, kinds=kinds) if kinds else []


def _sends(session: Session, dues: dict[Rank, list[outbox.Due]]) -> list[Job]:
    channels = _channels(session, {due.team_id for some in dues.values() for due in some if due.team_id is not None})
    jobs = []
    for rank, some in dues.items():
        for due in some:
            channel = None if due.team_id is None else channels.get(due.team_id)
            addressee = ("person", due.person_id) if channel is None else ("channel", channel)
            jobs.append(Job(rank, due, addressee, channel))
    return jobs


def _channels(session: Session, team_ids: Collection[int]) -> dict[int, str]:
    """The channel of each of these teams: two teams may share one."""
    if not team_ids:
        return {}
    rows = session.exec(select(m.Team.id, m.Team.channel_ref).where(col(m.Team.id).in_(team_ids)))
    return {key: str(ref["channel"]) for key, ref in rows if ref}
