"""Reads OKRs from Markdown as people write it: headings, bullets, checkboxes and tables (docs/import.md)."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from storage.okr_files.drafts import Draft, Unread
from storage.okr_files.markdown_blocks import (
    Block,
    Document,
    Heading,
    Item,
    Listing,
    Paragraph,
    Table,
    Words,
    first_words,
    joined,
    read_document,
)
from storage.okr_files.markdown_parts import (
    EMPTY,
    PROSE,
    KeyResultParts,
    ObjectiveParts,
    below_key_result,
    below_objective,
    key_result_from,
    key_result_of_item,
    line_of_key_result,
    line_of_objective,
    objective_from,
    objective_of_item,
    tell_unread,
)
from storage.okr_files.markdown_tables import objectives_of_table
from storage.okr_files.markdown_text import (
    cycle_in,
    is_container,
    key_result_label,
    named_field,
    objective_label,
    section_name,
    take_apart,
    why_label,
)
from storage.okr_files.schema import Problem

NO_OKRS = (
    "There are no objectives and key results here that can be told; begin an objective with 'Objective:' and each of "
    "its key results, in a list below it, with 'KR:'."
)
CONTENTS = "It is a table of contents."
ASIDE = "The section is about something else than objectives and key results."
NO_OBJECTIVE = "A list that belongs to no objective."
NO_LABEL = "In this file key results begin with 'KR', and these do not."
_TELLS_OKRS = re.compile(r"\bokrs?\b|\bobjectives?\b|\bkey results?\b|目标|关键结果|关键成果", re.IGNORECASE)
_ASIDE = re.compile(
    r"(?:table of )?contents|toc|notes?|links?|references?|resources|background|context|glossary|how (?:we|to)\b.*"
    r"|retro(?:spective)?s?|risks?|appendix|agenda|attendees|participants|about|scoring|legend|examples?|faq|changelog"
    r"|目录|背景|说明|备注|附录|参考|风险|复盘",
    re.IGNORECASE,
)


def read_markdown(data: bytes, name: str) -> Draft | list[Problem]:
    """What a Markdown file says of objectives and key results; what was not taken over stands in `unread`.

    Where it says nothing of the kind, or is no text, one problem says so.
    """
    document = read_document(data)
    if isinstance(document, Problem):
        return [document]
    reader = _Reader(document, name)
    draft = reader.read()
    return draft if draft.objectives else [Problem(1, "", NO_OKRS)]


def missed_key_results(draft: Draft) -> int:
    """How many key results of a Markdown file have no text, and so are not among those of the draft."""
    return sum(one.why == EMPTY for one in draft.unread)


@dataclass(slots=True)
class _Section:
    """A heading above the place that is read."""

    level: int
    words: Words
    is_about_all: bool
    """It says what the file is: a title, a cycle. It is no objective and no team."""
    objective: ObjectiveParts | None = None
    is_aside: bool = False


@dataclass(slots=True)
class _Evidence:
    """What the whole file shows of how it is written."""

    objective_labels: int = 0
    key_result_labels: int = 0
    says_okrs: bool = False
    top_level: int = 7
    tops: int = 0
    cycles: list[str] = field(default_factory=list)

    @property
    def is_about_okrs(self) -> bool:
        return self.says_okrs or self.objective_labels > 0 or self.key_result_labels > 0 or bool(self.cycles)


class _Reader:
    """Goes through the blocks once, and knows under which heading and objective it is."""

    def __init__(self, document: Document, name: str) -> None:
        self._document = document
        self._name = name
        self._unread: list[Unread] = []
        self._found: list[ObjectiveParts] = []
        self._sections: list[_Section] = []
        self._objective: ObjectiveParts | None = None
        self._key_result: KeyResultParts | None = None
        self._evidence = _Evidence()
        self._team: str | None = None
        self._cycle: str | None = None

    def read(self) -> Draft:
        self._look_around()
        self._read_front()
        if self._evidence.is_about_okrs:
            blocks = self._document.blocks
            for number, block in enumerate(blocks):
                self._block(block, blocks[number + 1] if number + 1 < len(blocks) else None)
        told = [one for one in (parts.draft(self._unread) for parts in self._found) if one is not None]
        unread = sorted(dict.fromkeys(self._unread), key=lambda one: one.line)
        return Draft(self._name, tuple(told), tuple(unread))

    # --- the file as a whole -------------------------------------------------------------------------

    def _look_around(self) -> None:
        """How the file is written: whether it labels its key results, and what its title is."""
        seen = self._evidence
        seen.says_okrs = bool(_TELLS_OKRS.search(re.sub(r"[_\W]+", " ", self._name.rpartition(".")[0])))
        levels = []
        for words, is_heading in _all_words(self._document.blocks):
            if is_heading:
                seen.says_okrs = seen.says_okrs or bool(_TELLS_OKRS.search(words.text))
                cycle = cycle_in(words.text)
                seen.cycles += [cycle] if cycle else []
            seen.key_result_labels += key_result_label(words.text) is not None
            seen.objective_labels += objective_label(words.text) is not None
        levels = [block.level for block in self._document.blocks if isinstance(block, Heading)]
        seen.top_level = min(levels, default=7)
        seen.tops = levels.count(seen.top_level)
        for block in self._document.blocks:
            if isinstance(block, Table) and any(_TELLS_OKRS.search(cell) for cell in block.header):
                seen.says_okrs = True

    def _read_front(self) -> None:
        for words in self._document.front:
            key, _, value = words.text.partition(":")
            self._named_for_all(key.strip().lower(), value.strip().strip("\"'"))
            if _TELLS_OKRS.search(words.text):
                self._evidence.says_okrs = True

    def _named_for_all(self, key: str, value: str) -> bool:
        if key in ("team", "团队", "部门") and value:
            self._team = value
        elif key in ("cycle", "quarter", "period", "周期", "季度") and value:
            self._cycle = value
            self._evidence.cycles.append(value)
        else:
            return False
        return True

    # --- blocks --------------------------------------------------------------------------------------

    def _block(self, block: Block, after: Block | None) -> None:
        if isinstance(block, Heading):
            self._heading(block)
        elif self._sections and self._sections[-1].is_aside:
            tell_unread(block, self._unread, ASIDE)
        elif isinstance(block, Paragraph):
            self._paragraph(block, after)
        elif isinstance(block, Listing):
            self._listing(block)
        elif isinstance(block, Table):
            self._table(block)
        else:
            tell_unread(block, self._unread)

    def _heading(self, block: Heading) -> None:
        while self._sections and self._sections[-1].level >= block.level:
            self._sections.pop()
        words = block.words
        above = self._sections[-1] if self._sections else None
        self._key_result = None
        self._objective = next((one.objective for one in reversed(self._sections) if one.objective), None)
        section = _Section(block.level, words, self._is_about_all(block))
        self._sections.append(section)
        if is_container(words.text):
            section.is_about_all = True
        elif key_result_label(words.text) is not None and self._objective is not None:
            self._start_key_result(words)
            section.is_about_all = True
        elif objective_label(words.text) is not None:
            self._start_objective(words, section)
        elif _ASIDE.fullmatch(words.text.strip(" :：")) or (above is not None and above.is_aside):
            section.is_aside = True
        elif why_label(f"{words.text.strip(' :：')}:") is not None and self._objective is not None:
            section.is_about_all = True
        elif self._objective is not None and above is not None and objective_label(above.words.text) is not None:
            # Below 'Objective 1: ...' a heading without a label is one of its key results.
            self._start_key_result(words)
            section.is_about_all = True
        else:
            self._objective = None

    def _is_about_all(self, block: Heading) -> bool:
        """The one heading on top of all others, or one that says only 'OKRs' or a cycle."""
        is_title = block.level == self._evidence.top_level and self._evidence.tops == 1
        has_others = sum(isinstance(one, Heading) for one in self._document.blocks[:200]) > 1
        return (is_title and has_others) or not section_name(block.words.text)

    def _start_objective(self, words: Words, section: _Section | None = None) -> None:
        parts = objective_from(words, self._unread)
        self._place(parts, section)
        self._objective, self._key_result = parts, None
        if section is not None:
            section.objective = parts

    def _start_key_result(self, words: Words) -> None:
        if self._objective is not None:
            self._key_result = key_result_from(words)
            self._objective.key_results.append(self._key_result)

    def _place(self, parts: ObjectiveParts, own: _Section | None = None) -> None:
        """Which cycle and team the headings above say, or what a heading that is an objective is a part of."""
        above = [one for one in self._sections if one is not own]
        cycles = [cycle for one in self._sections if (cycle := cycle_in(one.words.text))]
        parts.cycle = parts.cycle or (cycles[-1] if cycles else self._cycle)
        plain = [name for one in above if not one.is_about_all and (name := section_name(one.words.text))]
        titles = [name for one in above if one.is_about_all and (name := section_name(one.words.text))]
        if own is not None and objective_label(own.words.text) is None:
            parts.team = self._team
            parts.why = parts.why or (f"Part of: {' › '.join(plain)}" if plain else None)
        else:
            plain = [section_name(one.words.text) for one in above if not one.is_about_all and one.objective is None]
            named = [*[name for name in plain if name][-1:], *([self._team] if self._team else []), *titles[-1:]]
            parts.team = parts.team or next(iter(named), None)
        self._found.append(parts)

    # --- paragraphs ----------------------------------------------------------------------------------

    def _paragraph(self, block: Paragraph, after: Block | None) -> None:
        lines = [words for words in block.lines if words.text]
        if not lines or all(words.is_anchor for words in lines):
            return
        whole = joined(tuple(lines), lines[0].line)
        if any(objective_label(one.text) is not None or key_result_label(one.text) is not None for one in lines):
            self._labelled_lines(lines)
        elif is_container(whole.text):
            self._key_result = None
        elif self._waits_for_text():
            self._give_text(whole)
        elif _is_bold(whole) and isinstance(after, Listing | Table) and not named_field(whole.text):
            self._start_objective(whole)
        elif all(self._is_about(words) for words in lines):
            for words in lines:
                self._about(words)
        elif self._key_result is not None:
            line_of_key_result(self._key_result, whole, self._unread)
        else:
            self._about(whole)

    def _labelled_lines(self, lines: list[Words]) -> None:
        for words in lines:
            if is_container(words.text):
                self._key_result = None
            elif key_result_label(words.text) is not None and self._objective is not None:
                self._start_key_result(words)
            elif objective_label(words.text) is not None:
                self._start_objective(words)
            else:
                self._about(words)

    def _waits_for_text(self) -> bool:
        """A heading that says only 'Objective 1' or 'KR 2' has its text below."""
        parts = self._key_result or self._objective
        return parts is not None and not parts.text

    def _give_text(self, words: Words) -> None:
        if self._key_result is not None:
            filled = key_result_from(words)
            self._key_result.text, self._key_result.owners = filled.text, filled.owners
            self._key_result.score, self._key_result.notes = filled.score, filled.notes
        elif self._objective is not None:
            self._objective.text = objective_from(words, self._unread).text

    def _is_about(self, words: Words) -> bool:
        key = words.text.partition(":")[0].strip().lower()
        return named_field(words.text) is not None or key in (
            "team",
            "cycle",
            "quarter",
            "period",
            "周期",
            "团队",
            "季度",
        )

    def _about(self, words: Words) -> None:
        """A line that says something of what is open: the key result, the objective, or the whole file."""
        key, _, value = words.text.replace("：", ":").partition(":")
        if self._objective is None and self._named_for_all(key.strip().lower(), value.strip()):
            return
        if self._key_result is not None:
            line_of_key_result(self._key_result, words, self._unread)
        elif self._objective is not None:
            section = self._sections[-1].words.text.strip(" :：") if self._sections else ""
            if why_label(f"{section}:") == "" and self._objective.why is None:
                self._objective.why = words.text
            else:
                line_of_objective(self._objective, words, self._unread)
        else:
            self._unread.append(Unread(words.line, first_words(words.text), PROSE))

    # --- lists and tables ----------------------------------------------------------------------------

    def _listing(self, block: Listing) -> None:
        items = [item for item in block.items if item.lines or item.blocks]
        if _is_contents(block):
            self._unread.append(Unread(block.line, _first_of(block), CONTENTS))
        elif any(_own(item, objective_label) for item in items):
            self._mixed(items)
        elif self._key_result is not None:
            below_key_result(self._key_result, (block,), self._unread)
        elif self._objective is not None:
            self._below_objective(block)
        elif self._are_objectives(items):
            for item in items:
                self._place(objective_of_item(item, self._unread))
        elif self._heading_is_objective(items):
            section = self._sections[-1]
            self._start_objective(section.words, section)
            self._below_objective(block)
        else:
            why = NO_LABEL if self._evidence.key_result_labels else NO_OBJECTIVE
            for item in items:
                self._unread.append(Unread(item.line, first_words(" ".join(one.text for one in item.lines)), why))

    def _mixed(self, items: list[Item]) -> None:
        """Objectives, and perhaps their key results, side by side in one list."""
        for item in items:
            if _own(item, key_result_label) and self._objective is not None:
                self._objective.key_results.append(key_result_of_item(item, self._unread))
            else:
                self._key_result = None
                self._objective = objective_of_item(item, self._unread)
                self._place(self._objective)
        self._objective = self._sections[-1].objective if self._sections else None

    def _below_objective(self, block: Listing) -> None:
        objective = self._objective
        if objective is None:
            return
        has_labelled = any(_own(item, key_result_label) for item in block.items)
        if objective.key_results and self._evidence.key_result_labels > 1 and not has_labelled:
            tell_unread(block, self._unread, NO_LABEL)
            return
        below_objective(objective, (block,), self._unread)

    def _are_objectives(self, items: list[Item]) -> bool:
        """Entries with entries of their own, where nothing else says what the list is."""
        nested = [item for item in items if any(isinstance(block, Listing) for block in item.blocks)]
        if any(_own(item, key_result_label) for item in items):
            return False
        if any(_own(inner, key_result_label) for item in nested for inner in _inner(item)):
            return True
        has_boxes = any(item.done is not None for item in items)
        return bool(nested) and len(nested) * 2 >= len(items) and not has_boxes

    def _heading_is_objective(self, items: list[Item]) -> bool:
        if not self._sections or self._sections[-1].is_about_all:
            return False
        if any(_own(item, key_result_label) for item in items):
            return True
        return self._evidence.key_result_labels == 0

    def _table(self, block: Table) -> None:
        found = objectives_of_table(block, self._objective, self._unread)
        if found is None:
            tell_unread(block, self._unread)
            return
        for parts in found:
            self._place(parts)


# --- looking at blocks --------------------------------------------------------------------------------


def _all_words(blocks: tuple[Block, ...]) -> Iterator[tuple[Words, bool]]:
    """All lines, and whether each is a heading."""
    for block in blocks:
        match block:
            case Heading(_, words):
                yield words, True
            case Paragraph(lines):
                yield from ((words, False) for words in lines)
            case Listing(_, items):
                for item in items:
                    yield from ((words, False) for words in item.lines)
                    yield from _all_words(item.blocks)


def _own(item: Item, label: Callable[[str], str | None]) -> bool:
    return bool(item.lines) and label(item.lines[0].text) is not None


def _inner(item: Item) -> Iterator[Item]:
    for block in item.blocks:
        if isinstance(block, Listing):
            yield from block.items


def _is_bold(words: Words) -> bool:
    """True for a line that is bold as a whole, or up to what came of it."""
    text = take_apart(words.text).title
    return bool(words.bold) and len(words.bold) * 2 > len(text)


def _is_contents(block: Listing) -> bool:
    lines = [words for words, _heading in _all_words((block,)) if words.text]
    return bool(lines) and all(words.is_anchor for words in lines)


def _first_of(block: Listing) -> str:
    return first_words(next((words.text for words, _heading in _all_words((block,)) if words.text), ""))
