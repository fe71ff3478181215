"""The one ordered list of rules that reads a reply (spec/05 §10.8)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.okr.model import KRType
from bot.okr.replies.applied import joined
from bot.okr.replies.codes import Code, Intent
from bot.okr.replies.context import ReplyContext, ReplyKR
from bot.okr.replies.reading import asking, read_segment
from bot.okr.replies.said import clip
from bot.okr.replies.segments import Part, Split, split, without_everyone
from bot.okr.replies.shape_model import Form
from bot.okr.replies.shapes import find_shapes
from bot.okr.replies.types import Ask, AskFacts, Reply, Segment
from bot.okr.replies.unclaimed import ONLY_WORDS, is_only_words, is_reading, set_apart
from bot.okr.replies.words import CHINESE, ENGLISH, Meaning, is_filler, what_it_means

_SNOOZE = re.compile("|".join(f"(?:{p})" for p in (*ENGLISH.snooze, *CHINESE.snooze)), re.IGNORECASE)
_AWAY = re.compile("|".join(f"(?:{p})" for p in (*ENGLISH.away, *CHINESE.away)), re.IGNORECASE)
_QUESTION_START = re.compile(f"(?:{ENGLISH.question_start}|{CHINESE.question_start})", re.IGNORECASE)
_QUESTION_END = re.compile(CHINESE.question_end)
_EDGES = " \n\t.,;:!\"'"
_WHOLE = (
    Meaning.HELP,
    Meaning.STOP,
    Meaning.UNDO,
    Meaning.SNOOZE,
    Meaning.THANKS,
    Meaning.AWAY,
    Meaning.NOT_MINE,
    Meaning.YES,
    Meaning.NO,
)
_FOR_ALL = frozenset(
    (
        Meaning.NO_CHANGE,
        Meaning.AHEAD,
        Meaning.ON_TRACK,
        Meaning.AT_RISK,
        Meaning.OFF_TRACK,
        Meaning.SKIP,
        Meaning.AGREE,
    )
)
# A number of any kind stands for a KR without a target, so that a list can be recognised before its KR is known.
ANY_NUMBER = ReplyKR("", "", "", "", (), KRType.BASELINE)


@dataclass(frozen=True, slots=True)
class Message:
    """A normalised reply and what it is read against."""

    text: str
    context: ReplyContext

    @property
    def bare(self) -> str:
        return self.text.strip(_EDGES)

    @property
    def target(self) -> ReplyKR | None:
        """The KR that a reply without a label is about (spec/05 §10.4, points 3 and 4), or None."""
        if self.context.focus is not None:
            return self.context.find(self.context.focus)
        pool = self.context.key_results or self.context.known
        if not self.context.key_results and len(pool) > 1:
            # Who leads may name the key results of others too; unlabelled it is about the only one of their own.
            pool = tuple(kr for kr in pool if kr.own)
        return pool[0] if len(pool) == 1 else None

    @property
    def asked(self) -> tuple[ReplyKR, ...]:
        """What words for a whole prompt are about: never what others answer for."""
        return self.context.key_results or tuple(kr for kr in self.context.known if kr.own)

    @property
    def choices(self) -> tuple[ReplyKR, ...]:
        return self.context.key_results or self.context.known


Rule = Callable[[Message], Reply | None]


def read(text: str, context: ReplyContext) -> Reply:
    """The reading of a normalised text, with every question the grammar has."""
    message = Message(text, context)
    for rule in RULES:
        reply = rule(message)
        context.trace.rule(rule.__name__, answered=reply is not None)
        if reply is not None:
            return reply
    return _unknown()


def _unknown() -> Reply:
    return Reply(ask=Ask(Code.Q_UNKNOWN))


def is_whole_message(message: Message) -> bool:
    """True for the words that count only as the whole message: help, undo, later, thanks, ..."""
    return _nothing_there(message) is not None or _whole_message(message) is not None


def _nothing_there(message: Message) -> Reply | None:
    return _unknown() if not any(sign.isalnum() or ord(sign) > 0x2000 or sign in "?" for sign in message.text) else None


def _whole_message(message: Message) -> Reply | None:
    """help, stop, undo, snooze, thanks, away, not mine, yes and no: only as the whole message."""
    if not message.bare.strip("?"):
        return Reply(Intent.HELP)
    meaning = what_it_means(message.bare)
    if meaning not in _WHOLE:
        meaning = None
    if meaning is Meaning.SNOOZE or _SNOOZE.fullmatch(message.bare):
        return Reply(Intent.SNOOZE, snooze_until_text=message.bare)
    if meaning is Meaning.AWAY or _AWAY.fullmatch(message.bare):
        return Reply(Intent.AWAY, ask=Ask(Code.Q_AWAY, facts=AskFacts(raw=message.bare, text=message.text)))
    if message.text.endswith("?"):
        return None
    if meaning in _INTENTS:
        return Reply(_INTENTS[meaning])
    if meaning is Meaning.NOT_MINE:
        return _about_one(message, Code.Q_OWNER)
    if meaning is Meaning.YES or meaning is Meaning.NO:
        return _yes_or_no(message, yes=meaning is Meaning.YES)
    return None


_INTENTS: dict[Meaning | None, Intent] = {
    Meaning.HELP: Intent.HELP,
    Meaning.STOP: Intent.STOP,
    Meaning.UNDO: Intent.UNDO,
    Meaning.THANKS: Intent.THANKS,
}


def _about_one(message: Message, code: Code) -> Reply:
    """A question about the KR meant, or first which one that is."""
    if message.target is None:
        return _which(message)
    return Reply(ask=Ask(code, message.target.label, AskFacts(last=message.target.last_value, text=message.text)))


def _yes_or_no(message: Message, *, yes: bool) -> Reply:
    """`yes` agrees with the one number that was proposed; `no` asks for the right one."""
    pool = (message.target,) if message.target is not None else message.asked
    proposed = [kr for kr in pool if kr.proposed_self_score is not None]
    if not proposed:
        return _unknown()
    if len(proposed) > 1:
        return _which(message, proposed)
    if yes:
        return Reply(Intent.UPDATE, (Segment(proposed[0].label, agree=True),))
    return Reply(ask=Ask(Code.Q_NEW_VALUE, proposed[0].label, AskFacts(last=proposed[0].last_value)))


def _question(message: Message) -> Reply | None:
    """A lone number with a question mark asks to be confirmed; any other question gets the short help."""
    text = message.text
    if text.endswith("?"):
        lone = text.rstrip("? ")
        shapes = find_shapes(lone, message.target or ANY_NUMBER, message.context)
        if len(shapes) == 1 and is_filler(lone[: shapes[0].start] + " " + lone[shapes[0].end :]):
            label = message.target.label if message.target else None
            return Reply(ask=Ask(Code.Q_CONFIRM, label, AskFacts(raw=lone, text=lone)))
        if len(split(lone, message.context).parts) == 1 and _is_labelled_number(lone, message):
            return Reply(ask=Ask(Code.Q_CONFIRM, facts=AskFacts(raw=lone, text=lone)))
        return Reply(Intent.QUESTION)
    if _QUESTION_START.match(message.bare) or _QUESTION_END.search(message.bare):
        return Reply(Intent.QUESTION)
    return None


def _is_labelled_number(text: str, message: Message) -> bool:
    part = split(text, message.context).parts[0]
    if part.kr is None:
        return False
    shapes = find_shapes(part.text, part.kr, message.context)
    return len(shapes) == 1 and is_filler(part.text[: shapes[0].start] + " " + part.text[shapes[0].end :])


def _segments(message: Message) -> Reply:
    parts = split(message.text, message.context)
    if parts.in_doubt:
        labels = tuple(part.kr.label for part in parts.parts if part.kr is not None)
        items = tuple(part.text for part in parts.parts if part.kr is not None)
        return Reply(ask=Ask(Code.Q_LIST_ORDER, facts=AskFacts(text=message.text, labels=labels, items=items)))
    if len(parts.parts) == 1 and parts.parts[0].typed is None and parts.parts[0].kr is None:
        return _unlabelled(message)
    return _labelled(message, parts)


def _labelled(message: Message, parts: Split) -> Reply:
    context = message.context
    segments: list[Segment] = []
    named = {part.kr.label for part in parts.parts if part.kr is not None}
    others = tuple(kr for kr in context.key_results if kr.label not in named and kr.label != context.focus)
    strays: list[str] = []
    for part in parts.parts:
        own = part
        if part.kr is not None:
            # Where all are named, it may be that one is corrected.
            among = others or tuple(kr for kr in context.key_results if kr is not part.kr and context.focus is None)
            said, stray = set_apart(part.text, part.kr, among, context)
            own = replace(part, text=said)
            strays += [stray] if stray and stray not in strays else []
        context.trace.part(own.typed if own.kr is None else own.kr.label, own.text)
        segment = _read_part(own, context)
        earlier = next((at for at, known in enumerate(segments) if known.label == segment.label), None)
        if earlier is None:
            segments.append(segment)
        else:
            segments[earlier] = _together(segments[earlier], segment, own)
    ask = None
    if parts.preface or strays:
        unclaimed = ", ".join((parts.preface, *strays) if parts.preface else strays)
        segments, ask = _with_unclaimed(unclaimed, segments, message, strange=bool(strays))
    return Reply(Intent.UPDATE, tuple(segments), ask)


def _read_part(part: Part, context: ReplyContext) -> Segment:
    if part.kr is not None:
        return read_segment(part.text, part.kr, context, amend=part.amend)
    typed = part.typed or ""
    if part.others:
        labels = tuple(kr.label for kr in part.others)
        return Segment(typed, ask=Ask(Code.Q_WHICH_KR, None, AskFacts(text=part.text or typed, labels=labels)))
    own = tuple(kr for kr in context.known if kr.own)
    labels = tuple(kr.label for kr in (context.key_results or own or context.known))
    label = re.sub(r"\s", "", typed).upper()
    return Segment(label, ask=Ask(Code.Q_NO_SUCH_KR, label, AskFacts(text=part.text, raw=typed, labels=labels)))


def _together(first: Segment, second: Segment, part: Part) -> Segment:
    """The same label twice: the same thing twice is one; a note joins; anything else is asked about."""
    if first == second:
        return first
    if second.ask is not None and second.ask.code in ONLY_WORDS and first.ask is None:
        notes = ", ".join(note for note in (first.note, second.note or part.text) if note)
        return replace(first, note=notes or None)
    if part.kr is None:
        return first
    values = tuple(dict.fromkeys(one.value for one in (first, second) if one.value is not None))
    beside = joined(first.ask.kept if first.ask else first, second.ask.kept if second.ask else second)
    kept = Segment(part.kr.label) if beside is None else replace(beside, value=None)
    return asking(part.kr, Code.Q_TWO_NUMBERS, AskFacts(raw=part.text, numbers=values), kept)


def _with_unclaimed(
    text: str, segments: list[Segment], message: Message, *, strange: bool
) -> tuple[list[Segment], Ask | None]:
    """What was said of none that is named: a note of the first, or a reading, and it is asked whose it is.

    `strange`: it was found to be of another than the one it stood with.
    """
    context = message.context
    named = {segment.label for segment in segments}
    open_ones = [kr for kr in message.choices if kr.label not in named]
    first = context.find(segments[0].label) or ANY_NUMBER
    probe = read_segment(text, first, context)
    if not strange and is_only_words(probe) and not (open_ones and is_reading(text, open_ones, context)):
        return [_with_note(segments[0], probe.note or text), *segments[1:]], None
    if what_it_means(text, (Meaning.THANKS,)):
        return segments, None
    focus = message.target if context.focus is not None else None
    owner = focus if focus is not None and focus.label not in named else open_ones[0] if len(open_ones) == 1 else None
    if owner is not None and context.focus is not None:
        return [read_segment(text, owner, context), *segments], None
    labels = tuple(kr.label for kr in (open_ones if open_ones and not strange else message.choices))
    return segments, Ask(Code.Q_WHICH_KR, None, AskFacts(text=text, labels=labels))


def _with_note(segment: Segment, note: str) -> Segment:
    """The words before what else was said of the key result; where that is asked about, kept with the question."""
    if segment.ask is None:
        return replace(segment, note=clip(", ".join(words for words in (note, segment.note) if words), "note"))
    facts = segment.ask.facts
    if segment.ask.code in (Code.Q_NO_SUCH_KR, Code.Q_WHICH_KR):
        # Whose it is comes first; all of it is then read for that one.
        text = ", ".join(words for words in (note, facts.text) if words)
        return replace(segment, ask=replace(segment.ask, facts=replace(facts, text=text)))
    kept = joined(Segment(segment.label, note=note), segment.ask.kept)
    told = kept.note if kept is not None and segment.note is not None else segment.note
    return replace(segment, note=told, ask=replace(segment.ask, kept=kept))


def _unlabelled(message: Message) -> Reply:
    target = message.target
    message.context.trace.part(None if target is None else target.label, message.text)
    if target is not None and not (_is_others(target, message.context) and _is_for_all(message)):
        segment = read_segment(message.text, target, message.context)
        if segment.ask is not None and segment.ask.code is Code.Q_OWNER:
            return Reply(ask=segment.ask)
        return Reply(Intent.UPDATE, (segment,))
    if not message.choices:
        return _unknown()
    return _whole_prompt(message) or _which(message)


def _is_for_all(message: Message) -> bool:
    """True for `skip`, `same`, `all on track`: said without a label they are about all that is asked."""
    return what_it_means(without_everyone(message.bare) or message.bare) in _FOR_ALL


def _is_others(kr: ReplyKR, context: ReplyContext) -> bool:
    """Words for all that is asked are about none of it: it is somebody else's, or nothing is asked of who leads."""
    if context.focus is not None or context.find(kr.label) in context.key_results:
        return False
    return not kr.own or len(context.known) > 1


