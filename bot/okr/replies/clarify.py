"""Typed answers to clarifying questions (spec/05 §10.8, point 2)."""

import re
from dataclasses import replace
from decimal import Decimal

from bot.okr.replies.applied import checked_value, joined, merged, number, value_of
from bot.okr.replies.ask_words import options
from bot.okr.replies.atoms import ONE
from bot.okr.replies.buttons import apply_option
from bot.okr.replies.codes import Code
from bot.okr.replies.context import ReplyContext, ReplyKR
from bot.okr.replies.guard import attempt
from bot.okr.replies.labels import find_names
from bot.okr.replies.normalise import normalise
from bot.okr.replies.numerals import tidy
from bot.okr.replies.plausible import is_plausible
from bot.okr.replies.questions import QUESTIONS
from bot.okr.replies.reading import read_segment
from bot.okr.replies.rules import ANY_NUMBER, Message, is_whole_message
from bot.okr.replies.said import clip
from bot.okr.replies.segments import split, without_everyone
from bot.okr.replies.shapes import find_shapes
from bot.okr.replies.types import Answer, Ask, AskFacts, Segment
from bot.okr.replies.wording import AskOption
from bot.okr.replies.words import Meaning, is_filler, split_list, tokens, what_it_means

_BECAUSE = re.compile(
    r"(?:(?:yes|drop(?: it)?)\s*[,:]?\s*)?(?:because(?: of)?|reason\s*:)\s*(?P<why>.+)"
    r"|(?:(?:是的?|放弃)\s*[,:]?\s*)?(?:因为|原因\s*[是:]?)\s*(?P<why_zh>.+)",
    re.IGNORECASE | re.DOTALL,
)
_STAND_IN_WORDS = re.compile(r"\b(?:yes|and|with|will|can|answers?|please)\b|[是好由请让来代]|的话|回答|代答|替我")
_PLEASE = re.compile(r"[\s,]+please$|^please\s+|^请", re.IGNORECASE)
# Beside a question that is answered by yes or no these are no thanks, and nothing else.
_SHORT_YES = frozenset(("y", "嗯", "好"))
_SHORT_NO = "n"
_YES_AND = re.compile(
    r"(?:yes|yep|yeah|是的?|对的?)(?:\s*[,;.]\s*(?:and\s+)?|\s+(?:and|but)\s+)(?P<words>.+)", re.IGNORECASE
)
_EXCEPT = re.compile(r"\b(?:all|both|but|except|not|besides|apart)\b|除|都|全|不", re.IGNORECASE)
_PLACE = re.compile(
    r"(?:the )?(?P<nth>first|second|third|fourth|fifth)(?: one)?|第(?P<han>[一二三四五1-5])个", re.IGNORECASE
)
_PLACES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5}
_POINTING = re.compile(r"^(?:it's|it is|that's|this is|for|i mean|是|给)\s*", re.IGNORECASE)


def answer(ask: Ask, text: str, context: ReplyContext) -> Answer | Ask | None:
    """What a typed reply gives as an answer to an open question; None: it is none, read it afresh.

    An answer is an option's label in either language, yes or no where the question has them, an option's
    number where no number could be a value or score, a score where it was asked for, a reading where the
    question asks for one, and any words where words were asked for.
    """
    given, _ = attempt(lambda: _answered(ask, normalise(text).text, context))
    # What cannot be taken as an answer is read afresh; a defect then shows itself there.
    return given


def _answered(ask: Ask, plain: str, context: ReplyContext) -> Answer | Ask | None:
    bare = plain.strip(" \n\t.,;:!\"'")
    if not bare:
        return None
    chosen = None if "?" in plain else _chosen(ask, bare, context)
    if chosen is not None:
        return _doubted(ask, chosen, bare, context) or apply_option(ask, chosen, context)
    if ask.code is Code.Q_DROP and (reason := _BECAUSE.match(bare)) is not None:
        because = clip(reason["why"] or reason["why_zh"] or "", "win")
        return apply_option(replace(ask, facts=replace(ask.facts, raw=because)), "drop", context) if because else None
    if "?" not in plain and (beside := _sum_with_words(ask, bare, context)) is not None:
        return beside
    if plain.rstrip(" .!").endswith("?") or is_whole_message(Message(plain, context)) or names_someone(plain, context):
        return None
    if without_everyone(bare) is not None and len(context.key_results) > 1:
        return None
    asked = QUESTIONS[ask.code]
    if asked.kept_whole:
        return _kept_whole(ask, bare, context)
    if ask.code in (Code.Q_LANDS, Code.Q_CONF_WORD):
        return _rating(ask, plain, context)
    if asked.open_ended and ask.label is not None:
        return _reading(ask, plain, context)
    return None


