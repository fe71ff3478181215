"""Reads what one segment says about one key result (spec/05 §10.8, point 6)."""

import re
from dataclasses import replace
from decimal import Decimal

from bot.okr.model import Band, KRType, ScoreMode
from bot.okr.replies.canvas import Canvas, halves
from bot.okr.replies.claim_model import Place
from bot.okr.replies.claims import claim
from bot.okr.replies.codes import Code
from bot.okr.replies.context import ReplyContext, ReplyKR
from bot.okr.replies.numerals import MOST_DIGITS, TOO_LARGE, read_english, tidy
from bot.okr.replies.said import (
    BANDS,
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

# The line that decides between on track and at risk (spec/01, decision 8).
_ON_TRACK_FROM = Decimal("0.60")
# Near the line a word and a number may differ by a shade; further off, one of them is a slip.
_SHADE = Decimal("0.1")
_ALONE = re.compile(r"[-+$€£¥~ ]*(?P<digits>[0-9][0-9,.' ]*)(?:e\+?(?P<power>[0-9]+))?\s?[%$€£¥]?[.!]?", re.IGNORECASE)
_SHOWN_DIGITS = 24
_SHOWN_WORDS = 40
_STEPS = re.compile(r"(?<![a-z])steps?(?![a-z])|步", re.IGNORECASE)
_GOOD = (Band.AHEAD, Band.ON_TRACK)
_ASK_FIRST = {Meaning.DROP: Code.Q_DROP, Meaning.NOT_MINE: Code.Q_OWNER, Meaning.AWAY: Code.Q_AWAY}
NO_DATA_REASON = "no data yet"


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
    segment, ask, facts = _assign(numbers, phrases, fields, kr, context)
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
    segment = _tidy(replace(segment, note=note))
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


def _assign(
    numbers: Numbers, phrases: list[Phrase], fields: Fields, kr: ReplyKR, context: ReplyContext
) -> tuple[Segment, Code | None, AskFacts]:
    """Puts numbers, phrases and fields together, and finds what does not fit."""
    meanings = {phrase.meaning for phrase in phrases}
    segment = _with_fields(Segment(kr.label), fields)
    segment = _with_numbers(segment, numbers, kr)
    bands = list(dict.fromkeys(BANDS[phrase.meaning] for phrase in phrases if phrase.meaning in BANDS))
    if bands:
        segment = replace(segment, status=bands[0])
    if segment.blocked is None and Meaning.BLOCKED in meanings:
        segment = replace(segment, blocked=True)
    elif segment.blocked is None and Meaning.UNBLOCKED in meanings:
        segment = replace(segment, blocked=False)
    for meaning, code in _ASK_FIRST.items():
        if meaning in meanings and not (meaning is Meaning.AWAY and Meaning.SKIP in meanings):
            return segment, code, AskFacts(last=kr.last_value)
    if numbers.ask is not None:
        return segment, numbers.ask, numbers.facts
    if len(bands) > 1:
        named = [(band.value, _words_for(phrases, band)) for band in bands[:2]]
        return replace(segment, status=None), Code.Q_CONTRADICT, _clash(*named)
    if (doubt := _contradiction(segment, context)) is not None:
        score, status = doubt
        kept = replace(segment, status=None, self_score=None)
        return kept, Code.Q_CONTRADICT, AskFacts(score=score, status=status)
    return _with_phrases(segment, meanings, numbers, phrases, kr)


def _with_fields(segment: Segment, fields: Fields) -> Segment:
    return replace(
        segment,
        next_step=fields.next_step,
        win=fields.win,
        help_wanted=fields.help_wanted,
        blocked=fields.blocked,
        blocker=fields.blocker,
        amend=fields.amend,
    )


def _with_numbers(segment: Segment, numbers: Numbers, kr: ReplyKR) -> Segment:
    baseline = kr.type is KRType.BASELINE
    return replace(
        segment,
        value=None if baseline else numbers.value,
        baseline_set=numbers.value if baseline else None,
        self_score=numbers.self_score,
        confidence=numbers.confidence,
        done=False if numbers.not_done else None,
        approx=numbers.approx and numbers.value is not None,
        computed_from_percent=numbers.computed_from,
        percent_basis=numbers.basis,
    )


def _contradiction(segment: Segment, context: ReplyContext) -> tuple[Decimal, Band] | None:
    """A self-score on one side of the line and a status word on the other (spec/05 §10.9).

    In progress mode a low score early on is no contradiction: it says how much is done.
    """
    if segment.status is None or segment.self_score is None or context.score_mode is ScoreMode.PROGRESS:
        return None
    good = segment.status in _GOOD
    if good and segment.self_score >= _ON_TRACK_FROM - _SHADE:
        return None
    if not good and segment.self_score < _ON_TRACK_FROM + _SHADE:
        return None
    return segment.self_score, segment.status


def _with_phrases(
    segment: Segment, meanings: set[Meaning], numbers: Numbers, phrases: list[Phrase], kr: ReplyKR
) -> tuple[Segment, Code | None, AskFacts]:
    """The phrases that are neither a colour nor a blocker."""
    facts = AskFacts(last=kr.last_value)
    judged = numbers.says_something or segment.status is not None
    if Meaning.SKIP in meanings or Meaning.NO_DATA in meanings:
        return _with_skip(segment, meanings, numbers, phrases, judged=judged)
    if Meaning.DONE in meanings or Meaning.NOT_DONE in meanings:
        segment, code, done_facts = _with_done(segment, phrases, numbers, kr)
        if code is not None:
            return segment, code, done_facts
    if Meaning.NO_CHANGE in meanings and not numbers.says_something:
        if segment.done:
            same, done = _words_of(phrases, Meaning.NO_CHANGE), _words_of(phrases, Meaning.DONE)
            return replace(segment, done=None), Code.Q_CONTRADICT, _clash(("same", same), ("done", done))
        segment = replace(segment, no_change=True)
    if Meaning.AGREE in meanings and not segment.stores_something:
        if kr.has_something_shown:
            return replace(segment, agree=True), None, facts
        return segment, Code.Q_CONF_WORD if kr.is_binary else Code.Q_NUMBER, facts
    if segment.stores_something and (segment.next_step is None or judged or segment.blocked is not None):
        return segment, None, facts
    for meaning, code in (
        (Meaning.ALMOST, Code.Q_ALMOST),
        (Meaning.NO_UPDATE, Code.Q_NO_UPDATE),
        (Meaning.CONFIDENCE_WORD, Code.Q_CONF_WORD),
        (Meaning.WHEN, Code.Q_WHEN),
        (Meaning.SNOOZE, Code.Q_WHEN),
    ):
        for phrase in phrases:
            if phrase.meaning is meaning:
                return segment, code, replace(facts, raw=phrase.text)
    return segment, None, facts


def _with_skip(
    segment: Segment, meanings: set[Meaning], numbers: Numbers, phrases: list[Phrase], *, judged: bool
) -> tuple[Segment, Code | None, AskFacts]:
    facts = AskFacts(v=numbers.value, raw=numbers.used[0].raw) if numbers.used else AskFacts()
    if Meaning.SKIP in meanings:
        if judged:
            reading = numbers.used[0].raw if numbers.used else phrases[0].text
            return segment, Code.Q_CONTRADICT, _clash(("record", reading), ("skip", _words_of(phrases, Meaning.SKIP)))
        return replace(segment, skip=True), None, facts
    if numbers.value is not None:
        # "not sure, 45k": is it a number to record or not?
        return segment, Code.Q_CONFIRM, facts
    if judged or segment.stores_something:
        return segment, None, facts
    return replace(segment, skip=True, skip_reason=NO_DATA_REASON), None, facts


def _with_done(
    segment: Segment, phrases: list[Phrase], numbers: Numbers, kr: ReplyKR
) -> tuple[Segment, Code | None, AskFacts]:
    said = [phrase for phrase in phrases if phrase.meaning in (Meaning.DONE, Meaning.NOT_DONE)]
    done = any(phrase.meaning is Meaning.DONE for phrase in said)
    last = AskFacts(last=kr.last_value)
    if done and any(phrase.meaning is Meaning.NOT_DONE for phrase in said):
        yes, no = _words_of(phrases, Meaning.DONE), _words_of(phrases, Meaning.NOT_DONE)
        return segment, Code.Q_CONTRADICT, _clash(("done", yes), ("not_done", no))
    if kr.type is KRType.MILESTONE and kr.has_steps:
        return segment, Code.Q_STEPS, AskFacts(raw=said[0].text)
    if kr.is_binary:
        return _with_binary_done(segment, numbers, phrases, kr, done=done)
    if numbers.value is not None:
        # The number says it better: `15200 完成`.
        return segment, None, last
    if not done:
        told = segment.stores_something
        return segment, None if told else Code.Q_NUMBER, last
    if kr.type is KRType.BASELINE:
        return segment, Code.Q_BASELINE_VALUE, last
    if kr.goal is None:
        return segment, Code.Q_NUMBER, last
    return segment, Code.Q_DONE_METRIC, AskFacts(target=kr.goal, last=kr.last_value)


def _with_binary_done(
    segment: Segment, numbers: Numbers, phrases: list[Phrase], kr: ReplyKR, *, done: bool
) -> tuple[Segment, Code | None, AskFacts]:
    facts = AskFacts(last=kr.last_value)
    if not done:
        return replace(segment, done=False), None, facts
    if segment.done is False or segment.blocked or segment.status in (Band.AT_RISK, Band.OFF_TRACK):
        said = ("done", _words_of(phrases, Meaning.DONE))
        return replace(segment, done=None), Code.Q_CONTRADICT, _clash(said, _what_speaks_against(segment, phrases))
    if numbers.confidence is not None and numbers.confidence < 10:
        kept = replace(segment, confidence=None)
        return kept, Code.Q_DONE_OR_LIKELY, AskFacts(c=numbers.confidence)
    return replace(segment, done=True, confidence=None), None, facts


def _what_speaks_against(segment: Segment, phrases: list[Phrase]) -> tuple[str, str]:
    """What was said beside `done` that does not go with it: it is blocked, at risk, or not done."""
    if segment.blocked:
        if segment.blocker is None:
            return "blocked", _words_of(phrases, Meaning.BLOCKED)
        blocker = segment.blocker if len(segment.blocker) <= _SHOWN_WORDS else segment.blocker[:_SHOWN_WORDS] + "…"
        return "blocked", f"阻塞：{blocker}" if has_han(blocker) else f"blocked: {blocker}"
    if segment.status is not None:
        return segment.status.value, _words_for(phrases, segment.status)
    return "not_done", "0"


def _clash(*told: tuple[str, str]) -> AskFacts:
    """What each of two words means, and the words."""
    return AskFacts(clash=tuple(means for means, _ in told), items=tuple(words for _, words in told))


def _words_of(phrases: list[Phrase], meaning: Meaning) -> str:
    return next((phrase.text.strip() for phrase in phrases if phrase.meaning is meaning), meaning.value)


def _words_for(phrases: list[Phrase], band: Band) -> str:
    return next((phrase.text.strip() for phrase in phrases if BANDS.get(phrase.meaning) is band), band.value)
