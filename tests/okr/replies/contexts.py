"""The contexts of the reply tables: key results as `reply-contexts.json` describes them."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot.okr.model import KRType, ScoreMode
from bot.okr.replies import ReplyContext, ReplyKR

DATA = Path(__file__).parents[2] / "data"
_CONTEXTS: dict[str, Any] = json.loads(
    (DATA / "reply-contexts.json").read_text(encoding="utf-8"), parse_float=Decimal, parse_int=Decimal
)


def _kr(described: dict[str, Any]) -> ReplyKR:
    kind = KRType(described["type"])
    counts_from_nothing = kind in (KRType.INCREASE, KRType.DECREASE) and "baseline" not in described
    return ReplyKR(
        label=described["label"],
        key="GRO-" + described["label"].removeprefix("KR"),
        title=described["title"],
        short_title=described["title"],
        aliases=tuple(described.get("alias", ())),
        type=kind,
        unit=described["unit"],
        baseline=Decimal(0) if counts_from_nothing else described.get("baseline"),
        target=described.get("target"),
        range_lo=described.get("range_lo"),
        range_hi=described.get("range_hi"),
        last_value=described.get("last_value"),
        automated=described.get("automated", False),
        proposed_self_score=described.get("proposed_self_score"),
        has_steps=described.get("has_steps", False),
    )


def context(name: str) -> ReplyContext:
    """One of the table's contexts by its name: `M`, `Z3`, `three`, ..."""
    described = _CONTEXTS[name]
    krs = tuple(_kr(kr) for kr in described["key_results"])
    return ReplyContext(
        lang=described["language"],
        number_style=described["number_style"],
        percent_means=described["percent_means"],
        key_results=krs,
        known=krs,
        score_mode=ScoreMode(described["score_mode"]),
    )


NAMES = tuple(_CONTEXTS)
