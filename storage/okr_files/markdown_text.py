"""What people write into the line of an objective or key result besides its text: labels, tags, scores, owners."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

_HAN_DIGITS = "一二三四五六七八九十"
_NUMBER = rf"(?:[#№]?\s*\d+(?:\.\d+)*|[{_HAN_DIGITS}]+)"
_AFTER = r"\s*(?:[:：.)、]|[-–—](?=\s))\s*"
_OBJECTIVE = re.compile(
    rf"(?:objectives?|goals?|目标|目的)\s*{_NUMBER}?(?:{_AFTER}|\s+[-–—]\s+|(?<=[\d{_HAN_DIGITS}])\s+|$)"
    rf"|o\s?[-#]?\d+(?:{_AFTER}|\s+|$)|o\s*[:：]\s*",
    re.IGNORECASE,
)
_KEY_RESULT = re.compile(
    rf"(?:key[\s-]?results?|关键结果|关键成果|关键成效)\s*{_NUMBER}?(?:{_AFTER}|\s+[-–—]\s+|(?<=[\d{_HAN_DIGITS}])\s+|$)"
    rf"|krs?\s?[-#]?\d+(?:\.\d+)*(?:{_AFTER}|\s+|$)|krs?\s*(?:{_AFTER}|$)|o\d+[.\s-]?kr\d+(?:{_AFTER}|\s+|$)",
    re.IGNORECASE,
)
_CONTAINER = re.compile(
    r"(?:the\s+|our\s+)?(?:key\s?results?(?:\s*\(krs?\))?|krs?|goals?|objectives?(?:\s*(?:and|&)\s*key\s?results?)?|okrs?"
    r"|关键结果|关键成果|目标|目标与关键结果)\s*[:：]?",
    re.IGNORECASE,
)
_STEP_CONTAINER = re.compile(
    r"(?:sub-?\s?tasks?|tasks?|steps?|milestones?|action items?|initiatives?|to-?dos?|步骤|任务|行动|里程碑)\s*[:：]?",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"(?:why(?:\s+it\s+matters|\s+now|\s+this)?|rationale|motivation|为什么|为何|意义)\s*[:：]\s*", re.IGNORECASE
)
_FIELD = re.compile(
    r"(?P<name>owners?|dri|lead|responsible|accountable|负责人|责任人|owner\(s\)"
    r"|(?:final |self[- ]?)?(?:score|grade)|rating|评分|得分|打分|自评"
    r"|target|goal|目标值|baseline|start(?:ing)?(?: value)?|起点|基线|current(?: value)?|now|当前值?|现状"
    r"|due(?: date)?|deadline|by when|截止日期?|截止|weight|权重|unit|单位|metric|指标|tags?|标签"
    r"|status|状态|confidence|信心|progress|进度|进展|notes?|comments?|update|outcome|result|备注|说明|结果)"
    r"\s*[:：]\s*(?P<value>.*)",
    re.IGNORECASE,
)
_FIELD_NAMES = {
    "owner": "owner owners dri lead responsible accountable 负责人 责任人 owner(s)",
    "score": "score grade final-score final-grade self-score self-grade selfscore selfgrade rating 评分 得分 打分 自评",
    "to": "target goal 目标值",
    "from": "baseline start starting start-value starting-value 起点 基线",
    "value": "current current-value now 当前 当前值 现状",
    "due": "due due-date deadline by-when 截止 截止日 截止日期",
    "weight": "weight 权重",
    "unit": "unit 单位",
    "metric": "metric 指标",
    "tag": "tag tags 标签",
}
_FIELD_BY_WORD = {word: key for key, words in _FIELD_NAMES.items() for word in words.split()}

_OUTCOME = re.compile(r"\s*(?:=+\s?=*>|⇒|➔|➜)\s*[.:]?\s*")
_TAGS = re.compile(r"\[([A-Z][A-Z0-9/&+_-]{0,11})\](?!\()\s*")
_PRIORITY = re.compile(r"(?:\(|\[)?\b(?P<tag>P[0-9X])\b(?:\)|\])?\s*(?:[-–—:：|]\s*|\s+(?=\S)|$)")
_HANDLE = r"@[\w][\w.\-]*"
_HANDLES_FIRST = re.compile(rf"(?P<who>{_HANDLE}(?:\s*[,&/]?\s*(?:and\s+)?{_HANDLE})*)\s*(?:[-–—:：|]\s*|$)")
_HANDLES_LAST = re.compile(
    rf"\s*[-–—|,]?\s*[(\[（【]?\s*(?P<who>(?<![\w.]){_HANDLE}(?:\s*[,&/]?\s*(?:and\s+)?{_HANDLE})*)\s*[)\]）】]?\s*[.]?$"
)
_OWNER_IN_BRACKETS = re.compile(
    r"\s*[(\[（【]\s*(?:owners?|dri|lead|负责人|责任人)\s*[:：]\s*(?P<who>[^)\]）】]{1,80})[)\]）】]\s*", re.IGNORECASE
)
_OWNER_LAST = re.compile(
    r"(?:\s+[-–—|]+|[;；.,，。|])\s*(?:owners?|dri|负责人|责任人)\s*[:：]\s*(?P<who>[^;；|—–]{1,60}?)\s*(?=[;；|—–(（\[]|\s-\s|$)",
    re.IGNORECASE,
)
_RATE = r"(?P<score>(?:[01](?:[.,]\d{1,2})?|\.\d{1,2})(?:\s*/\s*1(?:\.0+)?)?|\d{1,2}\s*/\s*10|\d{1,3}\s?[%％])"
_SCORE_LABELLED = re.compile(
    r"\s*(?:[-–—|,;，；]\s*)?[(\[（【]?\s*(?:(?:final\s+|self[-\s]?)?(?:score|grade)|评分|得分|打分|自评)\s*"
    rf"[:：=]?\s*{_RATE}\s*[)\]）】]?\s*[.]?(?:\s*[-–—|:：]\s*|$|(?=\s))",
    re.IGNORECASE,
)
_SCORE_IN_BRACKETS = rf"[(\[（【]\s*{_RATE}\s*[)\]）】]"
_SCORE_FIRST = re.compile(rf"(?:{_SCORE_IN_BRACKETS})\s*[-–—:：|]?\s*")
_SCORE_LAST = re.compile(rf"\s*[-–—:：|]?\s*{_SCORE_IN_BRACKETS}\s*[.]?$")
_BARE_RATE = r"(?P<score>[01]\.\d{1,2}|\d{1,2}/10)"
_SCORE_BARE_FIRST = re.compile(rf"{_BARE_RATE}\s*(?:[-–—:：|]\s+)")
_SCORE_BARE_LAST = re.compile(rf"(?:\s+[-–—|]+|[:：])\s*{_BARE_RATE}$")
_OUTCOME_SCORE = re.compile(rf"{_RATE}(?:\s*[:：\-–—.]\s*|$)")
_IN_WORK = re.compile(r"\s*\((?P<note>(?:WIP|in progress|ongoing|进行中)\b[^()]*)\)\s*$", re.IGNORECASE)
_BEFORE_LABEL = re.compile(
    r"(?:\[[A-Z][A-Z0-9/&+_-]{0,11}\]\s*|[(\[][01]\.\d{1,2}[)\]]\s*|[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d]\s*)*"
)
_EDGES = " \t-–—:：|,，;；"
_QUOTES = (('"', '"'), ("“", "”"), ("「", "」"))
_WANTED_BEFORE = re.compile(
    r"(?:\b(?:to|of|reach(?:es)?|above|below|least|most|from|target|goal|by)|到|至|为)\s*$", re.IGNORECASE
)

_MASKED = re.compile(
    r"[$€£¥]\s?[A-Z]{1,2}(?![\w])|(?<![\w])[NXYZ]\d{1,2}(?![\w])|(?<![\w])[A-Z]{1,2}\s?[%％]"
    r"|(?<![\w'’])(?:[NXYZ]|XX+|\?\?+|__+|TBD|tbd|█+)(?=\s+[a-z]|\s*[%％]|\s*$)|[$€£¥]\s?(?:_+|\?+|█+)|(?:_{2,}|\?{2,}|█+)\s?[%％]"
)

_YEAR = r"(?:20)?\d{2}"
_CYCLE = re.compile(
    rf"\b(?:FY\s?'?)?{_YEAR}\s?[-/ ]?\s?[QH][1-4]\b|\b[QH][1-4]\s?[-/, ]?\s?(?:of\s+)?(?:FY\s?)?'?{_YEAR}\b"
    r"|20\d{2}\s?年?\s?(?:第?[一二三四1-4]季度|[上下]半年|Q[1-4])",
    re.IGNORECASE,
)
_SECTION_WORDS = re.compile(
    r"\bokrs?\b|\bobjectives?\b|\bkey results?\b|\bgoals?\b|\b(?:the|our|and|&|for|team|draft|final|quarterly|annual)\b"
    r"|团队|目标|关键结果|与|的|季度\b|\b20\d{2}\b|\bset\s?\d+\b|\bQ[1-4]\b|[()（）:：\-–—|/,.]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A line, taken apart."""

    title: str
    owners: tuple[str, ...] = ()
    score: Decimal | None = None
    tags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def note(self) -> str | None:
        return "; ".join(self.notes) or None


