"""Sample data for next steps, wins, health and ownership: typical, and as long and hostile as can be."""

from dataclasses import replace
from datetime import date
from typing import Any

from bot.views.health import HealthLine
from bot.views.next_steps import KRChoice, StepLine
from tests.cards.hostile import HOSTILE
from tests.cards.samples_check_in import TOKEN

_DAY = date(2026, 11, 19)
_STEP = StepLine(TOKEN, "Pair on the order form", "Jack", _DAY, weekday=True, label="KR4", mine=True)
_BARE = replace(_STEP, token="", owner="", due=None, label="", mine=False)
_KRS = [KRChoice(TOKEN, f"KR{number}", "Self-serve renewals") for number in range(1, 21)]
_STEPS = {
    "team": "Growth",
    "team_key": "GRO",
    "noted": "",
    "lines": [_STEP, replace(_STEP, token=TOKEN[:31], weekday=False), _BARE],
    "more": 0,
    "done": [_STEP, _BARE],
    "done_count": 2,
    "all_count": 5,
    "writes": True,
}
_HANDED = {"text": "GRO-2 Self-serve renewals is with Li now. I'll let Li know.", "label": "GRO-2"}
_WHO = {
    "text": "I don't know bob here, so nothing was changed. Who answers for GRO-2?",
    "label": "GRO-2",
    "token": TOKEN,
}
_NONE = {**_STEPS, "lines": [], "done": [], "done_count": 0, "all_count": 0}
_MOVED = {"text": "Call the chains", "owner": "", "due": _DAY, "weekday": True, "token": TOKEN, "krs": _KRS[:3]}
_WIN = {
    "text": "Acme renewed early",
    "label": "KR1",
    "thanks": "Support",
    "taken_back": False,
    "token": "123456789",
}
_HEALTH = [
    HealthLine("1", "Customer satisfaction", "green", "", _DAY, "Li", answered=True),
    HealthLine("2", "Team health", "yellow", "", None, ""),
    HealthLine("3", "Uptime", "red", "Two long nights", _DAY, "Li", may_set=False),
]


def _health(text: str) -> list[HealthLine]:
    return [replace(one, name=text[:40], note=text[:200], owner=text[:40]) for one in _HEALTH]


_TEAMS = [{"name": "Growth", "key": "GRO", "value": "1:GRO"}, {"name": "Support", "key": "SUP", "value": "1:SUP"}]

CARDS: dict[str, list[dict[str, Any]]] = {
    "next_steps": [
        _STEPS,
        _NONE,
        {**_NONE, "writes": False},
        {**_STEPS, "noted": "Call the chains", "more": 3, "writes": False},
        *(
            {
                **_STEPS,
                "team": text[:80],
                "noted": text[:140],
                "lines": [
                    replace(_STEP, token=f"{number}{TOKEN}"[:32], text=text[:140], owner=text[:40])
                    for number in range(12)
                ],
                "done": [replace(_STEP, text=text[:140])] * 5,
                "all_count": 17,
                "more": 1,
            }
            for text in HOSTILE.values()
        ),
    ],
    "which_kr_moved": [
        _MOVED,
        {**_MOVED, "due": None, "owner": "Li", "krs": _KRS},
        {**_MOVED, "weekday": False},
        *({**_MOVED, "text": text[:140], "owner": text[:40]} for text in HOSTILE.values()),
    ],
    **{
        name: [
            {"text": "GRO-2 Self-serve renewals is with Li now.", "label": "GRO-2", "kr_token": TOKEN},
            {"text": "GRO-2 Self-serve renewals is with Li now.", "label": "GRO-2", "kr_token": ""},
            *({"text": text or "-", "label": text[:9] or "KR", "kr_token": TOKEN} for text in HOSTILE.values()),
        ]
        for name in ("handed_over", "not_mine")
    },
    "handed": [
        {**_HANDED, "token": TOKEN, "add": ""},
        {**_HANDED, "token": TOKEN, "add": TOKEN},
        {**_HANDED, "token": "", "add": ""},
        *({"text": text or "-", "label": text[:9] or "KR", "token": TOKEN, "add": TOKEN} for text in HOSTILE.values()),
    ],
    "which_owner": [
        {**_WHO, "people": [{"name": "Mei", "value": f"{TOKEN}:mei"}, {"name": "Li", "value": f"{TOKEN}:li"}]},
        {**_WHO, "people": []},
        *(
            {**_WHO, "text": text or "-", "people": [{"name": text[:20] or "-", "value": TOKEN}] * 10}
            for text in HOSTILE.values()
        ),
    ],
    "health": [
        {"team": "Growth", "lines": [], "said": "", "leads": True, "today": _DAY},
        {"team": "Growth", "lines": [], "said": "", "leads": False, "today": _DAY},
        {"team": "Growth", "lines": _HEALTH, "said": "2", "leads": True, "today": _DAY},
        *(
            {"team": text[:80], "lines": _health(text), "said": "", "leads": False, "today": date(2027, 1, 1)}
            for text in HOSTILE.values()
        ),
    ],
    "health_check": [
        {"health": []},
        *({"health": _HEALTH[:number]} for number in (1, 2, 3)),
        {"health": [replace(one, answered=True) for one in _HEALTH]},
        *({"health": [*_health(text), replace(_health(text)[0], answered=True)]} for text in HOSTILE.values()),
    ],
    "win_noted": [
        _WIN,
        {**_WIN, "label": "", "thanks": "", "token": ""},
        {**_WIN, "taken_back": True, "token": ""},
        *({**_WIN, "text": text[:200] or "-", "thanks": text[:80]} for text in HOSTILE.values()),
    ],
    "which_team_of": [
        {"teams": _TEAMS, "action": "step_team"},
        *(
            {
                "teams": [
                    {"name": text[:80], "key": f"G{number}", "value": f"123456:G{number}"} for number in range(many)
                ],
                "action": "step_team",
            }
            for text in HOSTILE.values()
            for many in (5, 40)
        ),
    ],
}
FORMS: dict[str, list[dict[str, Any]]] = {
    "health_form": [
        {"token": "1", "name": "Team health", "status": "red", "note": ""},
        *({"token": "1", "name": text[:40], "status": "yellow", "note": text[:200]} for text in HOSTILE.values()),
    ],
    "win_form": [
        {"token": "GRO", "team": "Growth", "krs": [], "teams": [], "text": ""},
        *(
            {
                "token": "GRO",
                "text": text[:200],
                "team": text[:80],
                "krs": [{"value": f"{number}{TOKEN}", "label": text[:80] or "-"} for number in range(15)],
                "teams": [{"value": f"T{number}", "label": text[:80] or "-"} for number in range(100)],
            }
            for text in HOSTILE.values()
        ),
    ],
    "own_form": [
        {"token": TOKEN, "label": "GRO-2", "title": "Self-serve renewals", "owners": ["Mei", "Li"]},
        {"token": TOKEN, "label": "GRO-2", "title": "Self-serve renewals", "owners": []},
        *(
            {"token": TOKEN, "label": "GROUP-2", "title": text[:140], "owners": [text[:40]] * 10}
            for text in HOSTILE.values()
        ),
    ],
}
