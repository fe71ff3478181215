"""What a reply came to, in the words in which Okra would echo it: without a database, and without storing anything."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.cards import format as figures
from bot.cards.i18n import Lang
from bot.cards.model import Card
from bot.cards.plain import plain_text
from bot.cards.render import Cards
from bot.okr.model import Band, ScoreMode
from bot.okr.noted import read_noted
from bot.okr.replies import Ask, Intent, Reply, ReplyContext, ReplyKR, Segment, told_percent
from bot.okr.replies.assign import NO_DATA_REASON
from bot.views.echo import NEXT_STEP_NOTED, NEXT_STEP_NOTED_BY, WIN_NOTED
from bot.views.questions import ShownQuestion, worded
from bot.views.receipt import LOW_CONFIDENCE, LOW_SELF_SCORE, Receipt

NOTHING = "Nothing is stored."
WISHES = {
    Intent.UNDO: "takes back the last entry",
    Intent.HELP: "shows the help",
    Intent.QUESTION: "shows the help",
    Intent.THANKS: "is thanked for; nothing else follows",
    Intent.SNOOZE: "asks again later",
    Intent.STOP: "is told how to pause the questions",
    Intent.AWAY: "is told how to pause the questions",
    Intent.NOTHING_OPEN: "is about all that is asked, and nothing is",
}


def result_lines(cards: Cards, reply: Reply, text: str, context: ReplyContext, today: date) -> list[str]:
    """What would be stored, a line each."""
    lang = context.lang
    stored = [one for one in reply.segments if one.stores_something]
    found = ((one, context.find(one.label)) for one in stored)
    told = (_receipt(one, kr, text, context) for one, kr in found if kr is not None)
    receipts = [one for one in told if one is not None]
    extra = [line for one in stored for line in _noted(cards, one, today, lang)]
    lines = []
    if reply.intent is not None and reply.intent in WISHES:
        lines.append(f"It {WISHES[reply.intent]}.")
    if receipts or extra:
        lines += _without_undo(_echo(cards, receipts, extra, lang))
    corrected = ", ".join(one.label for one in stored if one.amend)
    if corrected:
        lines.append(f"({corrected}: instead of the last entry, where there is one within 24 hours.)")
    kept = [one.ask.kept for one in reply.segments if one.ask is not None and one.ask.kept is not None]
    lines += [f"({one.label}: stored with the answer: {_in_short(cards, one, text, context)})" for one in kept]
    return lines or [NOTHING]


def questions_of(cards: Cards, reply: Reply, context: ReplyContext, due: date) -> list[ShownQuestion]:
    """Every question in the order in which they would be asked: one at a time, those of key results first."""
    asks = [one.ask for one in reply.segments if one.ask is not None]
    asks += [reply.ask] if reply.ask is not None else []
    return [_worded(cards, ask, context, due) for ask in asks]


def _worded(cards: Cards, ask: Ask, context: ReplyContext, due: date) -> ShownQuestion:
    kr = context.find(ask.label)
    return worded(cards, ask, "", context, "" if kr is None else kr.unit, due, context.lang)


def _receipt(segment: Segment, kr: ReplyKR, text: str, context: ReplyContext) -> Receipt | None:
    """The echo's line for one segment; None where only a next step or a win was said."""
    bare = replace(segment, next_step=None, win=None)
    if not bare.stores_something:
        return None
    value = segment.value if segment.baseline_set is None else segment.baseline_set
    empty = Receipt(kr.label, "-", "", "-", kr.unit, kr.decimals)
    if segment.skip:
        return replace(empty, skipped=True, no_data=segment.skip_reason == NO_DATA_REASON)
    confirms = segment.no_change or segment.agree
    score, sure = segment.self_score, segment.confidence
    if confirms:
        proposes = kr.automated and kr.proposed_self_score is not None
        value = None if kr.is_binary or proposes else kr.last_value if value is None else value
        score = (kr.proposed_self_score if proposes else kr.last_self_score) if score is None else score
        sure = kr.last_confidence if kr.is_binary and sure is None else sure
    low = segment.status is Band.OFF_TRACK or (sure is not None and sure < LOW_CONFIDENCE)
    forecast = context.score_mode is ScoreMode.FORECAST
    return replace(
        empty,
        old=kr.last_value if value is not None and kr.last_value not in (None, value) else None,
        value=value,
        percent=told_percent(text, kr, value) if value is not None and not confirms else None,
        approx=segment.approx,
        attested=confirms and value is not None,
        no_change=confirms,
        self_score=score,
        confidence=sure,
        said=segment.status,
        done=segment.done is True,
        still_open=segment.done is False,
        blocked=segment.blocked is True,
        unblocked=segment.blocked is False,
        blocker=segment.blocker,
        help_wanted=segment.help_wanted,
        note=segment.note,
        low=low or (forecast and score is not None and score < LOW_SELF_SCORE),
    )


def _noted(cards: Cards, segment: Segment, today: date, lang: Lang) -> list[str]:
    lines = []
    if segment.next_step is not None:
        noted = read_noted(segment.next_step, today, ())
        if noted.day is None or not noted.text or noted.day < today:
            lines.append(cards.text(NEXT_STEP_NOTED, lang, text=segment.next_step))
        else:
            day = figures.day(noted.day, lang)
            lines.append(cards.text(NEXT_STEP_NOTED_BY, lang, text=noted.text, day=day))
    if segment.win is not None:
        lines.append(cards.text(WIN_NOTED, lang, text=segment.win))
    return lines


def _in_short(cards: Cards, kept: Segment, text: str, context: ReplyContext) -> str:
    kr = context.find(kept.label)
    told = None if kr is None else _receipt(kept, kr, text, context)
    if told is None:
        return f"“{kept.note}”" if kept.note else "that it corrects the last entry, or is about"
    return " ".join(_without_undo(_echo(cards, [told], [], context.lang)))


def _echo(cards: Cards, lines: Sequence[Receipt], extra: Sequence[str], lang: Lang) -> Card:
    return cards.card(
        "echo",
        lang,
        lines=list(lines),
        restored=None,
        extra=list(extra),
        noted=[],
        truncated=False,
        asks=None,
        finished=False,
        digest_at=None,
    )


def _without_undo(card: Card) -> list[str]:
    """The echo's lines; its Undo would take back what is not stored."""
    lines = (line.rpartition(" [")[0] if line.endswith("]") else line for line in plain_text(card).split("\n"))
    return [line for line in lines if line.strip()]