def is_container(text: str) -> bool:
    """`Key results:` and the like: a heading over those that follow."""
    return _CONTAINER.fullmatch(text.strip()) is not None


def is_step_container(text: str) -> bool:
    """`Tasks:` and the like."""
    return _STEP_CONTAINER.fullmatch(text.strip()) is not None


def objective_label(text: str) -> str | None:
    """The text after `Objective 1:`, `O1`, `目标一：`; None where no such label stands."""
    return _after(_OBJECTIVE, text)


def key_result_label(text: str) -> str | None:
    """The text after `KR1:`, `Key Result 1.2 -`, `关键结果：`; None where no such label stands."""
    return _after(_KEY_RESULT, text)


def why_label(text: str) -> str | None:
    """The text after `Why:`; None where no such label stands."""
    return _after(_WHY, text)


def _after(pattern: re.Pattern[str], text: str) -> str | None:
    """Tags, a score and pictures may stand before a label; they stay."""
    lead = _BEFORE_LABEL.match(text)
    start = lead.end() if lead else 0
    found = pattern.match(text, start)
    return f"{text[:start]}{text[found.end() :]}".strip() if found else None


def cycle_in(text: str) -> str | None:
    """`2026 Q4`, `Q4 2026`, `FY21-Q1`, `2026年第四季度`, as it is written; None where no cycle is named."""
    found = _CYCLE.search(text)
    return found[0].strip() if found else None


