"""Cards that are too long for Teams, made shorter in a fixed order; buttons go last."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from bot.cards.graphemes import clip
from bot.cards.model import (
    Actions,
    Block,
    Button,
    Card,
    Chart,
    Checkboxes,
    Choice,
    Control,
    Divider,
    Explain,
    Field,
    Form,
    Header,
    Image,
    Inline,
    Line,
    Link,
    ListBlock,
    Mention,
    Note,
    PersonField,
    Run,
    Table,
    Text,
    TextField,
)

MAX_BYTES = 28 * 1024
"""Teams counts the card's JSON as UTF-16."""

_ALL = 1_000_000
_REST: Line = (Run("…"),)


@dataclass(frozen=True, slots=True)
class Limits:
    """The longest that is kept, in characters: a run of text in a note, one elsewhere, the fallback text, a label."""

    note: int = _ALL
    text: int = _ALL
    fallback: int = _ALL
    label: int = 75
    hints: bool = True
    """What a screen reader says of a button besides its label."""


_STEPS = (
    Limits(),
    Limits(note=60),
    Limits(note=60, text=400),
    Limits(note=60, text=400, fallback=1200),
    Limits(note=60, text=150, fallback=1200),
    Limits(note=60, text=150, fallback=500, hints=False),
    Limits(note=60, text=60, fallback=200, label=40, hints=False),
)


def size(rendered: Any) -> int:
    """Bytes that Teams counts."""
    return len(json.dumps(rendered, ensure_ascii=False).encode("utf-16-le", "surrogatepass"))


def shorter_cards(card: Card) -> Iterator[tuple[Card, int]]:
    """The card itself and then ever shorter ones, each with the limit of its fallback text; never ends empty-handed.

    Labels are cut to 75 characters from the start, as Slack cuts them. Then, in this order: notes to 60 characters,
    texts to 400, the fallback text, texts to 150, what a screen reader says of buttons besides their labels, texts to
    60, half of the longest list or table, blocks without a button from the end, and at last those with one.
    """
    for limits in _STEPS:
        short = replace(card, blocks=tuple(_block(block, limits) for block in card.blocks))
        yield short, limits.fallback
    while len(short.blocks) > 1 or _length(short.blocks[0]) > 1:
        short = replace(short, blocks=_without_some(short.blocks))
        yield short, _STEPS[-1].fallback


def shorter_forms(form: Form) -> Iterator[tuple[Form, int]]:
    """The form itself and then shorter ones: hints and explanations first, what stands in the fields last."""
    for limits in _STEPS:
        yield (
            replace(
                form,
                title=clip(form.title, limits.label * 2),
                submit=clip(form.submit, limits.label),
                cancel=clip(form.cancel, limits.label),
                parts=tuple(_part(part, limits) for part in form.parts),
            ),
            limits.fallback,
        )


def _block(block: Block, limits: Limits) -> Block:
    match block:
        case Header(text):
            return Header(clip(text, limits.text))
        case Text(lines, control):
            return Text(_lines(lines, limits.text), _control(control, limits) if control else None)
        case Note(lines):
            return Note(_lines(lines, limits.note))
        case ListBlock(items):
            return ListBlock(_lines(items, limits.text))
        case Table(columns, rows):
            names = tuple(clip(name, limits.text) for name in columns)
            return Table(names, tuple(_lines(row, limits.text) for row in rows))
        case Image(url, alt):
            return Image(url, clip(alt, limits.text))
        case Chart(caption=caption, alt=alt):
            return replace(block, caption=clip(caption, limits.text), alt=clip(alt, limits.text))
        case Actions(controls):
            return Actions(tuple(_control(control, limits) for control in controls))
        case Divider():
            return block


def _control(control: Control, limits: Limits) -> Control:
    hint = clip(control.hint, limits.label) if limits.hints else ""
    if isinstance(control, Button):
        label = clip(control.label, limits.label)
        return control if (label, hint) == (control.label, control.hint) else replace(control, label=label, hint=hint)
    labels = tuple(clip(option.label, limits.label) for option in control.options)
    if (labels, hint) == (tuple(option.label for option in control.options), control.hint):
        return control
    options = tuple(replace(option, label=label) for option, label in zip(control.options, labels, strict=True))
    return replace(control, options=options, hint=hint)


def _part(part: Explain | Field, limits: Limits) -> Explain | Field:
    if isinstance(part, Explain):
        return Explain(_lines(part.lines, limits.note))
    label, hint = clip(part.label, limits.label * 4), clip(part.hint, limits.note)
    match part:
        case TextField():
            placeholder = clip(part.placeholder, limits.label * 2)
            initial = clip(part.initial, min(limits.text * 2, part.max_length))
            return replace(part, label=label, hint=hint, placeholder=placeholder, initial=initial)
        case Choice() | Checkboxes():
            options = tuple((clip(words, limits.label), value) for words, value in part.options)
            return replace(part, label=label, hint=hint, options=options)
        case PersonField():
            return replace(part, label=label, hint=hint)


def _lines(lines: tuple[Line, ...], limit: int) -> tuple[Line, ...]:
    return tuple(tuple(_inline(inline, limit) for inline in line) for line in lines)


def _inline(inline: Inline, limit: int) -> Inline:
    match inline:
        case Run(text, style):
            return Run(clip(text, limit), style)
        case Link(text, url):
            return Link(clip(text, limit), url)
        case Mention(name):
            return replace(inline, name=clip(name, limit))


def _length(block: Block) -> int:
    match block:
        case Text(lines) | Note(lines) | ListBlock(lines):
            return len(lines)
        case Table(_, rows):
            return len(rows)
        case Actions(controls):
            return len(controls)
        case _:
            return 1


def _without_some(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Half of the longest list or table away, or else the last block that has no button, or else the last block."""
    longest = max(range(len(blocks)), key=lambda number: _length(blocks[number]))
    if _length(blocks[longest]) > 2 or len(blocks) == 1:
        return (*blocks[:longest], _half(blocks[longest]), *blocks[longest + 1 :])
    droppable = [number for number, block in enumerate(blocks) if not _has_control(block)]
    drop = droppable[-1] if droppable else len(blocks) - 1
    return (*blocks[:drop], *blocks[drop + 1 :])


def _half(block: Block) -> Block:
    keep = max(_length(block) // 2, 1)
    match block:
        case Text(lines, control):
            return Text((*lines[:keep], _REST) if keep > 1 else lines[:1], control)
        case Note(lines):
            return Note(lines[:keep])
        case ListBlock(items):
            return ListBlock((*items[:keep], _REST) if keep > 1 else items[:1])
        case Table(columns, rows):
            rest = (_REST, *((),) * (len(columns) - 1))
            return Table(columns, (*rows[:keep], rest) if keep > 1 else rows[:1])
        case Actions(controls):
            return Actions(controls[:keep])
        case _:
            return block


def _has_control(block: Block) -> bool:
    return isinstance(block, Actions) or (isinstance(block, Text) and block.control is not None)
