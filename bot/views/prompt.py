"""The weekly question, its reminders and the notices of silence, each composed from what is true now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlmodel import Session

from bot.cards.i18n import N_, Lang
from bot.cards.model import Card, FormWithin
from bot.cards.moments import weekday
from bot.cards.render import Cards
from bot.okr.localtime import local_day
from bot.okr.model import Cadence, CheckInKind, CheckInSource, FreshnessState, KRState, ScoreMode
from bot.views.asking import Block, block, fit_for_one_tap, order_of, shown_of
from bot.views.health import asked_lines
from bot.views.person import PersonView, person_view, reply_context
from bot.views.questions import shown_question
from bot.views.receipt import Receipt, Spoken, tell
from bot.views.team import KRView, TeamView, team_view, week_of
from bot.views.update_form import form_within
from storage import agendas, check_ins, conversations, teams, unanswered
from storage import models as m

MOST_BLOCKS = 7
MOST_LEFT = 3
_WORDS_EN = ("", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
_WORDS_ZH = ("", "一", "两", "三", "四", "五", "六", "七", "八", "九", "十")
BOARD_ON = N_("{kr} ({day})")
_SILENT = (FreshnessState.STALE, FreshnessState.DARK)


def check_in_card(session: Session, cards: Cards, prompt: m.Prompt, now: datetime) -> Card:
    """A person's weekly question as it stands now: open blocks, and receipts where they have answered.

    At most 25 queries, however many key results are asked about in however many teams.
    """
    person = session.get_one(m.Person, prompt.person_id)
    view = person_view(session, person, now)
    items = _visible(session, prompt)
    asked = asked_of(session, view, items)
    shown = _blocks(session, cards, view, items, asked[:MOST_BLOCKS])
    still_open = [one for one in asked if one.is_open]
    more = sum(one.is_open for one in asked[MOST_BLOCKS:])
    closed = _is_closed(session, prompt)
    runs = agendas.runs_by_ids(session, {item.run_id for item in items})
    card = cards.card(
        "check_in",
        person.lang.value,
        **header_of(view, asked, prompt, runs),
        digest_at=_first_of(runs, view),
        first_ever=prompt.first_ever,
        closed=closed,
        all_answered=bool(asked) and not still_open and not any(one.asks for one in shown),
        blocks=shown,
        more_count=more,
        all_same=len(still_open) > 1 and _one_tap(session, view, prompt, asked),
        prompt_token=prompt.token,
        shown=_shown_key(asked),
        left=[] if closed else _left(session, view, prompt),
        health=asked_lines(session, prompt.health, person.id, prompt.created_at or now),
        **manner_of(view),
    )
    return card if closed else replace(card, forms=_forms(cards, view, asked[:MOST_BLOCKS], shown))


@dataclass(frozen=True, slots=True)
class LeftWords:
    """What a person said before this question and nobody could record: `label` is what it is noted for."""

    text: str
    day: date
    label: str | None


def _left(session: Session, view: PersonView, prompt: m.Prompt) -> list[LeftWords]:
    """What was said beside questions that expired with the last check-in: it is told, never lost in silence."""
    by_id = view.by_id
    found = unanswered.left_unanswered(session, prompt)[-MOST_LEFT:]
    return [
        LeftWords(
            one.text,
            one.asked_at.astimezone(view.tz).date(),
            None if one.kr_id not in by_id else view.label(by_id[one.kr_id]),
        )
        for one in found
    ]


def reminder_card(session: Session, cards: Cards, prompt: m.Prompt, now: datetime, *, second: bool) -> Card:
    """What is still open, with one tap each."""
    person = session.get_one(m.Person, prompt.person_id)
    view = person_view(session, person, now)
    items = _visible(session, prompt)
    asked = asked_of(session, view, items)
    blocks = [block_of(view, one) for one in asked if one.is_open]
    words = _WORDS_ZH if person.lang is m.Language.ZH else _WORDS_EN
    count = len(blocks)
    still_open = [one for one in asked if one.is_open]
    runs = {run.id: run for run in agendas.runs_by_ids(session, {item.run_id for item in items})}
    boards = [_first_of([runs[one.item.run_id]], view) for one in still_open]
    days = {None if at is None else at.date() for at in boards}
    all_same = _one_tap(session, view, prompt, asked)
    return cards.card(
        "reminder",
        person.lang.value,
        second=second,
        closed=_is_closed(session, prompt),
        blocks=blocks,
        one_tap=[one for one in blocks if one.can_repeat][:MOST_BLOCKS],
        labels=[_with_day(cards, one.label, at, person) for one, at in zip(blocks, boards, strict=True)]
        if len(days) > 1
        else [one.label for one in blocks],
        count_word=words[count] if count < len(words) else str(count),
        digest_at=_first_of([runs[one.item.run_id] for one in still_open] or runs.values(), view),
        day=min((at for at in boards if at is not None), default=None) if len(days) == 1 else None,
        taps=len(blocks) == 1 or all_same,
        all_same=all_same,
        prompt_token=prompt.token,
        shown=_shown_key(asked),
        **manner_of(view),
    )


@dataclass(frozen=True, slots=True)
class StandingQuestion:
    """The weekly question that stands in a person's DM, for showing it elsewhere as well."""

    blocks: tuple[Block, ...]
    """All of it, in the order of the question itself."""
    digest_at: datetime | None
    all_same: bool
    token: str
    shown: str
    """What [👍 All as shown] carries."""

    @property
    def open(self) -> tuple[Block, ...]:
        """What still waits for an answer."""
        return tuple(one for one in self.blocks if one.state is m.ItemState.OPEN)


