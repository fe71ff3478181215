"""What the words of a field mean for a key result, in its unit and in the person's own way of writing numbers."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Any

from bot.okr.days import read_day
from bot.okr.drafts import METRIC, TAG, TITLE, UNIT, KRDraft, StepDraft
from bot.okr.edit_words import Part, unquoted
from bot.okr.kr_lines import is_too_large, read_kr_line
from bot.okr.model import Cadence, Checkpoint, Commitment, KRType, PaceProfile, Step
from bot.okr.replies import units
from bot.okr.replies.atoms import Atom, find_atoms
from bot.okr.replies.context import NumberStyle
from bot.okr.replies.normalise import normalise
from bot.okr.replies.numerals import TOO_LARGE, tidy
from bot.okr.replies.words import is_filler
from bot.okr.short_titles import SHORT_TITLE, proposed_short_title

FURTHEST = timedelta(days=800)
MOST_ALIASES = 5
WHY, SERVES = 300, 140
"""The most characters of an objective's reason, and of whom it serves."""


class Cannot(StrEnum):
    """Why the words of a field cannot be taken."""

    NO_NUMBER = "no_number"
    SEVERAL_NUMBERS = "several_numbers"
    TWO_READINGS = "two_readings"
    A_CHANGE = "a_change"
    TOO_LARGE = "too_large"
    OTHER_UNIT = "other_unit"
    NO_DAY = "no_day"
    DAY_OVER = "day_over"
    TOO_FAR = "too_far"
    NO_CHOICE = "no_choice"
    EMPTY = "empty"
    LONG = "long"
    NO_RANGE = "no_range"
    NO_ANCHORS = "no_anchors"
    NO_PHASES = "no_phases"
    MANY_ALIASES = "many_aliases"


class Unreadable(Exception):
    """The words cannot be taken; `params` fill the sentence that says why."""

    def __init__(self, why: Cannot, **params: str | int) -> None:
        super().__init__(why.value)
        self.why = why
        self.params = params


@dataclass(frozen=True, slots=True)
class Known:
    """What words are read against: the key result as it would be so far, its steps, the reader's style and day."""

    draft: KRDraft
    steps: Sequence[Step]
    style: NumberStyle
    today: date


CHOICES: Mapping[Part, Mapping[str, tuple[str, ...]]] = {
    Part.TYPE: {
        KRType.INCREASE: ("increase", "up", "增加", "提高", "上升"),
        KRType.DECREASE: ("decrease", "down", "减少", "降低", "下降"),
        KRType.RANGE: ("range", "keep", "区间", "范围", "保持"),
        KRType.MILESTONE: ("milestone", "yes/no", "delivery", "里程碑", "做到/没做到"),
        KRType.BASELINE: ("baseline", "first value", "基线", "摸底"),
    },
    Part.STRETCH: {
        Commitment.STRETCH: ("stretch", "挑战型", "挑战"),
        Commitment.COMMITTED: ("committed", "must", "承诺型", "承诺"),
    },
    Part.PACE: {
        PaceProfile.LINEAR: ("linear", "straight line", "straight", "直线", "匀速"),
        PaceProfile.SLOW_START: ("slow start", "slow_start", "slow", "慢启动", "先慢后快"),
        PaceProfile.FAST_START: ("fast start", "fast_start", "fast", "快启动", "先快后慢"),
        PaceProfile.STEPS: ("in phases", "phases", "steps", "分阶段", "阶段"),
        PaceProfile.FLAT: ("flat", "level", "持平", "平稳"),
    },
    Part.CADENCE: {
        "inherit": ("as the team", "team", "inherit", "同团队", "跟团队"),
        Cadence.WEEKLY: ("weekly", "every week", "每周"),
        Cadence.BIWEEKLY: ("biweekly", "every second week", "every two weeks", "每两周", "双周"),
    },
    Part.ANSWERS: {
        "any": ("any", "anyone", "any owner", "所有负责人", "任何负责人", "都可以"),
        "lead": ("lead", "lead only", "only the lead", "只有牵头人", "牵头人"),
    },
    Part.STRICT: {
        "yes": ("yes", "on", "strict", "是", "严格"),
        "no": ("no", "off", "否", "不"),
    },
    Part.VISIBILITY: {
        "workspace": ("workspace", "everyone", "all", "所有人", "全公司"),
        "team": ("team", "only the team", "仅团队", "团队"),
        "title_only": ("title only", "title_only", "title", "仅标题", "标题"),
    },
}
"""What can be chosen of a field, with the words it is typed in; the first English one is its name."""
_OF_SEVERAL = frozenset(
    ("team", "up", "down", "keep", "must", "slow", "fast", "level", "straight", "inherit", "phases", "steps", "阶段")
)
"""Words that alone may mean something else."""
_ALONE: Mapping[str, tuple[Part, str]] = {
    word: (part, value)
    for part in (Part.STRETCH, Part.CADENCE, Part.PACE, Part.TYPE)
    for value, words in CHOICES[part].items()
    for word in words
    if word not in _OF_SEVERAL
}
_STEP = re.compile(
    r"\s*(?:(?P<number>[0-9]{1,3})\s*[.)、:：]\s*)?(?P<title>.*?)(?:\s*[(（](?P<due>[^()（）]{1,40})[)）])?"
    r"(?:\s*[x×]\s*(?P<weight>[0-9]+(?:[.,][0-9]+)?))?\s*"
)
ANCHORED = ("0.3", "0.7", "1.0")
_BETWEEN_ANCHORS = re.compile(r"\s*[/;；|·→、，]\s*|,\s+")
_IN_PHASES = re.compile(r"\s*(?:(?:in\s+)?phases|steps|分?阶段)?\s*[:：,，]?\s*", re.IGNORECASE)
_PHASE = re.compile(r"[\s:：=]*(?P<share>[0-9]{1,3}(?:\.[0-9]{1,2})?)\s*[%％]")
_APART = re.compile(r"\s*[;；\n]\s*")
_FROM_TO = re.compile(r"(?:from|从|由)\s*(?P<old>.+?)\s*(?:->|→|\bto\b|到|至)\s*(?P<new>.+)", re.IGNORECASE)


