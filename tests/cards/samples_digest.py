"""Sample data for the digest and the boards: every kind of line, typical, and as long and hostile as can be."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from bot.okr.digest_improve import Agreement, Difference, Health, Improve, Lack
from bot.okr.digest_question import Topic
from bot.okr.digesting import Rows
from bot.okr.model import Band, Status, StatusReason, Tag
from bot.okr.rollup import Participation, StatusCount
from bot.views.board import BoardLine, BoardOfTeam, BoardPart, Written
from bot.views.board_rows import Gap, Row
from bot.views.digest_lines import AheadLine, ImproveLine, ObjectiveLine, QuestionLine, ShortLine, StepLine
from tests.cards.hostile import HOSTILE

_DAY = date(2026, 11, 12)

_ROW = Row(
    id=4,
    label="KR4",
    title="Phone support calls",
    status=Status.OFF_TRACK,
    reason=StatusReason.DATA_ONLY,
    value="372 / 200",
    steps=None,
    sure=None,
    done=False,
    score="0.14",
    trend="▼",
    heading="0.30",
    heading_from_owner=False,
    tags=(Tag.BLOCKED,),
)
_ROWS = (
    _ROW,
    replace(_ROW, label="KR5", status=Status.ON_TRACK, value="0/1", sure=Decimal(6), trend="▲", score="", heading=""),
    replace(_ROW, label="KR6", status=Status.DONE, value="", steps=(4, 4), score="1.00", trend="", heading="", tags=()),
    replace(_ROW, label="KR7", status=Status.NO_SIGNAL, reason=StatusReason.DARK, score="", heading="", tags=()),
    replace(_ROW, label="KR8", status=Status.NO_SIGNAL, reason=StatusReason.TOO_EARLY, heading="", tags=tuple(Tag)),
    replace(_ROW, label="KR9", status=Status.NO_SIGNAL, reason=StatusReason.NO_DATA, heading="", trend=""),
    replace(_ROW, label="KR10", status=Status.TO_SCORE, reason=StatusReason.PAST_DUE),
    replace(_ROW, label="KR11", heading="0.70", heading_from_owner=True, tags=()),
)
_GAP = Gap(figure="64", unit="calls", above=True, counted=False, points=False, from_range=False)
_GAPS = (
    _GAP,
    replace(_GAP, above=False),
    replace(_GAP, unit="通", counted=True),
    replace(_GAP, unit="通", counted=True, above=False),
    replace(_GAP, unit="", points=True),
    replace(_GAP, from_range=True),
    replace(_GAP, from_range=True, above=False),
    replace(_GAP, figure="$4.2k", unit=""),
)
_SHORT = ShortLine(
    label="KR4",
    gap=_GAP,
    sure=None,
    steps=None,
    self_score=None,
    said=None,
    fell_to=None,
    heading=Decimal("0.3"),
    blocked=True,
    blocker="the new order form",
    note="",
    help="a front-end day",
    owner="Jack",
)
_PLAIN_SHORT = replace(_SHORT, gap=None, blocked=False, blocker="", help="")
_SHORTS = (
    _SHORT,
    *(replace(_SHORT, gap=gap, blocked=False, blocker="", note="Next survey 18 Nov") for gap in _GAPS),
    _PLAIN_SHORT,
    replace(_PLAIN_SHORT, sure=Decimal(3), owner=None),
    replace(_PLAIN_SHORT, self_score=Decimal("0.3")),
    replace(_PLAIN_SHORT, said=Band.AT_RISK),
    replace(_PLAIN_SHORT, fell_to=Decimal("0.38")),
    replace(_PLAIN_SHORT, steps=(1, 4)),
    replace(_PLAIN_SHORT, heading=None, owner=None, help="anything"),
    replace(_SHORT, gap=None, blocker=""),
)
_AHEAD = (
    AheadLine("KR1", False, None, "Acme renewed early", "Mei", None),
    AheadLine("KR1", False, None, "Acme renewed early", "Mei", "Support"),
    AheadLine(None, False, None, "Acme renewed early", None, "Support"),
    AheadLine("KR1", True, None, "", "Mei", None),
    AheadLine("KR1", False, None, "", None, None),
    *(AheadLine("KR1", False, gap, "", "Mei", None) for gap in _GAPS),
)


def _improve(lack: Lack, label: str | None = "KR2", **facts: Any) -> ImproveLine:
    note, since = facts.pop("note", ""), facts.pop("since", _DAY)
    return ImproveLine(Improve(lack, **facts), label=label, owner="Li", note=note, since=since)


_LACKS = (
    _improve(Lack.NO_UPDATE, days=1),
    _improve(Lack.NO_UPDATE, days=9),
    _improve(Lack.FEED_QUIET),
    _improve(Lack.FEED_QUIET, since=None),
    _improve(Lack.OLD_NUMBER, days=12),
    _improve(Lack.STALLED),
    _improve(Lack.HEALTH, None, health=Health("Team health", red=False)),
    _improve(Lack.HEALTH, None, health=Health("Team health", red=True), note="two people are ill"),
    _improve(Lack.AGREEMENT, "KR4", agreement=Agreement("Support", "KR4", _DAY, 6)),
    _improve(Lack.AGREEMENT, None, agreement=Agreement("Support", None, _DAY, 6)),
    _improve(Lack.TWO_OBJECTIVES, None),
    _improve(Lack.ONLY_MILESTONES, None),
    _improve(Lack.OWNERS_DIFFER, difference=Difference(Decimal("0.4"), Decimal("0.7"))),
    _improve(Lack.OWNERS_DIFFER, difference=Difference(Decimal(4), Decimal(7), likelihood=True)),
)
_COUNTS = (StatusCount(Status.AHEAD, 1), StatusCount(Status.OFF_TRACK, 2))
_OBJECTIVE = ObjectiveLine("O1", "Be the trusted supplier", False, Decimal("0.3"), _COUNTS, _ROWS)
_STEP = StepLine("Pair on the order form", "Jack", _DAY, True, "KR4")

_DIGEST: dict[str, Any] = {
    "team": "Growth",
    "team_key": "GRO",
    "week": (6, 13),
    "holiday_week": False,
    "few": False,
    "updated": Participation(3, 4),
    "objectives": (_OBJECTIVE,),
    "folded": None,
    "ahead": _AHEAD,
    "short": _SHORTS,
    "all_well": False,
    "improve": _LACKS,
    "question": QuestionLine(Topic.TARGET_REALISTIC, "KR4", None),
    "steps": (_STEP, replace(_STEP, owner=None, weekday=False), replace(_STEP, due=None, label=None)),
    "steps_done": 2,
    "steps_all": 3,
}
_QUIET = {"ahead": (), "short": (), "improve": (), "question": None, "steps": (), "steps_all": 0, "all_well": True}


def _hostile_digest(text: str) -> dict[str, Any]:
    health = _improve(Lack.HEALTH, None, health=Health(text, red=True), note=text)
    return _DIGEST | {
        "team": text,
        "objectives": (replace(_OBJECTIVE, title=text, rows=(replace(_ROW, title=text),)),),
        "ahead": (AheadLine("KR1", False, None, text, text, text),),
        "short": (replace(_SHORT, blocker=text, note=text, help=text, owner=text, gap=replace(_GAP, unit=text)),),
        "improve": (health, _improve(Lack.AGREEMENT, "KR4", agreement=Agreement(text, "KR4", _DAY, 6))),
        "steps": (replace(_STEP, text=text, owner=text),),
    }


_LINE = BoardLine(_ROW, ("Jack", "Ana"), _DAY, feed_quiet=False)
_PART = BoardPart(
    "O",
    "Be the trusted supplier",
    False,
    Decimal("0.3"),
    Status.AT_RISK,
    lines=(*(replace(_LINE, row=row) for row in _ROWS), replace(_LINE, owners=(), updated_on=None)),
    paused=(replace(_LINE, paused_until=_DAY), replace(_LINE, feed_quiet=True)),
    dropped=(replace(_LINE, reason="market moved", last_score=Decimal("0.2")), _LINE),
)
_LOCKED = BoardPart("O2", None, True, None, None, ())
_TEAM = BoardOfTeam("Growth", (6, 13), (_PART, _LOCKED))
_WRITTEN = Written(2, ("O2",), "a" * 32, "GRO", True)
_BIG = replace(_TEAM, parts=(replace(_PART, lines=(_LINE,) * 40),))


def _hostile_team(text: str) -> BoardOfTeam:
    line = replace(_LINE, row=replace(_ROW, title=text, value=text), owners=(text, text), reason=text)
    part = replace(_PART, title=text, lines=(line,), paused=(line,), dropped=(line,))
    return BoardOfTeam(text, (6, 13), (part,))


CARDS: dict[str, list[dict[str, Any]]] = {
    "digest": [
        _DIGEST,
        _DIGEST | {"few": True, "holiday_week": True, "folded": Rows((), (StatusCount(Status.ON_TRACK, 2),))},
        _DIGEST | {"folded": Rows((), _COUNTS), "objectives": (_OBJECTIVE, replace(_OBJECTIVE, score=None, rows=()))},
        _DIGEST | _QUIET | {"week": None, "objectives": (), "updated": Participation(0, 0)},
        _DIGEST | _QUIET | {"objectives": (replace(_OBJECTIVE, title=None, locked=True, score=None, counts=()),)},
        *(_DIGEST | {"question": QuestionLine(topic, "KR4", "KR2")} for topic in Topic),
        *(_hostile_digest(text) for text in HOSTILE.values()),
    ],
    "digest_same": [{"team_key": "GRO", "since": datetime(2026, 11, 12, 9, 50, tzinfo=UTC)}],
    "board": [
        {"kind": "team", "whose": "", "teams": (_TEAM,), "share_key": "GRO", "ask_key": "GRO", "drafts": None},
        {"kind": "team", "whose": "", "teams": (_TEAM,), "share_key": "GRO", "ask_key": "GRO", "drafts": _WRITTEN},
        {
            "kind": "team",
            "whose": "",
            "teams": (_TEAM,),
            "share_key": "",
            "ask_key": "",
            "drafts": replace(_WRITTEN, krs=0, objectives=("O2", "O3"), token="", publishes=False),
        },
        {"kind": "team", "whose": "", "teams": (_BIG,), "share_key": "", "ask_key": "", "drafts": None},
        {
            "kind": "team",
            "whose": "",
            "teams": (BoardOfTeam("Growth", None, ()),),
            "share_key": "",
            "ask_key": "",
            "drafts": None,
        },
        {"kind": "attention", "whose": "", "teams": (_TEAM, _TEAM), "share_key": "", "ask_key": "", "drafts": None},
        {"kind": "attention", "whose": "", "teams": (), "share_key": "", "ask_key": "", "drafts": None},
        {"kind": "me", "whose": "Li", "teams": (_TEAM,), "share_key": "", "ask_key": "", "drafts": None},
        {"kind": "person", "whose": "Li", "teams": (), "share_key": "", "ask_key": "", "drafts": None},
        *(
            {
                "kind": "person",
                "whose": text,
                "teams": (_hostile_team(text),),
                "share_key": "",
                "ask_key": "",
                "drafts": None,
            }
            for text in HOSTILE.values()
        ),
        *(
            {
                "kind": "team",
                "whose": "",
                "teams": (_hostile_team(text),),
                "share_key": "",
                "ask_key": "",
                "drafts": None,
            }
            for text in HOSTILE.values()
        ),
    ],
}
