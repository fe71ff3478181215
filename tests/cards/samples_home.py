"""Sample data for a person's own page: every kind of person, and as long and hostile as can be."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bot.okr.digesting import Rows
from bot.okr.model import Status, Tag
from bot.okr.rollup import Participation, StatusCount
from bot.views.digest_lines import ObjectiveLine
from bot.views.home import MOST_BOARDS, MOST_LINES, MOST_QUIET, MOST_TEAMS, HomeLine, Quiet, Ways
from bot.views.home_teams import MOST_STEPS, MOST_WINS, HomeStep, HomeWin, TeamWithoutCycle
from bot.views.next_steps import StepLine
from bot.views.standing_board import BoardOnPage
from storage import models as m
from tests.cards.hostile import HOSTILE
from tests.cards.samples_check_in import (
    DIGEST_AT,
    LANDS,
    MANNER,
    OPEN_BLOCKS,
    QUESTION,
    RECEIPTS,
    TOKEN,
    answered,
    hostile_block,
    hostile_receipt,
)
from tests.cards.samples_commands import BINARY, LINE, ROW

DAY = date(2026, 11, 19)
OPEN = HomeLine(LINE, TOKEN, LANDS)
LINES = [
    *(HomeLine(LINE, TOKEN, block) for block in OPEN_BLOCKS),
    HomeLine(LINE, TOKEN, LANDS, asks=QUESTION),
    *(HomeLine(LINE, TOKEN, answered(receipt), receipt) for receipt in RECEIPTS),
    HomeLine(LINE, TOKEN, answered(RECEIPTS[0]), RECEIPTS[0], QUESTION),
    HomeLine(LINE, TOKEN, None, replace(RECEIPTS[0], item_token="")),
    HomeLine(LINE, TOKEN, replace(LANDS, state=m.ItemState.ANSWERED_BY_OTHER, answered_by="Li")),
    HomeLine(BINARY, TOKEN),
    HomeLine(replace(LINE, paused=True), TOKEN, updates=False),
]
COUNTS = (StatusCount(Status.AHEAD, 1), StatusCount(Status.OFF_TRACK, 2))
OBJECTIVE = ObjectiveLine("O1", "Be the trusted supplier", False, Decimal("0.3"), COUNTS, (ROW,))
LOCKED = replace(OBJECTIVE, title=None, locked=True, score=None, counts=(), rows=())
BOARD = BoardOnPage("Growth", "GRO", (6, 13), (OBJECTIVE, LOCKED), None, Participation(3, 4))
STEP = StepLine(TOKEN, "Pair on the order form", "", DAY, weekday=True, label="KR4", mine=True)
WAYS = Ways(ask_day=None, ask_time="10:00", away=None, is_away=False)

HOME: dict[str, Any] = {
    "said": "",
    "cycle": "2026 Q4",
    "week": (6, 13),
    "asked_at": DIGEST_AT - timedelta(days=1),
    "board_at": DIGEST_AT,
    "first_run": False,
    "teams": 1,
    "owns": True,
    "waiting": ["KR2", "KR5"],
    "all_same": True,
    "prompt_token": TOKEN,
    "shown": "0123456789abcdef",
    "asks": None,
    "lines": [OPEN],
    "more_lines": [],
    "quiet": [],
    "quiet_more": 0,
    "no_cycle": [],
    "boards": (BOARD,),
    "more_teams": [],
    "steps": [HomeStep(STEP, done=False), HomeStep(replace(STEP, token=TOKEN[:31], due=None, label=""), done=True)],
    "adds": "GRO",
    "wins": [HomeWin("Acme renewed early", "Mei", "Support"), HomeWin("Acme renewed early", "Mei", "")],
    "ways": WAYS,
    **MANNER,
}
NOTHING_WAITS = HOME | {"waiting": [], "all_same": False}
NO_TEAM = NOTHING_WAITS | {
    "cycle": "",
    "week": None,
    "asked_at": None,
    "board_at": None,
    "first_run": True,
    "teams": 0,
    "owns": False,
    "lines": [],
    "boards": (),
    "steps": [],
    "adds": "",
    "wins": [],
}


def longest(text: str) -> dict[str, Any]:
    """As much as one page can hold, all of it this text."""
    row = replace(ROW, title=text[:32], label=text[:9], value=text[:40], tags=tuple(Tag))
    line = replace(LINE, row=row, value=text[:40])
    objective = replace(OBJECTIVE, title=text[:200], rows=(row,) * 5)
    board = replace(
        BOARD,
        team=text[:80],
        objectives=(objective, objective),
        folded=Rows((), (StatusCount(Status.ON_TRACK, 2),)),
    )
    step = replace(STEP, text=text[:140], owner=text[:40])
    block = hostile_block(text)
    return HOME | {
        "said": text[:300],
        "cycle": text[:20],
        "first_run": True,
        "waiting": [text[:9]] * 40,
        "asks": replace(QUESTION, text=text[:300]),
        "lines": [HomeLine(line, TOKEN, block), HomeLine(line, TOKEN, answered(RECEIPTS[0]), hostile_receipt(text))]
        * (MOST_LINES // 2),
        "more_lines": [line] * 30,
        "quiet": [Quiet(text[:9], text[:40], 11)] * MOST_QUIET,
        "quiet_more": 12,
        "no_cycle": [
            TeamWithoutCycle(text[:80], "SUP", text[:40], may=False),
            TeamWithoutCycle(text, "OPS", "", may=True),
        ],
        "boards": (board,) * MOST_TEAMS,
        "more_teams": [(text[:80], "GRO")] * (MOST_BOARDS - MOST_TEAMS),
        "steps": [HomeStep(replace(step, token=f"{number}{TOKEN}"[:32]), done=False) for number in range(MOST_STEPS)],
        "wins": [HomeWin(text[:200], text[:40], text[:80])] * MOST_WINS,
    }


CARDS: dict[str, list[dict[str, Any]]] = {
    "home": [
        HOME,
        HOME | {"first_run": True, "said": "Skipped for this week.", "progress": True},
        *(HOME | {"lines": [one]} for one in LINES),
        NOTHING_WAITS | {"first_run": True, "asks": QUESTION, "quiet": [Quiet("KR3", "Jack", 9), Quiet("KR4", "", 12)]},
        NOTHING_WAITS
        | {"lines": [], "owns": False, "first_run": True, "quiet": [Quiet("KR3", "Jack", 9)], "quiet_more": 3},
        NOTHING_WAITS | {"lines": [], "owns": False, "adds": "", "steps": [], "wins": [HomeWin("We moved", "", "")]},
        NOTHING_WAITS | {"wins": [HomeWin("We moved", "", "Support")], "steps": []},
        NO_TEAM,
        NO_TEAM | {"teams": 1, "no_cycle": [TeamWithoutCycle("Growth", "GRO", "", may=True)]},
        NO_TEAM | {"teams": 1, "no_cycle": [TeamWithoutCycle("Growth", "GRO", "Mei", may=False)], "first_run": False},
        NO_TEAM | {"teams": 1, "boards": (replace(BOARD, week=None, objectives=(), updated=Participation(0, 0)),)},
        NOTHING_WAITS | {"asked_at": None, "ways": replace(WAYS, away=(DAY, DAY + timedelta(days=9)))},
        NOTHING_WAITS | {"board_at": None, "ways": replace(WAYS, away=(DAY, DAY), ask_day=DAY)},
        NOTHING_WAITS | {"ways": replace(WAYS, away=(DAY, DAY), is_away=True)},
        NOTHING_WAITS | {"ways": replace(WAYS, away=(DAY, DAY + timedelta(days=9)), is_away=True)},
        *(longest(text) for text in HOSTILE.values()),
    ],
}
FORMS: dict[str, list[dict[str, Any]]] = {"away_form": [{}]}