def _whole_prompt(message: Message) -> Reply | None:
    """Words for a whole prompt with several KRs open (spec/05 §10.4), which are those asked of this person."""
    krs = message.context.key_results
    if not krs and _is_for_all(message):
        return Reply(Intent.NOTHING_OPEN)
    krs = krs or message.asked
    labels = tuple(kr.label for kr in krs)
    said_for_all = without_everyone(message.bare)
    if said_for_all is not None and what_it_means(said_for_all) in _FOR_ALL:
        return Reply(Intent.UPDATE, tuple(read_segment(said_for_all, kr, message.context) for kr in krs))
    meaning = what_it_means(message.bare)
    if meaning is Meaning.SKIP:
        return Reply(Intent.UPDATE, tuple(Segment(kr.label, skip=True) for kr in krs))
    facts = AskFacts(text=message.text, labels=labels, agree=meaning is Meaning.AGREE)
    if meaning in (Meaning.NO_CHANGE, Meaning.AGREE):
        return Reply(ask=Ask(Code.Q_SAME_ALL, None, facts))
    if meaning is Meaning.DONE:
        return Reply(ask=Ask(Code.Q_DONE_ALL, None, facts))
    items = _bare_list(message)
    if len(items) == len(krs):
        return Reply(ask=Ask(Code.Q_LIST_ORDER, None, AskFacts(text=message.text, labels=labels, items=items)))
    return None


def _bare_list(message: Message) -> tuple[str, ...]:
    """`45k, 31%, 7`: plain numbers and nothing else."""
    shapes = find_shapes(message.text, ANY_NUMBER, message.context)
    rest = message.text
    for shape in shapes:
        rest = rest[: shape.start] + " " * (shape.end - shape.start) + rest[shape.end :]
    if any(shape.form not in (Form.PLAIN, Form.FRACTION) for shape in shapes) or not is_filler(rest):
        return ()
    return tuple(shape.raw for shape in shapes)


def _which(message: Message, among: list[ReplyKR] | None = None) -> Reply:
    labels = tuple(kr.label for kr in (among or message.choices))
    if not labels:
        return _unknown()
    return Reply(ask=Ask(Code.Q_WHICH_KR, None, AskFacts(text=message.text, labels=labels)))


RULES: tuple[Rule, ...] = (_nothing_there, _whole_message, _question, _segments)
"""In the order of spec/05 §10.8; the first that gives a reply ends the reading. An open question comes before them."""
