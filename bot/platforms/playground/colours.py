"""Words for the coloured signs in Okra's cards: for whoever hears a page, and for whoever points at one."""

import re
from html import escape

from bot.cards.i18n import LANGUAGES, Lang
from bot.cards.words import status_icon, status_word, tag_icon, tag_word
from bot.okr.model import Status, Tag

_BETWEEN_TAGS = re.compile(r"(<[^>]*>)")


def _words(lang: Lang) -> dict[str, tuple[str, ...]]:
    """Sign -> words; one sign may stand for two things, and only the text around it says which."""
    found: dict[str, list[str]] = {}
    for status in Status:
        found.setdefault(status_icon(status), []).append(status_word(status, lang))
    for tag in Tag:
        if not tag_icon(tag).isascii():
            found.setdefault(tag_icon(tag), []).append(tag_word(tag, lang))
    return {icon: tuple(dict.fromkeys(words)) for icon, words in found.items()}


_WORDS = {lang: _words(lang) for lang in LANGUAGES}
_SIGNS = re.compile(rf"({'|'.join(map(re.escape, _WORDS['en']))})(\d*)")
"""A sign and the number behind it, if there is one: `🟡2` is two that are at risk."""


def with_words(html: str, lang: Lang) -> str:
    """HTML of ours in which each coloured sign has a name; what stands in tags is left as it is."""
    parts = _BETWEEN_TAGS.split(html)
    return "".join(part if part.startswith("<") else _SIGNS.sub(lambda at: _named(at, lang), part) for part in parts)


def _named(sign: re.Match[str], lang: Lang) -> str:
    icon, number = sign.groups()
    words = _WORDS[lang][icon]
    follows = sign.string[sign.end() :].lstrip()
    if any(follows.startswith(escape(word)) for word in words):
        return f'<span aria-hidden="true">{icon}</span>'  # its word stands beside it
    said = escape(" / ".join(words))
    named = f'<span role="img" aria-label="{said}" title="{said}">{icon}</span>'
    return f'<span class="tally">{named}{number}</span>' if number else named
