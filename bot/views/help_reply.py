"""`/okr help reply` by example: what works for the key results of whoever asks, each read before it is shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.cards import format as say
from bot.cards.i18n import N_, Lang
from bot.cards.render import Cards
from bot.okr.model import KRState
from bot.okr.replies import Reply, ReplyContext, ReplyKR, Segment, read_reply
from bot.views.person import PersonView, reply_context

SCORE, SURE = Decimal("0.7"), Decimal(7)
NUMBER = N_("{text}: the number now")
LANDS = N_("{text}: where you think it lands, 0 to 1")
HOW_SURE = N_("{text}: how sure you are")
IS_DONE = N_("{text}: it is there")
SEVERAL = N_("{text}: several at once; what else you write stays as a note")
ALWAYS = (
    N_("next: call Acme adds a next step. undo takes back what you said last, for 24 hours."),
    N_("If I can read it in two ways I ask once, and store nothing until you answer."),
)
_BETWEEN = " · "
_WORDS: dict[str, tuple[str, str, str, str, str, str]] = {
    "en": ("done", "no change", "blocked on legal", "legal", "skip", "value"),
    "zh": ("完成", "没有变化", "卡在法务", "法务", "跳过", "数值"),
}


@dataclass(frozen=True, slots=True)
class Example:
    """What one may type, how the help says it, and what it must be read as."""

    text: str
    told: str
    read_as: tuple[Segment, ...]


def reply_lines(cards: Cards, view: PersonView, lang: Lang) -> list[str]:
    """The lines of the help; empty for somebody who owns nothing now."""
    context = reply_context(view, ())
    active = {view.label(one) for one in view.own if one.kr.state is KRState.ACTIVE}
    own = [kr for kr in context.known if kr.label in active]
    lines = []
    for row in examples(own, context):
        right = [one for one in row if is_read_as_told(one, context)]
        told = [cards.text(one.told, lang, text=one.text) if one.told else one.text for one in right]
        if told:
            lines.append(_BETWEEN.join(told))
    return [*lines, *(cards.text(line, lang) for line in ALWAYS)] if lines else []


def is_read_as_told(example: Example, context: ReplyContext) -> bool:
    """Whether the reader agrees with the help; what it would ask about is no example."""
    read: Reply = read_reply(example.text, context)
    return read.ask is None and read.segments == example.read_as


def examples(own: Sequence[ReplyKR], context: ReplyContext) -> Iterator[tuple[Example, ...]]:
    """Rows of what works: a number and a judgement, another unit, done or not, words, several at once."""
    done, same, blocked, blocker, skip, _ = _WORDS[context.lang]
    numbers = [kr for kr in own if kr.is_number and not kr.automated]
    first = numbers[0] if numbers else None
    other = next((kr for kr in numbers if first is not None and kr.unit != first.unit), None)
    binary = next((kr for kr in own if kr.is_binary), None)
    told = [one for kr in (first, other) if kr is not None and (one := _number(kr, context)) is not None]
    if first is not None:
        score = Example(f"{first.label} 0.7", LANDS, (Segment(first.label, self_score=SCORE),))
        yield (*told[:1], score)
    if told[1:]:
        yield (told[1],)
    sure = None
    if binary is not None:
        sure = Example(f"{binary.label} 7/10", HOW_SURE, (Segment(binary.label, confidence=SURE),))
        yield (sure, Example(f"{binary.label} {done}", IS_DONE, (Segment(binary.label, done=True),)))
    if own:
        label = own[0].label
        yield (
            Example(f"{label} {same}", "", (Segment(label, no_change=True),)),
            Example(f"{label} {blocked}", "", (Segment(label, blocked=True, blocker=blocker),)),
            Example(f"{label} {skip}", "", (Segment(label, skip=True),)),
        )
    both = [*told, *([sure] if sure is not None else [])][:2]
    if len(both) == 2:
        between = "，" if context.lang == "zh" else ", "
        yield (Example(between.join(one.text for one in both), SEVERAL, both[0].read_as + both[1].read_as),)


def _number(kr: ReplyKR, context: ReplyContext) -> Example | None:
    """A number that it may well show: the last one, or one on its way; with its unit, as people write it."""
    value = kr.last_value
    if value is None and kr.baseline is not None and kr.goal is not None:
        value = (kr.baseline + kr.goal) / 2
    if value is None:
        value = next((one for one in (kr.range_lo, kr.range_hi, kr.goal) if one is not None), None)
    if value is None:
        return None
    short = say.amount_exact(value, kr.unit, context.lang)
    word = _WORDS[context.lang][-1]
    segment = Segment(kr.label, value=value)
    forms = (f"{kr.label} {short}", f"{kr.label} {word} {short}", f"{kr.label} {value:f}")
    found = (Example(text, NUMBER, (segment,)) for text in forms)
    return next((one for one in found if is_read_as_told(one, context)), None)
