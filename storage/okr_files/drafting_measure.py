"""What a drafted key result is measured by: its own columns where it has them, else what its text says."""

from dataclasses import dataclass, field
from decimal import Decimal

from bot.okr.kr_lines import KRLine, Need, read_kr_line
from bot.okr.model import KRType
from storage.okr_files import scalars
from storage.okr_files.drafts import DraftKeyResult
from storage.okr_files.scalars import plain

NO_NUMBERS = "no numbers found: kept as done or not done"
NO_START = "a target and no start: kept as done or not done; say where it is today, as in 'from 20 to 50'"
NO_BASE = "by how much, and not from where to where: kept as done or not done"
NO_TARGET = "a start and no target: kept as done or not done; say what would be full success"
TWO_UNITS = "its two numbers have different units: kept as done or not done"
FROM_TODAY = "no start given: its present value counts as the start"
FROM_ZERO = "a count to be reached: it starts at 0"

_MEASURE_KEYS = ("type", "from", "to", "anchors", "keep", "at_least", "at_most", "tolerance", "unit", "strict")
_NUMBER_KEYS = ("from", "to", "anchors", "keep", "at_least", "at_most", "tolerance")


@dataclass(frozen=True, slots=True)
class DraftMeasure:
    """Keys of docs/okr-file.md#key-results, and what a person should know about how they came to be."""

    fields: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        """True where a value can be told, so that there are no steps."""
        return self.fields.get("type") == KRType.BASELINE or any(key in self.fields for key in _NUMBER_KEYS)


def measure_of(kr: DraftKeyResult) -> DraftMeasure:
    """The measure of one key result. What cannot be measured is done or not done, and a note says why."""
    given = {key: kr.fields[key] for key in _MEASURE_KEYS if kr.fields.get(key)}
    numbers = [key for key in _NUMBER_KEYS if key in given]
    if given.get("type") in (KRType.MILESTONE, KRType.BASELINE) and not numbers:
        return DraftMeasure({"type": given["type"]})
    if numbers:
        return _from_fields(kr, given)
    line = read_kr_line(kr.title)
    found = _from_line(line, kr)
    unit = given.get("unit")
    if found.is_number and unit is not None and not found.fields.get("unit"):
        return DraftMeasure({**found.fields, "unit": unit}, found.notes)
    return found


def _from_fields(kr: DraftKeyResult, given: dict[str, str]) -> DraftMeasure:
    """Columns say numbers. What one of `from` and `to` leaves open, the text may tell, or the present value."""
    if "from" in given or not {"to", "anchors"} & set(given):
        if {"to", "anchors", "keep", "at_least", "at_most", "tolerance"} & set(given):
            return DraftMeasure(given)
        line = read_kr_line(kr.title)
        if line.to is not None and line.kind in (KRType.INCREASE, KRType.DECREASE):
            return DraftMeasure({**given, "to": plain(line.to)})
        return DraftMeasure({}, (NO_TARGET,))
    value = kr.fields.get("value")
    line = read_kr_line(kr.title)
    if line.from_ is not None and _same(given.get("to"), line.to):
        return DraftMeasure({**given, "from": plain(line.from_)})
    if value and not _same(value, _number(given.get("to"))):
        return DraftMeasure({**given, "from": value}, (FROM_TODAY,))
    return DraftMeasure({}, (NO_START,))


def _from_line(line: KRLine, kr: DraftKeyResult) -> DraftMeasure:
    match line.kind:
        case KRType.MILESTONE:
            return DraftMeasure()
        case KRType.BASELINE:
            return DraftMeasure({"type": KRType.BASELINE.value})
        case KRType.RANGE if line.is_complete and (line.lo is not None or line.hi is not None):
            return _checked({"at_least": line.lo, "at_most": line.hi}, line.unit)
        case KRType.INCREASE | KRType.DECREASE if line.is_complete and line.from_ is not None and line.to is not None:
            return _checked({"from": line.from_, "to": line.to}, line.unit)
        case KRType.INCREASE | KRType.DECREASE if line.needs == (Need.BASELINE,) and line.to is not None:
            value = _number(kr.fields.get("value"))
            if value is not None and value != line.to:
                return _checked({"from": value, "to": line.to}, line.unit, FROM_TODAY)
            return DraftMeasure({}, (NO_START,))
    return DraftMeasure({}, (_why_not(line),))


def _why_not(line: KRLine) -> str:
    if Need.UNIT in line.needs:
        return TWO_UNITS
    if line.relative is not None or Need.CHANGE in line.needs:
        return NO_BASE
    if Need.TARGET in line.needs:
        return NO_TARGET
    return NO_START if Need.BASELINE in line.needs else NO_NUMBERS


def _checked(numbers: dict[str, Decimal | None], unit: str, *notes: str) -> DraftMeasure:
    """A number that no metric has is text: a guess must never stand in the way of an import."""
    fields = {key: plain(value) for key, value in numbers.items() if value is not None}
    try:
        for text in fields.values():
            scalars.amount(text)
        if unit:
            fields["unit"] = scalars.one_line(12)(unit)
    except scalars.Unreadable:
        return DraftMeasure({}, (NO_NUMBERS,))
    if fields.get("from") is not None and fields.get("from") == fields.get("to"):
        return DraftMeasure({}, (NO_TARGET,))
    return DraftMeasure(fields, notes)


def _number(text: str | None) -> Decimal | None:
    try:
        return None if text is None else scalars.amount(text).value
    except scalars.Unreadable:
        return None


def _same(text: str | None, value: Decimal | None) -> bool:
    return value is not None and _number(text) == value
