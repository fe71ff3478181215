"""Watches how a reply is read: the rules say what they found as they find it. Nobody listens unless somebody asks."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.okr.replies.atoms import Atom
    from bot.okr.replies.claim_model import Claim
    from bot.okr.replies.context import ReplyKR
    from bot.okr.replies.normalise import Plain
    from bot.okr.replies.said import Fields, Phrase
    from bot.okr.replies.types import Segment
    from bot.okr.replies.weigh import Numbers


class Trace:
    """What the rules call on their way, in this order. This one hears nothing; whoever wants to know overrides it.

    It is handed on in the `ReplyContext`, and what it hears are the reader's own values: nothing is made for it.
    """

    def normalised(self, plain: "Plain") -> None:
        """The text as it is read from here on."""

    def rule(self, name: str, *, answered: bool) -> None:
        """A rule of the ordered list was tried; the first that answers ends the reading."""

    def part(self, label: str | None, text: str) -> None:
        """A stretch of the reply, and whom it is for: a KR's label, what was typed for one, or nobody yet."""

    def segment(self, kr: "ReplyKR", text: str) -> None:
        """One KR's text is read from here on."""

    def fields(self, fields: "Fields") -> None:
        """`next: …`, `blocked: …` and their like, a correction's first word, and what it waits for."""

    def numbers(self, text: str, found: "Sequence[Atom]", masked: Sequence[tuple[int, int]]) -> None:
        """The numbers of a text with their readings, and where digits are none: dates, links, tickets, names."""

    def claim(self, claim: "Claim") -> None:
        """What one number could be for the KR."""

    def weighed(self, numbers: "Numbers") -> None:
        """Which of the numbers count."""

    def clause(self, text: str, found: "Sequence[Phrase]") -> None:
        """A clause of words, and which of them count as listed ones; none where they are only a note."""

    def read(self, segment: "Segment") -> None:
        """What the KR's text came to."""


NOBODY = Trace()
"""For everybody who only wants the reading."""