def standing_question(session: Session, cards: Cards, view: PersonView) -> StandingQuestion | None:
    """The question that stands in this person's DM, with what was said to it; None if they were never asked."""
    prompt = agendas.newest_prompt(session, view.person.id)
    if prompt is None:
        return None
    items = _visible(session, prompt)
    asked = asked_of(session, view, items)
    runs = agendas.runs_by_ids(session, {item.run_id for item in items})
    return StandingQuestion(
        blocks=tuple(_blocks(session, cards, view, items, asked)),
        digest_at=_first_of(runs, view),
        all_same=sum(one.is_open for one in asked) > 1 and _one_tap(session, view, prompt, asked),
        token=prompt.token,
        shown=_shown_key(asked),
    )


def stale_card(session: Session, cards: Cards, person: m.Person, kr_id: int, since: datetime, now: datetime) -> Card:
    """To an owner: this one has gone quiet. Once somebody answers, what they said stands in its place."""
    view = person_view(session, person, now)
    one = view.by_id.get(kr_id) or kr_view(session, kr_id, now)
    answered = [row for row in one.recent if row.at >= since and row.kind is not CheckInKind.SKIP]
    current, fresh = one.state.current, one.state.freshness
    card = cards.card(
        "stale",
        person.lang.value,
        label=view.label(one),
        title=one.kr.short_title,
        age=fresh.age or 0,
        silent=fresh.state in _SILENT,
        **_rest(one),
        value=current.value if one.kr.is_number else None,
        confidence=current.confidence if one.kr.is_binary else None,
        updated=current.updated_on is not None,
        unit=one.kr.unit,
        due=one.kr.due,
        kr_token=one.row.token,
        **_said_to_notice(session, view, one, answered),
        **manner_of(view),
    )
    return card if answered else _with_form(cards, view, one, card)


def dark_card(session: Session, cards: Cards, lead: m.Person, kr_id: int, now: datetime) -> Card:
    """To the lead: this one is greyed out. Never more than once."""
    one = kr_view(session, kr_id, now)
    fresh = one.state.freshness
    return cards.card(
        "dark",
        lead.lang.value,
        label=one.kr.label,
        title=one.kr.short_title,
        owner=one.owner_name,
        age=fresh.age or 0,
        dark=fresh.state is FreshnessState.DARK,
        **_rest(one),
        kr_token=one.row.token,
        mine=one.owned_by(lead.id),
        value=one.state.current.value if one.kr.is_number else None,
        unit=one.kr.unit,
        asked=conversations.nudged_since(session, kr_id, one.state.current.updated_at),
    )