def _doubted(ask: Ask, chosen: str, bare: str, context: ReplyContext) -> Ask | None:
    """A mere no to a sum may not mean that the change is the total, where that could hardly be."""
    kr = context.find(ask.label)
    if ask.code is not Code.Q_DELTA or chosen != "total" or kr is None or what_it_means(bare) is not Meaning.NO:
        return None
    total = checked_value(kr, abs(number(ask.facts.d)))
    return None if total.ask is None else Ask(Code.Q_NEW_VALUE, kr.label, AskFacts(last=kr.last_value), ask.kept)


# --- which option is meant ----------------------------------------------------------------------


def _chosen(ask: Ask, bare: str, context: ReplyContext) -> str | None:
    asked = QUESTIONS[ask.code]
    ready = options(ask, context)
    ids = {option.id for option in ready}
    bare = _PLEASE.sub("", bare)
    said = _spoken(_without_the_percent(ask, bare, context))
    for option in asked.options:
        if option.id in ids and said in {_spoken(phrase) for phrase in split_list(option.said)}:
            return option.id
    # Where it lands is answered by a score, which `1` is not; the reading sees to it.
    for shown in ready if ask.code is not Code.Q_LANDS else ():
        if _is_label(shown, bare, context, ask):
            return shown.id
    if _names_stand_in(ask, bare):
        return "with_stand_in"
    # A 👍 to "Sure?" is a yes.
    meaning = what_it_means(bare, (Meaning.YES, Meaning.NO, Meaning.AGREE))
    if meaning is not None and (asked.no if meaning is Meaning.NO else asked.yes) in ids:
        return asked.no if meaning is Meaning.NO else asked.yes
    if asked.yes in ids and asked.no in ids and bare.casefold() in _SHORT_YES:
        return asked.yes
    if asked.no in ids and bare.casefold() == _SHORT_NO:
        return asked.no
    if (placed := _by_place(ask, ready, bare, context)) is not None:
        return placed
    if asked.per_kr and (label := _kr_named(bare, context)) in ids:
        return label
    return _by_number(ready, bare, context) if asked.by_number else None


def _is_label(option: AskOption, bare: str, context: ReplyContext, ask: Ask) -> bool:
    """True if the text is the button's label, in either language: its words, and its number in any way of writing."""
    numbers = [param.value for param in option.label.params if isinstance(param.value, Decimal)]
    words = option.label.msgid
    for param in option.label.params:
        place = f"%({param.name})s"
        words = words.replace(place, " " if isinstance(param.value, Decimal) else str(param.value))
    if not numbers:
        return bool(_spoken(words)) and _spoken(bare) == _spoken(words)
    if not any(sign.isalpha() for sign in words):
        # A label that is a number alone is left to the reading: it may be written with a unit, or be another number.
        return _is_number(bare, numbers[0], context)
    shapes = find_shapes(bare, ANY_NUMBER, context)
    if len(shapes) != 1 or shapes[0].a.value not in numbers:
        return False
    a = shapes[0].a
    rest = bare[: a.start] + " " + bare[a.end :]
    return _spoken(rest) == _spoken(words) or _is_said_for(option.id, rest, ask)


def _spoken(text: str) -> tuple[str, ...]:
    """The words of a text without the signs between them: `No, $4k is the total` may be typed without its comma."""
    return tuple(one for one in tokens(text) if one[0].isalnum() or ord(one[0]) > 0x2000)


