"""The weekly question as somebody would get it, composed of nothing that is kept: for a test (spec/07 §12.7)."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.cards.model import Card
from bot.cards.render import Cards
from bot.okr.model import KRState
from bot.views.person import person_view
from bot.views.prompt import MOST_BLOCKS, asked_of, block_of, header_of, manner_of
from bot.views.team import team_view
from storage import models as m


def sample_card(session: Session, cards: Cards, person: m.Person, team: m.Team, now: datetime) -> Card | None:
    """The weekly question of a team as this person would get it: about their own key results, else about the team's.

    It is composed of nothing that is kept, so its buttons mean nothing. None where nothing could be asked about.
    """
    own = person_view(session, person, now)
    mine = next((one for one in own.teams if one.team.id == team.id), None)
    shown = mine or team_view(session, team, now)
    view = own if mine is not None else replace(own, teams=(*own.teams, shown))
    active = [one for one in shown.key_results if one.kr.state is KRState.ACTIVE]
    asked_about = [one for one in active if one.owned_by(person.id)] or active
    prompt = _never_kept(team, person, now)
    items = [
        m.PromptItem(
            id=-number, workspace_id=team.workspace_id, token=f"{number}", prompt_id=0, run_id=0, kr_id=one.row.id
        )
        for number, one in enumerate(asked_about, start=1)
    ]
    asked = asked_of(session, view, items)
    if not asked:
        return None
    return cards.card(
        "check_in",
        person.lang.value,
        **header_of(view, asked, prompt, ()),
        digest_at=None,
        first_ever=True,
        closed=False,
        all_answered=False,
        blocks=[block_of(view, one) for one in asked[:MOST_BLOCKS]],
        more_count=len(asked[MOST_BLOCKS:]),
        all_same=False,
        prompt_token="",
        shown="",
        left=[],
        health=[],
        **manner_of(view),
    )


def _never_kept(team: m.Team, person: m.Person, now: datetime) -> m.Prompt:
    kind = m.RitualKind.WEEKLY_CHECK_IN
    return m.Prompt(workspace_id=team.workspace_id, person_id=person.id, kind=kind, period="", token="", created_at=now)
