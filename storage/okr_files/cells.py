"""What a row of storage should hold, by names instead of keys."""

from dataclasses import dataclass

from storage.okr_files.schema import Entry, KRRef, ObjectiveEntry, ObjectiveRef
from storage.okr_files.stored import Key, Kind, Ref


@dataclass(frozen=True, slots=True)
class Cell:
    """What a column should hold: a value, or the key of a row by its name.

    `given` is False where the file says nothing of it: then it is for a new row only.
    """

    column: str
    word: str
    value: object
    given: bool = True


@dataclass(frozen=True, slots=True)
class Wanted:
    """One row. `reason` is why it changes, where the file says so."""

    kind: Kind
    key: Key
    line: int
    cells: tuple[Cell, ...] = ()
    title: str = ""
    reason: str | None = None
    token: str | None = None
    """The id that a new row gets, where an export tells it."""


class Cells:
    """Makes the cells of one entry."""

    def __init__(self, entry: Entry) -> None:
        self._entry = entry

    def __call__(self, key: str, value: object, column: str | None = None, *also: str) -> Cell:
        """A cell that counts as given where the file says `key` (or one of `also`)."""
        given = any(self._entry.gives(one) for one in (key, *also))
        return Cell(column or key, key.replace("_", " "), value, given)


def objective_key(entry: ObjectiveEntry) -> Key:
    """How an objective is known again."""
    return (entry.team, entry.cycle_team or "", entry.cycle, entry.number)


def side_key(ref: KRRef | ObjectiveRef) -> Key:
    """What an agreement begins or ends at, within its own key: `O1` is an objective."""
    number = f"O{ref.number}" if isinstance(ref, ObjectiveRef) else ref.number
    return (ref.team, ref.cycle_team or "", ref.cycle, number)


def objective_ref(ref: KRRef | ObjectiveRef | None) -> Ref | None:
    if not isinstance(ref, ObjectiveRef):
        return None
    return Ref(Kind.OBJECTIVE, (ref.team, ref.cycle_team or "", ref.cycle, ref.number))


def kr_key(ref: KRRef) -> Key:
    """How a key result is known again."""
    return (ref.team, ref.cycle_team or "", ref.cycle, ref.number)


def person_ref(handle: str | None) -> Ref | None:
    return None if handle is None else Ref(Kind.PERSON, (handle,))


def team_ref(key: str | None) -> Ref | None:
    return None if key is None else Ref(Kind.TEAM, (key,))


def kr_ref(ref: KRRef | None) -> Ref | None:
    return None if ref is None else Ref(Kind.KEY_RESULT, kr_key(ref))


def cycle_ref(team: str | None, name: str) -> Ref:
    return Ref(Kind.CYCLE, (team or "", name))
