"""What a text leaves behind where a platform puts its control beside it, and not at its end."""

from bot.cards.model import Line, Run

_LEADS_OVER = " ·"


def without_loose_end(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Lines without the dot that leads over to a control: there the control stands beside them, at the right."""
    *before, last = lines
    if len(last) and isinstance(end := last[-1], Run) and end.text.endswith(_LEADS_OVER):
        kept = end.text.removesuffix(_LEADS_OVER)
        last = (*last[:-1], Run(kept, end.style)) if kept else last[:-1]
    return (*before, last) if last else lines
