"""What a child is told: where everything is, how fast its time passes, and what is to happen to it."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum


class Point(StrEnum):
    """A named moment in the life of a process, at which it may be killed or frozen."""

    BEFORE_CLAIM = "before the claim"
    IN_CLAIM = "in the claim, before it is committed"
    AFTER_CLAIM = "after the claim, before the request"
    AT_THE_WIRE = "where the request is written, before the fence is asked"
    BEHIND_THE_FENCE = "where the request is written, after the fence was asked"
    AFTER_SEND = "after the answer, before it is recorded"
    IN_RECORD = "in the record, before it is committed"
    AFTER_RECORD = "after the record"
    IN_TICK = "in the tick, before the plan is committed"
    AFTER_TICK = "in the tick, after a team was planned"
    AFTER_STORE = "in the inbox, stored and not handled"
    IN_HANDLING = "in the inbox, handled and not committed"
    AFTER_HANDLING = "in the inbox, handled and not acknowledged"
    IN_MIGRATION = "in a migration"
    BEFORE_MIGRATION = "after the schema was looked at, before it is changed"


class Fate(StrEnum):
    """What happens there."""

    KILLED = "killed"
    FROZEN = "frozen"


class Variant(StrEnum):
    """How the child differs from what is in the repository."""

    NONE = "as it is"
    SEND_THEN_MARK = "send, then mark"
    MARK_THEN_SEND = "mark, then send"
    OLD_VERSION = "the version before the leases"


@dataclass(frozen=True, slots=True)
class Orders:
    """All that a child is told. Times are real seconds."""

    database_url: str
    clock_file: str
    log_file: str
    slack_url: str = ""
    teams_url: str = ""
    teams_metadata_url: str = ""
    fence: float = 1.0
    lease: float = 2.0
    grace: float = 0.8
    sweep: float = 2.0
    drain: float = 5.0
    timeout: float = 0.7
    """The longest that a platform's answer is waited for: with the fence less than the lease."""
    haste: float = 0.02
    """What the seconds between two ticks are multiplied with."""
    sends_per_second: float = 0.0
    variant: Variant = Variant.NONE
    point: Point | None = None
    nth: int = 1
    """At which pass of the point."""
    fate: Fate = Fate.KILLED

    def as_line(self) -> str:
        """One line of text."""
        return json.dumps(asdict(self))

    @classmethod
    def of_line(cls, line: str) -> "Orders":
        """What `as_line` gave."""
        told = json.loads(line)
        point = told.pop("point")
        return cls(
            **told
            | {
                "variant": Variant(told["variant"]),
                "fate": Fate(told["fate"]),
                "point": None if point is None else Point(point),
            }
        )
