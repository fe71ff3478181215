"""Next steps as they are shown: the list with its tick buttons, and the question after the meeting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from bot.cards import format as say
from bot.cards.i18n import N_, Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.okr.access import may_add_next_step
from bot.okr.model import IN_FORCE
from bot.views.rights import actor_of
from bot.views.shapes import Data, View
from bot.views.team import KRView, TeamView, team_view
from bot.views.visible import seen_by
from storage import digests
from storage import models as m
from storage.digests import StepRow

MOST_OPEN = 12
"""So many lines with a button each are below the limits of every platform."""
MOST_DONE = 5
DONE_SINCE = timedelta(days=7)
"""How far back what is done is shown, where no digest was posted yet."""


@dataclass(frozen=True, slots=True)
class StepLine:
    """One next step: what, who, by when, and what it moves; `token` only for those who may tick it."""

    token: str
    text: str
    owner: str
    due: date | None
    weekday: bool
    """The day is near enough to be told by its weekday."""
    label: str
    mine: bool


@dataclass(frozen=True, slots=True)
class KRChoice:
    """A key result that a next step may move."""

    token: str
    label: str
    title: str


def next_steps_card(
    session: Session, cards: Cards, person: m.Person, data: Data, now: datetime, *, noted: m.NextStep | None = None
) -> Card:
    """The team's list, what is mine first; ticks only for those of the team. `noted` was added just now."""
    team = session.get_one(m.Team, data["team"])
    view = team_view(session, team, now)
    rows = _rows(session, view, person, now)
    writes = _may_write(session, view, person)
    lines = [step_line(view, one, person, writes=writes) for one in rows if one.step.state is m.NextStepState.OPEN]
    lines.sort(key=lambda one: not one.mine)
    done = [step_line(view, one, person, writes=writes) for one in rows if one.step.state is m.NextStepState.DONE]
    return cards.card(
        "next_steps",
        person.lang.value,
        team=team.name,
        team_key=team.key,
        noted="" if noted is None else noted.text,
        lines=lines[:MOST_OPEN],
        more=len(lines[MOST_OPEN:]),
        done=done[-MOST_DONE:],
        done_count=len(done),
        all_count=len(lines) + len(done),
        writes=writes,
    )


def noted_card(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """A next step that was added: which key result does it move? Once that is known, the list."""
    step = session.get_one(m.NextStep, data["step"])
    team = session.get_one(m.Team, step.team_id)
    view = team_view(session, team, now)
    choices = kr_choices(view, person)
    if not data.get("asks") or step.kr_id is not None or step.state is not m.NextStepState.OPEN or not choices:
        noted = step if step.state is m.NextStepState.OPEN else None
        return next_steps_card(session, cards, person, {"team": team.id}, now, noted=noted)
    owner = None if step.owner_id in (None, person.id) else session.get(m.Person, step.owner_id)
    return cards.card(
        "which_kr_moved",
        person.lang.value,
        text=step.text,
        owner="" if owner is None else owner.short_name,
        due=step.due,
        weekday=_is_near(step.due, view.today),
        token=step.token,
        krs=choices,
    )


def kr_choices(view: TeamView, person: m.Person) -> Sequence[KRChoice]:
    """The key results of a team that something may be tied to, as far as this person sees them."""
    found = [one for seen in seen_by(view, person) for one in seen.key_results if one.kr.state in IN_FORCE]
    return [KRChoice(one.row.token, one.kr.label, one.kr.short_title) for one in found][:20]


def day_is_over_card(_session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """A day in the past is asked about (spec/06 §11.2)."""
    lang: Lang = person.lang.value
    day = say.day(date.fromisoformat(data["day"]), lang, now.date())
    msgid = N_("{day} is over, so nothing was recorded. By when is “{text}” due?")
    text = cards.text(msgid, lang, day=day, text=data["text"])
    return cards.card("notice", lang, text=text)


def which_team_card(session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    """Which team is a line for? The buttons name the message that brought it."""
    teams = [session.get_one(m.Team, one) for one in data["teams"]]
    choices = [{"name": team.name, "key": team.key, "value": f"{data['asked']}:{team.key}"} for team in teams]
    return cards.card("which_team_of", person.lang.value, teams=choices, action=data["action"])


def _rows(session: Session, view: TeamView, person: m.Person, now: datetime) -> Sequence[StepRow]:
    """What is open, and done since the last digest; without those of key results that are not this person's to see."""
    last = digests.last_digest(session, view.team.id, now)
    since = now - DONE_SINCE if last is None else last.at
    visible = {one.row.id for seen in seen_by(view, person) for one in seen.key_results}
    rows = digests.next_steps_since(session, view.team.id, since)
    everything = _is_inside(view, person)
    return [one for one in rows if everything or one.step.kr_id is None or one.step.kr_id in visible]


def _is_inside(view: TeamView, person: m.Person) -> bool:
    """Who belongs to the team sees every next step of it, also of key results that are on no board any more."""
    belongs = person.id in view.rows.roles or any(one.owned_by(person.id) for one in view.key_results)
    return belongs or person.role is m.WorkspaceRole.ADMIN


def step_line(view: TeamView, one: StepRow, person: m.Person, *, writes: bool) -> StepLine:
    """A next step as this person sees it."""
    step = one.step
    moved = next((kr for kr in view.key_results if kr.row.id == step.kr_id), None)
    mine = step.owner_id == person.id
    return StepLine(
        token=step.token if writes or mine else "",
        text=step.text,
        owner=one.owner or "",
        due=step.due,
        weekday=_is_near(step.due, view.today),
        label=_label(moved),
        mine=mine,
    )


def _label(moved: KRView | None) -> str:
    return "" if moved is None else moved.kr.label


def _is_near(due: date | None, today: date) -> bool:
    return due is not None and today <= due < today + timedelta(days=7)


def _may_write(session: Session, view: TeamView, person: m.Person) -> bool:
    owns = any(one.owned_by(person.id) and one.kr.state in IN_FORCE for one in view.key_results)
    return owns or may_add_next_step(actor_of(session, person), view.team.id)


ANSWERS: Mapping[str, View] = {
    "next_steps": next_steps_card,
    "next_step_noted": noted_card,
    "day_is_over": day_is_over_card,
    "which_team_of": which_team_card,
}
