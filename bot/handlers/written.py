"""A key result that was read and waits to be saved: whose it is, how it stands, and its message (spec/04 §9.1)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.handlers.saying import N_, notice
from bot.handlers.showing import shows_in_place
from bot.intake.conversation import Answer, Reply, Turn
from bot.intake.inbound import Nothing
from bot.okr.draft_data import as_data, from_data
from bot.okr.drafts import KRDraft
from bot.okr.localtime import local_day
from storage import models as m
from storage import writing
from storage.teams import team_zone

GONE = N_("That card is of no use any more, and nothing was saved. Write it again: /okr add kr …")
NOT_YOURS = N_("Somebody else is writing that one, so nothing was saved.")


@dataclass(frozen=True, slots=True)
class Written:
    """What is kept of it, and the draft as it stands."""

    row: m.Delivery
    draft: KRDraft

    @property
    def data(self) -> Mapping[str, Any]:
        return self.row.data

    @property
    def is_saved(self) -> bool:
        return self.row.data.get("saved") is not None


def begin(turn: Turn, draft: KRDraft, **more: Any) -> Answer:
    """Keep what was read, and show it. Read again after a crash it is what it had become."""
    row = writing.keep(turn.session, turn.person, turn.inbox, {"kr": as_data(draft), "rev": 0, "saved": None, **more})
    return shown(row)


def shown(row: m.Delivery, **more: Any) -> Answer:
    """Its message: rendered from what is kept, so it tells what holds when it is shown."""
    return Answer("kr_draft", {"record": row.id, **more})


def show(turn: Turn, one: Written) -> Reply:
    """The message that was pressed shows it; where the platform does not tell which one that is, it is said anew."""
    return Nothing() if shows_in_place(turn) else shown(one.row)


def put(turn: Turn, one: Written, draft: KRDraft | None = None, **values: Any) -> Written:
    """Change it; every message that shows it as it was is older from now on."""
    kept = values if draft is None else {**values, "kr": as_data(draft)}
    writing.put(turn.session, one.row, **kept, rev=one.row.data["rev"] + 1)
    return Written(one.row, draft or one.draft)


def found(turn: Turn, token: str) -> Written | Reply:
    """What a button or a form stands for; a sentence where it is gone or somebody else's."""
    row = writing.held(turn.session, token)
    if row is None or "kr" not in row.data:
        return notice(GONE)
    if row.person_id != turn.person.id:
        return notice(NOT_YOURS)
    return Written(row, from_data(row.data["kr"]))


def on_written(does: Callable[[Turn, Written, str], Reply]) -> Callable[[Turn, str], Reply]:
    """A button of its message, `token:rev:argument`: one that shows an older reading does nothing but show the newest.

    What is saved already is only shown: a second tap saves nothing again.
    """

    def pressed(turn: Turn, value: str) -> Reply:
        token, _, rest = value.partition(":")
        rev, _, argument = rest.partition(":")
        one = found(turn, token)
        if not isinstance(one, Written):
            return one
        if one.is_saved:
            return show(turn, one)
        if rev != str(one.data["rev"]):
            shows_in_place(turn)
            return shown(one.row, older=True)
        return does(turn, one, argument)

    return pressed


def team_day(turn: Turn, team: m.Team) -> date:
    """Today, where the team lives."""
    return local_day(turn.now, team_zone(team, turn.session.get_one(m.Workspace, team.workspace_id)))
