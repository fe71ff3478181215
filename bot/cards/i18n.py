"""Translations: English is the source, every other language is a folder of `.po` files merged at start.

`bot/cards/translations/<language>/*.po`: each room may keep a file of its own (`templates.po`, `replies.po`, ...).
They are read with Babel when `Catalogues` is built and compiled in memory; no `.mo` file is ever written. The same
msgid may stand in two files only with the same translation. Strings in Python are marked with `N_`, in templates with
`{% trans %}` or `_()`.

Placeholders: `{name}` in Python strings and in `_("... {name}", name=...)`; `{% trans %}` makes `%(name)s` of its
variables. Both are filled by the same function. `%%`, which `{% trans %}` makes of a percent sign, is shown as `%`.
"""

import gettext
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

Lang = Literal["en", "zh"]
LANGUAGES: tuple[Lang, ...] = get_args(Lang)
TRANSLATIONS = Path(__file__).parent / "translations"

_HAN = re.compile("[\u3400-\u9fff]")
_TAGS = re.compile(r"<[^>]*>")
_PLACEHOLDER = re.compile(r"%%|%\((?P<percent>\w+)\)s|\{(?P<brace>\w+)\}")


def N_(msgid: str) -> str:  # noqa: N802 - the name that gettext tools know
    """Mark `msgid` for translation and return it unchanged; `Cards.text` translates it when it is shown."""
    return msgid


def placeholders(message: str) -> frozenset[str]:
    """The names of the placeholders in a message, of either spelling."""
    return frozenset(name for match in _PLACEHOLDER.finditer(message) if (name := match["percent"] or match["brace"]))


def fill(message: str, params: Mapping[str, object], show: Callable[[object], str] = str) -> str:
    """`message` with its placeholders replaced by `show(value)`. Raises KeyError for one that `params` lacks.

    A Latin name that comes to stand beside 汉字 gets a space there: 联系不上 Ana, and 联系不上小林.
    """

    words, places = _taken_apart(message)
    if not places:
        return words[0]
    filled = [words[0]]
    for place, following in zip(places, words[1:], strict=True):
        shown = show(params[place.name])
        if place.after_han or place.before_han:
            starts, ends = _is_latin_at_edges(_TAGS.sub("", shown))
            first, last = " " * (starts and place.after_han), " " * (ends and place.before_han)
            shown = f"{first}{shown}{last}"
        filled += (shown, following)
    return "".join(filled)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a value comes to stand in a message, and whether beside 汉字."""

    name: str
    after_han: bool
    before_han: bool


@lru_cache(maxsize=4096)
def _taken_apart(message: str) -> tuple[tuple[str, ...], tuple[_Place, ...]]:
    """The words of a message before, between and after its placeholders, and these. A message is filled often."""
    words, places, done = [""], [], 0
    for match in _PLACEHOLDER.finditer(message):
        words[-1] += message[done : match.start()]
        done = match.end()
        name = match["percent"] or match["brace"]
        if name is None:
            words[-1] += "%"
            continue
        before, after = message[: match.start()][-1:], message[done:][:1]
        places.append(_Place(name, bool(_HAN.match(before)), bool(_HAN.match(after))))
        words.append("")
    words[-1] += message[done:]
    return tuple(words), tuple(places)


def _is_latin_at_edges(words: str) -> tuple[bool, bool]:
    """Whether words begin, and end, with a Latin letter, or with a digit of a name such as GRO-2; a number is none."""
    letters = any(one.isalpha() and not _HAN.match(one) for one in words)
    starts, ends = words[:1], words[-1:]
    return (
        letters and starts.isalnum() and not _HAN.match(starts),
        letters and ends.isalnum() and not _HAN.match(ends),
    )


class Catalogues:
    """The words of every language, read once."""

    def __init__(self, folder: Path = TRANSLATIONS) -> None:
        """Read and merge the `.po` files. Raises ValueError if two files translate one msgid differently."""
        self._translations: dict[str, gettext.NullTranslations] = {"en": gettext.NullTranslations()}
        for lang in LANGUAGES:
            if lang != "en":
                self._translations[lang] = _compile(merged(folder / lang, lang))

    def gettext(self, lang: Lang, msgid: str) -> str:
        """`msgid` in `lang`, or itself where there is no translation."""
        return self._translations[lang].gettext(msgid)

    def ngettext(self, lang: Lang, singular: str, plural: str, number: int) -> str:
        """The form of a message that goes with `number` in `lang`."""
        return self._translations[lang].ngettext(singular, plural, number)


def merged(folder: Path, lang: str) -> Catalog:
    """All `.po` files of one language as one catalogue. Raises ValueError where two of them contradict each other."""
    catalogue = Catalog(locale=lang, fuzzy=False)
    origin: dict[str, str] = {}
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            part = read_po(file, locale=lang, abort_invalid=True)
        for message in part:
            if not message.id:
                continue
            known = catalogue.get(message.id)
            if known is not None and known.string != message.string:
                key = message.id if isinstance(message.id, str) else message.id[0]
                raise ValueError(f"{path.name} and {origin[key]} translate {key!r} differently.")
            origin[message.id if isinstance(message.id, str) else message.id[0]] = path.name
            catalogue[message.id] = message
    return catalogue


def _compile(catalogue: Catalog) -> gettext.NullTranslations:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