def alone(words: str) -> tuple[Part, str] | None:
    """The field of words that belong to one field only: `committed`, `every second week`, 里程碑."""
    return _ALONE.get(" ".join(words.split()).casefold())


def read_part(part: Part, words: str, known: Known) -> dict[str, Any]:
    """The values of these words, by the names of `KRDraft`. Raises `Unreadable`.

    Empty words take away what may be empty.
    """
    words = words.strip()
    return _READERS[part](part, words, known)


def read_number(words: str, unit: str, style: NumberStyle) -> Decimal:
    """One number in a key result's unit. Raises `Unreadable` where it has two readings, or another unit."""
    plain = normalise(words).text.strip()
    if is_too_large(plain):
        raise Unreadable(Cannot.TOO_LARGE)
    found = [one for one in find_atoms(plain, style, None) if one.readings and one.over is None]
    if not found:
        raise Unreadable(Cannot.NO_NUMBER, text=words[:40])
    if len(found) > 1:
        raise Unreadable(Cannot.SEVERAL_NUMBERS, text=words[:40])
    atom = found[0]
    if abs(atom.value) >= TOO_LARGE:
        raise Unreadable(Cannot.TOO_LARGE)
    left = f"{plain[: atom.start]} {plain[atom.end :]}".strip()
    if left and not is_filler(left) and left.casefold() != unit.casefold():
        raise Unreadable(Cannot.NO_NUMBER, text=words[:40])
    return _in_unit(atom, unit, style, words)


def _in_unit(atom: Atom, unit: str, style: NumberStyle, words: str) -> Decimal:
    if atom.sign in ("+", "pp"):
        raise Unreadable(Cannot.A_CHANGE, text=words[:40])
    if len(set(atom.readings)) > 1 and style == "unknown":
        first, second = atom.readings[:2]
        raise Unreadable(Cannot.TWO_READINGS, text=words[:40], one=digits(first), other=digits(second))
    other = Unreadable(Cannot.OTHER_UNIT, text=words[:40], unit=unit or "1, 2, 3")
    if atom.percent and unit != "%":
        raise other
    if atom.currency is not None and atom.currency != units.unit_currency(unit):
        raise other
    value = atom.value
    wanted = units.time_of(unit)
    if atom.time is not None and atom.time != wanted:
        converted = None if wanted is None else units.convert_time(value, atom.time, wanted)
        if converted is None:
            raise other
        value = converted
    scale = units.unit_scale(unit)
    return tidy(value / scale) if atom.scale != 1 and scale != 1 else tidy(value)


