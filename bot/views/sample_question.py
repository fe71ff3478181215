"""The weekly question as somebody would get it, composed of nothing that is kept: for a test (spec/07 §12.7)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlmodel import Session

from bot.cards.i18n import N_
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.okr.localtime import local_day
from bot.okr.model import KRState, KRType
from bot.views.person import PersonView, person_view
from bot.views.prompt import MOST_BLOCKS, asked_of, block_of, header_of, manner_of
from bot.views.team import TeamView, team_as_if, team_view
from storage import drafts, okrs
from storage import models as m
from storage.teams import team_zone

PRETENDED = N_("Customers who come back")
PRETENDED_FOR = timedelta(weeks=12)


def sample_card(session: Session, cards: Cards, person: m.Person, team: m.Team, now: datetime) -> Card | None:
    """The weekly question of a team as this person would get it: about their own key results, else about the team's.

    It is composed of nothing that is kept, so its buttons mean nothing. None where nothing could be asked about.
    """
    own = person_view(session, person, now)
    mine = next((one for one in own.teams if one.team.id == team.id), None)
    shown = mine or team_view(session, team, now)
    return _question(session, cards, own, shown)


def sample_of_drafts(session: Session, cards: Cards, person: m.Person, team: m.Team, now: datetime) -> Card | None:
    """The same about what is a draft yet; None where nothing is."""
    workspace = session.get_one(m.Workspace, team.workspace_id)
    today = local_day(now, team_zone(team, workspace))
    cycle = okrs.active_cycle(session, team, today)
    written = () if cycle is None else drafts.drafts_of(session, team, cycle)
    rows = [_as_active(row, today) for one in written for row in one.key_results if row.state is KRState.DRAFT]
    if not rows:
        return None
    shown = team_as_if(session, team, written[0].objective, [_within(row, written[0].objective) for row in rows], now)
    return _question(session, cards, person_view(session, person, now), shown)


def sample_of_pretence(session: Session, cards: Cards, person: m.Person, team: m.Team, now: datetime) -> Card | None:
    """The same about a key result that nobody has, for a team that has written nothing."""
    today = local_day(now, team_zone(team, session.get_one(m.Workspace, team.workspace_id)))
    title = cards.text(PRETENDED, person.lang.value)
    objective = m.Objective(id=-1, workspace_id=team.workspace_id, team_id=team.id, cycle_id=0, title=title)
    row = m.KeyResult(
        id=-1,
        objective_id=-1,
        number=1,
        title=title,
        short_title=title[:32],
        type=KRType.INCREASE,
        unit="%",
        baseline=Decimal(20),
        target=Decimal(50),
        start=today,
        due=today + PRETENDED_FOR,
        state=KRState.ACTIVE,
        published_on=today,
        lead_owner_id=person.id,
        workspace_id=team.workspace_id,
        team_id=team.id,
        cycle_id=0,
    )
    shown = team_as_if(session, team, objective, [row], now)
    return _question(session, cards, person_view(session, person, now), shown)


def _as_active(row: m.KeyResult, today: date) -> m.KeyResult:
    """A copy that no session knows, as if it were published today."""
    values = {name: getattr(row, name) for name in m.KeyResult.model_fields}
    return m.KeyResult(**{**values, "state": KRState.ACTIVE, "published_on": today})


def _within(row: m.KeyResult, objective: m.Objective) -> m.KeyResult:
    row.objective_id = objective.id
    return row


def _question(session: Session, cards: Cards, own: PersonView, shown: TeamView) -> Card | None:
    person, team, now = own.person, shown.team, own.now
    others = tuple(one for one in own.teams if one.team.id != team.id)
    view = replace(own, teams=(*others, shown))
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
