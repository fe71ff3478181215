"""The markup of forms, parsed into a `Form` (`docs/cards.md` describes it)."""

import re
from collections.abc import Callable

from bot.cards.clean import without_bidi_controls
from bot.cards.i18n import Lang
from bot.cards.markup import MAX_OPTIONS, MAX_VALUE, NO_WORDS, lines_of
from bot.cards.model import Checkboxes, Choice, Explain, Field, Form, PersonField, TextField
from bot.cards.tree import Node, fold, parse

MAX_TYPED = 3000
"""What every platform lets a person type into one field."""
MAX_TOKEN = 2000

_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_COMMON = ("name", "label", "hint", "optional")


def parse_form(markup: str, template: str, lang: Lang = "en") -> Form:
    """The `Form` that rendered markup describes. Raises MarkupError, which names the template and the line."""
    root = parse(markup, template)
    if root.tag != "form":
        raise root.error(f"A form is a <form>, not a <{root.tag}>.")
    root.allow("name", "token", "title", "submit", "cancel")
    token = root.get("token")
    if len(token) > MAX_TOKEN:
        raise root.error(f"The token of a form is at most {MAX_TOKEN} characters.")
    parts: list[Explain | Field] = []
    for node in root.elements("explain", *_FIELDS):
        if node.tag == "explain":
            if lines := lines_of(node):
                parts.append(Explain(lines))
        else:
            parts.append(_FIELDS[node.tag](node))
    names = [part.name for part in parts if not isinstance(part, Explain)]
    if len(set(names)) < len(names):
        raise root.error("Two fields of the form have the same name.")
    return Form(
        name=_name(root),
        token=token,
        title=fold(root.need("title")),
        submit=fold(root.need("submit")),
        cancel=fold(root.need("cancel")),
        parts=tuple(parts),
        lang=lang,
    )


def _text_field(node: Node) -> Field:
    node.allow(*_COMMON, "initial", "placeholder", "max_length", "multiline")
    node.elements()
    max_length = node.get("max_length", "2000")
    if not max_length.isdecimal() or not 1 <= int(max_length) <= MAX_TYPED:
        raise node.error(f"max_length is a number from 1 to {MAX_TYPED}.")
    multiline = node.flag("multiline")
    initial = without_bidi_controls(node.attributes.get("initial", ""))
    return TextField(
        name=_name(node),
        label=fold(node.need("label")),
        initial=(initial if multiline else fold(initial).strip(" "))[: int(max_length)],
        placeholder=fold(node.get("placeholder")),
        hint=fold(node.get("hint")),
        max_length=int(max_length),
        multiline=multiline,
        optional=node.flag("optional", default=True),
    )


def _choice(node: Node) -> Field:
    node.allow(*_COMMON, "initial")
    options, chosen = _options(node)
    initial = node.get("initial") or (chosen[0] if chosen else "")
    if len(chosen) > 1:
        raise node.error("Only one option of a choice can be the chosen one.")
    if initial and initial not in {value for _, value in options}:
        raise node.error(f"{initial!r} is no option of this choice.")
    return Choice(
        name=_name(node),
        label=fold(node.need("label")),
        options=options,
        initial=initial,
        hint=fold(node.get("hint")),
        optional=node.flag("optional", default=True),
    )


def _checkboxes(node: Node) -> Field:
    node.allow(*_COMMON)
    options, chosen = _options(node)
    return Checkboxes(
        name=_name(node),
        label=fold(node.need("label")),
        options=options,
        initial=chosen,
        hint=fold(node.get("hint")),
        optional=node.flag("optional", default=True),
    )


def _person_field(node: Node) -> Field:
    node.allow(*_COMMON, "initial", "many")
    node.elements()
    return PersonField(
        name=_name(node),
        label=fold(node.need("label")),
        initial=node.get("initial"),
        hint=fold(node.get("hint")),
        optional=node.flag("optional", default=True),
        many=node.flag("many", default=False),
    )


_FIELDS: dict[str, Callable[[Node], Field]] = {
    "textfield": _text_field,
    "choice": _choice,
    "checkboxes": _checkboxes,
    "personfield": _person_field,
}


def _options(node: Node) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """The (label, value) pairs of a field and the values that are chosen at first."""
    pairs: list[tuple[str, str]] = []
    chosen: list[str] = []
    for child in node.elements("option"):
        child.allow("value", "checked")
        label, value = child.words() or NO_WORDS, child.need("value")
        if len(value) > MAX_VALUE:
            raise child.error(f"The value of an option is at most {MAX_VALUE} characters.")
        if "," in value:
            # Teams joins the ticked values with commas.
            raise child.error("The value of an option holds no comma.")
        pairs.append((label, value))
        if child.flag("checked"):
            chosen.append(value)
    if not pairs:
        raise node.error(f"<{node.tag}> needs options.")
    if len(pairs) > MAX_OPTIONS:
        raise node.error(f"At most {MAX_OPTIONS} options.")
    if len({value for _, value in pairs}) < len(pairs):
        raise node.error("Two options have the same value.")
    return tuple(pairs), tuple(chosen)


def _name(node: Node) -> str:
    name = node.need("name")
    if not _NAME.fullmatch(name):
        raise node.error(f"{name!r} is no name: letters, digits and . : _ - only.")
    return name
