"""One objective or key result from an entry of a Markdown list: its text, and what is said beside and below it."""

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal

from storage.okr_files import scalars, table_values
from storage.okr_files.drafts import DraftKeyResult, DraftObjective, DraftStep, Unread
from storage.okr_files.markdown_blocks import Block, Item, Listing, Opaque, Paragraph, Table, Words, first_words, joined
from storage.okr_files.markdown_text import (
    Taken,
    is_container,
    is_masked,
    is_step_container,
    key_result_label,
    named_field,
    objective_label,
    owners_in,
    read_score,
    take_apart,
    tidy,
    why_label,
)

EMPTY = "A key result without a text."
EMPTY_OBJECTIVE = "An objective without a text."
PROSE = "Prose beside the objectives."
NO_STEP = "Below a key result only sub-tasks with a checkbox are read."
MASKED = "Its number is not told, so it is kept as done or not done."
STRUCK = "Struck through in the file"
NO_OUTCOME = "An objective has no outcome of its own; its key results tell."
NO_SCORE = "An objective has no score of its own; it follows from its key results."
NO_TAG = "Only key results have a tag."
NO_BOX = "An objective has no box to tick; its key results tell."
UNREADABLE = "This is not what stands there elsewhere; it is kept as a note."


@dataclass(slots=True)
class KeyResultParts:
    """A key result while its lines are read."""

    line: int
    text: str
    done: bool | None = None
    owners: list[str] = field(default_factory=list)
    score: Decimal | None = None
    tags: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    steps: list[DraftStep] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    is_struck: bool = False
    is_masked: bool = False
    written: str = ""

    def draft(self, unread: list[Unread]) -> DraftKeyResult | None:
        """The key result; None, with the reason in `unread`, where it has no text."""
        if not self.text:
            unread.append(Unread(self.line, first_words(self.written), EMPTY))
            return None
        fields = dict(self.fields)
        if self.is_struck:
            fields.update(state="dropped", reason=STRUCK)
        if self.is_masked and not {"to", "from"} & set(fields):
            fields.setdefault("type", "milestone")
            unread.append(Unread(self.line, self.text, MASKED))
        if len(self.owners) > 1:
            fields["co_owners"] = ", ".join(self.owners[1:])
        return DraftKeyResult(
            line=self.line,
            title=self.text,
            owner=self.owners[0] if self.owners else None,
            score=self.score,
            done=self.done,
            note="; ".join(self.notes) or None,
            tag=" ".join(self.tags) or None,
            steps=tuple(self.steps),
            fields=fields,
        )


@dataclass(slots=True)
class ObjectiveParts:
    """An objective while its lines are read."""

    line: int
    text: str
    team: str | None = None
    cycle: str | None = None
    owner: str | None = None
    why: str | None = None
    is_struck: bool = False
    key_results: list[KeyResultParts] = field(default_factory=list)
    drafted: list[DraftKeyResult] = field(default_factory=list)
    """Those of a table, which come whole."""

    def draft(self, unread: list[Unread]) -> DraftObjective | None:
        """The objective; None, with the reason in `unread`, where it has no text or is struck through."""
        if not self.text:
            unread.append(Unread(self.line, "", EMPTY_OBJECTIVE))
            return None
        if self.is_struck:
            count = len(self.key_results) + len(self.drafted)
            below = f", with {count} key result{'s' if count > 1 else ''}" if count else ""
            unread.append(Unread(self.line, self.text, f"The objective is struck through{below}."))
            return None
        found = [*(one.draft(unread) for one in self.key_results), *self.drafted]
        return DraftObjective(
            line=self.line,
            title=self.text,
            team=self.team,
            cycle=self.cycle,
            owner=self.owner,
            why=self.why,
            key_results=tuple(sorted((one for one in found if one is not None), key=lambda one: one.line)),
        )


def objective_from(words: Words, unread: list[Unread]) -> ObjectiveParts:
    """An objective's own line. What only key results have is told as unread."""
    label = objective_label(words.text)
    taken = take_apart(words.text if label is None else label)
    if taken.score is not None:
        unread.append(Unread(words.line, f"{taken.score}", NO_SCORE))
    if taken.tags:
        unread.append(Unread(words.line, " ".join(taken.tags), NO_TAG))
    if taken.notes:
        unread.append(Unread(words.line, first_words(taken.note or ""), NO_OUTCOME))
    owner = taken.owners[0] if taken.owners else None
    numbered = _NUMBERED.match(taken.title)
    title = taken.title[numbered.end() :] if numbered else taken.title
    return ObjectiveParts(words.line, title.rstrip(":： "), owner=owner, is_struck=words.is_struck)