def changed(draft: KRDraft, values: Mapping[str, Any]) -> KRDraft:
    """The key result as it would be with these values."""
    known = dict(values)
    if "steps" in known:
        known["steps"] = tuple(StepDraft(one.title, one.weight, one.due) for one in known["steps"])
    return replace(draft, **known)


def digits(value: Decimal) -> str:
    """A number in digits alone: 55000, 0.5."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# --- one reader a kind of field -----------------------------------------------------------------------------


def _number(part: Part, words: str, known: Known) -> dict[str, Any]:
    draft = known.draft
    name = part.value
    if not words:
        if part is Part.BASELINE:
            return {name: None}
        raise Unreadable(Cannot.EMPTY)
    moved = _FROM_TO.fullmatch(words)
    if moved is not None:
        old = read_number(moved["old"], draft.unit, known.style)
        if old != (draft.goal if part is Part.TARGET else draft.baseline):
            raise Unreadable(Cannot.SEVERAL_NUMBERS, text=words[:40])
        words = moved["new"]
    value = read_number(words, draft.unit, known.style)
    if part is Part.TARGET and draft.anchors is not None:
        return {"anchors": (*draft.anchors[:2], value)}
    return {name: value}


def _plain_number(part: Part, words: str, known: Known) -> dict[str, Any]:
    """Without words, there is no tolerance; a weight is 1."""
    if not words:
        return {part.value: None if part is Part.TOLERANCE else Decimal(1)}
    unit = known.draft.unit if part is Part.TOLERANCE else ""
    return {part.value: read_number(words, unit, known.style)}


def _anchors(_part: Part, words: str, known: Known) -> dict[str, Any]:
    if not words:
        return {"anchors": None}
    marked = [one for one in _BETWEEN_ANCHORS.split(words) if one]
    texts = marked if len(marked) > 1 else words.split()
    if len(texts) != len(ANCHORED):
        raise Unreadable(Cannot.NO_ANCHORS)
    return {"anchors": tuple(read_number(one, known.draft.unit, known.style) for one in texts)}


def _range(_part: Part, words: str, known: Known) -> dict[str, Any]:
    if not words:
        raise Unreadable(Cannot.EMPTY)
    plain = normalise(words).text
    if known.style == "unknown":
        for atom in find_atoms(plain, known.style, None):
            if len(set(atom.readings)) > 1:
                first, second = atom.readings[:2]
                raise Unreadable(Cannot.TWO_READINGS, text=words[:40], one=digits(first), other=digits(second))
    line = read_kr_line(f"Keep {plain}", "dot" if known.style == "unknown" else known.style)
    if line.kind is not KRType.RANGE or (line.lo is None and line.hi is None):
        raise Unreadable(Cannot.NO_RANGE)
    unit = known.draft.unit
    if line.unit and line.unit != unit and (units.time_of(line.unit) or line.unit) != (units.time_of(unit) or unit):
        raise Unreadable(Cannot.OTHER_UNIT, text=words[:40], unit=unit or "1, 2, 3")
    return {"range_lo": line.lo, "range_hi": line.hi}


def _day(part: Part, words: str, known: Known) -> dict[str, Any]:
    if not words:
        raise Unreadable(Cannot.EMPTY)
    day = read_day(words, known.today)
    if day is None and part is Part.START:
        try:
            return _number(Part.BASELINE, words, known)  # `start 20%`: where it starts, not when
        except Unreadable:
            raise Unreadable(Cannot.NO_DAY, text=words[:40]) from None
    if day is None:
        raise Unreadable(Cannot.NO_DAY, text=words[:40])
    if part is Part.DUE and day < known.today and day != known.draft.due:
        raise Unreadable(Cannot.DAY_OVER)
    if abs(day - known.today) > FURTHEST:
        raise Unreadable(Cannot.TOO_FAR)
    return {part.value: day}


def _text(most: int, *, needed: bool = False) -> Callable[[Part, str, Known], dict[str, Any]]:
    def read(part: Part, words: str, known: Known) -> dict[str, Any]:
        text = unquoted(" ".join(words.split()))
        if needed and not text:
            raise Unreadable(Cannot.EMPTY)
        if len(text) > most:
            raise Unreadable(Cannot.LONG, most=most)
        if part is Part.TAG:
            return {"tag": text or None}
        draft = known.draft
        if part is Part.TITLE and draft.short_title == proposed_short_title(draft.title):
            return {"title": text, "short_title": proposed_short_title(text)}
        if part is Part.SHORT_TITLE and not text:
            return {"short_title": proposed_short_title(draft.title)}
        return {part.value: text}

    return read


def read_choice(part: Part, words: str) -> str:
    """The value that is meant, by its own name or any of its words. Raises `Unreadable`."""
    plain = unquoted(" ".join(words.split())).casefold()
    for value, known in CHOICES[part].items():
        if plain == value or plain in known:
            return str(value)
    names = " · ".join(one[0] for one in CHOICES[part].values())
    raise Unreadable(Cannot.NO_CHOICE, text=words[:40] or "–", names=names)


def _choice(part: Part, words: str, known: Known) -> dict[str, Any]:
    if part is Part.PACE:
        return _pace(words, known)
    value = read_choice(part, words)
    match part:
        case Part.TYPE:
            return _as_type(KRType(value), known.draft)
        case Part.STRETCH:
            return {"stretch": Commitment(value)}
        case Part.CADENCE:
            return {"cadence": None if value == "inherit" else Cadence(value)}
        case Part.STRICT:
            return {"strict": value == "yes"}
        case _:
            return {part.value: value}


def phases_in(words: str) -> str:
    """The days and shares behind `in phases`, as words; empty where there are none."""
    phased = _IN_PHASES.match(words)
    return words[phased.end() :] if phased is not None and _PHASE.search(words) else ""


def _pace(words: str, known: Known) -> dict[str, Any]:
    """How it is to go: a profile; or in phases, with the days and what is expected by each."""
    if phases_in(words):
        return _phases(Part.PHASES, phases_in(words), known)
    profile = PaceProfile(read_choice(Part.PACE, words))
    if profile is PaceProfile.STEPS or not known.draft.checkpoints:
        return {"pace": profile}
    return {"pace": profile, "checkpoints": ()}


def _phases(_part: Part, words: str, known: Known) -> dict[str, Any]:
    """`15 Nov 30%, 1 Dec 60%`: what is expected by each day. Without words there are none."""
    if not words.strip(" ,，"):
        return {"checkpoints": (), **({"pace": PaceProfile.LINEAR} if known.draft.pace is PaceProfile.STEPS else {})}
    found: dict[date, Decimal] = {}
    at = 0
    for one in _PHASE.finditer(words):
        day = read_day(words[at : one.start()].strip(" ,，;；:：\n"), known.today)
        share = Decimal(one["share"]) / 100
        if day is None or day in found or not 0 < share <= 1:
            raise Unreadable(Cannot.NO_PHASES)
        found[day], at = share, one.end()
    if not found or words[at:].strip(" ,，;；.。"):
        raise Unreadable(Cannot.NO_PHASES)
    points = tuple(Checkpoint(day, tidy(found[day])) for day in sorted(found))
    if any(later.expected_score <= earlier.expected_score for earlier, later in pairwise(points)):
        raise Unreadable(Cannot.NO_PHASES)
    return {"pace": PaceProfile.STEPS, "checkpoints": points}


def _as_type(kind: KRType, draft: KRDraft) -> dict[str, Any]:
    """Another type, and what goes with it: a level that is held has a flat pace, only milestones have steps."""
    found: dict[str, Any] = {"type": kind}
    if kind is not KRType.MILESTONE and draft.steps:
        found["steps"] = ()
    if kind is KRType.RANGE and draft.type is not KRType.RANGE:
        found["pace"] = PaceProfile.FLAT
        if draft.checkpoints:
            found["checkpoints"] = ()
    if kind is not KRType.RANGE and draft.pace is PaceProfile.FLAT:
        found["pace"] = PaceProfile.LINEAR
    return found


def _steps(_part: Part, words: str, known: Known) -> dict[str, Any]:
    """One a line, or parted by semicolons. A step that keeps its number or its title is the same step."""
    steps: list[Step] = []
    free = {one.number: one for one in known.steps}
    by_title = {one.title.casefold(): one.number for one in known.steps}
    for line in _APART.split(unquoted(words)):
        found = _STEP.fullmatch(line)
        if found is None or not found["title"]:
            continue
        title, due = found["title"].strip(), None
        if found["due"]:
            due = read_day(found["due"], known.today)
            title = title if due is not None else f"{title} ({found['due']})"
        weight = Decimal(found["weight"].replace(",", ".")) if found["weight"] else Decimal(1)
        number = by_title.get(title.casefold(), 0)
        if number not in free and found["number"]:
            number = int(found["number"])
        number = number if free.pop(number, None) is not None else 0
        steps.append(Step(number, title, weight, due))
    return {"steps": tuple(sorted(steps, key=lambda one: one.number or 10_000))}


def _aliases(_part: Part, words: str, _known: Known) -> dict[str, Any]:
    names = [" ".join(one.split()) for one in re.split(r"[,，;；、]", unquoted(words))]
    found = tuple(dict.fromkeys(one for one in names if one))
    if len(found) > MOST_ALIASES:
        raise Unreadable(Cannot.MANY_ALIASES, most=MOST_ALIASES)
    if any(len(one) > SHORT_TITLE for one in found):
        raise Unreadable(Cannot.LONG, most=SHORT_TITLE)
    return {"aliases": found}


_READERS: Mapping[Part, Callable[[Part, str, Known], dict[str, Any]]] = {
    Part.TITLE: _text(TITLE, needed=True),
    Part.SHORT_TITLE: _text(SHORT_TITLE),
    Part.METRIC: _text(METRIC),
    Part.UNIT: _text(UNIT),
    Part.TAG: _text(TAG),
    Part.BASELINE: _number,
    Part.TARGET: _number,
    Part.ANCHORS: _anchors,
    Part.RANGE: _range,
    Part.TOLERANCE: _plain_number,
    Part.STRICT: _choice,
    Part.STRETCH: _choice,
    Part.WEIGHT: _plain_number,
    Part.START: _day,
    Part.DUE: _day,
    Part.PACE: _choice,
    Part.PHASES: _phases,
    Part.CADENCE: _choice,
    Part.ANSWERS: _choice,
    Part.TYPE: _choice,
    Part.STEPS: _steps,
    Part.ALIASES: _aliases,
}
OF_KEY_RESULT = tuple(_READERS)
"""What is changed of a key result by its words; owners are handed over in their own way."""
ORDER = (Part.TYPE, Part.UNIT)
"""What is read first: the other words are read against it."""


# --- the other way round: what a form shows ------------------------------------------------------------------


def shown_part(part: Part, draft: KRDraft, steps: Sequence[Step], style: NumberStyle) -> str:
    """What a field holds now, in words that `read_part` reads back."""
    match part:
        case Part.BASELINE | Part.TARGET | Part.TOLERANCE:
            value = draft.goal if part is Part.TARGET else getattr(draft, part.value)
            return "" if value is None else _amount(value, draft.unit, style)
        case Part.WEIGHT:
            return _amount(draft.weight, "", style)
        case Part.ANCHORS:
            return "" if draft.anchors is None else " / ".join(_amount(one, draft.unit, style) for one in draft.anchors)
        case Part.RANGE:
            return _shown_range(draft, style)
        case Part.START | Part.DUE:
            return str(getattr(draft, part.value).isoformat())
        case Part.STEPS:
            return "\n".join(_shown_step(one) for one in steps)
        case Part.CADENCE:
            return "inherit" if draft.cadence is None else draft.cadence.value
        case Part.STRICT:
            return "yes" if draft.strict else "no"
        case Part.PHASES:
            points = (f"{one.on.isoformat()} {digits(one.expected_score * 100)}%" for one in draft.checkpoints)
            return ", ".join(points)
        case Part.ALIASES:
            return ", ".join(draft.aliases)
        case _:
            return str(getattr(draft, part.value) or "")


def _shown_range(draft: KRDraft, style: NumberStyle) -> str:
    lo, hi = draft.range_lo, draft.range_hi
    if lo is not None and hi is not None:
        return f"{_amount(lo, '', style)} - {_amount(hi, draft.unit, style)}"
    if lo is not None:
        return f"≥ {_amount(lo, draft.unit, style)}"
    return "" if hi is None else f"≤ {_amount(hi, draft.unit, style)}"


def _shown_step(step: Step) -> str:
    due = "" if step.due is None else f" ({step.due.isoformat()})"
    weight = "" if step.weight == 1 else f" ×{digits(step.weight)}"
    return f"{step.number}. {step.title}{due}{weight}"


def _amount(value: Decimal, unit: str, style: NumberStyle) -> str:
    """A number as this person types it, without marks between its thousands."""
    text = digits(value)
    text = text.replace(".", ",") if style == "comma" else text
    if units.currency_of(unit) == unit and unit:
        return f"{unit}{text}" if value >= 0 else f"-{unit}{text[1:]}"
    return f"{text}{unit}" if unit == "%" else f"{text} {unit}".strip()
