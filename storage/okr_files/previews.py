"""What an import would do, or did: rows that can be counted, each with a plain sentence."""

from dataclasses import dataclass
from enum import StrEnum

from storage.okr_files.kinds import Kind
from storage.okr_files.schema import Note as Note


class Effect(StrEnum):
    """What becomes of one row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    ONLY_STORED = "only_stored"
    """In storage and not in the file: left alone."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a row that changes; both values as people read them."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One row. `line` is where the file speaks of it; None where it does not."""

    effect: Effect
    kind: Kind
    label: str
    line: int | None
    changes: tuple[FieldChange, ...] = ()

    @property
    def sentence(self) -> str:
        """The row in one line."""
        match self.effect:
            case Effect.NEW:
                return f"New {WORDS[self.kind]}: {self.label}."
            case Effect.CHANGED:
                what = ", ".join(f"{one.field} {one.old} → {one.new}" for one in self.changes)
                return f"Changed {WORDS[self.kind]}: {self.label}: {what}."
            case Effect.SAME:
                return f"Unchanged {WORDS[self.kind]}: {self.label}."
            case Effect.ONLY_STORED:
                return f"Left alone, not in the file: {WORDS[self.kind]} {self.label}."


@dataclass(frozen=True, slots=True)
class Count:
    kind: Kind
    effect: Effect
    count: int


@dataclass(frozen=True, slots=True)
class Preview:
    """All rows of a file against storage, in the order in which they are written."""

    workspace: str
    rows: tuple[PreviewRow, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True where nothing is created or changed."""
        return not self.new and not self.changed

    @property
    def new(self) -> tuple[PreviewRow, ...]:
        return self._with(Effect.NEW)

    @property
    def changed(self) -> tuple[PreviewRow, ...]:
        return self._with(Effect.CHANGED)

    @property
    def same(self) -> tuple[PreviewRow, ...]:
        return self._with(Effect.SAME)

    @property
    def only_stored(self) -> tuple[PreviewRow, ...]:
        return self._with(Effect.ONLY_STORED)

    def count(self, effect: Effect, kind: Kind | None = None) -> int:
        """How many rows have this effect, of one kind or of all."""
        return sum(row.effect is effect and kind in (None, row.kind) for row in self.rows)

    def counts(self) -> tuple[Count, ...]:
        """How many rows of which kind have which effect, without the noughts."""
        every = (Count(kind, effect, self.count(effect, kind)) for effect in Effect for kind in Kind)
        return tuple(one for one in every if one.count)

    def summary(self, effect: Effect) -> str:
        """`3 teams, 14 key results`; `nothing` where there is none."""
        mine = [one for one in self.counts() if one.effect is effect]
        words = [f"{one.count} {WORDS[one.kind] if one.count == 1 else PLURALS[one.kind]}" for one in mine]
        return ", ".join(words) or "nothing"

    def _with(self, effect: Effect) -> tuple[PreviewRow, ...]:
        return tuple(row for row in self.rows if row.effect is effect)


WORDS = {
    Kind.WORKSPACE: "workspace",
    Kind.INSTALLATION: "connection",
    Kind.HOLIDAY: "own date",
    Kind.PERSON: "person",
    Kind.ADDRESS: "address",
    Kind.AWAY: "time away",
    Kind.TEAM: "team",
    Kind.MEMBERSHIP: "membership",
    Kind.MEETING: "meeting",
    Kind.CYCLE: "cycle",
    Kind.OBJECTIVE: "objective",
    Kind.KEY_RESULT: "key result",
    Kind.STEP: "step",
    Kind.CHECKPOINT: "checkpoint",
    Kind.CO_OWNER: "co-owner",
    Kind.NEXT_STEP: "next step",
    Kind.WIN: "win",
    Kind.HEALTH: "health metric",
    Kind.AGREEMENT: "agreement",
    Kind.READING: "reading",
    Kind.CHECK_IN: "check-in",
    Kind.CHANGE: "change",
}
PLURALS = {kind: f"{word}s" for kind, word in WORDS.items()} | {
    Kind.PERSON: "people",
    Kind.ADDRESS: "addresses",
    Kind.AWAY: "times away",
}