def key_result_from(words: Words, done: bool | None = None) -> KeyResultParts:
    """A key result's own line."""
    label = key_result_label(words.text)
    taken = take_apart(words.text if label is None else label)
    masked = words.has_masked_link or is_masked(taken.title)
    found = KeyResultParts(words.line, "", done, is_struck=words.is_struck, is_masked=masked, written=words.text)
    _merge(found, taken)
    found.text = taken.title
    return found


def _merge(parts: KeyResultParts, taken: Taken) -> None:
    parts.owners += [one for one in taken.owners if one not in parts.owners]
    parts.score = taken.score if parts.score is None else parts.score
    parts.tags += taken.tags
    parts.notes += taken.notes


def objective_of_item(item: Item, unread: list[Unread]) -> ObjectiveParts:
    """An entry of a list that is an objective, with the key results below it."""
    own, further = _own_and_further(item)
    found = objective_from(own, unread)
    if item.done is not None:
        unread.append(Unread(item.line, own.text, NO_BOX))
    for words in further:
        line_of_objective(found, words, unread)
    below_objective(found, item.blocks, unread)
    return found


def below_objective(parts: ObjectiveParts, blocks: tuple[Block, ...], unread: list[Unread]) -> None:
    """What is nested below an objective: key results, and what is said about it."""
    for block in blocks:
        match block:
            case Paragraph(lines):
                for words in _sentences(lines):
                    line_of_objective(parts, words, unread)
            case Listing(_, items):
                for item in items:
                    _entry_of_objective(parts, item, unread)
            case _:
                tell_unread(block, unread)


def _entry_of_objective(parts: ObjectiveParts, item: Item, unread: list[Unread]) -> None:
    own = item.lines[0].text if item.lines else ""
    is_about = named_field(own) is not None or why_label(own) is not None
    if is_container(own) and item.done is None and (item.blocks or not key_result_label(own)):
        below_objective(parts, item.blocks, unread)
    elif item.done is None and is_about and key_result_label(own) is None:
        for words in item.lines:
            line_of_objective(parts, words, unread)
        below_objective(parts, item.blocks, unread)
    else:
        parts.key_results.append(key_result_of_item(item, unread))


def line_of_objective(parts: ObjectiveParts, words: Words, unread: list[Unread]) -> None:
    """A further line of an objective: why, who, a key result; anything else is prose."""
    why, named = why_label(words.text), named_field(words.text)
    if key_result_label(words.text) is not None:
        if is_container(words.text):
            return
        parts.key_results.append(key_result_from(words))
    elif why is not None and parts.why is None:
        parts.why = why or None
    elif named is not None and named[0] == "owner":
        parts.owner = parts.owner or next(iter(owners_in(named[1])), None)
    elif named is not None:
        unread.append(Unread(words.line, first_words(words.text), NO_OUTCOME))
    elif words.text and not is_container(words.text):
        unread.append(Unread(words.line, first_words(words.text), PROSE))


def key_result_of_item(item: Item, unread: list[Unread]) -> KeyResultParts:
    """An entry of a list that is a key result, with its sub-tasks."""
    own, further = _own_and_further(item)
    found = key_result_from(own, item.done)
    for words in further:
        line_of_key_result(found, words, unread)
    below_key_result(found, item.blocks, unread)
    return found


def below_key_result(parts: KeyResultParts, blocks: tuple[Block, ...], unread: list[Unread]) -> None:
    """What is nested below a key result: sub-tasks, and what is said about it."""
    for block in blocks:
        match block:
            case Paragraph(lines):
                for words in _sentences(lines):
                    line_of_key_result(parts, words, unread)
            case Listing(_, items):
                _steps(parts, items, unread, all_are_steps=False)
            case _:
                tell_unread(block, unread)


