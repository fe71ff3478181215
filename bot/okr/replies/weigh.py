"""Weighs the numbers of one segment against each other (spec/05 §10.6): which is the value, which stays in the note."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from bot.okr.replies.claim_model import Claim, Kind
from bot.okr.replies.codes import Code
from bot.okr.replies.context import PercentMeans, ReplyKR
from bot.okr.replies.shape_model import Form, Shape
from bot.okr.replies.types import AskFacts
from bot.okr.replies.words import both

_ONE_POINT = Decimal(1)
_CHANCE_OF = re.compile(both("chance_of"), re.IGNORECASE)
_CHANCE = re.compile(rf"\s?{both('likely_suffix')}\s?", re.IGNORECASE)
_SURE = re.compile(rf"\s?{both('confidence_suffix')}\s?", re.IGNORECASE)


@dataclass(slots=True)
class Numbers:
    """What the numbers of a segment say. `used` are understood, `left` stay in the note.

    `ask` is the first question, with its facts.
    """

    value: Decimal | None = None
    self_score: Decimal | None = None
    confidence: Decimal | None = None
    not_done: bool = False
    computed_from: Decimal | None = None
    basis: PercentMeans | None = None
    approx: bool = False
    ask: Code | None = None
    facts: AskFacts = field(default_factory=AskFacts)
    used: list[Shape] = field(default_factory=list)
    left: list[Shape] = field(default_factory=list)

    @property
    def says_something(self) -> bool:
        told = (self.value, self.self_score, self.confidence)
        return any(part is not None for part in told) or self.not_done

    def put_question(self, code: Code, facts: AskFacts) -> None:
        """Only the first question of a segment is asked."""
        if self.ask is None:
            self.ask, self.facts = code, facts


def weigh(claims: list[Claim], kr: ReplyKR, text: str) -> Numbers:
    """The numbers of a segment as one statement."""
    numbers = Numbers()
    ratings = [one for one in claims if one.kind in (Kind.SCORE, Kind.CONFIDENCE)]
    aimed = [one for one in claims if one.kind is Kind.VALUE and _is_rated(one, ratings, kr, text)]
    numbers.left += [one.shape for one in aimed]
    values = [one for one in claims if one.kind is Kind.VALUE and one not in aimed]
    _weigh_values(values, numbers, text)
    _weigh_ratings([one for one in claims if one.kind is Kind.SCORE], numbers, "self_score", text, None)
    _weigh_ratings(
        [one for one in claims if one.kind is Kind.CONFIDENCE], numbers, "confidence", text, kr.last_confidence
    )
    for one in claims:
        if one.kind is Kind.NOT_DONE:
            numbers.not_done = True
            numbers.used.append(one.shape)
        elif one.kind is Kind.NOTHING:
            numbers.left.append(one.shape)
    _weigh_questions([one for one in claims if one.kind is Kind.ASK], kr, numbers)
    return numbers


def _is_rated(value: Claim, ratings: list[Claim], kr: ReplyKR, text: str) -> bool:
    """`70% chance of 60k`, `70% chance 60k`, `0.7, 60k is tough`: the rating is about this number, not today's."""
    if ratings and value.number == kr.goal and value.prose and not value.shape.introduced:
        return True
    ways = (_CHANCE_OF, _CHANCE, _SURE) if value.number == kr.goal else (_CHANCE_OF, _CHANCE)
    between = [(_number_end(one.shape), _number_start(value.shape)) for one in ratings]
    return any(way.fullmatch(text, *span) for way in ways for span in between)


def _take(one: Claim, numbers: Numbers) -> None:
    numbers.used.append(one.shape)
    numbers.approx = numbers.approx or one.shape.approx
    numbers.value, numbers.computed_from, numbers.basis = one.number, one.percent, one.basis