def nudge_card(session: Session, cards: Cards, owner: m.Person, kr_id: int, lead_id: int, now: datetime) -> Card:
    """The lead asks through Okra how a key result stands. Once somebody answers, what they said stands in its place."""
    view = person_view(session, owner, now)
    one = view.by_id.get(kr_id) or kr_view(session, kr_id, now)
    lead = session.get_one(m.Person, lead_id)
    # Leads ask about what is silent; as soon as it is not, somebody has spoken.
    silent = one.state.freshness.state in _SILENT
    answered = [] if silent else [row for row in one.recent if row.kind is not CheckInKind.SKIP]
    card = cards.card(
        "nudge",
        owner.lang.value,
        lead=lead.short_name,
        label=view.label(one),
        title=one.kr.short_title,
        value=one.state.current.value if one.kr.is_number else None,
        unit=one.kr.unit,
        kr_token=one.row.token,
        **_said_to_notice(session, view, one, answered),
        **manner_of(view),
    )
    return card if answered else _with_form(cards, view, one, card)


def _with_form(cards: Cards, view: PersonView, one: KRView, card: Card) -> Card:
    """A notice with the short form in place of its [Update], while the key result is worked on."""
    if one.kr.state is not KRState.ACTIVE:
        return card
    return replace(card, forms=(form_within(cards, view, one, "form_kr", one.row.token),))


def kr_view(session: Session, kr_id: int, now: datetime) -> KRView:
    """One key result as it stands now."""
    return kr_views(session, [kr_id], now)[kr_id]


def kr_views(session: Session, kr_ids: Iterable[int], now: datetime) -> dict[int, KRView]:
    """Key results of any team as they stand now; each team is loaded once."""
    rows = [session.get_one(m.KeyResult, kr_id) for kr_id in sorted(set(kr_ids))]
    found = {}
    for team_id in sorted({row.team_id for row in rows}):
        found.update({one.row.id: one for one in team_view(session, session.get_one(m.Team, team_id), now).key_results})
    return {row.id: found[row.id] for row in rows}


def open_items(session: Session, prompt: m.Prompt) -> list[m.PromptItem]:
    """What a prompt still asks."""
    return [item for item in agendas.items_of(session, prompt.id) if item.state is m.ItemState.OPEN]


def still_asked(view: PersonView, items: Iterable[m.PromptItem]) -> list[m.PromptItem]:
    """Those of a prompt's items that are open, of key results that are in force."""
    by_id = view.by_id
    return [
        item
        for item in items
        if item.state is m.ItemState.OPEN and item.kr_id in by_id and by_id[item.kr_id].kr.state is KRState.ACTIVE
    ]


def all_shown(session: Session, view: PersonView, prompt: m.Prompt) -> str:
    """What [👍 All as shown] carries: a short fingerprint of what is shown about everything that is open."""
    return _shown_key(asked_of(session, view, _visible(session, prompt)))


def one_tap_items(session: Session, view: PersonView, prompt: m.Prompt) -> list[tuple[m.PromptItem, KRView]]:
    """What [👍 All as shown] answers: the open items, if every one of them is shown and fit for it; else nothing."""
    asked = asked_of(session, view, _visible(session, prompt))
    return [(one.item, one.view) for one in asked if one.is_open] if _one_tap(session, view, prompt, asked) else []


def board_at(session: Session, items: Sequence[m.PromptItem], view: PersonView) -> datetime | None:
    """When the first board goes out that these answers are for, in the person's own time; None if none is to come."""
    return _first_of(agendas.runs_by_ids(session, {item.run_id for item in items}), view)


def _first_of(runs: Iterable[m.RitualRun], view: PersonView) -> datetime | None:
    with_channel = {one.team.id for one in view.teams if one.team.channel_ref is not None}
    coming = [
        run.digest_at
        for run in runs
        if run.digest_at is not None and run.digest_at > view.now and run.team_id in with_channel
    ]
    return min(coming).astimezone(view.tz) if coming else None


def _with_day(cards: Cards, label: str, at: datetime | None, person: m.Person) -> str:
    lang: Lang = person.lang.value
    return label if at is None else cards.text(BOARD_ON, lang, kr=label, day=weekday(at.date(), lang))


