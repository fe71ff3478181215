"""What the modules of the fake Teams hand each other: ids, calls, answers, messages, refusals."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

APP_ID = "11111111-0000-0000-0000-00000000okra"
PASSWORD = "pretend-secret"
TENANT = "aaaaaaaa-0000-0000-0000-0000000tenant"
BOT = f"28:{APP_ID}"
ISSUER = "https://api.botframework.com"
ACCESS_TOKEN = "pretend-access-token"


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the connector, as it arrived; `operation` is what it was for (`send`, `update`, `members`, ...)."""

    verb: str
    path: str
    body: Mapping[str, Any]
    operation: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the app answered to one of our requests."""

    status: int
    text: str


@dataclass(frozen=True, slots=True)
class Garbled:
    """200 with something that is no JSON object; the call had its effect."""

    text: str = '["what is this'


@dataclass(slots=True)
class Message:
    """A message that stands in a conversation. `person` is None for the app's own; `thread` is its root's id."""

    id: str
    activity: Json
    edits: int = 0
    conversation: str = ""
    thread: str | None = None
    person: str | None = None

    @property
    def card(self) -> Json:
        """Its Adaptive Card; empty for plain text."""
        attached = self.activity.get("attachments") or [{}]
        card = attached[0].get("content", {})
        return card if isinstance(card, dict) else {}

    @property
    def text(self) -> str:
        """What a person without cards would read."""
        return str(self.activity.get("text") or self.card.get("fallbackText", ""))

    def actions(self) -> list[Json]:
        """Every button, wherever it stands."""
        return list(_of_kind(self.card, "Action."))

    def inputs(self) -> list[Json]:
        """Every input, wherever it stands."""
        return list(_of_kind(self.card, "Input."))

    def inputs_of(self, action: Mapping[str, Any]) -> list[Json]:
        """The inputs that a button sends."""
        return next(_gathered(self.card, action, []), self.inputs())

    def button(self, title: str) -> Json:
        """The button of this title."""
        found = [action for action in self.actions() if action.get("title") == title]
        assert found, f"{title} is not offered: {[action.get('title') for action in self.actions()]}"
        return found[0]


class Refusal(Exception):
    """An answer that is no success: a status, the connector's code for it, and what it says."""

    def __init__(self, status: int, code: str, message: str = "", **headers: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message or code
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def _of_kind(element: object, prefix: str) -> Iterator[Json]:
    if isinstance(element, dict):
        if str(element.get("type", "")).startswith(prefix):
            yield element
        for name, each in element.items():
            if name != "data":
                yield from _of_kind(each, prefix)
    elif isinstance(element, list):
        for each in element:
            yield from _of_kind(each, prefix)


def _gathered(card: Json, action: Mapping[str, Any], around: list[Json]) -> Iterator[list[Json]]:
    """The inputs of the card that holds the action, with those of the cards around it."""
    unfolding = [each["card"] for each in _of_kind(card, "Action.ShowCard")]
    deeper = [one for inner in unfolding for one in _of_kind(inner, "")]
    here = [*around, *(each for each in _of_kind(card, "Input.") if not any(each is one for one in deeper))]
    for inner in unfolding:
        yield from _gathered(inner, action, here)
    if any(each == action for each in _of_kind(card, "Action.")):
        yield here
