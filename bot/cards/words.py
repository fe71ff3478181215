"""Small closed sets of words: statuses with their icons, lists of names, one or many."""

from collections.abc import Sequence

from bot.cards.i18n import Lang
from bot.okr.model import Band, Status, Tag

_STATUS: dict[Status, tuple[str, dict[Lang, str]]] = {
    Status.DONE: ("✅", {"en": "done", "zh": "已达成"}),
    Status.AHEAD: ("🔵", {"en": "ahead", "zh": "领先"}),
    Status.ON_TRACK: ("🟢", {"en": "on track", "zh": "正常"}),
    Status.AT_RISK: ("🟡", {"en": "at risk", "zh": "有风险"}),
    Status.OFF_TRACK: ("🔴", {"en": "off track", "zh": "偏离"}),
    Status.MISSED: ("🔴", {"en": "missed", "zh": "未达成"}),
    Status.TO_SCORE: ("⚪", {"en": "to score", "zh": "待评分"}),
    Status.NO_SIGNAL: ("⚪", {"en": "no signal", "zh": "暂无数据"}),
}
_TAG: dict[Tag, tuple[str, dict[Lang, str]]] = {
    Tag.BLOCKED: ("⛔", {"en": "blocked", "zh": "卡住"}),
    Tag.STALE: ("⏰", {"en": "stale", "zh": "待更新"}),
    Tag.STALLED: ("↔", {"en": "stalled", "zh": "停滞"}),
    Tag.FELL_BACK: ("📉", {"en": "fell back", "zh": "回落"}),
    Tag.OWNER_DIFFERS: ("✋", {"en": "owner differs", "zh": "负责人看法不同"}),
    Tag.AUTOMATED: ("🤖", {"en": "automated", "zh": "自动"}),
    Tag.BINARY: ("0/1", {"en": "yes or no", "zh": "是或否"}),
}


def status_icon(status: Status | Band) -> str:
    """The colour of a status (spec/03 §6.3, §6.5). Never shown where its word cannot be had."""
    return _STATUS[_as_status(status)][0]


def status_word(status: Status | Band, lang: Lang = "en") -> str:
    """The word of a status (spec/02 §4.11)."""
    return _STATUS[_as_status(status)][1][lang]


def status(status: Status | Band, lang: Lang = "en") -> str:
    """Icon and word: `🟢 on track`, where the line does not say by other figures what the colour says."""
    return f"{status_icon(status)} {status_word(status, lang)}"


def tag_icon(tag: Tag) -> str:
    """The sign of a tag beside a status (spec/03 §6.5)."""
    return _TAG[tag][0]


def tag_word(tag: Tag, lang: Lang = "en") -> str:
    """The word of a tag."""
    return _TAG[tag][1][lang]


def all_words() -> list[str]:
    """Every word of the tables above, for the test that holds our words against the forbidden ones."""
    return [word for _, words in (*_STATUS.values(), *_TAG.values()) for word in words.values()]


def join_names(names: Sequence[str], lang: Lang = "en") -> str:
    """`KR1, KR2 and KR5` / `KR1、KR2 和 KR5`."""
    if not names:
        return ""
    comma, last = (", ", " and ") if lang == "en" else ("、", " 和 ")
    return last.join([comma.join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def plural(number: int, one: str, many: str) -> str:
    """`one` for exactly 1, else `many`: for words that are data. Sentences use `{% pluralize %}`."""
    return one if number == 1 else many


def _as_status(status: Status | Band) -> Status:
    return Status(status.value)
