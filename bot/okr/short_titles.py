"""A key result's short title, proposed from its title (spec/02 §4.6)."""

import re

from bot.okr.day_words import MONTH

SHORT_TITLE = 32
_FEWEST_HAN = 3

_FROM_TO = re.compile(
    r"(?:\s+(?:from\s.+?\sto\s.+|to\s+[$€£¥]?[0-9].*|by\s+[$€£¥]?[0-9].*)|[，,]?\s*(?:从.+?(?:到|至|提高|降).+|(?:达到|到)\s*[0-9].*))$",
    re.IGNORECASE,
)
_VALUE = r"[$€£¥]?[0-9][0-9.,]*\s?(?:%|k|m|bn|万|亿|[a-z]{1,8}|[\u3400-\u9fff]{1,2})?"
_ENDS = re.compile(
    rf"[\s,，(（:：]*(?:(?:\bfrom\s|从|由)\s*{_VALUE}\s*(?:\bto\b|[到至]|提[高升]到|[降减]到|缩短到|增[加长]到|->|→)\s*{_VALUE}|{_VALUE}\s*(?:->|→)\s*{_VALUE})"
    r"[)）]?$",
    re.IGNORECASE,
)
"""Where it stands and where it is to go, which stand beside the title wherever it is shown."""
_DAY = (
    rf"(?:[0-9]{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{MONTH})|(?:{MONTH})\.? [0-9]{{1,2}}|"
    r"20[0-9]{2}-[0-9]{2}-[0-9]{2})(?:,? 20[0-9]{2})?"
)
_UNTIL = re.compile(
    rf"[\s,，;；(（]+(?:(?:by|before|until|due)(?: the)? (?:{_DAY}|(?:end of|mid)[ -][\w ]{{1,16}})|{_DAY})[)）]?$"
    r"|[\s,，;；(（]*(?:在|于|到|截止)?(?:20[0-9]{2}年)?[0-9]{1,2}月(?:[0-9]{1,2}[日号]|底|末|[中上下]旬)(?:之?前|以前|为止)?[)）]?$",
    re.IGNORECASE,
)
"""Its last day, which stands beside it as well."""
_CLOSING = " ,，。.;；:："


def proposed_short_title(title: str) -> str:
    """A title for the board: without its last day and its "from x to y", then cut to 32 characters at a word.

    What would be left with a single word keeps them.
    """
    plain = without_ends(title)  # "by 15 Dec from 20 to 5" has it in between
    if plain != title and plain[:1] in ("将", "把"):
        plain = plain[1:]
    if len(plain) <= SHORT_TITLE:
        return plain
    short = _FROM_TO.sub("", plain).rstrip(" ,，。.") or plain
    if len(short) <= SHORT_TITLE:
        return short
    cut = short[: SHORT_TITLE - 1]
    word = cut.rsplit(" ", 1)[0] if " " in cut else cut
    return f"{word.rstrip(' ,，')}…"


def without_ends(title: str) -> str:
    """The title without its last day and its "from x to y", which stand beside it and may be others by now."""
    return without_day(_shortened(without_day(title), _ENDS))


def without_day(title: str) -> str:
    """The title without the last day that stands at its end."""
    return _shortened(title, _UNTIL)


def _shortened(title: str, pattern: re.Pattern[str]) -> str:
    found = pattern.search(title)
    left = title if found is None else title[: found.start()].rstrip(_CLOSING)
    han = len(re.findall(r"[\u3400-\u9fff]", left.lstrip("将把")))
    says_something = len(left.split()) > 1 or han >= _FEWEST_HAN or (len(left) > 1 and left.isupper())
    return left if says_something else title
