"""The people of any company: one taps, one types, one waits for a reminder, one says nothing, and so on."""

import heapq
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum, auto

from sqlmodel import Session, col, select

from bot.cards.figures import amount_exact
from bot.cards.i18n import Lang
from bot.cli import words
from bot.cli.passing import step
from bot.cli.telling import Teller
from bot.okr.replies import Code
from bot.okr.shown import rounded
from bot.platforms.console.buttons import Pressable, pressables
from bot.platforms.console.room import Spot, Standing
from bot.views.asking import Question, question_of
from bot.views.person import PersonView, person_view
from bot.views.prompt import open_items
from bot.views.team import KRView
from storage import conversations
from storage import models as m

MOST_IN_FULL = 4
"""Of so many people every message is told in full; of all others in a line."""
TWENTIETH = Decimal("0.05")
"""How far a number moves in a week: a twentieth of its way."""

Deed = Callable[[], Awaitable[None]]


class Habit(Enum):
    """How somebody answers."""

    TAPS = auto()
    TYPES = auto()
    WAITS = auto()
    SILENT = auto()


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message that reached somebody."""

    person: str
    kind: str
    message: Standing


class OwnPeople:
    """Reacts to what arrives, after a while, each in their own way."""

    def __init__(self, week: Teller) -> None:
        self._week = week
        self._stage = week.stage
        self._habits: dict[str, Habit] = {}
        self._seen: set[str] = set()
        self._order = itertools.count()
        self._deeds: list[tuple[datetime, int, Deed]] = []
        self._looked = False
        self._corrected = False

    async def live(self, end: datetime) -> None:
        """Live until `end`."""
        stage = self._stage
        await stage.acts()
        await self._notice()
        while stage.clock.now() < end:
            limit = min(end, self._deeds[0][0]) if self._deeds else end
            await step(stage.house, stage.clock, limit)
            await self._notice()
            while self._deeds and self._deeds[0][0] <= stage.clock.now():
                _, _, deed = heapq.heappop(self._deeds)
                await deed()
                await self._notice()

    def _later(self, minutes: int, deed: Deed) -> None:
        at = self._stage.clock.now() + timedelta(minutes=minutes)
        heapq.heappush(self._deeds, (at, next(self._order), deed))

    # --- what arrives -----------------------------------------------------------------------------------

    async def _notice(self) -> None:
        self._week.narrator.tell()
        new = [one for one in self._stage.room.standing if one.ref.message_id not in self._seen]
        self._seen.update(one.ref.message_id for one in new)
        kinds = await self._stage.db.read(_kinds, [one.key for one in new])
        for message in new:
            kind = kinds.get(message.key, "")
            if message.spot.is_person:
                self._react(Arrived(message.spot.name, kind, message))
            elif kind == "digest":
                self._after_digest()

    def _react(self, arrived: Arrived) -> None:
        person, kind = arrived.person, arrived.kind
        if kind == "check_in" and person not in self._habits:
            self._habits[person] = list(Habit)[len(self._habits) % len(Habit)]
            if len(self._habits) == MOST_IN_FULL:
                self._week.narrator.spotlight = frozenset({*self._habits, *self._stage.cast.channels})
        habit = self._habits.get(person)
        if kind == "check_in" and habit is Habit.TAPS:
            self._later(4, lambda: self._tap_through(person))
        elif kind == "check_in" and habit is Habit.TYPES:
            self._later(20, lambda: self._type_all(person))
        elif kind in ("reminder_1", "stale") and habit is Habit.WAITS:
            self._later(6, lambda: self._tap_one(person))

    def _after_digest(self) -> None:
        typist = next((who for who, habit in self._habits.items() if habit is Habit.TYPES), None)
        if typist is not None and not self._corrected:
            self._corrected = True
            self._later(3, lambda: self._type_one_more(typist))

    # --- what they do -----------------------------------------------------------------------------------

    async def _tap_through(self, person: str) -> None:
        """Answer every key result of the question by a tap, then look at the board."""
        self._week.says(words.OWN_TAPS, name=self._name(person))
        first = True
        for _ in range(10):
            found = self._next_tap(person, first=first)
            if found is None:
                break
            message, button = found
            await self._week.presses_on(person, message, button)
            await self._answer_back(person)
            first = False
        if not self._looked:
            self._looked = True
            self._week.says(words.OWN_LOOKS)
            await self._week.types(person, "/okr")

    def _next_tap(self, person: str, *, first: bool) -> tuple[Standing, Pressable] | None:
        """The first key result that is still open: a score for the first one, 👍 for the others."""
        messages = self._stage.room.at(Spot(person, is_person=True), person)
        for message in reversed(messages):
            offered = pressables(message.card)
            tokens = dict.fromkeys(one.value.partition(":")[0] for one in offered if one.action == "form")
            for token in tokens:
                mine = [one for one in offered if one.value.partition(":")[0] == token]
                button = _choice(mine, first=first)
                if button is not None:
                    return message, button
        return None

    async def _type_all(self, person: str) -> None:
        """Answer everything in one line of words."""
        text = await self._stage.db.read(_line, self._stage.cast.people[person].id, self._stage.clock.now())
        if not text:
            return
        self._week.says(words.OWN_TYPES, name=self._name(person))
        await self._week.types(person, text)
        await self._answer_back(person)

    async def _tap_one(self, person: str) -> None:
        """One tap on what came last; where it offers none, a word."""
        self._week.says(words.OWN_WAITS, name=self._name(person))
        newest = self._stage.room.at(Spot(person, is_person=True), person)[-1]
        button = next((one for one in pressables(newest.card) if one.action in ("all_same", "same", "still_kr")), None)
        if button is None:
            lang = self._stage.cast.people[person].lang
            await self._week.types(person, words.NO_CHANGE.say(lang))
        else:
            await self._week.presses_on(person, newest, button)
        await self._answer_back(person)

    async def _type_one_more(self, person: str) -> None:
        """Between the digest and the meeting: the same message in the channel follows."""
        actor = self._stage.cast.people[person]
        text = await self._stage.db.read(_correction, actor.id, self._stage.clock.now())
        if not text:
            return
        self._week.says(words.OWN_CORRECTS, name=actor.name)
        await self._week.types(person, text)
        await self._answer_back(person)

    async def _answer_back(self, person: str) -> None:
        """Answer what is asked back: the first ready button, or a line; twice at most, as people do."""
        actor = self._stage.cast.people[person]
        for _ in range(2):
            code = await self._stage.db.read(_asked, actor.id, self._stage.clock.now())
            if code is None:
                return
            ready = self._ready_answer(person, code)
            if ready is None:
                await self._week.types(person, words.REASON.say(actor.lang))
            else:
                await self._week.presses_on(person, *ready)
                if self._stage.room.forms.pop(person, None) is not None:
                    return  # a form is for another day

    def _ready_answer(self, person: str, code: str) -> tuple[Standing, Pressable] | None:
        """The button of somebody in a hurry: a good guess at where it lands, no help just now, else the first."""
        for message in reversed(self._stage.room.at(Spot(person, is_person=True), person)):
            offered = [one for one in pressables(message.card) if one.action == "answer"]
            if offered:
                likely = [one for one in offered if one.label == "0.7"]
                return message, offered[-1] if code == Code.Q_HELP else (likely or offered)[0]
        return None

    def _name(self, person: str) -> str:
        return self._stage.cast.people[person].name


def _choice(offered: list[Pressable], *, first: bool) -> Pressable | None:
    """What a quick person taps in one block; nothing where it is answered (then it offers Undo, or no score)."""
    by_action: dict[str, list[Pressable]] = {}
    for one in offered:
        by_action.setdefault(one.action, []).append(one)
    scores = by_action.get("score", [])
    wanted = next((one for one in scores if one.value.endswith(":0.7")), None)
    order = [wanted, *by_action.get("same", [])] if first else [*by_action.get("same", []), wanted]
    if "score" not in by_action and "sure" not in by_action and "no_data" not in by_action:
        return None
    order += [*by_action.get("sure", [])[-2:-1], *by_action.get("no_data", []), *scores]
    return next((one for one in order if one is not None), None)


# --- what they know ----------------------------------------------------------------------------------------


def _kinds(session: Session, tokens: list[str]) -> dict[str, str]:
    rows = session.exec(select(m.Delivery).where(col(m.Delivery.token).in_(tokens))).all()
    return {row.token: row.kind for row in rows}


def _asked(session: Session, person_id: int, now: datetime) -> str | None:
    question = conversations.current_question(session, person_id, now)
    return None if question is None else question.code


def _line(session: Session, person_id: int, now: datetime) -> str:
    """One line about every open key result of a person's newest question, in their language."""
    person = session.get_one(m.Person, person_id)
    view = person_view(session, person, now)
    lang: Lang = "zh" if person.lang is m.Language.ZH else "en"
    parts = [said for one in _open(session, view) if (said := _said(view, one)) is not None]
    if not parts:
        return ""
    comma = "，" if lang == "zh" else ", "
    return f"{comma.join(parts)}{comma}{words.BLOCKED.say(lang)}"


