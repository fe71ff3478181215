"""What any button may answer: it is of no use any more, it is somebody else's, or what it shows was overtaken."""

from decimal import Decimal, InvalidOperation

from sqlmodel import col

from bot.cards.figures import amount_exact, likelihood, self_score
from bot.handlers.saying import N_, notice
from bot.handlers.showing import stands_on
from bot.intake.conversation import Reply, Turn
from bot.views.asking import Question, proposal_of, question_of
from bot.views.person import PersonView
from bot.views.team import KRView
from storage import deliveries
from storage import models as m

GONE = N_("That button has nothing to do any more; nothing was recorded. Send me a line instead, or use /okr.")
NOT_YOURS = N_("That question went to someone else, so nothing was recorded. /okr shows what you answer for.")
OVERTAKEN = N_("{kr} is at {now} now, so nothing was recorded. To tell me something newer: /okr update {kr}.")
JUDGED_SINCE = N_(
    "The self-score of {kr} is {now} now, so nothing was recorded. To tell me something newer: /okr update {kr}."
)
HEADS_ELSEWHERE = N_("I would say {now} for {kr} now, so nothing was recorded. To tell me yourself: /okr update {kr}.")
CLOSED = N_("That check-in is closed, and nothing was recorded. Your newest one is below, or use /okr update.")


def overtaken(turn: Turn, view: PersonView, one: KRView, shown: str) -> Reply:
    """What a button shows does not count any more: it attests nothing, and its message shows the newest."""
    show_newest(turn)
    current, question = one.state.current, question_of(one)
    told = shown.partition(";")[0]
    if question is Question.LOOKS_RIGHT:
        return notice(HEADS_ELSEWHERE, kr=view.label(one), now=self_score(proposal_of(one) or Decimal(0)))
    if question is Question.HOW_LIKELY and current.confidence is not None:
        return notice(OVERTAKEN, kr=view.label(one), now=likelihood(current.confidence))
    if current.value is not None and one.kr.is_number and number_of(told) != current.value:
        now = amount_exact(current.value, one.kr.unit, turn.person.lang.value)
        return notice(OVERTAKEN, kr=view.label(one), now=now)
    if current.self_score is not None:
        return notice(JUDGED_SINCE, kr=view.label(one), now=self_score(current.self_score))
    return notice(GONE)


def show_newest(turn: Turn) -> None:
    """The message whose button was pressed shows what is true now."""
    row = stands_on(turn)
    if row is not None:
        deliveries.want_newest(turn.session, col(m.Delivery.id) == row.id)


def number_of(text: str) -> Decimal | None:
    """The number a button carries; None for what is none."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
