"""Reads what one segment says about one key result (spec/05 §10.8, point 6)."""

import re
from dataclasses import replace
from decimal import Decimal

from bot.okr.model import KRType
from bot.okr.replies.assign import assign
from bot.okr.replies.canvas import Canvas, halves
from bot.okr.replies.claim_model import Place
from bot.okr.replies.claims import claim
from bot.okr.replies.codes import Code
from bot.okr.replies.context import ReplyContext, ReplyKR
from bot.okr.replies.numerals import MOST_DIGITS, TOO_LARGE, read_english, tidy
from bot.okr.replies.said import (
    Fields,
    Phrase,
    clip,
    find_phrases,
    take_amend,
    take_blocker,
    take_fields,
)
from bot.okr.replies.shapes import FUTURE, Shape, find_shapes
from bot.okr.replies.types import Ask, AskFacts, Segment
from bot.okr.replies.units import has_han
from bot.okr.replies.weigh import Numbers, weigh
from bot.okr.replies.words import SEGMENT_MEANINGS, Meaning, is_filler, what_it_means

_ALONE = re.compile(r"[-+$€£¥~ ]*(?P<digits>[0-9][0-9,.' ]*)(?:e\+?(?P<power>[0-9]+))?\s?[%$€£¥]?[.!]?", re.IGNORECASE)
_SHOWN_DIGITS = 24
_STEPS = re.compile(r"(?<![a-z])steps?(?![a-z])|步", re.IGNORECASE)


def read_segment(text: str, kr: ReplyKR, context: ReplyContext, *, amend: bool = False) -> Segment:
    """What the text says about the KR: what to store, or one question with what else was said kept beside it."""
    context.trace.segment(kr, text)
    segment = _read(text, kr, context, amend=amend)
    context.trace.read(segment)
    return segment


def _read(text: str, kr: ReplyKR, context: ReplyContext, *, amend: bool) -> Segment:
    canvas = Canvas(text)
    fields = take_fields(canvas)
    take_amend(canvas, fields)
    fields.amend = fields.amend or amend
    if (number := read_english(canvas.rest())) is not None:
        canvas = Canvas(str(number))
    shapes = find_shapes(canvas.rest(), kr, context)
    take_blocker(canvas, [shape.span for shape in shapes], fields)
    context.trace.fields(fields)
    shapes = [shape for shape in shapes if not any(a <= shape.a.start < b for a, b in canvas.gone)]
    han = has_han(text) or context.lang == "zh"
    places = _places(shapes, canvas, kr, han=han)
    claims = [claim(shape, place, kr, context) for shape, place in zip(shapes, places, strict=True)]
    for one in claims:
        context.trace.claim(one)
    numbers = weigh(claims, kr, canvas.rest())
    context.trace.weighed(numbers)
    used, left_over = [shape.span for shape in numbers.used], [shape.span for shape in numbers.left]
    phrases = find_phrases(canvas, used, left_over, context.trace)
    segment, ask, facts = assign(numbers, phrases, fields, kr, context)
    words = " ".join(canvas.rest().split()).strip(" ,.;!")
    for span in (*(shape.span for shape in numbers.used), *_understood(phrases, segment, numbers)):
        canvas.take(span)
    left = canvas.note()
    told = segment.stores_something or ask is not None
    if left and told and is_filler(FUTURE.sub(" ", _without_names(left, kr))):
        left = None
    if ask is Code.Q_FUTURE:
        left = words  # what is expected is said in the person's own words, whatever it turns out to be
    note = clip(", ".join(part for part in (left, *fields.notes) if part) or None, "note")
    if ask is Code.Q_WHEN and left:
        # `busy but a good week` says no time: it is a note.
        ask, note = None, clip(canvas.text, "note")
    segment = _tidy(segment if note is None else replace(segment, note=note))
    if ask is None and not segment.stores_something:
        if (large := too_large(canvas.text)) is not None:
            return asking(kr, Code.Q_OUT_OF_RANGE, AskFacts(raw=large, a=TOO_LARGE), Segment(kr.label))
        ask = _nothing_said(note, fields, kr)
        facts = AskFacts(last=kr.last_value, raw=note if ask is Code.Q_STEPS else None)
        segment = segment if ask is not Code.Q_UNKNOWN else Segment(kr.label)
    if ask is None:
        return segment
    if ask is Code.Q_DROP and not segment.stores_something:
        facts = replace(facts, raw=note)  # `drop it, the customer left`: the reason
    return asking(kr, ask, facts, segment)