def _correction(session: Session, person_id: int, now: datetime) -> str:
    """A newer number for the first key result of a person that has one."""
    view = person_view(session, session.get_one(m.Person, person_id), now)
    numbers = [one for one in view.own if _is_typed_number(one)]
    return (_said(view, numbers[0]) or "") if numbers else ""


def _open(session: Session, view: PersonView) -> list[KRView]:
    prompt = session.exec(
        select(m.Prompt).where(m.Prompt.person_id == view.person.id).order_by(col(m.Prompt.id).desc())
    ).first()
    if prompt is None:
        return []
    return [view.by_id[item.kr_id] for item in open_items(session, prompt) if item.kr_id in view.by_id]


def _is_typed_number(one: KRView) -> bool:
    return one.kr.is_number and not one.kr.is_automated and one.kr.target is not None and one.kr.baseline is not None


def _said(view: PersonView, one: KRView) -> str | None:
    label = view.label(one)
    if question_of(one) is Question.HOW_LIKELY:
        return f"{label} 7/10"
    if not _is_typed_number(one) or one.kr.target is None or one.kr.baseline is None:
        return f"{label} 0.5" if question_of(one) is Question.LANDS else None
    value = one.kr.baseline if one.state.current.value is None else one.state.current.value
    way = (one.kr.target - one.kr.baseline) * TWENTIETH
    new = rounded(value + way, one.kr.decimals)
    if new == rounded(value, one.kr.decimals):
        new = value + (1 if way > 0 else -1)
    return f"{label} {amount_exact(new, one.kr.unit, view.person.lang.value)}"
