"""A question back to a person as it is shown: one sentence in their words, and its ready buttons (spec/05 §10.10)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.cards import format as say
from bot.cards.i18n import N_, Lang
from bot.cards.render import Cards
from bot.okr.model import Band
from bot.okr.replies import (
    Ask,
    AskOption,
    Code,
    Param,
    ParamKind,
    ReplyContext,
    Words,
    options,
    question,
)
from bot.views.team import KRView
from storage import models as m


@dataclass(frozen=True, slots=True)
class ShownOption:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """One line, ready buttons after it; free text is always possible too."""

    text: str
    options: tuple[ShownOption, ...]
    thanks_for: str | None = None
    """The key result whose bad news it thanks for; the line above need not do so again."""
    plans_for: str | None = None
    """The key result that it offers a next step for; the line above need not do so again."""


def shown_question(
    cards: Cards, asked: m.Clarification, context: ReplyContext, view: KRView | None, lang: Lang
) -> ShownQuestion:
    """The question in the person's language. `view` is the key result it is about, where it is about one."""
    unit, due = ("", None) if view is None else (view.kr.unit, view.kr.due)
    return worded(cards, Ask.from_json(asked.ask), asked.token, context, unit, due, lang)


def worded(
    cards: Cards, ask: Ask, token: str, context: ReplyContext, unit: str, due: date | None, lang: Lang
) -> ShownQuestion:
    """Any question in words. `unit` and `due` are of the key result it is about, `token` is what its buttons name."""
    speak = _Speaker(cards, lang, unit, due)
    return ShownQuestion(
        text=_sentence(speak, ask, context),
        options=tuple(_option(speak, token, one) for one in options(ask, context)),
        thanks_for=ask.label if ask.code is Code.Q_HELP else None,
        plans_for=ask.label if ask.code is Code.Q_MOVE else None,
    )


def _sentence(speak: "_Speaker", ask: Ask, context: ReplyContext) -> str:
    if ask.code is Code.Q_HOPEFUL and ask.facts.a is not None:
        # The pace is a computed figure and is shown as one. Who said how sure they are gave no score to set beside it.
        pace = say.heading(ask.facts.a)
        if ask.facts.score is None:
            return speak.cards.text(
                N_("The pace says {pace}. What makes you more hopeful? (a line is enough)"), speak.lang, pace=pace
            )
        words = question(ask, context)
        return speak.cards.text(words.msgid, speak.lang, a=pace, score=say.self_score(ask.facts.score))
    return speak.words(question(ask, context))


@dataclass(frozen=True, slots=True)
class _Speaker:
    cards: Cards
    lang: Lang
    unit: str
    due: date | None

    def words(self, words: Words) -> str:
        return self.cards.text(words.msgid, self.lang, **{one.name: self.param(one) for one in words.params})

    def param(self, param: Param) -> str:
        value = param.value
        match param.kind:
            case ParamKind.VALUE if isinstance(value, Decimal):
                return say.amount_exact(value, self.unit, self.lang)
            case ParamKind.PLAIN if isinstance(value, Decimal):
                return f"{value:f}"
            case ParamKind.STATUS if isinstance(value, Band):
                return say.status_word(value, self.lang)
            case ParamKind.DAY if value:
                return say.day(date.fromisoformat(str(value)), self.lang)
            case ParamKind.DUE:
                return "" if self.due is None else say.day(self.due, self.lang)
            case _:
                return str(value)


def _option(speak: _Speaker, token: str, option: AskOption) -> ShownOption:
    return ShownOption(speak.words(option.label), f"{token}:{option.id}")
