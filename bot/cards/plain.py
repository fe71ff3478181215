"""The complete plain text of a card or a form: what a screen reader, a notification, the console and a log show."""

from collections.abc import Mapping

from bot.cards.bars import bars_line
from bot.cards.model import (
    Actions,
    Block,
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
    Run,
    Table,
    Text,
    TextField,
)

_CELL_SEPARATOR = " · "


def plain_text(card: Card) -> str:
    """Every word of a card, line by line: `[label]` for a button, `[⋯]` for a menu, bars for a chart."""
    return "\n".join(line for block in card.blocks for line in plain_block(block)).strip("\n")


def summary_line(card: Card) -> str:
    """The one line a notification shows: the card's summary, or else its first line."""
    if card.summary:
        return card.summary
    return next((line for block in card.blocks for line in plain_block(block) if line), "")


def notification_text(card: Card) -> str:
    """The summary and then everything: for platforms where one text serves phone and screen reader alike."""
    text = plain_text(card)
    if not card.summary or card.summary == text.partition("\n")[0]:
        return text
    return f"{card.summary}\n{text}"


def plain_form(form: Form, errors: Mapping[str, str] | None = None) -> str:
    """Every word of a form, with what its fields hold; first of all what is wrong with them, if anything is."""
    lines = [form.title, *(f"⚠ {sentence}" for sentence in (errors or {}).values())]
    for part in form.parts:
        if isinstance(part, Explain):
            lines.extend(plain_line(line) for line in part.lines)
        else:
            lines.extend(_field(part))
    lines.append(f"[{form.submit}] [{form.cancel}]")
    return "\n".join(lines)


def plain_block(block: Block) -> list[str]:
    """The lines of one block."""
    match block:
        case Header(text):
            return [text]
        case Text(lines, control):
            plain = [plain_line(line) for line in lines]
            if control is not None:
                plain[-1] = f"{plain[-1]} {plain_control(control)}"
            return plain
        case Note(lines) | ListBlock(lines):
            return [plain_line(line) for line in lines]
        case Table(_, rows):
            return [plain_row(row) for row in rows]
        case Divider():
            return [""]
        case Image(_, alt):
            return [alt]
        case Chart() as chart:
            return [bars_line(chart)]
        case Actions(controls):
            return [" ".join(plain_control(control) for control in controls)]


def plain_row(row: tuple[Line, ...]) -> str:
    """A row of a table as one line; empty cells are left out."""
    return _CELL_SEPARATOR.join(text for cell in row if (text := plain_line(cell)))


def plain_line(line: Line) -> str:
    """A line without its styles."""
    return "".join(plain_inline(inline) for inline in line)


def plain_inline(inline: Inline) -> str:
    """A part of a line; a link tells its address, a person is their name."""
    match inline:
        case Run(text):
            return text
        case Link(text, url):
            return url if text == url else f"{text} ({url})"
        case Mention(name):
            return name


def plain_control(control: Control) -> str:
    """`[label]`."""
    return f"[{control.label}]"


def _field(field: Field) -> list[str]:
    lines = [field.label]
    match field:
        case Choice() | Checkboxes():
            chosen = (field.initial,) if isinstance(field, Choice) else field.initial
            marks = ("( )", "(x)") if isinstance(field, Choice) else ("[ ]", "[x]")
            lines.extend(f"{marks[value in chosen]} {label}" for label, value in field.options)
        case TextField() if field.placeholder and not field.initial:
            lines.append(f"> ({field.placeholder})")
        case _ if field.initial:
            lines.append(f"> {field.initial}")
        case _:
            lines.append(">")
    if field.hint:
        lines.append(f"({field.hint})")
    return lines
