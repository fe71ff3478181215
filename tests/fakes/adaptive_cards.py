"""A strict reader of Adaptive Cards for Teams: every node against the classes of `microsoft-teams-cards`.

The package's own `AdaptiveCard.model_validate` accepts everything (`extra=allow`), so this walks the card and checks
each typed node by itself, its keys first; and it adds what those classes do not know.
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, get_args

import microsoft_teams.cards.core as core
from pydantic import ValidationError

Json = dict[str, Any]

MAX_BYTES = 28 * 1024
CARD_TYPE = "application/vnd.microsoft.card.adaptive"

_CLASSES: dict[str, type[core.SerializableObject]] = {
    get_args(member.model_fields["type"].annotation)[0]: member
    for member in vars(core).values()
    if isinstance(member, type)
    and issubclass(member, core.SerializableObject)
    and "type" in member.model_fields
    and get_args(member.model_fields["type"].annotation)
}
_UNTYPED: dict[str, type[core.SerializableObject]] = {
    "columns": core.ColumnDefinition,
    "choices": core.Choice,
    "msteams": core.TeamsCardProperties,
    "mentioned": core.MentionedEntity,
    "values": core.LineChartValue,
}
_OF_TEAMS_ALONE = ("Chart.Line",)
"""Not every client knows these: each says what stands for it elsewhere."""
_ELEMENTS_OF_1_5 = {
    "AdaptiveCard", "TextBlock", "RichTextBlock", "TextRun", "Image", "ColumnSet", "Column", "Container", "ActionSet",
    "Table", "TableRow", "TableCell", "Input.Text", "Input.ChoiceSet", "Data.Query", "Action.Submit", "Action.OpenUrl",
    "Action.ShowCard", "mention", *_OF_TEAMS_ALONE,
}  # fmt: skip
_NEEDED = {
    "TextBlock": ("text", "wrap"),
    "TextRun": ("text",),
    "RichTextBlock": ("inlines",),
    "Image": ("url", "altText"),
    "ActionSet": ("actions",),
    "Table": ("columns", "rows"),
    "Input.Text": ("id", "label"),
    "Input.ChoiceSet": ("id", "label", "choices"),
    "Action.Submit": ("title", "data"),
    "Action.OpenUrl": ("url",),
    "Action.ShowCard": ("title", "card"),
    "Chart.Line": ("title", "data"),
    "mention": ("text", "mentioned"),
    "AdaptiveCard": ("version", "body", "fallbackText"),
}
_NEEDED_WITHIN = {"AdaptiveCard": ("body", "actions")}
"""What unfolds within a card (Action.ShowCard) has the outer one's version and text."""
_MAX_PRIMARY = 6


def problems(card: Json) -> list[str]:
    """What is wrong with a card; empty where nothing is."""
    return list(_card(card))


def size(card: Json) -> int:
    """The bytes of a card's JSON as UTF-16, as Teams counts them."""
    return len(json.dumps(card, ensure_ascii=False).encode("utf-16-le", "surrogatepass"))


def walk(node: Any) -> Iterator[Json]:
    """Every object in a card, but not what its buttons carry."""
    if isinstance(node, dict):
        yield node
        for key, value in node.items():
            if key != "data":
                yield from walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from walk(value)


def _card(card: Json) -> Iterator[str]:
    if card.get("type") != "AdaptiveCard":
        yield "no AdaptiveCard"
    if card.get("version") != "1.5":
        yield f"version {card.get('version')!r}"
    if size(card) > MAX_BYTES:
        yield f"{size(card)} bytes as UTF-16"
    yield from _node(card, "card", None)
    ids = [node["id"] for node in walk(card) if str(node.get("type")).startswith("Input.") and "id" in node]
    if len(set(ids)) < len(ids):
        yield "two inputs with one id"
    yield from _mentions(card)


def _mentions(card: Json) -> Iterator[str]:
    texts = " ".join(str(node.get("text")) for node in walk(card.get("body", [])) if node.get("type") == "TextBlock")
    entities = [entity["text"] for entity in card.get("msteams", {}).get("entities", [])]
    if len(set(entities)) < len(entities):
        yield "two mentions with one text"
    for text in entities:
        if text not in texts:
            yield f"mention {text!r} is nowhere"
        texts = texts.replace(text, "")
    if "<at>" in texts:
        yield "<at> without entity"
    if any("<at>" in str(node.get("text")) for node in walk(card.get("body", [])) if node.get("type") == "TextRun"):
        yield "<at> in rich text"


def _node(node: Json, where: str, expected: type[core.SerializableObject] | None) -> Iterator[str]:
    kind = node.get("type")
    if kind is not None and kind not in _ELEMENTS_OF_1_5:
        yield f"{where}: {kind!r} is not used here"
        return
    model = _CLASSES[kind] if kind is not None else expected
    if model is None:
        yield f"{where}: an object without type"
        return
    needed = (_NEEDED if where == "card" or kind != "AdaptiveCard" else _NEEDED_WITHIN).get(str(kind), ())
    where = f"{where}/{kind or model.__name__}"
    aliases = {core.SerializableObject.validation_alias_generator(name) for name in model.model_fields} | {"$schema"}
    for key in sorted(set(node) - aliases):
        yield f"{where}: unknown key {key!r}"
    try:
        model.model_validate(node)
    except ValidationError as error:
        yield f"{where}: {error.errors()[0]['loc']} {error.errors()[0]['msg']}"
    for key in needed:
        if node.get(key) in (None, "") or (node[key] == [] and "choices.data" not in node):
            yield f"{where}: no {key!r}"
    yield from _beyond_the_model(node, model, where)
    if model is core.LineChart:
        for one in node.get("data", []):
            yield from _node(one, where, core.LineChartData)
            yield from _series(one, where)
    for key, value in node.items():
        if key == "data":
            continue
        # A ColumnSet's columns are elements, a Table's are definitions.
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, dict):
                yield from _node(child, where, _UNTYPED.get(key))


def _series(series: Json, where: str) -> Iterator[str]:
    """Days as Teams makes a time axis of them, from the first to the last, each with a number."""
    days = [str(value.get("x")) for value in series.get("values", [])]
    if len(days) < 2 or any(re.fullmatch(r"\d{4}-\d\d-\d\d", day) is None for day in days) or days != sorted(set(days)):
        yield f"{where}: {series.get('legend')!r} is no line from day to day"
    if not series.get("legend") or not series.get("color"):
        yield f"{where}: a line without name or color"
    if not all(math.isfinite(value.get("y", math.nan)) for value in series.get("values", [])):
        yield f"{where}: a value that is no number"


def _beyond_the_model(node: Json, model: type[core.SerializableObject], where: str) -> Iterator[str]:
    if model is core.Choice and not (node.get("title") and node.get("value")):
        yield f"{where}: a choice without title or value"
    if model is core.SubmitAction and not isinstance(node.get("data"), dict):
        yield f"{where}: data is no object"
    if node.get("type") in _OF_TEAMS_ALONE and not isinstance(node.get("fallback"), dict):
        yield f"{where}: no fallback"
    if model is core.ActionSet:
        primary = sum(action.get("mode") != "secondary" for action in node.get("actions", []))
        if primary > _MAX_PRIMARY:
            yield f"{where}: {primary} buttons in a row"
    if model is core.Table and any(len(row["cells"]) != len(node["columns"]) for row in node.get("rows", [])):
        yield f"{where}: a row that does not fit its columns"
    if node.get("isRequired") and not node.get("errorMessage"):
        yield f"{where}: required without errorMessage"
