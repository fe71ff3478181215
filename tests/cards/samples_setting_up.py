"""Sample data for setting up teams, who is in them, and the settings of the workspace."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.views.setting_up import TeamSteps
from bot.views.settings import WEEK
from storage.setting_up import Written
from tests.cards.hostile import HOSTILE
from tests.cards.samples_settings import PLACES

AT = datetime(2026, 11, 13, 9, 50, tzinfo=ZoneInfo("Europe/Madrid"))


def steps(**values: Any) -> TeamSteps:
    begun: dict[str, Any] = {
        "name": "Growth",
        "key": "GRO",
        "lead": "Mei",
        "people": 1,
        "has_channel": False,
        "channel": "",
        "channel_id": "",
        "meeting": "",
        "board_before": 0,
        "lang": "en",
        "cycle": "",
        "written": Written(),
    }
    return TeamSteps(**begun | values)


def setup(team: TeamSteps | None, **values: Any) -> dict[str, Any]:
    return {"first": False, "team": team, "asked": None, "board": None} | values


MEETS = {
    "has_channel": True,
    "channel": "#growth",
    "people": 4,
    "meeting": "Fri 10:00",
    "board_before": 10,
    "cycle": "2026 Q4",
}
MEMBERS: dict[str, Any] = {
    "team": "Growth",
    "key": "GRO",
    "said": [],
    "lead": ["Mei"],
    "members": ["Jack", "Ana"],
    "viewers": ["Bea"],
    "parent": "Company",
    "archived": False,
    "may": True,
    "may_merge": True,
}
MERGER: dict[str, Any] = {
    "team": "Growth", "into": "Support", "key": "GRO", "value": "GRO:SUP", "names": "Mei and Jack",
    "count": 3, "drafts": 1, "following": 2, "ending": 1, "approvals": 1, "left_over": "", "most": 3,
}  # fmt: skip
MERGED: dict[str, Any] = {
    "team": "Growth", "into": "Support", "name": "Zoe", "count": 2, "labels": "GRO-1 → SUP-2, GRO-2 → SUP-3",
    "ending": 1, "undone": False,
}  # fmt: skip
GROUP = [("quiet hours", "18:00-09:00"), ("shutdowns", "none")]
WORKSPACE: dict[str, Any] = {
    "said": "",
    "time": GROUP,
    "scores": GROUP,
    "rules": GROUP,
    "may": True,
    "admins": "Mei",
}

CARDS: dict[str, list[dict[str, Any]]] = {
    "setup": [
        setup(None, first=True),
        setup(None),
        setup(steps()),
        setup(steps(**MEETS), board=AT),
        setup(steps(**MEETS, written=Written(0, 3, 1, 3)), board=AT),
        setup(steps(**MEETS | {"lang": "zh"}, written=Written(1, 1, 0, 0)), asked=AT, board=AT),
        setup(steps(**MEETS, written=Written(2, 5, 1, 1)), asked=AT),
        setup(steps(**MEETS | {"channel": ""}), board=AT),
        setup(steps(**MEETS | {"channel": "", "channel_id": "C0GROWTH"}), board=AT),
        *(
            setup(steps(**MEETS | {"channel": text}, name=text[:60], lead=text[:20], written=Written(1, 2, 0, 1)))
            for text in HOSTILE.values()
        ),
    ],
    "setup_refused": [
        {"names": "Mei and Li", "may_look_after": False},
        {"names": "", "may_look_after": True},
        {"names": "", "may_look_after": False},
        *({"names": text, "may_look_after": False} for text in HOSTILE.values() if text),
    ],
    "setup_test": [
        *({"team": "Growth", "key": "GRO", "of_what": what} for what in ("published", "drafts", "pretence")),
        *({"team": text, "key": "GRO", "of_what": "published"} for text in HOSTILE.values()),
    ],
    "nobody_yet": [
        {"name": "Mei", "names": ""},
        {"name": "Mei", "names": "Li and Jack"},
        *({"name": text, "names": text} for text in HOSTILE.values()),
    ],
    "members": [
        MEMBERS,
        MEMBERS | {"said": ["Li is in Growth now."], "viewers": [], "parent": ""},
        MEMBERS | {"archived": True},
        MEMBERS | {"may": False, "lead": [], "members": [f"Person {number}" for number in range(200)]},
        *(
            MEMBERS | {"team": text[:60], "said": [text], "lead": [text], "members": [text] * 9, "parent": text[:60]}
            for text in HOSTILE.values()
        ),
    ],
    "archive_asked": [
        {"team": "Growth", "key": "GRO", "count": 3},
        {"team": "Growth", "key": "GRO", "count": 0},
        *({"team": text, "key": "GRO", "count": 3} for text in HOSTILE.values()),
    ],
    "archived": [
        {"team": "Growth", "key": "GRO", "archived": True},
        {"team": "Growth", "key": "GRO", "archived": False},
        *({"team": text, "key": "GRO", "archived": True} for text in HOSTILE.values()),
    ],
    "merge_asked": [
        MERGER,
        MERGER | {"count": 1, "drafts": 2, "following": 1, "ending": 3, "approvals": 2, "left_over": "Calm and Uptime"},
        MERGER | {"names": "", "count": 0, "drafts": 0, "following": 0, "ending": 0, "approvals": 0},
        *(
            MERGER | {"team": text[:60], "into": text[:60], "names": text, "left_over": text[:40]}
            for text in HOSTILE.values()
        ),
    ],
    "merged": [
        MERGED | {"token": "t1"},
        MERGED | {"token": "", "undone": True},
        *(MERGED | {"team": text[:60], "into": text[:60], "token": "t1", "labels": ""} for text in HOSTILE.values()),
    ],
    "merged_post": [
        MERGED,
        MERGED | {"ending": 2},
        MERGED | {"undone": True},
        *(MERGED | {"team": text[:60], "into": text[:60], "name": text, "ending": 0} for text in HOSTILE.values()),
    ],
    "workspace_settings": [
        WORKSPACE,
        WORKSPACE | {"said": "Somebody changed these settings.", "may": False},
        WORKSPACE | {"may": False, "admins": ""},
        *(WORKSPACE | {"time": [("shutdowns", text)], "may": False, "admins": text} for text in HOSTILE.values()),
    ],
    "workspace_saved": [
        {"changes": ["quiet hours: 18:00-09:00 → none"]},
        *({"changes": [text, text]} for text in HOSTILE.values()),
    ],
}

TEAM: dict[str, Any] = {"team": "Growth", "key": "GRO"}
MEETING: dict[str, Any] = TEAM | {
    "week": WEEK,
    "days": [4],
    "time": "10:00",
    "zone": "",
    "team_zone": "Europe/Madrid",
    "lead_minutes": 10,
}
TIME: dict[str, Any] = {
    "token": "0123456789abcdef",
    "ws_name": "TeeBee",
    "ws_timezone": "Europe/Madrid",
    "ws_lang": "en",
    "ws_holidays": None,
    "quiet": "18:00-09:00",
    "freeze": ["2026-12-24 – 2026-12-31", "2027-08-01 – 2027-08-15"],
}
SCORES: dict[str, Any] = {
    "token": "0123456789abcdef",
    "score_mode": "forecast",
    "stretch": "1.00/0.60/0.40",
    "committed": "1.10/0.95/0.75",
    "outcome": "0.60/0.80",
    "early_pace": "0.15",
    "score_objectives": True,
}
RULES: dict[str, Any] = {
    "token": "0123456789abcdef",
    "approval": "notify",
    "grace": "2",
    "dark_factor": "2",
    "personal_okrs": False,
    "retention": None,
}
FORMS: dict[str, list[dict[str, Any]]] = {
    "setup_team_form": [
        {"me": "U0MEI", "has_channels": False},
        *({"me": "U0MEI", **places} for places in PLACES),
    ],
    "setup_channel_form": [TEAM | {"team": text[:60]} | PLACES[0] for text in ("Growth", *HOSTILE.values())],
    "setup_meeting_form": [
        MEETING,
        MEETING | {"days": [], "time": ""},
        *(MEETING | {"team": text[:60]} for text in HOSTILE.values()),
    ],
    "members_add_form": [TEAM | {"team": text[:60]} for text in ("Growth", *HOSTILE.values())],
    "members_remove_form": [
        TEAM | {"people": [("li", "Li Chen"), ("jack", "Jack Moreno")]},
        TEAM | {"people": [(f"p{number}", f"Person {number}") for number in range(90)]},
        *(TEAM | {"team": text[:60], "people": [("li", text)]} for text in HOSTILE.values()),
    ],
    "members_lead_form": [TEAM | {"team": text[:60]} for text in ("Growth", *HOSTILE.values())],
    "merge_form": [
        TEAM | {"others": [("CO", "Company"), ("SUP", "Support")]},
        TEAM | {"others": [(f"T{number}", f"Team {number}") for number in range(90)]},
        *(TEAM | {"team": text[:60], "others": [("SUP", text)]} for text in HOSTILE.values()),
    ],
    "team_edit_form": [
        TEAM | {"parents": [("CO", "Company")], "parent": "CO", "company": False},
        TEAM | {"parents": [], "parent": "none", "company": True},
        *(
            TEAM | {"team": text[:60], "parents": [("CO", text)], "parent": "none", "company": False}
            for text in HOSTILE.values()
        ),
    ],
    "workspace_time_form": [TIME, TIME | {"ws_lang": "zh", "ws_holidays": "ES", "quiet": "none", "freeze": []}],
    "workspace_scores_form": [SCORES, SCORES | {"score_mode": "progress", "score_objectives": False}],
    "workspace_rules_form": [RULES, RULES | {"approval": "required", "personal_okrs": True, "retention": 730}],
}
