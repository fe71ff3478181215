"""Which draft is meant: by label, key or title, of those that a person may see (spec/09 §15.1)."""

from sqlmodel import col, select

from bot.handlers.naming import NotOneError, listed, the_key_result
from bot.handlers.saying import N_, notice
from bot.handlers.verbs import folded, without_filler
from bot.intake.conversation import Turn
from bot.okr.access import sees_drafts
from bot.okr.model import KRState
from bot.views.person import PersonView
from bot.views.rights import actor_of
from storage import models as m


def key_result_or_draft(turn: Turn, view: PersonView, name: str, asks: str) -> m.KeyResult:
    """The key result of that name; what a team still writes is found where nothing published has just that name.

    `asks` is the action of the buttons that ask which one. Raises `NotOneError`.
    """
    try:
        return the_key_result(turn, view, name, asks)
    except NotOneError as error:
        found = [] if error.several else drafts_named(turn, name)
        if not found:
            raise
    if len(found) > 1:
        teams = {one.id: one for one in (turn.session.get_one(m.Team, row.team_id) for row in found)}
        keys = sorted({f"{teams[row.team_id].key}-{row.number}" for row in found})
        raise NotOneError(notice(N_("Which one: {keys}?"), keys=listed(turn, keys)), several=True)
    return found[0]


def draft_named(turn: Turn, name: str) -> m.KeyResult | None:
    """The one draft that this label, key or title means; None where there is none, or several."""
    found = drafts_named(turn, name)
    return found[0] if len(found) == 1 else None


def drafts_named(turn: Turn, name: str) -> list[m.KeyResult]:
    """The drafts that this label, key or title may mean."""
    plain = without_filler(folded(name)).casefold()
    if not plain:
        return []
    actor = actor_of(turn.session, turn.person)
    rows = turn.session.exec(
        select(m.KeyResult, m.Team)
        .join(m.Team, col(m.Team.id) == col(m.KeyResult.team_id))
        .where(m.KeyResult.workspace_id == turn.person.workspace_id, m.KeyResult.state == KRState.DRAFT)
        .order_by(col(m.KeyResult.id).desc())
    ).all()
    number = plain.removeprefix("kr").strip().removeprefix("#")
    return [
        row
        for row, team in rows
        if sees_drafts(actor, team.id)
        and (
            plain in (f"{team.key}-{row.number}".casefold(), row.title.casefold(), row.short_title.casefold())
            or (number == str(row.number) and team.id in actor.sees)
        )
    ]