@dataclass(frozen=True, slots=True)
class _Asked:
    """One item of a prompt, with the key result it is about and what was said to it."""

    item: m.PromptItem
    view: KRView
    answer: m.CheckIn | None

    @property
    def is_open(self) -> bool:
        return self.item.state is m.ItemState.OPEN


def _visible(session: Session, prompt: m.Prompt) -> list[m.PromptItem]:
    """The items but those that were not asked after all."""
    return [item for item in agendas.items_of(session, prompt.id) if item.state is not m.ItemState.SUPPRESSED]


def asked_of(session: Session, view: PersonView, items: Sequence[m.PromptItem]) -> list[_Asked]:
    """The items in the order of spec/07 §12.1. What was paused or dropped since is not asked any more."""
    by_id = view.by_id
    answers = check_ins.by_ids(session, {item.checkin_id for item in items if item.checkin_id is not None})
    found = [
        _Asked(item, by_id[item.kr_id], answers.get(item.checkin_id or 0)) for item in items if item.kr_id in by_id
    ]
    in_force = [one for one in found if not one.is_open or one.view.kr.state is KRState.ACTIVE]
    return sorted(in_force, key=lambda one: order_of(one.view, one.answer))


def _shown_key(asked: Sequence[_Asked]) -> str:
    shown = sorted(f"{one.item.token}:{shown_of(one.view)}" for one in asked if one.is_open)
    return sha256("\n".join(shown).encode()).hexdigest()[:16]


def _one_tap(session: Session, view: PersonView, prompt: m.Prompt, asked: Sequence[_Asked]) -> bool:
    """Nobody confirms what is not shown to them: with more open ones than blocks there is no one tap for all."""
    still_open = [one for one in asked if one.is_open]
    if not still_open or any(one.is_open for one in asked[MOST_BLOCKS:]):
        return False
    asked_on = (agendas.sent_at(session, prompt.id) or view.now).astimezone(view.tz).date()
    return all(fit_for_one_tap(one.view, view.now, asked_on) for one in still_open)


def _blocks(
    session: Session, cards: Cards, view: PersonView, items: Sequence[m.PromptItem], asked: Sequence[_Asked]
) -> list[Block]:
    """The blocks of these; a question back stands in the one that was tapped."""
    blocks = {one.item.id: block_of(view, one) for one in asked}
    answered = [one for one in asked if one.answer is not None]
    told = tell(session, [_spoken(view, one) for one in answered])
    authors = teams.people_by_id(session, {one.answer.by_id for one in answered if one.answer is not None})
    for one, line in zip(answered, told, strict=True):
        answer = one.answer
        if answer is None:
            continue
        mine = answer.by_id == view.person.id
        tapped = answer.source is CheckInSource.BUTTON  # what was typed has an echo of its own, which offers it
        blocks[one.item.id] = replace(
            blocks[one.item.id],
            receipt=replace(
                line,
                mine=mine and view.now - answer.at < check_ins.UNDO_WITHIN,
                offers_next_step=line.offers_next_step and tapped,
            ),
            answered_by=None if mine else authors[answer.by_id].short_name,
        )
    question = conversations.current_question(session, view.person.id, view.now)
    if question is not None and question.in_prompt:
        about = next((one for one in asked if one.item.id == question.prompt_item_id), None)
        if about is not None:
            context = reply_context(view, [item.kr_id for item in still_asked(view, items)])
            shown = shown_question(cards, question, context, about.view, view.person.lang.value)
            blocks[about.item.id] = replace(blocks[about.item.id], asks=shown)
    return list(blocks.values())


def _forms(cards: Cards, view: PersonView, asked: Sequence[_Asked], shown: Sequence[Block]) -> tuple[FormWithin, ...]:
    """The short form of every key result that still waits for an answer, or for its number after a tap."""
    return tuple(
        form_within(cards, view, one.view, "form", one.item.token)
        for one, block in zip(asked, shown, strict=True)
        if one.is_open or (block.receipt is not None and block.receipt.mine and block.receipt.wants_number)
    )