def too_large(text: str) -> str | None:
    """A number too large to be a value, where the text is that number alone; else None. Long ones are clipped."""
    found = _ALONE.fullmatch(text.strip())
    if found is None:
        return None
    whole = sum(sign.isdigit() for sign in re.split(r"[eE]|\.[0-9]*$", found["digits"])[0])
    if whole + int((found["power"] or "0")[:6]) <= MOST_DIGITS:
        return None
    raw = found["digits"] + (f"e{found['power']}" if found["power"] else "")
    return raw if len(raw) <= _SHOWN_DIGITS else raw[:_SHOWN_DIGITS] + "…"


def _is_rubbish(note: str | None, fields: Fields) -> bool:
    """`abc`, `NaN`: one word of Latin letters, or signs, is no note unless it was said to be one."""
    if not note or fields.notes:
        return False
    return not has_han(note) and len(note.split()) == 1


def _nothing_said(note: str | None, fields: Fields, kr: ReplyKR) -> Code:
    """What to ask where a KR was named and no reading given."""
    if _is_rubbish(note, fields):
        return Code.Q_UNKNOWN
    if kr.type is KRType.MILESTONE and kr.has_steps and note is not None and _STEPS.search(note):
        return Code.Q_STEPS
    return Code.Q_NOTE_ONLY if note else Code.Q_NUMBER


def _tidy(segment: Segment) -> Segment:
    """Numbers without trailing zeros: 45000.50 is 45000.5, 48000.000 is 48000."""

    def short(number: Decimal | None) -> Decimal | None:
        return None if number is None else tidy(number)

    told = (segment.value, segment.self_score, segment.confidence, segment.baseline_set)
    if not any(number is not None for number in told):
        return segment
    return replace(
        segment,
        value=short(segment.value),
        self_score=short(segment.self_score),
        confidence=short(segment.confidence),
        baseline_set=short(segment.baseline_set),
    )


def asking(kr: ReplyKR, code: Code, facts: AskFacts, kept: Segment) -> Segment:
    """A segment that asks: what else it said is kept with the question."""
    something = kept if kept.stores_something or kept.note or kept.amend or kept.approx else None
    note = kept.note if code is Code.Q_NOTE_ONLY else None
    return Segment(kr.label, note=note, ask=Ask(code, kr.label, facts, something))


def _places(shapes: list[Shape], canvas: Canvas, kr: ReplyKR, *, han: bool) -> list[Place]:
    """How each number stands in its clause."""
    spans = [shape.span for shape in shapes]
    rest = canvas.rest(also=spans)
    of_clause = [
        (clause, _place(rest[clause.start : clause.end], canvas.text[clause.start : clause.end], kr, han=han))
        for clause in (canvas.clauses(keep=spans) if shapes else ())
    ]
    nowhere = Place(alone=False, prose=True, clause="", reply_has_han=han)
    return [
        next((place for clause, place in of_clause if clause.start <= shape.a.start < clause.end), nowhere)
        for shape in shapes
    ]


def _place(left: str, clause: str, kr: ReplyKR, *, han: bool) -> Place:
    """`left`: the words of the clause beside its numbers."""
    alone = is_filler(left)
    listed = alone or what_it_means(left, SEGMENT_MEANINGS) is not None or _starts_with_phrase(left)
    known = listed or is_filler(_without_names(left, kr))
    return Place(alone, not known, clause, han)


def _starts_with_phrase(left: str) -> bool:
    return any(what_it_means(left[a:b], SEGMENT_MEANINGS) is not None for a, b in halves(left))


def _without_names(text: str, kr: ReplyKR) -> str:
    """The text without words of the KR's own title, metric and unit: `7 interviews` is no sentence."""
    own = {word.lower() for name in (*kr.names, kr.metric, kr.unit) for word in name.split()}
    for name in (*kr.names, kr.metric):
        if name and has_han(name):
            text = text.replace(name, " ")
    words = (word for word in text.split() if word.strip(".,:()").lower() not in own)
    return " ".join(words)


def _understood(phrases: list[Phrase], segment: Segment, numbers: Numbers) -> list[tuple[int, int]]:
    """Phrases that were understood. Those that said nothing beside what was stored stay in the note."""
    noted = {Meaning.AWAY, Meaning.ALMOST, Meaning.NO_UPDATE, Meaning.WHEN, Meaning.SNOOZE, Meaning.CONFIDENCE_WORD}
    if not segment.skip:
        noted.add(Meaning.NO_DATA)
    if segment.confidence is not None:
        noted.discard(Meaning.CONFIDENCE_WORD)
    stands = segment.stores_something or numbers.ask is not None
    return [phrase.span for phrase in phrases if not (stands and phrase.meaning in noted)]