def _weigh_values(values: list[Claim], numbers: Numbers, text: str) -> None:
    """One that is introduced wins, else the only plausible one, else the person says (spec/05 §10.6)."""
    now = [one for one in values if not one.shape.future]
    if values and not now:
        numbers.put_question(Code.Q_FUTURE, AskFacts(v=values[0].number, raw=values[0].shape.future))
        numbers.used += [one.shape for one in values]
        return
    numbers.left += [one.shape for one in values if one.shape.future]
    if not now:
        return
    chosen = _choose(now)
    if chosen is None:
        # A sentence with one number that cannot be the value is a note.
        if len(now) == 1 and now[0].weak:
            numbers.left.append(now[0].shape)
            return
        raw = text[_number_start(now[0].shape) : _number_end(now[-1].shape)]
        numbers.put_question(
            Code.Q_TWO_NUMBERS, AskFacts(raw=raw, numbers=tuple(dict.fromkeys(one.number for one in now)))
        )
        numbers.used += [one.shape for one in now]
        return
    numbers.left += [one.shape for one in now if one is not chosen and one.number != chosen.number]
    same = [one.shape for one in now if one is not chosen and one.number == chosen.number]
    if chosen.plausible:
        _take(chosen, numbers)
    else:
        numbers.put_question(chosen.ask or Code.Q_OUTLIER, chosen.facts)
        numbers.used.append(chosen.shape)
    numbers.used += same


def _number_start(shape: Shape) -> int:
    return shape.a.start


def _number_end(shape: Shape) -> int:
    return (shape.b or shape.a).end


def _choose(values: list[Claim]) -> Claim | None:
    if len(values) == 1:
        return None if values[0].weak else values[0]
    clean = [one for one in values if one.plausible and not one.prose and not one.shape.introduced]
    introduced = [one for one in values if one.shape.introduced]
    if clean and introduced and all(one.prose for one in introduced):
        # `45k, Acme at 43k`: whose number is it?
        return None
    for wanted in (
        introduced,
        [one for one in values if one.plausible],
        [one for one in values if one.plausible and one.strong],
        [one for one in values if one.plausible and not one.prose],
    ):
        if wanted and len({one.number for one in wanted}) == 1:
            # `75% of target, 45k`: the number itself was given.
            return next((one for one in wanted if one.percent is None), wanted[0])
    likely = [one for one in introduced if one.plausible]
    return likely[0] if len({one.number for one in likely}) == 1 else None


def _weigh_ratings(
    ratings: list[Claim], numbers: Numbers, name: Literal["self_score", "confidence"], text: str, last: Decimal | None
) -> None:
    """Self-scores, or likelihoods: one, or the same twice; two that differ are asked about."""
    if not ratings:
        return
    numbers.used += [one.shape for one in ratings]
    said = list(dict.fromkeys(one.number for one in ratings))
    if len(said) == 1:
        setattr(numbers, name, said[0])
        return
    between = text[ratings[0].shape.end : ratings[1].shape.start].strip()
    if len(said) == 2 and said[0] == last and between in ("->", "to", "到"):
        setattr(numbers, name, said[1])
        return
    raw = text[_number_start(ratings[0].shape) : _number_end(ratings[-1].shape)]
    numbers.put_question(Code.Q_TWO_NUMBERS, AskFacts(raw=raw, numbers=tuple(said), measure=name))


def _weigh_questions(asks: list[Claim], kr: ReplyKR, numbers: Numbers) -> None:
    something = numbers.says_something or numbers.ask is not None
    for one in asks:
        gives_way = one.weak or one.shape.form is Form.CHANGE or one.ask in (Code.Q_DELTA, Code.Q_NUMBER)
        if (
            (one.percent is not None and numbers.value is not None and _restates(one.percent, numbers.value, kr))
            or (something and gives_way and numbers.value is not None)
            or (something and one.weak)
        ):
            numbers.left.append(one.shape)
        elif one.percent is not None and numbers.value is not None:
            numbers.put_question(Code.Q_TWO_NUMBERS, AskFacts(raw=one.shape.raw, numbers=(numbers.value,)))
            numbers.used.append(one.shape)
        else:
            numbers.put_question(one.ask or Code.Q_UNKNOWN, one.facts)
            # `45k users` tells something all the same, whatever it is in the unit of the key result.
            other_unit = one.prose and one.ask is Code.Q_CURRENCY
            (numbers.left if other_unit else numbers.used).append(one.shape)


def _restates(p: Decimal, value: Decimal, kr: ReplyKR) -> bool:
    """True if p% is the value over the target, or the way come, to a point."""
    goal = kr.goal
    shares = []
    if goal:
        shares.append(value * 100 / goal)
        if kr.baseline is not None and goal != kr.baseline:
            shares.append((value - kr.baseline) * 100 / (goal - kr.baseline))
    return any(abs(share - p) <= _ONE_POINT for share in shares)
