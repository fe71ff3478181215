"""`Cards`: a template and its data become a `Card` or a `Form` in a person's language."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound
from markupsafe import Markup, escape

from bot.cards.clean import user_text
from bot.cards.form_markup import parse_form
from bot.cards.format import filters
from bot.cards.i18n import LANGUAGES, Catalogues, Lang, fill
from bot.cards.markup import parse_card
from bot.cards.model import Card, Form

TEMPLATES = Path(__file__).parent / "templates"

_NAME = re.compile(r"[a-z][a-z0-9_]*")


class Cards:
    """All templates and translations. Built once, where the rooms are composed; safe to share between threads."""

    def __init__(self, templates: Path = TEMPLATES, catalogues: Catalogues | None = None) -> None:
        self._templates = templates
        self._catalogues = catalogues or Catalogues()
        self.address_of: Callable[[str, datetime], str] | None = None
        """Makes the address of a file from what is asked for and now; None where no files can be fetched."""
        self.picture_of: Callable[[str, datetime], str] | None = None
        """The same for the picture of a chart."""
        self._environments = {lang: environment(templates, self._catalogues, lang) for lang in LANGUAGES}

    def card(self, name: str, lang: Lang, /, **data: object) -> Card:
        """The message `templates/<name>.xml` with `data`.

        Raises MarkupError where the template makes no card, jinja2.UndefinedError where data is wanting,
        TypeError where a figure or a day is printed without a filter that says how.
        """
        return parse_card(self._render(name, lang, data), f"{name}.xml", lang)

    def form(self, name: str, lang: Lang, /, **data: object) -> Form:
        """The form `templates/<name>.xml` with `data`. Raises as `card` does."""
        return parse_form(self._render(name, lang, data), f"{name}.xml", lang)

    def text(self, msgid: str, lang: Lang, /, **params: str | int) -> str:
        """A sentence marked with `N_`, translated and filled; what people wrote in `params` is made fit to show."""
        return fill(self._catalogues.gettext(lang, msgid), params, _shown)

    def pages(self, templates: Path, lang: Lang) -> Environment:
        """Templates of a folder of one's own, for pages around cards: with the same words and filters."""
        return environment(templates, self._catalogues, lang)

    def names(self) -> Iterable[str]:
        """The names of all templates; those that begin with `_` are parts of others and not among them."""
        return sorted(path.stem for path in self._templates.glob("*.xml") if not path.stem.startswith("_"))

    def _render(self, name: str, lang: Lang, data: dict[str, object]) -> str:
        if not _NAME.fullmatch(name):
            raise TemplateNotFound(name)
        return self._environments[lang].get_template(f"{name}.xml").render(data, lang=lang)


def environment(templates: Path, catalogues: Catalogues, lang: Lang) -> Environment:
    """The Jinja2 environment of one language: strict, autoescaped whatever a template is called."""
    jinja = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        finalize=_finalize,
        auto_reload=False,
    )
    jinja.policies["ext.i18n.trimmed"] = True
    jinja.filters.update(filters(lang))

    # The i18n extension compiles newstyle calls; how a message is filled is ours (`bot.cards.i18n.fill`).
    def gettext(message: str, /, **params: object) -> Markup:
        return _filled(catalogues.gettext(lang, message), params)

    def ngettext(singular: str, plural: str, number: int, /, **params: object) -> Markup:
        return _filled(catalogues.ngettext(lang, singular, plural, number), {"num": number, **params})

    vars(jinja)["newstyle_gettext"] = True
    jinja.globals.update(_=gettext, gettext=gettext, ngettext=ngettext)
    return jinja


def _filled(message: str, params: dict[str, object]) -> Markup:
    # What our translators wrote is markup; what is filled in is escaped unless it is markup already.
    return Markup(fill(message, params, _finalize))  # noqa: S704 - see above


def _finalize(value: object) -> Markup:
    """What `{{ value }}` prints: escaped, fit for XML, and never in a form that nobody chose."""
    if isinstance(value, Markup):
        return value
    safe = escape(_shown(value))
    # A line end becomes a character reference, or an attribute (what a person typed before) would lose it.
    return Markup(str(safe).replace("\n", "&#10;")) if "\n" in safe else safe  # noqa: S704 - escaped just here


def _shown(value: Any) -> str:
    match value:
        case str():
            return user_text(value)
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal() | float() | date() | time():
            raise TypeError(f"{type(value).__name__} is printed raw; choose a filter (amount, score, day, ...).")
        case StrictUndefined():
            return str(value)  # raises, with the name of what is wanting
        case _:
            raise TypeError(f"{type(value).__name__} cannot be printed in a message.")