def _is_said_for(option_id: str, words: str, ask: Ask) -> bool:
    """True if the words, beside the button's number, stand for that button: `记录 45k`, `是，45万`."""
    asked = QUESTIONS[ask.code]
    said = next((option.said for option in asked.options if option.id == option_id), "")
    if _spoken(words) in {_spoken(phrase) for phrase in split_list(said)}:
        return True
    meaning = what_it_means(words.strip(" ,"), (Meaning.YES, Meaning.NO))
    return meaning is not None and option_id == (asked.yes if meaning is Meaning.YES else asked.no)


def _names_stand_in(ask: Ask, bare: str) -> bool:
    """`yes, Li answers`, `是，由李回答`."""
    name = (ask.facts.name or "").casefold()
    if ask.code is not Code.Q_AWAY or not name or name not in bare.casefold():
        return False
    rest = bare.casefold().replace(name, " ", 1)
    return not _STAND_IN_WORDS.sub(" ", rest).strip(" ,.!")


def _is_number(bare: str, number: Decimal, context: ReplyContext) -> bool:
    shapes = find_shapes(bare, ANY_NUMBER, context)
    return len(shapes) == 1 and shapes[0].raw == bare and shapes[0].a.readings == (number,)


def _kr_named(bare: str, context: ReplyContext) -> str | None:
    """The KR that the text names and says nothing else of."""
    bare = _POINTING.sub("", bare)
    names = find_names(bare, context)
    if len(names) != 1 or names[0].kr is None:
        return None
    rest = bare[: names[0].start] + " " + bare[names[0].end :]
    # `all but KR3` names KR3 to leave it out.
    return names[0].kr.label if is_filler(rest) and not _EXCEPT.search(rest) else None


def _without_the_percent(ask: Ask, bare: str, context: ReplyContext) -> str:
    """`是目标的七成` answers what seventy percent is of: the words beside the number that was asked about."""
    if ask.code is not Code.Q_PERCENT_MEANS:
        return bare
    shapes = find_shapes(bare, ANY_NUMBER, context)
    if len(shapes) != 1 or not shapes[0].a.percent or shapes[0].a.value != ask.facts.p:
        return bare
    return _POINTING.sub("", bare[: shapes[0].a.start] + " " + bare[shapes[0].a.end :])


def _by_place(ask: Ask, ready: tuple[AskOption, ...], bare: str, context: ReplyContext) -> str | None:
    """`the first`, `第一个`, where the buttons are a list of KRs or of numbers; None where it may be two of them."""
    found, asked = _PLACE.fullmatch(bare), QUESTIONS[ask.code]
    if found is None or not (asked.per_kr or asked.per_number or ask.code in (Code.Q_RANGE, Code.Q_SEPARATOR)):
        return None
    typed = (found["nth"] or found["han"]).casefold()
    n = int(typed) if typed.isdigit() else _PLACES[typed]
    listed = [option.id for option in ready if not asked.per_kr or context.find(option.id) is not None]
    placed = listed[n - 1] if n <= len(listed) else None
    labelled = next((one for one in listed if (kr := context.find(one)) is not None and kr.number == n), placed)
    return placed if labelled == placed else None


def _sum_with_words(ask: Ask, bare: str, context: ReplyContext) -> Answer | Ask | None:
    """`yes and blocked on legal`: the sum is right, and the words are stored with it; another number is read afresh."""
    kr, found = context.find(ask.label), _YES_AND.fullmatch(bare)
    if ask.code is not Code.Q_DELTA or kr is None or found is None or names_someone(found["words"], context):
        return None
    said = read_segment(found["words"], kr, context.focused_on(kr.label))
    only_words = said.value is None and said.self_score is None and said.baseline_set is None
    something = said.blocked is not None or said.status is not None or said.next_step or said.win or said.help_wanted
    if said.ask is not None or not only_words or not something or said.no_change or said.skip:
        return None
    return apply_option(replace(ask, kept=joined(ask.kept, said)), "yes", context)


def _by_number(ready: tuple[AskOption, ...], bare: str, context: ReplyContext) -> str | None:
    """A typed 2: the second option, or KR2. Where these differ it is no answer, the question stands."""
    if not (bare.isascii() and bare.isdigit() and len(bare) <= 2):
        return None
    n = int(bare)
    placed = ready[n - 1].id if 1 <= n <= len(ready) else None
    labelled = next((o.id for o in ready if (kr := context.find(o.id)) is not None and kr.number == n), None)
    if placed is not None and labelled is not None and placed != labelled:
        return None
    return labelled or placed