def section_name(text: str) -> str:
    """What a heading names besides OKRs and cycles: `Growth` of `Growth team OKRs, 2026 Q4`; often nothing."""
    rest = _CYCLE.sub(" ", text)
    if not re.sub(r"[\W_]+", "", _SECTION_WORDS.sub(" ", rest)):
        return ""
    rest = re.sub(r"\b(?:okrs?|objectives? (?:and|&) key results?)\b|目标与关键结果", " ", rest, flags=re.IGNORECASE)
    rest = re.sub(
        r"^\s*(?:team|团队)\s*[:：]|\s+team\s*$|\s*团队\s*$", " ", rest.strip(" -–—:：,"), flags=re.IGNORECASE
    )
    return tidy(re.sub(r"[(（]\s*[)）]", " ", rest))


def named_field(text: str) -> tuple[str, str] | None:
    """`Owner: Mei` as (`owner`, `Mei`). What has no place of its own comes as `note`, with its name before it."""
    found = _FIELD.fullmatch(text.strip())
    if found is None:
        return None
    word = re.sub(r"\s+", "-", found["name"].lower())
    key = _FIELD_BY_WORD.get(word)
    value = found["value"].strip()
    if key is not None:
        return key, value
    plain = word in ("note", "notes", "comment", "comments", "update", "outcome", "result", "备注", "说明", "结果")
    return "note", value if plain or not value else f"{found['name']}: {value}"


def is_masked(text: str) -> bool:
    """True where a number is hidden behind `$N`, `N0`, `X%` or `??`."""
    return _MASKED.search(text) is not None


def take_apart(text: str) -> Taken:
    """A key result's or objective's own text, and what else its line says. Labels are gone already."""
    head, outcome = _split_outcome(text)
    taken = Taken(head)
    for _round in range(8):
        before = taken
        taken = _one_off(taken)
        if taken == before:
            break
    if outcome:
        taken = _with_outcome(taken, outcome)
    return replace(taken, title=tidy(taken.title))


def tidy(text: str) -> str:
    """Without separators that lead nowhere, and without quotes around the whole."""
    line = " ".join(text.split()).strip(_EDGES)
    for first, last in _QUOTES:
        if (
            len(line) > 2
            and line[0] == first
            and line[-1] == last
            and first not in line[1:-1]
            and last not in line[1:-1]
        ):
            return line[1:-1].strip()
    return line


