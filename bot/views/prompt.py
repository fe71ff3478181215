"""The weekly question, its reminders and the notices of silence, each composed from what is true now."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.cards.model import Card
from bot.cards.render import Cards
from bot.okr.localtime import zone
from bot.okr.model import Cadence, CheckInKind, ScoreMode
from bot.views.asking import Block, block, fit_for_one_tap, order_of
from bot.views.person import PersonView, person_view, reply_context
from bot.views.questions import shown_question
from bot.views.receipt import receipt
from bot.views.team import KRView, TeamView, team_view
from storage import agendas, conversations
from storage import models as m
from storage.teams import person_zone

MOST_BLOCKS = 7
_WORDS_EN = ("", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
_WORDS_ZH = ("", "一", "两", "三", "四", "五", "六", "七", "八", "九", "十")


def check_in_card(session: Session, cards: Cards, prompt: m.Prompt, now: datetime) -> Card:
    """A person's weekly question as it stands now: open blocks, and receipts where they have answered."""
    person = session.get_one(m.Person, prompt.person_id)
    view = person_view(session, person, now)
    items = [item for item in agendas.items_of(session, prompt.id) if item.state is not m.ItemState.SUPPRESSED]
    blocks = _blocks(session, cards, view, prompt, items)
    open_ones = [one for one in blocks if one.state is m.ItemState.OPEN]
    newest = agendas.newest_prompt(session, person.id)
    closed = newest is not None and newest.id > prompt.id
    teams = _teams(view, items)
    return cards.card(
        "check_in",
        person.lang.value,
        teams=" + ".join(team.team.name for team in teams),
        week=teams[0].week if len(teams) == 1 else None,
        biweekly=all(team.team.cadence is Cadence.BIWEEKLY for team in teams) if teams else False,
        digest_at=board_at(session, items, view),
        first_ever=prompt.first_ever,
        closed=closed,
        all_answered=bool(blocks) and not open_ones,
        blocks=blocks[:MOST_BLOCKS],
        more_count=max(0, len(blocks) - MOST_BLOCKS),
        all_same=_one_tap(view, open_ones, items),
        prompt_token=prompt.token,
        progress=view.workspace.score_mode is ScoreMode.PROGRESS,
        now=now,
        tz=view.tz,
    )


def reminder_card(session: Session, cards: Cards, prompt: m.Prompt, now: datetime, *, second: bool) -> Card:
    """What is still open, with one tap each."""
    person = session.get_one(m.Person, prompt.person_id)
    view = person_view(session, person, now)
    items = agendas.items_of(session, prompt.id)
    blocks = [one for one in _blocks(session, cards, view, prompt, items) if one.state is m.ItemState.OPEN]
    words = _WORDS_ZH if person.lang is m.Language.ZH else _WORDS_EN
    count = len(blocks)
    return cards.card(
        "reminder",
        person.lang.value,
        second=second,
        blocks=blocks,
        labels=[one.label for one in blocks],
        count_word=words[count] if count < len(words) else str(count),
        digest_at=board_at(session, items, view),
        all_same=_one_tap(view, blocks, items),
        prompt_token=prompt.token,
        progress=view.workspace.score_mode is ScoreMode.PROGRESS,
        now=now,
        tz=view.tz,
    )


def stale_card(session: Session, cards: Cards, person: m.Person, kr_id: int, since: datetime, now: datetime) -> Card:
    """To an owner: this one has gone quiet. Once they answer, what they said stands in its place."""
    view = person_view(session, person, now)
    one = view.by_id[kr_id]
    answered = [row for row in one.recent if row.at >= since and row.kind is not CheckInKind.SKIP]
    told = receipt(session, one, answered[-1]) if answered else None
    state = one.state
    return cards.card(
        "stale",
        person.lang.value,
        label=view.label(one),
        title=one.kr.short_title,
        age=state.freshness.age or 0,
        value=state.current.value if one.kr.is_number else None,
        updated=state.current.updated_on is not None,
        unit=one.kr.unit,
        decimals=one.kr.decimals,
        kr_token=one.row.token,
        told=told,
    )


def dark_card(session: Session, cards: Cards, lead: m.Person, kr_id: int, now: datetime) -> Card:
    """To the lead: this one is greyed out. Never more than once."""
    one = kr_view(session, kr_id, now)
    asked = conversations.nudged_since(session, kr_id, one.state.current.updated_at)
    return cards.card(
        "dark",
        lead.lang.value,
        label=one.kr.label,
        title=one.kr.short_title,
        owner=one.owner_name,
        age=one.state.freshness.age or 0,
        kr_token=one.row.token,
        asked=asked,
    )


