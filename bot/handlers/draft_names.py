"""Which draft is meant: by label, key or title, of those that a person may see (spec/09 §15.1)."""

from sqlmodel import col, select

from bot.handlers.verbs import folded
from bot.intake.conversation import Turn
from bot.okr.access import sees_drafts
from bot.okr.model import KRState
from bot.views.rights import actor_of
from storage import models as m


def draft_named(turn: Turn, name: str) -> m.KeyResult | None:
    """The one draft that this label, key or title means; None where there is none, or several."""
    plain = folded(name).casefold()
    if not plain:
        return None
    actor = actor_of(turn.session, turn.person)
    rows = turn.session.exec(
        select(m.KeyResult, m.Team)
        .join(m.Team, col(m.Team.id) == col(m.KeyResult.team_id))
        .where(m.KeyResult.workspace_id == turn.person.workspace_id, m.KeyResult.state == KRState.DRAFT)
        .order_by(col(m.KeyResult.id).desc())
    ).all()
    number = plain.removeprefix("kr").strip().removeprefix("#")
    found = [
        row
        for row, team in rows
        if sees_drafts(actor, team.id)
        and (
            plain in (f"{team.key}-{row.number}".casefold(), row.title.casefold(), row.short_title.casefold())
            or (number == str(row.number) and team.id in actor.sees)
        )
    ]
    return found[0] if len(found) == 1 else None