def names_someone(plain: str, context: ReplyContext) -> bool:
    """True if a normalised text turns to key results by label, list or name."""
    parts = split(plain, context).parts
    return len(parts) > 1 or parts[0].kr is not None or parts[0].typed is not None


# --- replies in words ---------------------------------------------------------------------------


def _kept_whole(ask: Ask, bare: str, context: ReplyContext) -> Answer | None:
    """An unlabelled reply in words; a number alone, n/10 or a listed phrase is read afresh."""
    if ask.label is None or what_it_means(bare) is not None:
        return None
    shapes = find_shapes(bare, ANY_NUMBER, context)
    if len(shapes) == 1 and is_filler(bare[: shapes[0].start] + " " + bare[shapes[0].end :]):
        return None
    if ask.code is Code.Q_HELP:
        told = Segment(ask.label, help_wanted=clip(bare, "help_wanted"))
    else:
        told = Segment(ask.label, note=clip(bare, "note"))
    return Answer((told,), supersedes=True)


def _rating(ask: Ask, plain: str, context: ReplyContext) -> Answer | None:
    """Where it will land: an unlabelled reply in score form, with or without a line beside it."""
    kr = context.find(ask.label)
    if kr is None:
        return None
    shapes = find_shapes(plain, kr, context)
    if len(shapes) != 1 or shapes[0].past or shapes[0].b is not None:
        return None
    a = shapes[0].a
    if ask.code is Code.Q_CONF_WORD and a.is_bare and 0 <= a.value <= 10 and a.value == a.value.to_integral_value():
        return Answer((merged(ask, Segment(kr.label, confidence=a.value)),))
    if ask.code is Code.Q_CONF_WORD and a.percent and 0 <= a.value <= 100:
        return Answer((merged(ask, Segment(kr.label, confidence=tidy(a.value / 10))),))
    if ask.code is not Code.Q_LANDS or not a.is_score_form:
        return None
    said = read_segment(plain[: a.start] + "self-score " + plain[a.start :], kr, context)
    if said.ask is not None or said.self_score != a.value or said.value is not None:
        said = Segment(kr.label, self_score=a.value)
    return Answer((merged(ask, said),))


def _reading(ask: Ask, plain: str, context: ReplyContext) -> Answer | Ask | None:
    """An unlabelled reading answers a question that asks for one; a note alone does not."""
    kr = context.find(ask.label)
    if kr is None:
        return None
    said = read_segment(plain, kr, context.focused_on(kr.label))
    if said.ask is not None:
        if (meant := _as_asked(ask, said.ask, kr, context)) is not None:
            return Answer((merged(replace(ask, kept=joined(ask.kept, said.ask.kept)), meant),))
        if said.ask.code in (Code.Q_NOTE_ONLY, Code.Q_NUMBER, Code.Q_UNKNOWN):
            return None
        kept = joined(ask.kept, said.ask.kept)
        return replace(said.ask, kept=kept)
    return Answer((merged(ask, said),))


def _as_asked(ask: Ask, doubt: Ask, kr: ReplyKR, context: ReplyContext) -> Segment | None:
    """49 in answer to `48-50k`: it takes the multiplier of what it is about, where it is sensible with it alone."""
    v, raw = doubt.facts.v, doubt.facts.raw
    if doubt.code is not Code.Q_OUTLIER or v is None or raw is None or ask.facts.measure is not None:
        return None
    typed = find_shapes(raw, kr, context)
    if len(typed) != 1 or not typed[0].a.is_bare:
        return None
    asked_about = find_shapes(ask.facts.raw or "", kr, context)
    scales = {atom.scale for shape in asked_about for atom in (shape.a, shape.b) if atom is not None} - {ONE}
    meant = [tidy(v * scale) for scale in scales if is_plausible(v * scale, kr)]
    return value_of(kr, meant[0]) if len(meant) == 1 else None
