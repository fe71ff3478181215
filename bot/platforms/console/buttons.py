"""Finding what a person means by "the [0.7] of KR2" among the messages before them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.cards.model import Actions, Block, Button, Card, Divider, Header, Menu, Text
from bot.cards.plain import plain_block
from bot.platforms.console.room import Standing


class NoSuchButtonError(LookupError):
    """Nothing of that label stands before the person, or more than one thing does."""


@dataclass(frozen=True, slots=True)
class Pressable:
    """A button or an entry of a menu, and the words around it."""

    label: str
    action: str
    value: str
    hint: str
    around: str
    """The text of its part of the message, by which a person knows what it is about."""

    def is_about(self, label: str) -> bool:
        """Whether it belongs to the key result (`KR2`) or whatever else `label` names."""
        word = re.compile(rf"(?<!\w){re.escape(label)}(?!\w)", re.ASCII)
        return word.search(self.hint if self.hint else self.around) is not None


def pressables(card: Card) -> list[Pressable]:
    """Everything on a card that can be pressed, in order."""
    return [one for part in _parts(card.blocks) for one in _of_part(part)]


def find_button(messages: Sequence[Standing], label: str, about: str = "") -> tuple[Standing, Pressable]:
    """The newest message with such a button, and the button. Raises `NoSuchButtonError`.

    `about` says which one where a label stands there several times (`KR2`).
    """
    offered: list[str] = []
    for message in reversed(messages):
        all_here = pressables(message.card)
        same = [one for one in all_here if one.label == label]
        found = [one for one in same if one.is_about(about)] if about else same
        if len({(one.action, one.value) for one in found}) == 1:
            return message, found[0]
        if found:
            raise NoSuchButtonError(f"[{label}] stands there {len(found)} times; say which one is meant.")
        offered += [one.label for one in all_here]
    wanted = f"[{label}] of {about}" if about else f"[{label}]"
    raise NoSuchButtonError(f"There is no {wanted}; there are {sorted(set(offered))}.")


def _parts(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """A message falls into parts at its dividers and headers."""
    part: list[Block] = []
    for block in blocks:
        if isinstance(block, Divider | Header) and part:
            yield part
            part = []
        part.append(block)
    if part:
        yield part


def _of_part(part: Sequence[Block]) -> Iterator[Pressable]:
    around = "\n".join(line for block in part if not isinstance(block, Actions) for line in plain_block(block))
    for block in part:
        match block:
            case Text(_, control) if control is not None:
                controls: tuple[Button | Menu, ...] = (control,)
            case Actions(controls=several):
                controls = several
            case _:
                continue
        for control in controls:
            if isinstance(control, Button):
                yield Pressable(control.label, control.action, control.value, control.hint, around)
            else:
                for option in control.options:
                    yield Pressable(option.label, option.action, option.value, control.hint, around)
