"""OKRs as people write them elsewhere (spreadsheets, Markdown), line by line, before they are an OKR file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class DraftStep:
    """A sub-task with a checkbox below a key result."""

    line: int
    title: str
    done: bool | None = None


@dataclass(frozen=True, slots=True)
class DraftKeyResult:
    """A key result as it was written. `title` is its text without what was taken out of it (tags, scores, people)."""

    line: int
    title: str
    owner: str | None = None
    """As written: a handle, a name or an e-mail address."""
    score: Decimal | None = None
    """0 to 1, from `0.7`, `70%` or `7/10` where it stands as a score and not as a measure."""
    done: bool | None = None
    """A ticked or empty checkbox of the key result itself; None where there is none."""
    note: str | None = None
    tag: str | None = None
    steps: tuple[DraftStep, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    """Further keys of docs/okr-file.md#key-results as text (`from`, `to`, `unit`, `due`, `weight`, `committed`, ...),
    and `value` for a present reading: from named columns."""


@dataclass(frozen=True, slots=True)
class DraftObjective:
    line: int
    title: str
    team: str | None = None
    """A team's key or name where the source tells; else the import's own `--team`."""
    cycle: str | None = None
    owner: str | None = None
    why: str | None = None
    key_results: tuple[DraftKeyResult, ...] = ()
    visibility: str | None = None
    """Who sees it, where an OKR file says so."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of the source that was not taken over, and why, in one sentence; nothing is dropped silently."""

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that was found in a source."""

    name: str
    objectives: tuple[DraftObjective, ...] = ()
    unread: tuple[Unread, ...] = ()

    @property
    def key_results(self) -> tuple[DraftKeyResult, ...]:
        return tuple(kr for objective in self.objectives for kr in objective.key_results)
