"""Reads what was measured and said about a key result before the file was written."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.okr import model as okr
from storage.check_ins import Said
from storage.okr_files import scalars
from storage.okr_files.fields import Fields
from storage.okr_files.reading_people import SOME_DAY, Known, person_ref
from storage.okr_files.schema import ChangeEntry, ChangeValue, HistoryEntry, Moment, StepEntry
from storage.okr_files.tree import Sequence

BEFORE = timedelta(days=366)
AFTER = timedelta(days=92)

NUMBER_FIELDS = frozenset({"number", "decimals", "auto_max_age_days"})
FLAG_FIELDS = frozenset({"strict"})
"""Columns whose changes are kept as numbers, and as yes or no; all others are kept as text."""

NOTHING_SAID = "This entry says nothing; give a 'value', a 'self_score', a 'confidence', a 'note', ..."
_ONLY_SAID = ("self_score", "confidence", "status", "blocked", "blocker", "help", "steps_done", "done", "note", "kind")


@dataclass(frozen=True, slots=True)
class About:
    """What an entry is about: a kind of key result, its steps, and the days in which history can lie."""

    kind: okr.KRType
    owner: str | None
    source: okr.Source
    steps: tuple[StepEntry, ...]
    first: date
    last: date

    @property
    def is_binary(self) -> bool:
        return self.kind is okr.KRType.MILESTONE and not self.steps


def read_history(
    fields: Fields, about: About, steps_done: tuple[tuple[int, Moment], ...], known: Known
) -> tuple[HistoryEntry, ...]:
    """The entries in the order of time; steps that are marked as done where they are defined become entries, too."""
    entries = []
    seen: dict[tuple[str | None, Moment, bool], int] = {}
    for one in fields.each("history", "An entry of the history"):
        entry = _entry(one, about, known)
        key = (entry.id or entry.by, entry.at, entry.reading is not None)
        if key in seen and entry.at.day != SOME_DAY:
            one.problem("at", f"There is an entry of the same moment already (line {seen[key]}).")
        seen[key] = entry.line
        entries.append(entry)
    if steps_done and any(entry.said.steps_done is not None for entry in entries):
        fields.problem("history", "Steps are marked as done here and where they are defined; keep one of the two.")
    if steps_done and about.owner is None:
        fields.problem("steps", "Who said that steps are done? Give the key result an 'owner'.")
    return tuple(sorted(_with_steps(entries, steps_done), key=_order))


def _entry(fields: Fields, about: About, known: Known) -> HistoryEntry:
    at = fields.need("at", scalars.moment, "When was that? Give 'at: 2026-11-05'.") or Moment(SOME_DAY)
    by = person_ref(fields, "by", known)
    source = fields.maybe("source", scalars.choice(okr.ReadingSource))
    said = _said(fields)
    if not fields.has("id"):  # what an export tells was taken as it is
        _check_kind(fields, about, said)
    known_id = fields.maybe("id", scalars.token)
    is_named = by is not None or known_id is not None
    was_said = is_named or source is okr.ReadingSource.MANUAL or any(fields.has(key) for key in _ONLY_SAID)
    reading = None if was_said else source or _source_of(about)
    if source in (okr.ReadingSource.AUTO, okr.ReadingSource.IMPORT) and was_said:
        fields.problem("source", f"'{source.value}' is what nobody said; leave 'source' out, or what was said.")
    if reading is None and by is None and about.owner is None:
        fields.report.add(fields.line, fields.at("by"), "Who said this? Give 'by', or the key result an 'owner'.")
    if at.day != SOME_DAY and known_id is None and not about.first - BEFORE <= at.day <= about.last + AFTER:
        fields.problem("at", f"{at.day.isoformat()} is far from the key result's time.")
    entry = HistoryEntry(
        line=fields.line,
        at=at,
        said=said,
        by=by,
        reading=reading,
        id=known_id,
        on_behalf_of=person_ref(fields, "on_behalf_of", known),
        day=fields.maybe("day", scalars.day),
        measured=fields.maybe("measured", scalars.moment),
        given=fields.given,
    )
    fields.done()
    return entry


def read_changes(fields: Fields, known: Known) -> tuple[ChangeEntry, ...]:
    """What was changed of an objective or a key result, in the order of the file."""
    return tuple(_change(one, known) for one in fields.each("changes", "A change"))


def _change(fields: Fields, known: Known) -> ChangeEntry:
    at = fields.need("at", scalars.moment, "When was that? Give 'at: 2026-11-05'.") or Moment(SOME_DAY)
    field = fields.need("field", scalars.one_line(40), "What was changed? Give a 'field'.") or ""
    entry = ChangeEntry(
        line=fields.line,
        at=at,
        field=field,
        old=_changed_value(fields, "old", field),
        new=_changed_value(fields, "new", field),
        reason=fields.maybe("reason", scalars.one_line(200)),
        category=fields.maybe("category", scalars.one_line(12)),
        by=person_ref(fields, "by", known),
        given=fields.given,
    )
    fields.done()
    return entry


def _changed_value(fields: Fields, key: str, field: str) -> ChangeValue:
    """As the record keeps it; of which kind it is follows from the field."""
    if isinstance(fields.node(key), Sequence):
        return tuple(text for text, _line in fields.list_of(key, scalars.tidy))
    if field in NUMBER_FIELDS:
        return fields.maybe(key, scalars.whole(0, 999_999))
    if field in FLAG_FIELDS:
        return fields.maybe(key, scalars.flag)
    return fields.maybe(key, scalars.tidy)


def _said(fields: Fields) -> Said:
    number = fields.maybe("value", scalars.amount)
    blocker = fields.maybe("blocker", scalars.one_line(140))
    blocked = fields.maybe("blocked", scalars.flag)
    if blocker is not None and blocked is None and not fields.has("id"):
        blocked = True
    if blocker is not None and not blocked and not fields.has("id"):
        fields.problem("blocker", "There is a blocker, and yet it says 'blocked: no'. Which is right?")
    not_said = () if fields.has("id") else (okr.CheckInKind.AUTO,)
    steps = fields.list_of("steps_done", scalars.whole(1, 99))
    return Said(
        kind=fields.get("kind", scalars.choice(okr.CheckInKind, *not_said), okr.CheckInKind.UPDATE),
        value=None if number is None else number.value,
        self_score=fields.maybe("self_score", scalars.share),
        confidence=fields.maybe("confidence", scalars.confidence),
        status_said=fields.maybe("status", scalars.choice(okr.Band)),
        done=fields.maybe("done", scalars.flag),
        steps_done=tuple(sorted({one for one, _line in steps})) if fields.has("steps_done") else None,
        blocked=blocked,
        blocker=blocker,
        help_wanted=fields.maybe("help", scalars.one_line(140)),
        note=fields.maybe("note", scalars.one_line(500)),
        approx=fields.get("approx", scalars.flag, False),
    )


def _check_kind(fields: Fields, about: About, said: Said) -> None:
    """What an entry says must fit what it is about."""
    plain = Said(kind=said.kind, approx=said.approx)
    if said == plain and said.kind is okr.CheckInKind.UPDATE and not _gives_any(fields):
        fields.report.add(fields.line, fields.path, NOTHING_SAID)
    if said.kind is okr.CheckInKind.SKIP and replace(said, note=None) != plain:
        fields.problem("kind", "Who skips says nothing else; leave the rest out, or 'kind: skip'.")
    is_milestone = about.kind is okr.KRType.MILESTONE
    if is_milestone and said.value is not None:
        fields.problem("value", "A milestone has no value; say 'done: yes', 'steps_done: [1, 2]' or 'confidence: 7'.")
    if not is_milestone and said.done is not None:
        fields.problem("done", "Only a milestone is done; give the 'value' that was reached.")
    if about.is_binary and said.self_score is not None:
        fields.problem("self_score", "A yes/no key result has no self-score; say how likely it is: 'confidence: 7'.")
    known = {step.number for step in about.steps}
    for number in said.steps_done or ():
        if number not in known:
            fields.problem("steps_done", f"There is no step {number}.")


def _gives_any(fields: Fields) -> bool:
    """True where something is there but could not be read: that is reported already."""
    return any(fields.has(key) for key in ("value", *_ONLY_SAID))


def _source_of(about: About) -> okr.ReadingSource:
    return okr.ReadingSource.AUTO if about.source is okr.Source.AUTO else okr.ReadingSource.IMPORT


def _with_steps(entries: list[HistoryEntry], steps_done: tuple[tuple[int, Moment], ...]) -> list[HistoryEntry]:
    """Each day on which steps were done says all steps that are done by then, as the form does."""
    done: set[int] = set()
    result = list(entries)
    for at in sorted({moment for _number, moment in steps_done}, key=_moment_order):
        done |= {number for number, moment in steps_done if moment == at}
        same = next((one for one in result if one.at == at and one.by is None and one.reading is None), None)
        if same is None:
            result.append(HistoryEntry(line=0, at=at, said=Said(steps_done=tuple(sorted(done)))))
        else:
            said = replace(same.said, steps_done=tuple(sorted(done)))
            result[result.index(same)] = replace(same, said=said)
    return result


def _order(entry: HistoryEntry) -> tuple[str, int]:
    return _moment_order(entry.at), entry.line


def _moment_order(at: Moment) -> str:
    return f"{at.day.isoformat()} {at.at or '12:00:00'}"
