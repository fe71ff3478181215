"""What a conversation is made of: the commands, buttons and forms that one module answers to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.handlers.verbs import Verb, folded
from bot.intake.conversation import Reply, Turn
from bot.intake.inbound import Submitted
from bot.views.person import PersonView

MINE = "mine"
"""The value of a button that means the presser's own team, or which of them."""


@dataclass(frozen=True, slots=True)
class Order:
    """A command being done: who says it, and what stands after the verb."""

    turn: Turn
    view: PersonView
    raw: str

    @property
    def rest(self) -> str:
        """What stands after the verb, on one line."""
        return folded(self.raw)


@dataclass(frozen=True, slots=True)
class Topic:
    """One module's share of the conversation. Any of its functions may raise `NotOneError` and `NotAllowedError`."""

    verbs: Mapping[Verb, Callable[[Order], Reply]] = field(default_factory=dict)
    buttons: Mapping[str, Callable[[Turn, str], Reply]] = field(default_factory=dict)
    """By action; the function gets the button's value."""
    forms: Mapping[str, Callable[[Turn, Submitted], Reply]] = field(default_factory=dict)
    """By the form's name as `Submitted.form` brings it."""
