"""Reads what one segment says about one key result (spec/05 §10.8, point 6)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
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
from bot.okr.replies.shape_model import Shape
from bot.okr.replies.shape_words import FUTURE
from bot.okr.replies.shapes import find_shapes
from bot.okr.replies.types import Ask, AskFacts, Segment
from bot.okr.replies.units import has_han
from bot.okr.replies.weigh import Numbers, weigh
from bot.okr.replies.words import SEGMENT_MEANINGS, Meaning, is_filler, what_it_means

_ALONE = re.compile(r"[-+$€£¥~ ]*(?P<digits>[0-9][0-9,.' ]*)(?:e\+?(?P<power>[0-9]+))?\s?[%$€£¥]?[.!]?", re.IGNORECASE)
_NO_FACTS = AskFacts()
_SHOWN_DIGITS = 24
_STEPS = re.compile(r"(?<![a-z])steps?(?![a-z])|步", re.IGNORECASE)


@dataclass(slots=True)
class Reading:
    """A segment as it is being read. Each step takes what it understands off the canvas and writes down what it said.

    `ask`, once there is one, is what the person is asked, with `facts`.
    """

    canvas: Canvas
    kr: ReplyKR
    context: ReplyContext
    segment: Segment
    fields: Fields
    shapes: list[Shape] = field(default_factory=list)
    numbers: Numbers = field(default_factory=Numbers)
    phrases: list[Phrase] = field(default_factory=list)
    ask: Code | None = None
    facts: AskFacts = _NO_FACTS


def read_segment(text: str, kr: ReplyKR, context: ReplyContext, *, amend: bool = False) -> Segment:
    """What the text says about the KR: what to store, or one question with what else was said kept beside it."""
    context.trace.segment(kr, text)
    reading = Reading(Canvas(text), kr, context, Segment(kr.label), Fields(amend=amend))
    for step in STEPS:
        step(reading)
    segment = reading.segment
    if reading.ask is not None:
        segment = asking(kr, reading.ask, reading.facts, segment)
    context.trace.read(segment)
    return segment


# --- the steps ----------------------------------------------------------------------------------


def _fields(reading: Reading) -> None:
    """`next: ...`, `win: ...`; and whether it corrects what was said before."""
    corrects = reading.fields.amend
    reading.fields = take_fields(reading.canvas)
    reading.fields.amend = corrects
    take_amend(reading.canvas, reading.fields)


def _numbers(reading: Reading) -> None:
    """`seven` is a number where it is the whole reply."""
    if (number := read_english(reading.canvas.rest())) is not None:
        reading.canvas = Canvas(str(number))
    reading.shapes = find_shapes(reading.canvas.rest(), reading.kr, reading.context)


def _blocker(reading: Reading) -> None:
    """What is waited for, with the numbers in it."""
    canvas = reading.canvas
    take_blocker(canvas, [shape.span for shape in reading.shapes], reading.fields)
    reading.context.trace.fields(reading.fields)
    reading.shapes = [
        shape for shape in reading.shapes if not any(start <= shape.a.start < end for start, end in canvas.gone)
    ]


def _what_numbers_mean(reading: Reading) -> None:
    canvas, kr, context = reading.canvas, reading.kr, reading.context
    han = has_han(canvas.text) or context.lang == "zh"
    places = _places(reading.shapes, canvas, kr, han=han)
    claims = [claim(shape, place, kr, context) for shape, place in zip(reading.shapes, places, strict=True)]
    for one in claims:
        context.trace.claim(one)
    reading.numbers = weigh(claims, kr, canvas.rest())
    context.trace.weighed(reading.numbers)


def _words(reading: Reading) -> None:
    """The listed phrases that stand alone."""
    used = [shape.span for shape in reading.numbers.used]
    left = [shape.span for shape in reading.numbers.left]
    reading.phrases = find_phrases(reading.canvas, used, left, reading.context.trace)


def _together(reading: Reading) -> None:
    """What all of it comes to, by a list of steps of its own."""
    given = assign(reading.numbers, reading.phrases, reading.fields, reading.kr, reading.context)
    reading.segment, reading.ask, reading.facts = given


def _note(reading: Reading) -> None:
    """What is left."""
    canvas, kr, segment, ask = reading.canvas, reading.kr, reading.segment, reading.ask
    words = " ".join(canvas.rest().split()).strip(" ,.;!")
    for span in (
        *(shape.span for shape in reading.numbers.used),
        *_understood(reading.phrases, segment, reading.numbers),
    ):
        canvas.take(span)
    left = canvas.note()
    told = segment.stores_something or ask is not None
    if left and told and is_filler(FUTURE.sub(" ", _without_names(left, kr))):
        left = None
    if ask is Code.Q_FUTURE:
        left = words  # what is expected is said in the person's own words, whatever it turns out to be
    note = clip(", ".join(part for part in (left, *reading.fields.notes) if part) or None, "note")
    if ask is Code.Q_WHEN and left:
        # `busy but a good week` says no time: it is a note.
        reading.ask, note = None, clip(canvas.text, "note")
    if ask is Code.Q_DROP and not segment.stores_something:
        reading.facts = replace(reading.facts, raw=note)  # `drop it, the customer left`: the reason
    reading.segment = _tidy(segment if note is None else replace(segment, note=note))


def _nothing_yet(reading: Reading) -> None:
    """Where no reading was given, what it is now is asked."""
    kr, note = reading.kr, reading.segment.note
    if reading.ask is not None or reading.segment.stores_something:
        return
    if (large := too_large(reading.canvas.text)) is not None:
        reading.ask, reading.facts = Code.Q_OUT_OF_RANGE, AskFacts(raw=large, a=TOO_LARGE)
        reading.segment = Segment(kr.label)
        return
    reading.ask = _nothing_said(note, reading.fields, kr)
    reading.facts = AskFacts(last=kr.last_value, raw=note if reading.ask is Code.Q_STEPS else None)
    if reading.ask is Code.Q_UNKNOWN:
        reading.segment = Segment(kr.label)


STEPS: tuple[Callable[[Reading], None], ...] = (
    _fields,
    _numbers,
    _blocker,
    _what_numbers_mean,
    _words,
    _together,
    _note,
    _nothing_yet,
)
"""In this order (spec/05 §10.8, point 6)."""


# --- what the steps share -----------------------------------------------------------------------


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
