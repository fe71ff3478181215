"""What a digest leaves behind for the next one: figures, question and wins, as JSON in `Digest.data`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bot.okr.assess import Assessment
from bot.okr.digest_question import Asked, Question, Topic
from bot.okr.digesting import Before
from bot.okr.model import Status, Tag
from bot.okr.rollup import Participation
from storage import models as m

VERSION = 1


@dataclass(frozen=True, slots=True)
class LastDigest:
    """The digest before this one; with none of it the first digest of a team begins from nothing."""

    at: datetime | None = None
    on: date | None = None
    """The team's calendar day."""
    before: Mapping[int, Before] = field(default_factory=dict)
    asked: tuple[Asked, ...] = ()
    wins: frozenset[int] = frozenset()
    open_steps: frozenset[int] = frozenset()


def encode(
    *,
    on: date,
    states: Iterable[Assessment],
    objectives: Mapping[int, tuple[Decimal | None, Status]],
    participation: Participation,
    question: Question | None,
    asked: Iterable[Asked],
    wins: Iterable[int],
    open_steps: Iterable[int],
) -> dict[str, Any]:
    """The figures of a digest as JSON; decimals are text, so that none is rounded."""
    return {
        "version": VERSION,
        "on": on.isoformat(),
        "krs": {str(one.kr.id): _figures(one) for one in states},
        "objectives": {
            str(number): {"score": _text(score), "status": status.value}
            for number, (score, status) in objectives.items()
        },
        "updated": participation.updated,
        "due": participation.due,
        "question": None if question is None else {"topic": question.topic.value, "kr": question.kr_id},
        "asked": [{"topic": one.topic.value, "kr": one.kr_id, "on": one.on.isoformat()} for one in asked],
        "wins": sorted(wins),
        "open_steps": sorted(open_steps),
    }


def decode(row: m.Digest | None) -> LastDigest:
    """What the next digest compares with."""
    if row is None:
        return LastDigest()
    data = row.data
    return LastDigest(
        at=row.at,
        on=date.fromisoformat(data["on"]) if "on" in data else None,
        before={int(kr_id): _before(figures) for kr_id, figures in data.get("krs", {}).items()},
        asked=tuple(
            Asked(Topic(one["topic"]), one["kr"], date.fromisoformat(one["on"])) for one in data.get("asked", ())
        ),
        wins=frozenset(data.get("wins", ())),
        open_steps=frozenset(data.get("open_steps", ())),
    )


def _figures(state: Assessment) -> dict[str, Any]:
    return {
        "status": state.status.value,
        "score": _text(state.score),
        "confidence": _text(state.current.confidence),
        "value": _text(state.current.value),
        "heading": _text(state.shown_heading),
        "tags": [tag.value for tag in state.tags],
    }


def _before(figures: Mapping[str, Any]) -> Before:
    return Before(
        status=Status(figures["status"]),
        score=_number(figures.get("score")),
        confidence=_number(figures.get("confidence")),
        value=_number(figures.get("value")),
        tags=tuple(Tag(one) for one in figures.get("tags", ())),
    )


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
