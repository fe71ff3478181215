"""Why a line of a pasted set, or of a file, is left out, in words of the reader's language."""

import re
from collections.abc import Mapping
from functools import cache

from bot.cards.i18n import N_, Lang
from bot.cards.render import Cards
from storage.okr_files.pasted_text import Left

REASONS: Mapping[str, str] = {
    Left.PROSE: N_("It is neither an objective nor a key result."),
    Left.ASIDE: N_("It stands below a heading about something else."),
    Left.NO_LABEL: N_("The other key results begin with KR, and this line does not."),
    Left.EARLY: N_("No objective stands above it."),
    Left.NO_STEPS: N_("The key result above it is a number, and only what is done or not has steps."),
    Left.EMPTY: N_("Nothing stands behind it."),
    Left.OF_OBJECTIVE: N_("An objective has none of its own; its key results have."),
    Left.OTHER_FIELD: N_("A key result that is being written has none."),
    Left.REASON: N_("A draft needs no reason; changes do, once it is published."),
    Left.LONG: N_("It goes beyond what fits."),
    Left.UNREAD_FIELD: N_("I can't read that; give it after saving."),
}
"""Those of a pasted text."""
OF_FILES = frozenset(
    (
        N_("A row of totals follows from the others."),
        N_("It stands above the heading."),
        N_("No objective stands above this key result."),
        N_("It is neither an objective nor a key result."),
        N_("'{name}' is no heading that is known here, so the column is not taken over ({cells})."),
        N_("Column {name} has no heading, so it is not taken over ({cells})."),
        N_("Objectives and key results are numbered anew here, so the column '{name}' is not taken over ({cells})."),
        N_("What an objective has reached follows from its key results."),
        N_("It belongs to the key result above, which is read from its first row."),
        N_("A task or initiative is no key result; keep it as a next step."),
        N_("This status is not known here; known are ahead, on track, at risk, off track, done and dropped."),
        N_("This type does not go with what the row says otherwise."),
        N_("It is a table of contents."),
        N_("The section is about something else than objectives and key results."),
        N_("A list that belongs to no objective."),
        N_("In this file key results begin with 'KR', and these do not."),
        N_("A key result without a text."),
        N_("An objective without a text."),
        N_("Prose beside the objectives."),
        N_("Below a key result only sub-tasks with a checkbox are read."),
        N_("Its number is not told, so it is kept as done or not done."),
        N_("An objective has no outcome of its own; its key results tell."),
        N_("An objective has no score of its own; it follows from its key results."),
        N_("Only key results have a tag."),
        N_("An objective has no box to tick; its key results tell."),
        N_("This is not what stands there elsewhere; it is kept as a note."),
        N_("A table of key results, and no objective stands above it."),
        N_("It is code."),
        N_("It is HTML; write it as Markdown."),
        N_("It is longer than any objective or key result."),
        N_("The sub-task is struck through."),
        N_("This row is hidden in the sheet, so it is not taken over; show it if it belongs to the OKRs."),
        N_("This sheet is hidden, so it is not taken over; show it if it belongs to the OKRs."),
        N_("No row of this sheet names the columns that are needed, so it is not taken over."),
        N_("It has {n} characters; at most {most} fit."),
        N_("It is measured in a way that only an import by an admin takes over."),
        N_("It stands here already."),
        N_("Only an import by an admin takes this over."),
    )
)
"""Those of the importer's readers, word for word as they give them (`storage.okr_files`); and of an OKR file sent."""
UNREADABLE = N_("It cannot be read here.")
_PLACE = re.compile(r"\\\{(\w+)\\\}")


def reason(cards: Cards, lang: Lang, why: str) -> str:
    """One sentence. What the importer says of a single cell is told in full in English, else in general."""
    if why in REASONS:
        return cards.text(REASONS[why], lang)
    if lang == "en":
        return why
    for msgid, pattern in _patterns():
        found = pattern.fullmatch(why)
        if found is not None:
            return cards.text(msgid, lang, **found.groupdict())
    return cards.text(UNREADABLE, lang)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The sentences, as what reads the names and numbers in them."""
    return tuple(
        (msgid, re.compile(_PLACE.sub(r"(?P<\1>.*)", re.escape(msgid)), re.DOTALL)) for msgid in sorted(OF_FILES)
    )
