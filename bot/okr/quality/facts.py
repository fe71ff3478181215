"""What the quality checks look at and what they find; pure (spec/04 §9)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from bot.okr.drafts import KRDraft
from bot.okr.model import KRState


class Severity(StrEnum):
    E = "E"
    """Impossible data: the save is refused."""
    W = "W"
    """Shown; the person goes on."""
    I = "I"  # noqa: E741 - the specification's own letter
    """A hint, for drafts only."""


class Moment(StrEnum):
    """When something is looked at: while it is written or edited, once at its publishing, or because somebody asks."""

    DRAFT = "draft"
    PUBLISH = "publish"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in its unit, to be written as its reader writes numbers."""

    value: Decimal
    unit: str = ""


Param = str | int | date | Amount


class Item(StrEnum):
    """What a finding is about, as it is called where dismissals are kept."""

    OBJECTIVE = "objective"
    KEY_RESULT = "key_result"
    TEAM = "team"
    ALIGNMENT = "alignment"


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that strikes, and what its sentence is filled with.

    `item` and `item_id` say what it is about where that is not what was checked: of a team, one key result.
    """

    check: str
    params: Mapping[str, Param] = field(default_factory=dict)
    item: Item | None = None
    item_id: int = 0


@dataclass(frozen=True, slots=True)
class KRFacts:
    """A key result as it is, or would be."""

    draft: KRDraft
    id: int = 0
    """0 while it has no row."""
    number: int = 0
    """2 of KR2; 0 while it has none."""
    state: KRState = KRState.DRAFT
    cycle: tuple[date, date] | None = None
    """First and last day."""
    owner_active: bool = True
    """False where the lead owner's account is off; without a lead owner it says nothing."""
    only_at_end: bool = False
    """The owner says that there is no reading before the due date."""
    drafted_by: int | None = None

    @property
    def is_draft(self) -> bool:
        return self.state is KRState.DRAFT


@dataclass(frozen=True, slots=True)
class ObjectiveFacts:
    """An objective with the key results that count: drafts, active and paused ones."""

    title: str
    due: date
    """The last day of its cycle."""
    why: str | None = None
    is_draft: bool = True
    key_results: tuple[KRFacts, ...] = ()
    working_days: int = 0
    """Working days since it was created."""
    was: str | None = None
    """The title with which it was published, where that was another."""
    reason: str = ""
    """Why the title was changed."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that is needed of another team and not agreed yet."""

    alignment: int
    team: str
    kr: int = 0
    """The number of the key result that needs it; 0 where an objective does."""


@dataclass(frozen=True, slots=True)
class OtherTeam:
    name: str
    key: str = ""
    """`SUP`."""


@dataclass(frozen=True, slots=True)
class OtherKR:
    """A key result of another team in the same cycle."""

    key: str
    """`SAL-3`."""
    team: str
    draft: KRDraft


@dataclass(frozen=True, slots=True)
class Clash:
    """A link that says that two key results are in conflict."""

    alignment: int
    ours: str
    theirs: str
    metric: str
    team: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """A key result of the cycle before."""

    title: str
    goal: Decimal | None


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """What a team has in one cycle, and what lies between it and others."""

    key: str = ""
    """`GRO`."""
    objectives: int = 1
    """Active ones, and those that are being written."""
    is_draft: bool = False
    """Something of it is being written: hints are given."""
    key_results: tuple[KRFacts, ...] = ()
    cycle_day: int = 0
    """Which working day of the cycle it is; 1 is the first."""
    may_link: bool = False
    """There is an objective above that it could help."""
    is_linked: bool = False
    stretch_scores: tuple[tuple[Decimal, ...], ...] = ()
    """Final scores of the stretch key results, the newest cycle first."""
    others: tuple[OtherTeam, ...] = ()
    asked: frozenset[tuple[int, str]] = frozenset()
    """(id of a key result, name of a team that it needs something of), in whatever state."""
    waiting: tuple[Waiting, ...] = ()
    elsewhere: tuple[OtherKR, ...] = ()
    clashes: tuple[Clash, ...] = ()
    earlier: tuple[Earlier, ...] = ()
