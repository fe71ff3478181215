"""`/okr show O2`: one objective in detail, as far as the reader may see it (spec/06 §11.1)."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from bot.cards.i18n import N_, Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.okr.access import Sight, may_set_team, sees_drafts
from bot.okr.digesting import is_on_board
from bot.okr.localtime import local_day
from bot.okr.model import KRState
from bot.views.board import board_lines
from bot.views.rights import actor_of
from bot.views.shapes import Data, View
from bot.views.show import ChangeLine, link_line
from bot.views.show_changes import WORDS, change_line, people_in
from bot.views.team import team_shown
from bot.views.visible import seen_by
from storage import changes, drafts, shown
from storage import models as m
from storage.teams import people_by_id

GONE = N_("That objective is gone; nothing was changed.")


def show_objective_card(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """Why it is there, how it stands, its key results, links and changes."""
    lang: Lang = person.lang.value
    row = session.get(m.Objective, data["objective"])
    team = None if row is None else session.get_one(m.Team, row.team_id)
    view = None if team is None else team_shown(session, team, now)
    seen = () if view is None else seen_by(view, person, dropped=True)
    it = next((one for one in seen if one.objective.row is row and one.sight is Sight.ALL), None)
    if row is None or team is None or view is None or it is None:
        return cards.card("notice", lang, text=cards.text(GONE, lang))
    actor, state = actor_of(session, person), it.objective.state
    made = shown.last_changes(session, row.id, entity=changes.OBJECTIVE)
    people = people_by_id(session, people_in(made))
    owner = None if row.owner_id is None else session.get(m.Person, row.owner_id)
    dropped = row.state is m.ObjectiveState.DROPPED
    last = next((one for one in made if one.field == "state"), None)
    krs, written = it.key_results, drafts.key_results_of(session, row.id)
    told = [one for one in written if one.state is KRState.DRAFT] if sees_drafts(actor, team.id) else []
    return cards.card(
        "show_objective",
        lang,
        label=f"{team.key} O{row.number}",
        title=row.title,
        why=row.why or "",
        serves=row.serves or "",
        owner="" if owner is None else owner.short_name,
        team=team.name,
        team_key=team.key,
        seen_by="" if row.visibility is m.Visibility.WORKSPACE else cards.text(WORDS[row.visibility], lang),
        dropped=dropped,
        because=(last.reason or "") if dropped and last is not None else "",
        status=state.status if state.counts else None,
        score=state.score if view.rows.workspace.score_objectives else None,
        lines=board_lines((one for one in krs if is_on_board(one.state)), lang),
        paused=board_lines((one for one in krs if one.kr.state is KRState.PAUSED), lang),
        gone=board_lines((one for one in krs if one.kr.state is KRState.DROPPED), lang),
        drafts=[f"KR{one.number} {one.short_title}" for one in told],
        links=[link_line(one, actor) for one in shown.links_of_objective(session, row.id)],
        changes=[
            ChangeLine(
                local_day(one.at, view.zone),
                change_line(cards, lang, None, one, people, view.today),
                one.reason or "",
            )
            for one in made
        ],
        today=view.today,
        token=drafts.token_of(session, row),
        may_change=may_set_team(actor, team.id) and not dropped,
    )


ANSWERS: Mapping[str, View] = {"show_objective": show_objective_card}
