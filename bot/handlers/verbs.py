"""The verbs of `/okr` in both languages: how they are spelt, found in what was typed, and guessed (spec/06 §11.1)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum

from bot.cards.i18n import Lang
from bot.okr.days import read_period
from bot.okr.edit_words import read_edit
from bot.okr.noted import read_noted
from bot.okr.zone_names import read_zone
from bot.views.help import TOPICS, topic_named


class Verb(StrEnum):
    """What can be asked for, by its English spelling."""

    BOARD = "board"
    UPDATE = "update"
    SHOW = "show"
    WHY = "why"
    DIGEST = "digest"
    AWAY = "away"
    BACK = "back"
    UNDO = "undo"
    LANG = "lang"
    HELP = "help"
    NEXT = "next"
    WIN = "win"
    HEALTH = "health"
    OWN = "own"
    ALIGN = "align"
    DEPENDS = "depends"
    CONFLICT = "conflict"
    PAUSE = "pause"
    RESUME = "resume"
    DROP = "drop"
    EDIT = "edit"
    REPLACE = "replace"
    SNOOZE = "snooze"
    REPORT = "report"
    EXPORT = "export"
    SETTINGS = "settings"
    TIMEZONE = "timezone"
    CHECK = "check"
    PUBLISH = "publish"
    ADD = "add"
    IMPORT = "import"
    SETUP = "setup"
    MEMBERS = "members"


CHINESE: dict[Verb, str] = {
    Verb.BOARD: "看板",
    Verb.UPDATE: "更新",
    Verb.SHOW: "查看",
    Verb.WHY: "为什么",
    Verb.DIGEST: "简报",
    Verb.AWAY: "请假",
    Verb.BACK: "回来",
    Verb.UNDO: "撤销",
    Verb.LANG: "语言",
    Verb.HELP: "帮助",
    Verb.NEXT: "下一步",
    Verb.WIN: "亮点",
    Verb.HEALTH: "健康",
    Verb.OWN: "负责",
    Verb.ALIGN: "对齐",
    Verb.DEPENDS: "依赖",
    Verb.CONFLICT: "冲突",
    Verb.PAUSE: "暂停",
    Verb.RESUME: "恢复",
    Verb.DROP: "放弃",
    Verb.EDIT: "修改",
    Verb.REPLACE: "替换",
    Verb.SNOOZE: "稍后",
    Verb.REPORT: "周报",
    Verb.EXPORT: "导出",
    Verb.SETTINGS: "设置",
    Verb.TIMEZONE: "时区",
    Verb.CHECK: "检查",
    Verb.PUBLISH: "发布",
    Verb.ADD: "新增",
    Verb.IMPORT: "导入",
    Verb.SETUP: "开始",
    Verb.MEMBERS: "成员",
}
_ALSO: dict[str, Verb] = {"language": Verb.LANG, "tz": Verb.TIMEZONE}
VERBS: dict[str, Verb] = {verb.value: verb for verb in Verb} | {word: verb for verb, word in CHINESE.items()} | _ALSO

TEAM_WORDS = ("team", "团队")
ME_WORDS = ("me", "我")
ATTENTION_WORDS = ("attention", "关注")
COMPANY_WORDS = ("company", "公司")
WORKSPACE_WORDS = ("workspace", "工作区")
MEETING_WORDS = ("meeting", "meetings", "会议")
LIST_WORDS = ("list", "列表", "清单", "show", "查看")
WEEK_WORDS = ("week", "本周", "周")
QUARTER_WORDS = ("quarter", "季度", "本季度")
REPORT_WORDS = (*ME_WORDS, *TEAM_WORDS, *WEEK_WORDS, *QUARTER_WORDS)
OBJECTIVE_WORDS = ("objective", "目标")
KR_WORDS = ("kr", "key result", "关键结果")
SPRINT_WORDS = ("sprint", "冲刺")
PREVIEW_WORDS = ("preview", "预览")
NOW_WORDS = ("now", "现在")
LANGUAGE_WORDS: dict[str, Lang] = {
    "zh": "zh",
    "中文": "zh",
    "简体中文": "zh",
    "汉语": "zh",
    "chinese": "zh",
    "en": "en",
    "english": "en",
    "英文": "en",
    "英语": "en",
}

_NOTED = (Verb.NEXT, Verb.WIN)
"""What may be written with a colon behind it, as in a reply: `next: call GC`."""
_COLON = re.compile(r"\s*[:：]")
_SLASH = re.compile(r"/okr(?![a-z0-9_-])\s*", re.IGNORECASE)
_PREFIX = re.compile(r"/?okr(?![a-z0-9_-])\s*", re.IGNORECASE)
_LABEL = re.compile(r"(?:kr\s*\d+|#\s*\d+|关键结果\s*\d+|[a-z]{2,5}-\d+)(?![a-z0-9_]|\.\d|\s?%)", re.IGNORECASE)
_LAST_LABEL = re.compile(rf"(?:^|\s|[→,，])(?:{_LABEL.pattern})$", re.IGNORECASE)
_MENTIONED = re.compile(r"<@[^>]*>|<at[^>]*>[^<]*</at>|@[^\s,，。;；]+")
_RESTS = re.compile(
    rf"(?:{_LABEL.pattern})(?:\s+(?:until|till|because)\b.*|\s*[,，]?\s*(?:到|至|因为).*)?", re.IGNORECASE
)
_MINE = re.compile(
    r"(?:(?:show|list|查看)\s*)?(?:(?:me )?my(?:\s+(?P<what>(?:own )?(?:krs?|okrs?|key results?)))?|mine|"
    r"我的\s*(?P<zh>krs?|okrs?|关键结果)?)",
    re.IGNORECASE,
)
FORM_WORDS = ("form", "表单")
_NEW_THING = re.compile(
    rf"(?:a |an |the |new |one )*(?P<what>{'|'.join((*OBJECTIVE_WORDS, *KR_WORDS, *SPRINT_WORDS))})(?![a-z0-9])"
)
"""What `add` is surely followed by; `add kr2 …` is none of it."""
_IN_QUOTES = r"[\"“”„「『].+[\"“”」』]"
_NEW_ALONE = re.compile(
    r"(?:a |an |the |new |one )*(?:"
    rf"(?:{'|'.join((*OBJECTIVE_WORDS, *KR_WORDS))})(?:\s*$|\s*:(?!\s*(?:{_LABEL.pattern}))\s*\S|\s*{_IN_QUOTES})|"
    rf"(?:{'|'.join(SPRINT_WORDS)})\s*(?:{_LABEL.pattern})?\s*(?:$|:\s*\S|{_IN_QUOTES}))"
)
"""The same where nothing says that it is a command: `新增目标客户 12 家` tells how it went."""
_NEW_WORDS = re.compile(
    rf"(?:a |an |the |new |one )*(?:{'|'.join((*OBJECTIVE_WORDS, *KR_WORDS))})\s*(?:[\s:])\s*"
    r"(?:(?:for |to |给|为)?(?:[a-z]{2,5} )?o\s?\d{1,2}\s*:?\s*)?"
    r"(?:\d[\d.]*\s?%\s*(?:of\s(?!(?:the |our |its )?(?:way|target|goal|plan))|的(?!目标|进度))\s*[^\W\d]|"
    r"(?=\S*[^\W\d])(?!\d)(?:\S+\s+\S|[^\W\d]{4,}))"
)
_ANY_LABEL = re.compile(rf"(?<![a-z0-9]){_LABEL.pattern}", re.IGNORECASE)
_STANDS = re.compile(
    r"\b(?:is|are|was|were|been|done|reached|finished|completed|shipped|signed|blocked|delayed|no change|on track|"
    r"(?:last|this) week|yesterday|today)\b|上周|本周|昨天|已|完成了|达成了|了(?:[,;。]|$)|没有?变|卡在|进行中"
)
"""Words of an answer: they tell how something stands."""
_GOES = re.compile(r"\bfrom\s.*\d.*\bto\s.*\d|[从由自].*\d.*[到至为].*\d|\d\S*\s*(?:->|→|=>)\s*\S*\d")
_OBJECTIVE_FIRST = re.compile(rf"(?:{'|'.join(OBJECTIVE_WORDS)})(?:\s*\d{{1,2}})?(?=\s|$)")
_TEAM_OR_LABEL = rf"(?:@|<@|<at|<!subteam|(?:{_LABEL.pattern})|[a-z]{{2,5}} o\s?\d)"
_JOINED: dict[Verb, re.Pattern[str]] = {
    Verb.DEPENDS: re.compile(r"(?:on|对|依赖于?|需要)\s*(?:@|<@|<at|<!subteam)"),
    Verb.ALIGN: re.compile(rf"(?:supports?|serves?|支撑|支持|对齐到?|→|->)\s*{_TEAM_OR_LABEL}"),
    Verb.CONFLICT: re.compile(rf"(?:with|against|vs\.?|与|和|跟|同)\s*{_TEAM_OR_LABEL}"),
}
"""What stands between the two ends of an agreement, with the far one."""
_ENDS_IN_VALUE = re.compile(r"[,;]\s*(?:now |at |to |到|至)*\s*[$€£¥]?\d[\d.,]*\s*(?:%|k|m|万)?\s*[.。!]?$")
"""How an answer ends: `…, 31%`."""
_MY_SETTINGS = ("my settings", "我的设置")
_TIME_ZONE = re.compile(r"time[ -]zone(?=\s|$)\s*", re.IGNORECASE)
_FILLER = re.compile(r"(?:\s+(?:in\s+)?(?:details?|please|pls)|\s*(?:详情|详细|谢谢))+[.。!！]*$", re.IGNORECASE)
"""What may stand behind a name and changes nothing."""
_SPAN_OR_DAY = re.compile(r"\d{1,3} ?(?:h|hrs?|hours?|m|mins?|minutes?|小时|分钟)|半个?小时")
_QUOTED = re.compile(_IN_QUOTES)
_ALIKE = 0.5
_MOST_USED = (Verb.UPDATE, Verb.SHOW, Verb.BOARD)
_ONLY_NUMBERS = re.compile(r"[\d\s.,+-]*")
_ANY_DAY = date(2028, 1, 1)
"""Whether words name days does not depend on the day they are said; of a leap year, so that 29 Feb is one."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A command as it was typed: its verb, None for an unknown one, the first word, and the rest as it stands."""

    verb: Verb | None
    first: str
    rest: str


