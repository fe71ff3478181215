"""A key result's short title, proposed from its title (spec/02 §4.6)."""

import re

SHORT_TITLE = 32

_FROM_TO = re.compile(
    r"(?:\s+(?:from\s.+?\sto\s.+|to\s+[$€£¥]?[0-9].*|by\s+[$€£¥]?[0-9].*)|[，,]?\s*(?:从.+?(?:到|至|提高|降).+|(?:达到|到)\s*[0-9].*))$",
    re.IGNORECASE,
)


def proposed_short_title(title: str) -> str:
    """A title cut to 32 characters for the board: without its "from x to y", then at a word (spec/02 §4.6)."""
    if len(title) <= SHORT_TITLE:
        return title
    short = _FROM_TO.sub("", title).rstrip(" ,，。.") or title
    if len(short) <= SHORT_TITLE:
        return short
    cut = short[: SHORT_TITLE - 1]
    word = cut.rsplit(" ", 1)[0] if " " in cut else cut
    return f"{word.rstrip(' ,，')}…"