def line_of_key_result(parts: KeyResultParts, words: Words, unread: list[Unread]) -> None:
    """A further line of a key result: a named field, an outcome, else a note."""
    named = named_field(words.text)
    if named is not None:
        _take_field(parts, words.line, *named, unread)
    elif words.text:
        taken = take_apart(words.text)
        _merge(parts, replace(taken, notes=(taken.title, *taken.notes) if taken.title else taken.notes))


def _take_field(parts: KeyResultParts, line: int, key: str, value: str, unread: list[Unread]) -> None:
    if not value:
        return
    match key:
        case "owner":
            parts.owners += [one for one in owners_in(value) if one not in parts.owners]
        case "score":
            score = read_score(value)
            parts.score = score if parts.score is None else parts.score
            if score is None:
                parts.notes.append(f"Score: {value}")
        case "tag":
            parts.tags.append(value)
        case "note":
            parts.notes.append(value)
        case "metric" | "unit":
            parts.fields[key] = value
        case _:
            try:
                _read_field(parts, key, value)
            except scalars.Unreadable:
                parts.notes.append(f"{_WORDS[key]}: {value}")
                unread.append(Unread(line, first_words(value), UNREADABLE))


def _read_field(parts: KeyResultParts, key: str, value: str) -> None:
    match key:
        case "due":
            parts.fields[key] = table_values.day(value, None).isoformat()
        case "weight":
            parts.fields[key] = table_values.weight(value, "dot")
        case _:
            number = table_values.number(value, "dot")
            parts.fields[key] = number.text
            if number.unit:
                parts.fields.setdefault("unit", number.unit)


_NUMBERED = re.compile(r"\d{1,2}[.)、]\s*(?=\D)")
_WORDS = {"to": "Target", "from": "Start", "value": "Current", "due": "Due", "weight": "Weight"}


def _steps(parts: KeyResultParts, items: tuple[Item, ...], unread: list[Unread], *, all_are_steps: bool) -> None:
    has_boxes = any(item.done is not None for item in items)
    for item in items:
        own, _further = _own_and_further(item)
        named = named_field(own.text)
        taken = take_apart(own.text)
        if item.done is None and named is not None:
            _take_field(parts, item.line, *named, unread)
            below_key_result(parts, item.blocks, unread)
        elif item.done is None and is_step_container(own.text):
            for block in item.blocks:
                if isinstance(block, Listing):
                    _steps(parts, block.items, unread, all_are_steps=True)
        elif item.done is not None or has_boxes or all_are_steps or taken.tags:
            title = tidy(" ".join(words.text for words in item.lines))
            if title and not own.is_struck:
                parts.steps.append(DraftStep(item.line, title, item.done))
            elif title:
                unread.append(Unread(item.line, first_words(title), "The sub-task is struck through."))
            below_key_result(parts, item.blocks, unread)
        else:
            unread.append(Unread(item.line, first_words(own.text), NO_STEP))
            below_key_result(parts, item.blocks, unread)


def tell_unread(block: Block, unread: list[Unread], why: str = PROSE) -> None:
    """A block from which nothing was taken."""
    match block:
        case Opaque(line, text, reason):
            unread.append(Unread(line, text, reason))
        case Paragraph(lines):
            text = " ".join(words.text for words in lines)
            if text:
                unread.append(Unread(lines[0].line, first_words(text), why))
        case Listing(line, items):
            first = next((words.text for item in items for words in item.lines), "")
            unread.append(Unread(line, first_words(first), why))
        case Table(line, header, _):
            unread.append(Unread(line, first_words(" | ".join(header)), why))
        case _:
            unread.append(Unread(block.words.line, first_words(block.words.text), why))


def _own_and_further(item: Item) -> tuple[Words, tuple[Words, ...]]:
    """The text of an entry, which may go over several lines, and the lines after it that name something each."""
    lines = item.lines or (Words(item.line, ""),)
    cut = next((number for number, one in enumerate(lines) if number and _names_something(one.text)), len(lines))
    return joined(lines[:cut], item.line), lines[cut:]


def _names_something(text: str) -> bool:
    return named_field(text) is not None or why_label(text) is not None or key_result_label(text) is not None


def _sentences(lines: tuple[Words, ...]) -> tuple[Words, ...]:
    """A paragraph as one line, unless its lines name something each."""
    if any(_names_something(one.text) for one in lines[1:]):
        return lines
    return (joined(lines, lines[0].line),) if lines else ()
