"""Sample data for a key result in detail."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bot.okr.model import Status, StatusReason, Tag
from bot.views.board_rows import Row
from bot.views.show import ChangeLine, LinkLine, NextLine, ReadingLine, Said, Shown, StepLine
from bot.views.show_chart import Drawn
from storage.models import AlignmentKind, AlignmentState
from tests.cards.hostile import HOSTILE

_DAY = date(2026, 10, 30)
_ROW = Row(
    id=2,
    label="KR2",
    title="Self-serve renewals",
    status=Status.ON_TRACK,
    reason=StatusReason.DATA_ONLY,
    value="28% / 50%",
    steps=None,
    sure=None,
    done=False,
    score="0.27",
    trend="",
    heading="0.84",
    heading_from_owner=False,
    tags=(Tag.STALE, Tag.AUTOMATED),
)
_SAID = Said(
    "Two more chains sign", _DAY, Decimal("0.7"), _DAY, Decimal(6), _DAY, True, _DAY, "legal", "a day of design"
)
_SILENT = Said("", None, None, None, None, None, False, None, "", "")
_LINKS = tuple(
    LinkLine(
        kind,
        outward,
        "SUP-1",
        "Phone script",
        "a script",
        state,
        _DAY,
        _DAY if outward else None,
        f"{kind}-{state}:1:{outward}",
    )
    for kind in AlignmentKind
    for outward in (True, False)
    for state in AlignmentState
)
_CHART = Drawn(
    readings=((date(2026, 10, 6), Decimal(22)), (date(2026, 10, 20), Decimal(27)), (_DAY, Decimal(28))),
    expected=((date(2026, 10, 1), Decimal(20)), (date(2026, 12, 31), Decimal(50))),
    low=Decimal(50),
    high=Decimal(50),
    start=Decimal(20),
    expected_then="29.6%",
    age=9,
)
_BAND = replace(_CHART, expected=(), low=Decimal("20.5"), high=None, start=None, expected_then="", age=0)
_DAILY = replace(
    _CHART, readings=tuple((date(2026, 10, 1) + timedelta(days=n), Decimal(20) + n % 9) for n in range(91))
)
_PICTURED = replace(_CHART, picture="https://okra.example/charts/a-word.png")
_FULL = Shown(
    label="KR2",
    row=_ROW,
    title="Self-serve renewals from 20% to 50%",
    reason="by the data",
    aim="20% → 50%",
    committed=False,
    first=date(2026, 10, 1),
    last=date(2026, 12, 31),
    unit="%",
    decimals=0,
    owners=("Li", "Ana", "Jack"),
    paused=False,
    paused_until=None,
    dropped=False,
    dropped_because="",
    pace_today=Decimal("0.46"),
    expected="33.8%",
    number_age=11,
    updated_on=_DAY,
    chart=_CHART,
    readings=(
        ReadingLine(_DAY, Decimal(26), True, False, False),
        ReadingLine(_DAY, Decimal(27), False, True, False),
        ReadingLine(_DAY, Decimal(28), False, False, True),
    ),
    steps=(
        StepLine(1, "Signed", None, True, _DAY),
        StepLine(2, "Live", _DAY, False, None),
        StepLine(3, "Used", None, False, None),
        StepLine(4, "Liked", None, True, None),
    ),
    said=_SAID,
    links=_LINKS[:10],
    changes=(ChangeLine(_DAY, "target 45% → 50%", "we learned more"), ChangeLine(_DAY, "owner Ana → Li", "")),
    next_steps=(NextLine("Call the chains", "Li", _DAY), NextLine("Ask design", "", None)),
)
_BARE = replace(
    _FULL,
    row=replace(_ROW, score="", heading="", value="", steps=(2, 4), tags=()),
    title=_ROW.title,
    owners=(),
    pace_today=None,
    number_age=None,
    updated_on=None,
    chart=None,
    readings=(),
    steps=(),
    said=_SILENT,
    links=(),
    changes=(),
    next_steps=(),
    committed=True,
)


def _sample(it: Shown, **more: Any) -> dict[str, Any]:
    return {
        "it": it,
        "today": date(2026, 11, 12),
        "token": "t2",
        "may_update": True,
        "may_ask": False,
        "may_link": True,
    } | more


def _hostile(text: str) -> Shown:
    return replace(
        _FULL,
        label=f"KR2 {text}"[:40],
        row=replace(_ROW, title=text[:32] or "…", value=text[:40]),
        title=text,
        owners=(text, text),
        said=replace(_SAID, note=text, blocker=text, help_wanted=text),
        steps=(StepLine(1, text, None, False, None),),
        links=(replace(_LINKS[0], title=text, text=text),),
        changes=(ChangeLine(_DAY, text, text),),
        next_steps=(NextLine(text, text, None),),
    )


CARDS: dict[str, list[dict[str, Any]]] = {
    "show": [
        _sample(_FULL),
        _sample(replace(_FULL, chart=_BAND, aim="hold ≥ 20.5%")),
        _sample(replace(_FULL, chart=_DAILY)),
        _sample(replace(_FULL, chart=_PICTURED)),
        _sample(_BARE, may_update=False, may_ask=True, may_link=False),
        *(_sample(replace(_BARE, links=_LINKS[start : start + 10])) for start in range(0, len(_LINKS), 10)),
        _sample(replace(_BARE, paused=True, row=replace(_ROW, sure=Decimal(6), heading_from_owner=True))),
        _sample(replace(_BARE, paused=True, paused_until=_DAY, pace_today=Decimal(1), expected="")),
        _sample(replace(_BARE, dropped=True, dropped_because="market moved", owners=("Li",))),
        _sample(
            replace(
                _BARE, said=replace(_SILENT, self_score=Decimal("0.7"), confidence=Decimal(6), blocked=True, note="n")
            )
        ),
        *(_sample(_hostile(text)) for text in HOSTILE.values()),
    ],
}