def nudge_card(session: Session, cards: Cards, owner: m.Person, kr_id: int, lead_id: int, now: datetime) -> Card:
    """The lead asks through Okra how a key result stands."""
    view = person_view(session, owner, now)
    one = view.by_id.get(kr_id) or kr_view(session, kr_id, now)
    lead = session.get_one(m.Person, lead_id)
    return cards.card(
        "nudge",
        owner.lang.value,
        lead=lead.short_name,
        label=view.label(one),
        title=one.kr.short_title,
        value=one.state.current.value if one.kr.is_number else None,
        unit=one.kr.unit,
        kr_token=one.row.token,
    )


def kr_view(session: Session, kr_id: int, now: datetime) -> KRView:
    """One key result as it stands now."""
    row = session.get_one(m.KeyResult, kr_id)
    team = session.get_one(m.Team, row.team_id)
    return next(one for one in team_view(session, team, now).key_results if one.row.id == kr_id)


def open_items(session: Session, prompt: m.Prompt) -> list[m.PromptItem]:
    """What a prompt still asks."""
    return [item for item in agendas.items_of(session, prompt.id) if item.state is m.ItemState.OPEN]


def one_tap_items(session: Session, view: PersonView, prompt: m.Prompt) -> list[tuple[m.PromptItem, KRView]]:
    """What [👍 All as shown] answers: the open items, if every one of them is fit for it; else nothing."""
    found = [(item, view.by_id[item.kr_id]) for item in open_items(session, prompt) if item.kr_id in view.by_id]
    return found if found and all(fit_for_one_tap(one, view.now) for _, one in found) else []


def _blocks(
    session: Session, cards: Cards, view: PersonView, prompt: m.Prompt, items: Sequence[m.PromptItem]
) -> list[Block]:
    by_id = view.by_id
    known = [(item, by_id[item.kr_id]) for item in items if item.kr_id in by_id]
    known.sort(key=lambda pair: order_of(pair[1]))
    question = conversations.current_question(session, view.person.id, view.now)
    out = []
    for item, one in known:
        made = block(one, item, view.label(one))
        if item.checkin_id is not None and item.state in (m.ItemState.ANSWERED, m.ItemState.SKIPPED):
            row = session.get_one(m.CheckIn, item.checkin_id)
            made = replace(made, receipt=replace(receipt(session, one, row, item.token), label=made.label))
        elif item.state is m.ItemState.ANSWERED_BY_OTHER and item.checkin_id is not None:
            row = session.get_one(m.CheckIn, item.checkin_id)
            made = replace(made, answered_by=session.get_one(m.Person, row.by_id).short_name)
        if question is not None and question.in_prompt and question.prompt_item_id == item.id:
            context = reply_context(view, [item.kr_id for item in open_items(session, prompt)])
            made = replace(made, asks=shown_question(cards, question, context, one, view.person.lang.value))
        out.append(made)
    return out


def _one_tap(view: PersonView, open_ones: Sequence[Block], items: Sequence[m.PromptItem]) -> bool:
    by_id = view.by_id
    ids = {one.token for one in open_ones}
    asked = [by_id[item.kr_id] for item in items if item.token in ids and item.kr_id in by_id]
    return bool(asked) and all(fit_for_one_tap(one, view.now) for one in asked)


def _teams(view: PersonView, items: Sequence[m.PromptItem]) -> list[TeamView]:
    asked = {view.by_id[item.kr_id].row.team_id for item in items if item.kr_id in view.by_id}
    return [team for team in view.teams if team.team.id in asked]


def board_at(session: Session, items: Sequence[m.PromptItem], view: PersonView) -> datetime | None:
    """When the first board goes out that these answers are for, in the person's own time; None if none is to come."""
    runs = [session.get_one(m.RitualRun, run_id) for run_id in sorted({item.run_id for item in items})]
    coming = []
    for run in runs:
        team = session.get_one(m.Team, run.team_id)
        if run.digest_at is not None and run.digest_at > view.now and team.channel_ref is not None:
            coming.append(run.digest_at)
    return min(coming).astimezone(zone(person_zone(view.person, view.workspace))) if coming else None
