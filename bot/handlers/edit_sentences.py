"""Why a changed field cannot be taken: one sentence each."""

from collections.abc import Mapping
from datetime import date

from bot.cards import format as say_as
from bot.cards.figures import amount_exact
from bot.cards.i18n import Lang
from bot.handlers.saying import N_
from bot.intake.conversation import Turn
from bot.okr.drafts import MOST_STEPS, KRDraft, Problem
from bot.okr.edit_values import Cannot, Unreadable

UNREADABLE: Mapping[Cannot, str] = {
    Cannot.NO_NUMBER: N_("I cannot read '{text}' as a number; try 45k, 31% or 1.2万."),
    Cannot.SEVERAL_NUMBERS: N_("'{text}' holds more than one number; please give the new one alone."),
    Cannot.TWO_READINGS: N_("'{text}' may be {one} or {other}; please write it without the mark in between."),
    Cannot.TOO_LARGE: N_("That number is too large for me; please give it in thousands or millions."),
    Cannot.A_CHANGE: N_("Please give the new number itself, not by how much it changes: '{text}'."),
    Cannot.OTHER_UNIT: N_("It is counted in {unit}, so I cannot take '{text}'. The unit can be changed as well."),
    Cannot.NO_DAY: N_("I cannot read '{text}' as a day; try 15 Dec or 2026-12-15."),
    Cannot.DAY_OVER: N_("That day is over; please give one to come."),
    Cannot.TOO_FAR: N_("That is more than two years away; please give a nearer day."),
    Cannot.NO_CHOICE: N_("I don't know '{text}' here. There is: {names}"),
    Cannot.EMPTY: N_("It cannot be empty."),
    Cannot.LONG: N_("That is longer than {most} characters."),
    Cannot.NO_RANGE: N_("I cannot read that range; try 70-80%, at least 40, or below 5."),
    Cannot.NO_ANCHORS: N_("Please give three values, for 0.3, 0.7 and 1.0: 10 / 20 / 30."),
    Cannot.NO_PHASES: N_("Please say what is expected by when, growing: 15 Nov 30%, 1 Dec 60%."),
    Cannot.MANY_ALIASES: N_("At most {most} other names, please."),
}
IMPOSSIBLE: Mapping[Problem, str] = {
    Problem.NO_TITLE: N_("It cannot be empty."),
    Problem.LONG: N_("That is too long."),
    Problem.NO_TARGET: N_("What number would be full success by {due}?"),
    Problem.SAME: N_("Start and target are the same. To hold a level use 'keep above' or 'keep between'."),
    Problem.NOT_IN_ORDER: N_("0.3, 0.7 and 1.0 must lie in order between start and best."),
    Problem.NO_BOUNDS: N_("A range needs a lower end, an upper end, or both."),
    Problem.UPSIDE_DOWN: N_("The lower end is above the upper end."),
    Problem.NOT_ABOVE_ZERO: N_("It must be above 0."),
    Problem.DUE_BEFORE_START: N_("It would be due before its first day, {start}."),
    Problem.DUE_OVER: N_("That day is over; please give one to come."),
    Problem.STEPS_ELSEWHERE: N_("Only a milestone has steps."),
    Problem.MANY_STEPS: N_("At most {most} steps, please."),
    Problem.NO_PHASES: N_("Please say what is expected by when, growing: 15 Nov 30%, 1 Dec 60%."),
    Problem.NO_CONFIDENCE: N_("A confidence is a number from 0 to 10."),
}
UP_BUT_DOWN = N_(
    "It is to increase, but would go from {one} to {other}. Which is right? The kind can be changed as well."
)
DOWN_BUT_UP = N_(
    "It is to decrease, but would go from {one} to {other}. Which is right? The kind can be changed as well."
)
FED = N_("A feed reads numbers for it, so it cannot become a yes/no key result or a first value.")


def unreadable(turn: Turn, why: Unreadable) -> str:
    """The sentence about words that cannot be read."""
    return turn.say(UNREADABLE[why.why], **why.params)


def impossible(turn: Turn, problem: Problem, draft: KRDraft, today: date) -> str:
    """The sentence about values that cannot stand together."""
    lang: Lang = turn.person.lang.value
    if problem is Problem.WRONG_WAY and draft.baseline is not None and draft.goal is not None:
        msgid = UP_BUT_DOWN if draft.goal < draft.baseline else DOWN_BUT_UP
        ends = {"one": draft.baseline, "other": draft.goal}
        return turn.say(msgid, **{name: amount_exact(value, draft.unit, lang) for name, value in ends.items()})
    days = {"due": say_as.day(draft.due, lang, today), "start": say_as.day(draft.start, lang, today)}
    return turn.say(IMPOSSIBLE[problem], most=MOST_STEPS, **days)