def folded(text: str) -> str:
    """The same on one line and in one width: what verbs, labels and names are compared in."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def without_prefix(text: str) -> str:
    """What stands after `/okr` or `okr`; the text itself where neither is there. `OKR-2` is a label, not a prefix."""
    words = text.strip()
    found = _PREFIX.match(unicodedata.normalize("NFKC", words[:5]) + words[5:])
    return words if found is None else words[found.end() :].strip()


def begins_with_label(words: str) -> bool:
    """True for `KR2 …`, `#2 …`, `GRO-2 …`: an update."""
    return _LABEL.match(folded(words)) is not None


def asks_for_mine(words: str, *, alone: bool = True) -> bool:
    """`my KRs`, `我的 KR`, as somebody says it to whom `/okr` was told; with `alone` also a mere `mine`."""
    found = _MINE.fullmatch(without_filler(folded(words)))
    return found is not None and (alone or bool(found["what"] or found["zh"]))


def label_at_start(words: str) -> str | None:
    """The label that stands first, as it stands there; None for words that begin otherwise."""
    found = _LABEL.match(words)
    return None if found is None else found[0]


def labels_in(words: str) -> list[re.Match[str]]:
    """All labels in some words, as they stand there."""
    return list(_LABEL.finditer(words))


def without_filler(words: str) -> str:
    """`KR2 detail please` is `KR2`."""
    return _FILLER.sub("", words) or words


def split(words: str) -> Spoken:
    """The verb and the rest; a Chinese verb may stand without a space before what follows."""
    first, rest = (*words.split(maxsplit=1), "", "")[:2]
    plain = folded(first).casefold()
    if folded(words).casefold() in _MY_SETTINGS:
        return Spoken(Verb.SETTINGS, plain, ME_WORDS[0])
    zone = _TIME_ZONE.match(words)
    if zone is not None:
        return Spoken(Verb.TIMEZONE, Verb.TIMEZONE, words[zone.end() :])
    if plain.endswith(":") and VERBS.get(plain[:-1]) in _NOTED:
        return Spoken(VERBS[plain[:-1]], plain[:-1], rest)
    if not rest:
        plain = plain.rstrip(".!?。") or plain
    if plain in VERBS:
        return Spoken(VERBS[plain], plain, rest)
    for verb, word in CHINESE.items():
        if words.startswith(word):
            after = words[len(word) :].strip()
            after = after.lstrip(":：").strip() if verb in _NOTED else after
            return Spoken(verb, word, after.removeprefix("了").strip() if verb is Verb.BACK else after)
    return Spoken(None, plain, rest)


def fits(verb: Verb, rest: str) -> bool:
    """True if `rest` is what the verb is surely followed by: then the words are that command and nothing else."""
    words = folded(rest).casefold()
    first, _, more = words.partition(" ")
    one_more = " " not in more
    match verb:
        case Verb.PAUSE | Verb.RESUME | Verb.DROP:
            return _RESTS.fullmatch(words) is not None  # alone they are words of an answer
        case Verb.ALIGN | Verb.DEPENDS | Verb.CONFLICT:
            return begins_with_label(words) and len(words.split()) > 1
        case _ if not words:
            return True
        case Verb.BOARD:
            mention = _MENTIONED.fullmatch(words) is not None
            return (
                words in (*ME_WORDS, *ATTENTION_WORDS, *COMPANY_WORDS) or mention or (first in TEAM_WORDS and one_more)
            )
        case Verb.SHOW | Verb.WHY | Verb.CHECK:
            return _LABEL.fullmatch(without_filler(words)) is not None
        case Verb.UPDATE:
            return begins_with_label(words)
        case Verb.LANG:
            return words in LANGUAGE_WORDS
        case Verb.HELP:
            return topic_named(words) in TOPICS or words in VERBS
        case Verb.DIGEST:
            return first in (*PREVIEW_WORDS, *NOW_WORDS) and one_more
        case Verb.AWAY | Verb.BACK:
            return _are_days(without_people(words))
        case Verb.NEXT | Verb.WIN:
            return _QUOTED.match(words) is not None
        case Verb.HEALTH:
            return _QUOTED.match(words) is not None and words.split()[-1] != words
        case Verb.EDIT:
            return begins_with_label(words) or first in OBJECTIVE_WORDS
        case Verb.REPLACE:
            return begins_with_label(words) and _QUOTED.search(words) is not None
        case Verb.OWN:
            return begins_with_label(words) and _MENTIONED.search(words) is not None
        case Verb.SNOOZE:
            return _SPAN_OR_DAY.fullmatch(words) is not None or _are_days(words.removeprefix("until "))
        case Verb.REPORT:
            return all(one in REPORT_WORDS for one in words.split())
        case Verb.SETTINGS:
            return first in (*ME_WORDS, *TEAM_WORDS, *WORKSPACE_WORDS, *MEETING_WORDS) and one_more
        case Verb.TIMEZONE:
            return read_zone(rest) is not None
        case Verb.ADD:
            return _NEW_THING.match(words) is not None
        case _:
            return False


def fits_alone(verb: Verb, rest: str) -> bool:
    """The same where neither `/okr` nor `okr` stands before it, so that it could as well tell how a week went."""
    words = folded(rest).casefold()
    if verb is Verb.ADD:
        return not words or _NEW_ALONE.match(words) is not None or _is_new(rest)
    if verb is not Verb.EDIT and verb not in _JOINED:
        return fits(verb, rest)
    if not fits(verb, rest) or _ENDS_IN_VALUE.search(words) is not None:
        return False
    near = _LABEL.match(words) or _OBJECTIVE_FIRST.match(words)
    behind = words if near is None else words[near.end() :].removeprefix("'s").strip()
    if verb is Verb.EDIT:
        return not behind or bool(read_edit(behind).parts)
    return _JOINED[verb].match(behind) is not None


def _is_new(rest: str) -> bool:
    """`kr Refunds from 5% to 2%`, `目标 成为首选`: words of what is new, and none of how something stands."""
    words = folded(rest).casefold()
    found = _NEW_WORDS.match(words)
    if found is None or "\n" in rest.strip() or _ANY_LABEL.search(words) is not None:
        return False
    if _GOES.search(words) is not None:
        return True
    return _STANDS.search(words) is None and _ENDS_IN_VALUE.search(words) is None


def without_people(text: str) -> str:
    """The text without its mentions."""
    return " ".join(_MENTIONED.sub(" ", text).split())


def is_plain(text: str) -> bool:
    """True for a command typed without a slash in a DM; never for what could answer a check-in.

    `undo` and `update KR2 to 31%` are left to the reader of replies, which knows them as well.
    """
    if _SLASH.match(folded(text)):
        return True
    words = without_prefix(text)
    if asks_for_mine(words, alone=words != text.strip()):
        return True
    if words != text.strip():
        return _is_order(words)
    spoken = split(words)
    if spoken.verb is Verb.UPDATE and spoken.rest:
        return False
    if spoken.verb in _NOTED and _COLON.match(words[len(spoken.first) :]):
        return spoken.verb is Verb.NEXT and _says_more(spoken.rest)
    return spoken.verb is not None and spoken.verb is not Verb.UNDO and fits_alone(spoken.verb, spoken.rest)


def closest(word: str, lang: Lang) -> list[str]:
    """The three verbs that are most like a word, in this language, the likest first; then those most used."""

    def likeness(verb: Verb) -> float:
        return max(SequenceMatcher(None, word[:40], spelt).ratio() for spelt in (verb.value, CHINESE[verb]))

    near = sorted((verb for verb in Verb if likeness(verb) >= _ALIKE), key=likeness, reverse=True)
    found = [*near, *(verb for verb in _MOST_USED if verb not in near)][:3]
    return [CHINESE[verb] if lang == "zh" else verb.value for verb in found]


def _is_order(words: str) -> bool:
    """What follows `okr` without a slash: nothing, a label, or a verb with what belongs to it."""
    if not words or begins_with_label(words):
        return True
    spoken = split(words)
    if spoken.verb is None:
        return False
    return spoken.verb in (Verb.BOARD, Verb.UPDATE, Verb.SHOW, Verb.WHY) or fits(spoken.verb, spoken.rest)


def _says_more(line: str) -> bool:
    """True if a line behind `next:` names who, by when, or at its end which key result: the reader of replies takes
    what follows the colon as words alone."""
    if _MENTIONED.search(line) is not None or _LAST_LABEL.search(folded(line)) is not None:
        return True
    noted = read_noted(line, _ANY_DAY, ())
    return noted.day is not None or noted.no_day is not None


def _are_days(words: str) -> bool:
    if not words:
        return True
    return _ONLY_NUMBERS.fullmatch(words) is None and read_period(words, _ANY_DAY) is not None
