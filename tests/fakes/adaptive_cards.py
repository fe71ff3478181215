"""A strict reader of Adaptive Cards for Teams: every node against the classes of `microsoft-teams-cards`.

The package's own `AdaptiveCard.model_validate` accepts everything (`extra=allow`), so this walks the card and checks
each node by itself, its keys first; and it adds what those classes do not know. What one node needs beyond its class
stands in `card_rules`.
"""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, get_args

import microsoft_teams.cards.core as core
from pydantic import ValidationError

from tests.fakes import card_rules
from tests.fakes.card_rules import CHILDREN, ELEMENTS, FORBIDDEN_KEYS, NEEDED, TEAMS_ONLY

Json = dict[str, Any]
Model = type[core.SerializableObject]

MAX_BYTES = 28 * 1024
CARD_TYPE = "application/vnd.microsoft.card.adaptive"

_MODELS: dict[str, Model] = {
    get_args(member.model_fields["type"].annotation)[0]: member
    for member in vars(core).values()
    if isinstance(member, type)
    and issubclass(member, core.SerializableObject)
    and "type" in member.model_fields
    and get_args(member.model_fields["type"].annotation)
}


def problems(card: Json) -> list[str]:
    """What is wrong with a card; empty where nothing is."""
    return list(_card(card))


def size(card: Json) -> int:
    """The bytes of a card's JSON as UTF-16, as Teams counts them."""
    return len(json.dumps(card, ensure_ascii=False).encode("utf-16-le", "surrogatepass"))


def walk(node: Any, *, fallbacks: bool = True) -> Iterator[Json]:
    """Every object in a card, but not what its buttons carry; with what stands for others where they are unknown."""
    if isinstance(node, dict):
        yield node
        for key, value in node.items():
            if (fallbacks or key != "fallback") and not _is_carried(node, key):
                yield from walk(value, fallbacks=fallbacks)
    elif isinstance(node, list):
        for value in node:
            yield from walk(value, fallbacks=fallbacks)


def _card(card: Json) -> Iterator[str]:
    if card.get("type") != "AdaptiveCard":
        yield "no AdaptiveCard"
    if card.get("version") != "1.5":
        yield f"version {card.get('version')!r}"
    if not card.get("fallbackText"):
        yield "no 'fallbackText'"
    if size(card) > MAX_BYTES:
        yield f"{size(card)} bytes as UTF-16"
    if any("\ud800" <= letter <= "\udfff" for letter in json.dumps(card, ensure_ascii=False)):
        yield "half a character"
    yield from _node(card, "card", None)
    yield from _ids(card)
    yield from _mentions(card)
    yield from _one_level(card)


def _ids(card: Json) -> Iterator[str]:
    """Ids are one for each element; what stands for an element may have its id."""
    named = [node for node in walk(card, fallbacks=False) if isinstance(node.get("id"), str) and "type" in node]
    for name, count in Counter(node["id"] for node in named).items():
        if count > 1:
            yield f"{count} elements with the id {name!r}"
    inputs = {node["id"] for node in walk(card) if str(node.get("type")).startswith("Input.") and "id" in node}
    for node in walk(card):
        data = node.get("data")
        if node.get("type") == "Action.Submit" and isinstance(data, dict) and inputs & set(data):
            yield f"the button {node.get('title')!r} carries what an input overwrites: {sorted(inputs & set(data))}"
        for target in node.get("targetElements", ()):
            if (target.get("elementId") if isinstance(target, dict) else target) not in {one["id"] for one in named}:
                yield f"the button {node.get('title')!r} shows or hides what is not there"


def _mentions(card: Json) -> Iterator[str]:
    blocks = [node for node in walk(card.get("body", [])) if node.get("type") == "TextBlock"]
    texts = " ".join(str(node.get("text")) for node in blocks)
    properties = card.get("msteams")
    listed = properties.get("entities", []) if isinstance(properties, dict) else []
    entities = [str(entity.get("text")) for entity in listed if isinstance(entity, dict)]
    if len(set(entities)) < len(entities):
        yield "two mentions with one text"
    for text in entities:
        if not (text.startswith("<at>") and text.endswith("</at>")):
            yield f"mention {text!r} is no <at>"
        if text not in texts:
            yield f"mention {text!r} is nowhere"
        texts = texts.replace(text, "")
    if "<at>" in texts:
        yield "<at> without entity"
    if any("<at>" in str(node.get("text")) for node in walk(card.get("body", [])) if node.get("type") == "TextRun"):
        yield "<at> in rich text"


def _one_level(card: Json) -> Iterator[str]:
    for node in walk(card):
        within = walk(node.get("card")) if node.get("type") == "Action.ShowCard" else ()
        if any(one.get("type") == "Action.ShowCard" for one in within):
            yield "Action.ShowCard inside Action.ShowCard"


def _node(node: Json, where: str, expected: Model | None) -> Iterator[str]:
    kind = node.get("type")
    if kind is not None and kind not in ELEMENTS | TEAMS_ONLY:
        yield f"{where}: {kind!r} is not used here"
        return
    if kind in TEAMS_ONLY and not isinstance(node.get("fallback"), dict):
        yield f"{where}: {kind!r} without fallback"
    model = _MODELS[kind] if kind is not None else expected
    if model is None:
        yield f"{where}: an object without type"
        return
    where = f"{where}/{kind or model.__name__}"
    yield from _keys(node, model, where)
    try:
        model.model_validate_json(json.dumps(node), strict=True)
    except ValidationError as error:
        yield f"{where}: {error.errors()[0]['loc']} {error.errors()[0]['msg']}"
        return
    for key in NEEDED.get(kind or model.__name__, ()):
        if node.get(key) in (None, "") or (node[key] in ([], {}) and "choices.data" not in node):
            yield f"{where}: no {key!r}"
    for problem in card_rules.broken(node, kind or model.__name__):
        yield f"{where}: {problem}"
    for key, value in node.items():
        if not _is_carried(node, key):
            yield from _children(node, key, value, model, where)


def _keys(node: Json, model: Model, where: str) -> Iterator[str]:
    known = {core.SerializableObject.validation_alias_generator(name) for name in model.model_fields} | {"$schema"}
    for key in sorted(set(node) - known):
        yield f"{where}: unknown key {key!r}"
    for key in sorted(set(node) & FORBIDDEN_KEYS):
        yield f"{where}: {key!r} is not used here"


def _children(node: Json, key: str, value: object, model: Model, where: str) -> Iterator[str]:
    allowed = CHILDREN.get(key)
    for child in value if isinstance(value, list) else [value]:
        if not isinstance(child, dict):
            continue
        kind = str(child.get("type"))
        wanted = allowed(kind, str(node.get("type"))) if allowed is not None else True
        if not wanted:
            yield f"{where}: {kind!r} in {key!r}"
        yield from _node(child, where, _expected(model, key))


def _expected(model: Model, key: str) -> Model | None:
    """The class of objects that stand under a key and have no type of their own."""
    for name, field in model.model_fields.items():
        if core.SerializableObject.validation_alias_generator(name) == key:
            found = [one for one in _classes(field.annotation) if one not in _MODELS.values()]
            return found[0] if len(found) == 1 and found[0] is not core.CardElement else None
    return None


def _classes(annotation: Any) -> list[Model]:
    if isinstance(annotation, type) and issubclass(annotation, core.SerializableObject):
        return [annotation]
    return [one for argument in get_args(annotation) for one in _classes(argument)]


def _is_carried(node: Json, key: str) -> bool:
    """Whether this is what a button carries: ours, and nothing that is shown."""
    return key == "data" and str(node.get("type")).startswith("Action.")
