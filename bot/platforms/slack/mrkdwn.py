"""A Slack message as its readers see it: without the signs of Slack's markup, with mentions as they are."""

import html
import re

_LINK = re.compile(r"<((?:https?://|mailto:|tel:)[^<>|]*)(?:\|([^<>]*))?>")
_CHANNEL = re.compile(r"<#[A-Z0-9]+(?:\|([^<>]*))?>")
_SPECIAL = re.compile(r"<!([a-z]+)(?:\^[^<>|]*)?(?:\|([^<>]*))?>")
_SHORTCODE = re.compile(r":(?=[+0-9_'-]*[a-z]|[+-]1:)[a-z0-9_+'-]+:(?!\d)")
_QUOTE = re.compile(r"^(?:&gt;)+ ?", re.MULTILINE)
_CODE = re.compile(r"`+([^`\n]+)`+")
_PAIRS = tuple(
    re.compile(rf"(?<![\w{mark}]){mark}(?=\S)([^{mark}\n]*[^\s{mark}]){mark}(?![\w{mark}])")
    for mark in (r"\*", "_", "~")
)


def read_text(mrkdwn: str) -> str:
    """The words of a message: links by their text, channels by their names, no formatting and no emoji codes.

    `<@U123>` stays: who that is, the directory knows.
    """
    text = _LINK.sub(lambda found: found[2] or found[1].removeprefix("mailto:").removeprefix("tel:"), mrkdwn)
    text = _CHANNEL.sub(lambda found: f"#{found[1]}" if found[1] else "", text)
    text = _SPECIAL.sub(_special, text)
    text = _SHORTCODE.sub("", _CODE.sub(r"\1", _QUOTE.sub("", text)))
    for pair in _PAIRS:
        text = pair.sub(r"\1", text)
    return html.unescape(text).strip()


def _special(found: re.Match[str]) -> str:
    """`<!here>`, a date with its fallback, or a group, which is called by its handle."""
    if found[2]:
        return found[2]
    return "" if found[1] in ("subteam", "date") else f"@{found[1]}"
