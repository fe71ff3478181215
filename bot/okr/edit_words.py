"""A line that changes something, taken apart: which field gets which words, and why (spec/06 §11.1)."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum


class Part(StrEnum):
    """What can be changed of a key result or an objective, as people name it: a range and anchors are one each."""

    TITLE = "title"
    SHORT_TITLE = "short_title"
    TYPE = "type"
    METRIC = "metric"
    UNIT = "unit"
    TAG = "tag"
    BASELINE = "baseline"
    TARGET = "target"
    ANCHORS = "anchors"
    RANGE = "range"
    TOLERANCE = "range_tol"
    STRICT = "strict"
    STRETCH = "stretch"
    WEIGHT = "weight"
    START = "start"
    DUE = "due"
    PACE = "pace"
    PHASES = "checkpoints"
    CADENCE = "cadence"
    ANSWERS = "answer_policy"
    STEPS = "steps"
    ALIASES = "aliases"
    OWNER = "owner"
    CO_OWNERS = "co_owners"
    WHY = "why"
    SERVES = "serves"
    VISIBILITY = "visibility"


OF_OBJECTIVE = (Part.TITLE, Part.WHY, Part.SERVES, Part.VISIBILITY)
_EN: dict[Part, tuple[str, ...]] = {
    Part.TITLE: ("title", "wording", "text", "name"),
    Part.SHORT_TITLE: ("short title", "short name", "short"),
    Part.TYPE: ("type", "kind"),
    Part.METRIC: ("metric", "measure"),
    Part.UNIT: ("unit",),
    Part.TAG: ("tag", "label"),
    Part.BASELINE: ("baseline", "starting value", "start value", "starting point", "base"),
    Part.TARGET: ("target value", "target", "goal"),
    Part.ANCHORS: ("anchors", "anchor"),
    Part.RANGE: ("range", "bounds", "limits"),
    Part.TOLERANCE: ("tolerance",),
    Part.STRICT: ("strict",),
    Part.STRETCH: ("commitment",),
    Part.WEIGHT: ("weight",),
    Part.START: ("start date", "first day", "starts", "start"),
    Part.DUE: ("due date", "deadline", "end date", "last day", "due"),
    Part.PACE: ("pace",),
    Part.PHASES: ("phases", "checkpoints"),
    Part.CADENCE: ("cadence", "how often", "rhythm"),
    Part.ANSWERS: ("answer policy", "answers"),
    Part.STEPS: ("steps", "step"),
    Part.ALIASES: ("aliases", "alias"),
    Part.OWNER: ("lead owner", "owner"),
    Part.CO_OWNERS: ("co-owners", "co-owner", "coowners", "co owners"),
    Part.WHY: ("why",),
    Part.SERVES: ("serves", "customer"),
    Part.VISIBILITY: ("visibility", "visible"),
}
_ZH: dict[Part, tuple[str, ...]] = {
    Part.TITLE: ("标题", "名称"),
    Part.SHORT_TITLE: ("短标题", "简称"),
    Part.TYPE: ("类型",),
    Part.METRIC: ("指标",),
    Part.UNIT: ("单位",),
    Part.TAG: ("标签",),
    Part.BASELINE: ("起点", "基线", "起始值", "基准"),
    Part.TARGET: ("目标值", "目标"),
    Part.ANCHORS: ("锚点",),
    Part.RANGE: ("范围", "区间"),
    Part.TOLERANCE: ("容差",),
    Part.STRICT: ("严格",),
    Part.STRETCH: ("承诺程度",),
    Part.WEIGHT: ("权重",),
    Part.START: ("开始日期", "起始日期", "开始"),
    Part.DUE: ("截止日期", "截止日", "截止", "到期"),
    Part.PACE: ("节奏",),
    Part.PHASES: ("阶段",),
    Part.CADENCE: ("频率",),
    Part.ANSWERS: ("谁回答", "回答方式"),
    Part.STEPS: ("步骤",),
    Part.ALIASES: ("别名",),
    Part.OWNER: ("负责人",),
    Part.CO_OWNERS: ("共同负责人",),
    Part.WHY: ("为什么重要", "为什么"),
    Part.SERVES: ("服务对象",),
    Part.VISIBILITY: ("可见范围", "谁能看"),
}
NAMES: dict[str, Part] = {name: part for table in (_EN, _ZH) for part, names in table.items() for name in names}
_WORDS = (Part.TITLE, Part.SHORT_TITLE, Part.METRIC, Part.STEPS, Part.WHY, Part.SERVES)
"""What takes all that follows, for any word may be in it."""


def _any_of(table: dict[Part, tuple[str, ...]]) -> str:
    names = (name for names in table.values() for name in names)
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


_NAMED = rf"(?P<en>{_any_of(_EN)})(?![\w-])|(?P<zh>{_any_of(_ZH)})"
_FIRST = re.compile(rf"\s*(?:the\s+|its\s+|把)?(?:{_NAMED})", re.IGNORECASE)
_NEXT = re.compile(
    rf"(?<!slow)(?<!fast)(?:\s*[,，;；、]\s*|\s+)(?:and\s+|和\s*|并\s*)?(?:the\s+|its\s+)?(?:{_NAMED})", re.IGNORECASE
)
_BECAUSE = re.compile(
    r"(?:^|[\s,，;；.。])because\b(?:\s+of\b)?\s*[:：]?\s*|[,，;；.。]?\s*因为\s*[:：]?\s*", re.IGNORECASE
)
_FILLER = re.compile(
    r"^\s*(?:(?:is|to|as|=|:|：|->|→|改成|改为|调到|改到|变为|设为|为|成|到)(?![A-Za-z])\s*)+", re.IGNORECASE
)
_SIGNS = re.compile(r"^\s*(?:[:：=→]|->|改成|改为)\s*")
"""Words may begin with `to` or 成为: only signs stand before them."""
_QUOTED = re.compile(r"[\"“”„「『]([^\"“”„「」『』]*)[\"“”」』]")
_CHOICES = (Part.TYPE, Part.PACE, Part.STRETCH, Part.CADENCE, Part.ANSWERS, Part.VISIBILITY)
_CHOSEN = re.compile(r"\s*(?:(?:to|is|as|=)\s+)?(?:in\s+(?=phases))?[^\s,，;；、]+", re.IGNORECASE)
"""What is chosen may be called like a field: `type range`."""
_HIDDEN = "\0"
_SHORTEST, _ALIKE = 3, 0.74
"""How long a word is, and how like the name of a field, to be taken for its misspelling."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What was asked for: words by field, the words whose field was not said, and the reason; empty where not said."""

    parts: tuple[tuple[Part, str], ...]
    rest: str
    reason: str


