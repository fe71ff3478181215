"""What the form of one key result is made of, and the short one that stands within a message beside its buttons."""

from typing import Any

from bot.cards import format as say
from bot.cards.i18n import Lang
from bot.cards.model import FormWithin
from bot.cards.render import Cards
from bot.okr.model import ScoreMode
from bot.views.asking import Question, question_of
from bot.views.person import PersonView
from bot.views.team import KRView


def newest_seen(one: KRView) -> int:
    """The last check-in that whoever sees the form can know of."""
    return max((row.id for row in one.recent), default=0)


def form_token(one: KRView) -> str:
    """What the form is about, and what its reader knew: `key result:newest check-in`."""
    return f"{one.row.token}:{newest_seen(one)}"


def update_data(view: PersonView, one: KRView, *, blocked: bool = False) -> dict[str, Any]:
    """What `update_form` asks for, as plain data; figures as text."""
    kr, current = one.kr, one.state.current
    return {
        "token": form_token(one),
        "label": view.label(one),
        "title": kr.title,
        "known": kr.metric or "",
        "steps": [
            {"number": step.number, "title": step.title, "done": step.number in current.steps_done} for step in kr.steps
        ],
        "binary": kr.is_binary,
        "due": kr.due.isoformat(),
        "metric": kr.metric or kr.short_title,
        "value": None if current.value is None else format(current.value, "f"),
        "unit": kr.unit,
        "self_score": None if current.self_score is None else format(current.self_score, "f"),
        "asks_score": asks_score(one),
        "blocked": blocked or current.blocked,
        "blocker": current.blocker or "",
    }


def asks_score(one: KRView) -> bool:
    """Whether its owner is asked where it lands."""
    return question_of(one) in (Question.LANDS, Question.LOOKS_RIGHT)


def form_within(cards: Cards, view: PersonView, one: KRView, action: str, value: str) -> FormWithin:
    """The form that may stand in the message in place of the control with `action` and `value`: only what matters."""
    kr, current = one.kr, one.state.current
    lang: Lang = view.person.lang.value
    known = None if current.value is None else say.amount_exact(current.value, kr.unit, lang)
    form = cards.form(
        "update_within",
        lang,
        token=form_token(one),
        label=view.label(one),
        steps=[
            {"number": step.number, "title": step.title, "done": step.number in current.steps_done} for step in kr.steps
        ],
        binary=kr.is_binary,
        due=kr.due,
        metric=kr.metric or kr.short_title,
        number=known or "",
        likely="" if current.confidence is None else say.likelihood(current.confidence),
        said="" if current.self_score is None else say.self_score(current.self_score),
        asks_score=asks_score(one),
        progress=view.workspace.score_mode is ScoreMode.PROGRESS,
        blocker=current.blocker or "",
    )
    return FormWithin(action, value, form)
