"""How a person writes, learned from their answers: what a percentage means, which sign is the decimal one.

An answer teaches only whoever gave it, once; taking the answer back takes the habit back with it.
"""

from collections.abc import Iterable

from bot.handlers.saying import N_, sentence
from bot.intake.conversation import Turn
from bot.okr.replies import Answer
from storage import conversations
from storage import models as m

HABIT = "habit"
"""In a question's `ask`, beside what is asked: the habit that its answer taught, and what it was before."""
FORGOTTEN = {
    "percent_means": N_("I'll ask again what a percentage means."),
    "number_style": N_("I'll ask again how you write numbers."),
}


def remember(turn: Turn, question: m.Clarification, given: Answer) -> None:
    """Keep what the answer taught, with what was known before."""
    person = turn.person
    if given.percent_means is not None:
        _note(question, "percent_means", person.percent_means, given.percent_means)
        person.percent_means = m.PercentMeans(given.percent_means)
    if given.number_style is not None:
        _note(question, "number_style", person.number_style, given.number_style)
        person.number_style = m.NumberStyle(given.number_style)
    turn.session.add(question)
    turn.session.add(person)


def forget(turn: Turn, question: m.Clarification) -> str | None:
    """What this answer taught is no more: it is as before. Returns which habit; None where it taught none, or the
    person has set another since."""
    learned = question.ask.get(HABIT)
    if learned is None or question.person_id != turn.person.id:
        return None
    name, person = learned["name"], turn.person
    question.ask = {key: part for key, part in question.ask.items() if key != HABIT}
    turn.session.add(question)
    if getattr(person, name) != learned["learned"]:
        return None
    kind = m.PercentMeans if name == "percent_means" else m.NumberStyle
    setattr(person, name, kind(learned["before"]))
    turn.session.add(person)
    return str(name)


def forget_with(turn: Turn, rows: Iterable[m.CheckIn]) -> list[dict[str, object]]:
    """Those taught by the answers that led to these check-ins, which are taken back; a sentence for each."""
    answers = {row.told_in_id for row in rows if row.told_in_id is not None}
    questions = conversations.questions_answered_in(turn.session, turn.person.id, answers)
    names = [name for one in questions if (name := forget(turn, one)) is not None]
    return [sentence(FORGOTTEN[name]) for name in names]


def _note(question: m.Clarification, name: str, before: str, learned: str) -> None:
    question.ask = {**question.ask, HABIT: {"name": name, "before": str(before), "learned": learned}}