def block_of(view: PersonView, one: _Asked) -> Block:
    """The block of one item, with whose place it is asked in, or with whom it is now."""
    found = block(one.view, one.item, view.label(one.view))
    if one.item.state is m.ItemState.HANDED_OVER:
        return replace(found, answered_by=_asked_instead(view, one.view))
    if one.view.owned_by(view.person.id) or not one.view.owners:
        return found
    absent = next((owner for owner in one.view.owners if owner.id in view.absent), one.view.owners[0])
    return replace(found, asked_for=absent.short_name)


def _asked_instead(view: PersonView, one: KRView) -> str | None:
    """Who is asked what this person was asked before: their own stand-in, else the lead owner."""
    if not one.owned_by(view.person.id):
        return one.owner_name
    rows = view.team_of(one).rows
    today = view.now.astimezone(view.tz).date()
    away = next((row for row in rows.away.get(view.person.id, ()) if row.first_day <= today <= row.last_day), None)
    delegate = None if away is None or away.delegate_id is None else rows.people.get(away.delegate_id)
    return None if delegate is None else delegate.short_name


def _spoken(view: PersonView, one: _Asked) -> Spoken:
    """All that the answerer said to this question: a tap on a score and a number typed after it are one answer."""
    answer = one.answer
    if answer is None:
        raise LookupError("an open item has no answer to tell")
    before = [
        row
        for row in one.view.recent
        if row.prompt_id == one.item.prompt_id
        and row.by_id == answer.by_id
        and row.id != answer.id
        and row.at <= answer.at
    ]
    return Spoken(one.view, (*before, answer), one.item.token, view.label(one.view))


def _said_to_notice(session: Session, view: PersonView, one: KRView, rows: Sequence[m.CheckIn]) -> dict[str, Any]:
    """What was said since a notice went out, and by whom if it was somebody else."""
    if not rows:
        return {"told": None, "answered_by": None}
    last = rows[-1]
    line: Receipt = tell(session, [Spoken(one, (last,), label=view.label(one))])[0]
    mine = last.by_id == view.person.id
    author = None if mine else teams.people_by_id(session, [last.by_id])[last.by_id].short_name
    told = replace(line, mine=mine and view.now - last.at < check_ins.UNDO_WITHIN)
    return {"told": told, "answered_by": author}


def _rest(one: KRView) -> dict[str, Any]:
    """Whether it is paused or dropped since: then nothing is asked about it any more."""
    rests = one.kr.state in (KRState.PAUSED, KRState.DROPPED)
    return {"resting": one.kr.state.value if rests else "", "paused_until": one.row.paused_until}


def _is_closed(session: Session, prompt: m.Prompt) -> bool:
    """True once a newer question stands in the person's DM."""
    newest = agendas.newest_prompt(session, prompt.person_id)
    return newest is not None and newest.id > prompt.id


def header_of(
    view: PersonView, asked: Sequence[_Asked], prompt: m.Prompt, runs: Iterable[m.RitualRun]
) -> dict[str, Any]:
    """The teams this is about and the week of their cycle, if it is one and the same.

    The week is that of the earliest board it serves, so that both say the same, and without one that of the day on
    which it was asked: a message that is brought up to date later keeps its heading.
    """
    ids = {one.view.row.team_id for one in asked}
    about: list[TeamView] = [team for team in view.teams if team.team.id in ids]
    boards = [run.digest_at for run in runs if run.digest_at is not None]
    weeks = {_week(team, min(boards, default=prompt.created_at or view.now)) for team in about}
    return {
        "teams": " + ".join(team.team.name for team in about),
        "week": weeks.pop() if len(weeks) == 1 else None,
        "biweekly": bool(about) and all(team.team.cadence is Cadence.BIWEEKLY for team in about),
    }


def _week(team: TeamView, at: datetime) -> tuple[int, int] | None:
    cycle = team.rows.cycle
    return None if cycle is None else week_of(cycle.first_day, cycle.last_day, local_day(at, team.zone))


def manner_of(view: PersonView) -> dict[str, Any]:
    """What every part of a question needs to be put into words."""
    progress = view.workspace.score_mode is ScoreMode.PROGRESS
    return {"progress": progress, "now": view.now, "tz": view.tz}