def split_reason(text: str) -> tuple[str, str]:
    """What stands before `because` or 因为, and the reason behind it; quoted words hold neither."""
    found = _BECAUSE.search(_masked(text))
    if found is None:
        return text.strip(), ""
    return text[: found.start()].strip(), " ".join(text[found.end() :].split())


def read_edit(text: str) -> Edit:
    """`target 55k, due 15 Dec because …`: the words of each field that is named, in order."""
    head, reason = split_reason(text)
    masked = _masked(head)
    found = _FIRST.match(masked)
    if found is None:
        return Edit((), head, reason)
    parts: list[tuple[Part, str]] = []
    while found is not None:
        part = NAMES[(found["en"] or found["zh"]).casefold()]
        chosen = _CHOSEN.match(masked, found.end()) if part in _CHOICES else None
        following = None if part in _WORDS else _NEXT.search(masked, (chosen or found).end())
        end = len(head) if following is None else following.start()
        filler = _SIGNS if part in _WORDS else _FILLER
        words = filler.sub("", head[found.end() : end]).strip(" \t\n,，;；、")
        parts.append((part, unquoted(words) if part is not Part.STEPS else words))
        found = following
    return Edit(tuple(parts), "", reason)


@dataclass(frozen=True, slots=True)
class Meant:
    """A word that is no field, the field it is nearly the name of, and what follows it."""

    word: str
    part: Part
    words: str


def field_meant(text: str) -> Meant | None:
    """`traget 5`: the field that is spelt almost so, where the first word is none; None where that is not likely."""
    word, _, rest = text.strip().partition(" ")
    plain = word.casefold().strip(":：=")
    if len(plain) < _SHORTEST or not plain.isalpha() or not plain.isascii() or plain in NAMES:
        return None
    near = get_close_matches(plain, [name for name in NAMES if name.isascii() and " " not in name], 1, _ALIKE)
    return Meant(word, NAMES[near[0]], _FILLER.sub("", rest).strip()) if near else None


def name_before_fields(text: str) -> tuple[str, str]:
    """`renewals target 50%`: the words before the first field that is named, and the rest; all of it where none is."""
    found = _NEXT.search(_masked(text))
    if found is None:
        return text.strip(), ""
    return text[: found.start()].strip(), text[found.start() :].strip(" ,，;；、")


def unquoted(words: str) -> str:
    """The words without the quotes around all of them."""
    found = _QUOTED.fullmatch(words.strip())
    return (words if found is None else found[1]).strip()


def _masked(text: str) -> str:
    """The text with what is quoted made unreadable, each sign in its place."""
    return _QUOTED.sub(lambda found: found[0][0] + _HIDDEN * (len(found[0]) - 2) + found[0][-1], text)