def owners_in(text: str) -> tuple[str, ...]:
    """`@mei and @jack`, `Mei, Jack` as separate names."""
    parts = re.split(r"\s*(?:[,，、/&;；]|\s+and\s+|\s+和\s+)\s*|\s+(?=@)", text.strip())
    return tuple(part.strip(" @.") for part in parts if part.strip(" @."))


def read_score(text: str) -> Decimal | None:
    """`0.7`, `70%`, `7/10` as 0 to 1; None for anything else."""
    found = re.fullmatch(_RATE, text.strip())
    return _score(found["score"]) if found else None


def _score(text: str) -> Decimal | None:
    plain = text.replace(" ", "").replace("％", "%").replace(",", ".")
    if plain.endswith("%"):
        value = Decimal(plain[:-1]) / 100
    elif plain.endswith("/10"):
        value = Decimal(plain[:-3]) / 10
    else:
        value = Decimal(plain.partition("/")[0])
    return value if 0 <= value <= 1 else None


def _split_outcome(text: str) -> tuple[str, str]:
    found = _OUTCOME.search(text)
    return (text[: found.start()], text[found.end() :].strip()) if found else (text, "")


def _with_outcome(taken: Taken, outcome: str) -> Taken:
    """`=> 100%: we did` is a score and a note; any other outcome is a note."""
    found = _OUTCOME_SCORE.match(outcome)
    score = _score(found["score"]) if found and taken.score is None else None
    if found is None or score is None:
        return replace(taken, notes=(*taken.notes, outcome))
    rest = outcome[found.end() :].strip()
    return replace(taken, score=score, notes=(*taken.notes, rest) if rest else taken.notes)


def _one_off(taken: Taken) -> Taken:
    """Takes at most one thing off the edges of the title."""
    title = taken.title.strip()
    if found := _IN_WORK.search(title):
        return replace(taken, title=title[: found.start()], notes=(*taken.notes, found["note"].strip()))
    if found := _TAGS.match(title) or _tag_at_end(title):
        return _with_tag(taken, found[1], title[: found.start()] + title[found.end() :])
    if found := _PRIORITY.match(title):
        return _with_tag(taken, found["tag"], title[found.end() :])
    if found := _OWNER_IN_BRACKETS.search(title) or _OWNER_LAST.search(title):
        return _with_owners(taken, found["who"], f"{title[: found.start()]} {title[found.end() :]}")
    if found := _HANDLES_FIRST.match(title) or _HANDLES_LAST.search(title):
        return _with_owners(taken, found["who"], f"{title[: found.start()]} {title[found.end() :]}")
    return _score_off(taken, title) if taken.score is None else replace(taken, title=title)


def _tag_at_end(title: str) -> re.Match[str] | None:
    return re.search(r"\s*\[([A-Z][A-Z0-9/&+_-]{0,11})\]\s*$", title)


def _with_tag(taken: Taken, tag: str, title: str) -> Taken:
    """`PX` says that nobody has set a priority yet."""
    return replace(taken, title=title, tags=taken.tags if tag == "PX" else (*taken.tags, tag))


def _with_owners(taken: Taken, who: str, title: str) -> Taken:
    return replace(taken, title=title.strip(), owners=(*taken.owners, *owners_in(who)))


def _score_off(taken: Taken, title: str) -> Taken:
    for pattern, labelled in (
        (_SCORE_LABELLED, True),
        (_SCORE_FIRST, False),
        (_SCORE_LAST, False),
        (_SCORE_BARE_FIRST, False),
        (_SCORE_BARE_LAST, False),
    ):
        found = (
            pattern.search(title) if labelled or pattern in (_SCORE_LAST, _SCORE_BARE_LAST) else pattern.match(title)
        )
        if found is None or (score := _score(found["score"])) is None:
            continue
        rest = f"{title[: found.start()]} {title[found.end() :]}".strip()
        if labelled or _is_score(found["score"], title[: found.start()], rest):
            return replace(taken, title=rest, score=score)
    return replace(taken, title=title)


def _is_score(written: str, before: str, rest: str) -> bool:
    """A share in brackets is the measure where the text has no other number; never a score after `to`."""
    if _WANTED_BEFORE.search(before):
        return False
    return not written.rstrip().endswith(("%", "％")) or bool(re.search(r"\d", rest)) or not rest
