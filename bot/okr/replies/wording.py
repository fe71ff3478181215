"""A sentence or label before it is put into a language: its msgid, and what goes into its places."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.okr.model import Band


class ParamKind(StrEnum):
    """How a parameter of a sentence is written."""

    VALUE = "value"
    """A Decimal in the KR's unit: "$45k", "31%"."""
    PLAIN = "plain"
    """A Decimal as it is: a score, a percentage without its sign, n of n/10."""
    TEXT = "text"
    STATUS = "status"
    """A `Band`, written as the reader's word for it."""
    DAY = "day"
    """An ISO date, written as the reader writes days."""
    DUE = "due"
    """The due date of the question's KR; the caller knows it and writes it as the reader writes dates."""


@dataclass(frozen=True, slots=True)
class Param:
    name: str
    value: Decimal | str | Band
    kind: ParamKind


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence or label: an English msgid with `%(name)s` places, and what goes there."""

    msgid: str
    params: tuple[Param, ...] = ()


@dataclass(frozen=True, slots=True)
class AskOption:
    """One ready button of a question; `id` goes to `apply_option`."""

    id: str
    label: Words
