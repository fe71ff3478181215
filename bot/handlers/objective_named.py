"""The objective that a line names before or behind the words of its key result: `add kr O2 …`, `… for O1`."""

import re
from collections.abc import Sequence

from bot.handlers.naming import NotOneError
from bot.handlers.saying import N_, notice
from bot.intake.conversation import Turn
from storage import models as m

NO_SUCH_OBJECTIVE = N_("There is no O{n} here to add it to, so nothing was saved. There is: {list}")
_LABEL = r"(?:(?P<team>(?-i:[A-Z]{2,5}))[\s-]+)?(?:objective\s?|O\s?)(?P<n>[0-9]{1,2})(?![\w%.]|\s?[-/])"
_PLACES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^\s*(?:(?:for|to|in|under|of)\s+|[给为到在对]\s*)?{_LABEL}\s*(?:[:：,，—–-]\s*|[下的]\s*|\s+|$|(?=[\"“”„「『]))",
        rf"\s*[,，]?\s*(?:\b(?:for|under)\s|属于|归)\s*{_LABEL}\s*[.。]?(?=\s*(?:$|because\b|因为))",
        rf"\s*[(（]\s*(?:for\s+)?{_LABEL}\s*[)）]\s*[.。]?(?=\s*(?:$|because\b|因为))",
    )
)
_BLANKS = re.compile(r"\s{2,}")
_MOST = 10
_MOST_TITLE = 40


def objective_in(turn: Turn, text: str, choices: Sequence[m.Objective]) -> tuple[str, Sequence[m.Objective]]:
    """The line without the objective it names, and those that are meant: all choices where it names none.

    Raises `NotOneError` for a number that none of them has.
    """
    text = _BLANKS.sub(_one, text)  # a thousand of them would keep the patterns busy for seconds
    found = next((one for one in (place.search(text) for place in _PLACES) if one is not None), None)
    if found is None:
        return text, choices
    number, key = int(found["n"]), found["team"]
    teams = {one.team_id: turn.session.get_one(m.Team, one.team_id) for one in choices}
    meant = [one for one in choices if one.number == number and key in (None, teams[one.team_id].key)]
    if not meant:
        several = len(teams) > 1
        names = [
            f"{teams[one.team_id].key + ' ' if several else ''}O{one.number} {one.title[:_MOST_TITLE]}"
            for one in choices[:_MOST]
        ]
        raise NotOneError(notice(NO_SUCH_OBJECTIVE, n=number, list=", ".join(names)))
    rest = f"{text[: found.start()]} {text[found.end() :]}".strip()
    return rest, meant


def _one(blanks: re.Match[str]) -> str:
    return "\n" if "\n" in blanks[0] else " "
