"""Sample data for what pauses, settings, reports and the start of a cycle say."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bot.okr.model import StatusReason
from bot.views.channel_places import PlaceLine
from bot.views.reports import KRLines, NoteLine, ObjectiveLines, StepLine, TeamLines, WinLine
from bot.views.settings import WEEK, MeetingLine
from storage.settings import RITUALS
from tests.cards.hostile import HOSTILE
from tests.cards.samples_commands import ROW

TOKEN = "0123456789abcdef012345"
KINDS = [("learned", "We learned something"), ("market", "The market moved")]

CHANGED: dict[str, Any] = {
    "label": "KR3",
    "title": "Yearly contracts",
    "state": "paused",
    "until": date(2026, 12, 1),
    "today": date(2026, 11, 12),
    "posted": True,
    "asked": "",
    "before": [],
    "categories": KINDS,
    "token": TOKEN,
}
AT = datetime(2026, 11, 17, 10, 0, tzinfo=ZoneInfo("Europe/Madrid"))
SAVED: dict[str, Any] = {
    "about": "Growth",
    "changes": ["time of the meeting: 10:00 → 09:30"],
    "question": AT,
    "board": AT,
    "asks": True,
    "meetings": [],
    "key": "GRO",
    "undo": "",
}
MEETING = MeetingLine("Growth weekly", (WEEK[4][1],), "10:00", 1, True, "GRO:0123456789abcdef")
OTHERS = [
    MeetingLine("", (WEEK[0][1], WEEK[2][1]), "15:00", 2, False, "GRO:0123456789abcdee"),
    MeetingLine("Leads", (WEEK[1][1],), "09:00", 4, False, "GRO:0123456789abcded"),
    *(MeetingLine(text[:80], (WEEK[1][1],), "09:00", 4, False, "GRO:x") for text in HOSTILE.values()),
]
NAMED: dict[str, Any] = {"label": "KR3", "title": "Yearly contracts", "token": TOKEN, "owner": "Jack"}
KR = KRLines(
    row=ROW,
    owners=("Mei",),
    was="$44k",
    now="$46k",
    updated=True,
    paused=False,
    dropped=False,
    paused_until=None,
    blocked=False,
    blocker="",
    help="",
    notes=(NoteLine("Mei", date(2026, 11, 10), "Two large renewals"),),
    earlier_notes=0,
    changes=(),
)
KRS = (
    KR,
    replace(KR, was="", updated=False, notes=(), blocked=True, row=replace(ROW, heading_from_owner=True)),
    replace(KR, blocked=True, blocker="legal", help="a lawyer", earlier_notes=2, changes=("target 50% → 45%",)),
    replace(KR, paused=True, earlier_notes=1),
    replace(KR, paused=True, paused_until=date(2026, 12, 1)),
    replace(KR, dropped=True, owners=()),
    replace(KR, row=replace(ROW, value="0/1", score="", heading="", sure=Decimal(6))),
    replace(KR, row=replace(ROW, steps=(1, 2), reason=StatusReason.DARK)),
)
STEPS = (StepLine("Call Acme", "Mei", date(2026, 11, 20), "KR1"), StepLine("Call", "", None, ""))
PART = TeamLines(
    name="Growth",
    week=(6, 13),
    objectives=(ObjectiveLines("Grow", False, Decimal("0.53"), KRS), ObjectiveLines(None, True, None, ())),
    done=STEPS,
    open=STEPS,
    wins=(WinLine("Acme renewed", "Mei", "KR1"), WinLine("Launch", "", ""), WinLine("Launch", "Li", "")),
)
REPORT: dict[str, Any] = {
    "mine": False,
    "teams": [PART],
    "first": date(2026, 11, 6),
    "last": date(2026, 11, 12),
    "quiet": False,
}


def hostile_part(text: str) -> TeamLines:
    note = NoteLine(text[:20], date(2026, 11, 10), text[:500])
    kr = replace(KR, owners=(text[:20],), blocked=True, blocker=text[:140], help=text[:140], notes=(note,) * 8)
    step = StepLine(text[:140], text[:20], None, "KR1")
    return TeamLines(
        name=text[:60],
        week=None,
        objectives=(ObjectiveLines(text[:140], False, None, (kr,) * 10),),
        done=(step,),
        open=(step,) * 10,
        wins=(WinLine(text[:200], text[:20], "KR1"),),
    )


CARDS: dict[str, list[dict[str, Any]]] = {
    "kr_changed": [
        CHANGED,
        CHANGED | {"until": None, "categories": []},
        CHANGED | {"state": "dropped", "until": None},
        CHANGED
        | {
            "state": "active",
            "until": None,
            "categories": [],
            "token": "",
            "asked": "The next question about it goes out on Thu, 19 Nov.",
            "before": ["The drop is taken back."],
        },
        *(CHANGED | {"label": text[:9] or "KR", "title": text[:140]} for text in HOSTILE.values()),
    ],
    "drop_or_change": [
        {"label": "KR3", "title": "Yearly contracts", "token": TOKEN, "paused": False},
        {"label": "KR3", "title": "Yearly contracts", "token": TOKEN, "paused": True},
        *({"label": "KR3", "title": text[:140], "token": TOKEN, "paused": False} for text in HOSTILE.values()),
    ],
    "settings_saved": [
        SAVED,
        SAVED | {"meetings": OTHERS[:2], "board": None},
        SAVED | {"question": None},
        SAVED | {"question": None, "board": None, "changes": []},
        SAVED | {"asks": False, "undo": "team_start"},
        SAVED | {"undo": "team_weekly"},
        SAVED | {"undo": "team_biweekly"},
        SAVED | {"about": "", "key": "", "undo": "my_settings"},
        *(SAVED | {"about": text[:60], "changes": [text] * 20, "meetings": OTHERS} for text in HOSTILE.values()),
    ],
    "meetings": [
        {"team": "Growth", "key": "GRO", "meetings": [MEETING, *OTHERS]},
        {"team": "Growth", "key": "GRO", "meetings": []},
    ],
    "which_not_mine": [
        {"rows": [NAMED]},
        *({"rows": [NAMED | {"title": text[:32]}] * 10} for text in HOSTILE.values()),
    ],
    "fewer_krs": [
        {"team": "Growth", "rows": [NAMED, NAMED | {"owner": ""}]},
        {"team": "Growth", "rows": []},
        *(
            {"team": text[:60], "rows": [NAMED | {"title": text[:32], "owner": text[:20]}] * 10}
            for text in HOSTILE.values()
        ),
    ],
    "report": [
        REPORT,
        REPORT | {"mine": True, "teams": [PART, PART]},
        REPORT | {"mine": True, "teams": []},
        REPORT | {"teams": [replace(PART, objectives=(), done=(), open=(), wins=())], "quiet": True},
        *(REPORT | {"teams": [hostile_part(text)]} for text in HOSTILE.values()),
    ],
    "no_cycle": [
        {"team": "Growth", "key": "GRO", "may": True, "lead": "Mei"},
        {"team": "Growth", "key": "GRO", "may": False, "lead": "Mei"},
        *({"team": text[:60], "key": "GRO", "may": False, "lead": text[:20]} for text in HOSTILE.values()),
    ],
    "not_allowed": [
        {"text": "Only Li or Mei can change GRO-2.", "value": f"{TOKEN}:12"},
        {"text": "Only Li can change GRO-2.", "value": ""},
    ],
    "kr_asked": [
        {"name": "Jack", "label": "GRO-2", "text": "GRO-2 46%", "wish": "", "token": TOKEN},
        {"name": "Jack", "label": "GRO-2", "text": "", "wish": "", "token": TOKEN},
        {"name": "Jack", "label": "GRO-2", "text": "pause GRO-2", "wish": "pause", "token": TOKEN},
        *(
            {"name": text[:20], "label": "GRO-2", "text": text[:200], "wish": "drop", "token": TOKEN}
            for text in HOSTILE.values()
        ),
    ],
}
REST_FORM: dict[str, Any] = {
    "token": TOKEN,
    "label": "KR3",
    "title": "Yearly contracts",
    "until": "1 Dec",
    "because": "",
    "categories": KINDS,
}
MINE_FORM: dict[str, Any] = {
    "lang": "en",
    "timezone": None,
    "ask_day": None,
    "ask_time": None,
    "working_days": [0, 1, 2, 3, 4],
    "holidays": None,
    "numbers": "dot",
    "percents": "ask",
    "week": WEEK,
    "workspace_zone": "Europe/Madrid",
    "quiet_from": "18:00",
    "quiet_to": "09:00",
    "has_status": False,
}
MEETING_FORM: dict[str, Any] = {
    "title": "Growth weekly",
    "meeting_days": [4],
    "meeting_time": "10:00",
    "meeting_zone": "",
    "every": 1,
    "lead_minutes": 10,
    "duration": 60,
    "week": WEEK,
    "team": "Growth",
    "team_zone": "Asia/Shanghai",
}
TEAM_FORM: dict[str, Any] = MEETING_FORM | {
    "key": "GRO",
    "cadence": "weekly",
    "reminders": 2,
    "review_every": 6,
    "team_lang": "en",
    "team_timezone": None,
    "team_holidays": None,
    "workspace_zone": "Europe/Madrid",
    "rituals": [(one, one != "wins") for one in RITUALS],
    "others": [],
    "has_channels": False,
}
WITH_CHANNEL: dict[str, Any] = {
    "has_channels": True,
    "has_shared": True,
    "has_guests": False,
    "shared": True,
    "places": [],
    "has_more": False,
}
CHOICE: dict[str, Any] = WITH_CHANNEL | {
    "has_guests": True,
    "channel": "",
    "place": "stay",
    "stays": True,
    "place_now": "",
}
MET = [
    PlaceLine("0123456789abcdef", "Growth › Board", is_channel=True),
    PlaceLine("1123456789abcdef", "", is_channel=True),
    PlaceLine("2123456789abcdef", "", is_channel=False, on="Teams"),
    PlaceLine("3123456789abcdef", "Growth weekly", is_channel=False),
]
PLACES: list[dict[str, Any]] = [
    WITH_CHANNEL | {"channel": "C0123456789", "others": OTHERS},
    CHOICE | {"places": MET},
    CHOICE | {"places": MET, "has_more": True},
    CHOICE | {"places": MET, "place": MET[0].value, "stays": False},
    CHOICE | {"places": MET, "place_now": "C0123456789", "channel": "C0123456789"},
    CHOICE | {"places": [PlaceLine("C0123456789", "", is_channel=True, is_here=True)], "place": "C0123456789"},
    CHOICE | {"places": [PlaceLine("4123456789abcdef", "Growth weekly", is_channel=False, is_here=True, on="Teams")]},
    *(CHOICE | {"places": [PlaceLine("5123456789abcdef", text, is_channel=True)]} for text in HOSTILE.values()),
    *(
        CHOICE | {"places": [PlaceLine("5123456789abcdef", text, is_channel=True, is_here=True)], "place_now": text}
        for text in HOSTILE.values()
    ),
]
FORMS: dict[str, list[dict[str, Any]]] = {
    "cycle_form": [
        {"team": "Growth", "key": "GRO", "name": "2027 Q1", "first": "2027-01-01", "last": "2027-03-31"},
    ],
    "my_settings_form": [
        MINE_FORM,
        MINE_FORM | {"ask_day": 0, "ask_time": "09:30", "timezone": "Asia/Shanghai", "holidays": "CN", "lang": "zh"},
        MINE_FORM | {"has_status": True, "away_from_status": True, "percents": "landing"},
    ],
    "team_settings_form": [
        TEAM_FORM,
        TEAM_FORM | {"others": OTHERS, "meeting_zone": "Europe/London", "team_timezone": "UTC", "team_holidays": "ES"},
        *({**TEAM_FORM, **places} for places in PLACES),
        *(TEAM_FORM | {"team": text[:60], "title": text[:80]} for text in HOSTILE.values()),
    ],
    "meeting_form": [
        MEETING_FORM | {"token": "GRO", "new": True},
        MEETING_FORM | {"token": "GRO:0123456789abcdef", "new": False},
        *(
            MEETING_FORM | {"token": "GRO", "new": True, "team": text[:60], "title": text[:80]}
            for text in HOSTILE.values()
        ),
    ],
} | {
    name: [
        REST_FORM,
        *(REST_FORM | {"label": text[:9] or "KR", "title": text[:140], "because": text} for text in HOSTILE.values()),
    ]
    for name in ("pause_form", "drop_form")
}
