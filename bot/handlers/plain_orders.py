"""An order in everyday words, such as `delete KR2` or 把KR1目标改成350: the command that does it (spec/06 §11.5)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.handlers.naming import mentions, people_meant, visible_teams
from bot.handlers.verbs import labels_in
from bot.intake.conversation import Answer, Turn
from bot.okr.days import read_day
from bot.okr.edit_words import split_reason
from bot.views.person import PersonView
from storage import writing

MOST = 300
_KR = "§"
"""Stands for the label while the words around it are read."""
_FIELDS_EN = (
    "target value|target|goal|due date|deadline|end date|due|title|name|wording|start date|baseline|start value|unit|"
    "owner"
)
_FIELDS_ZH = "目标值|目标|截止日期|截止日|截止|到期|标题|名称|起始值|起点|基线|单位|负责人"
_CHANGE = "set|change|move|raise|lower|increase|decrease|reduce|cut|adjust|update|make|put|shift|correct|bump"
_CHANGE_ZH = "修改|更改|改|调整|调高|调低|调|上调|下调|提高|降低|设定|设置|设|定|换|变更|推迟|延长|延后|提前"
_CHANGED = "set|changed|moved|raised|lowered|increased|decreased|reduced|cut|adjusted|updated|shifted|corrected"
_PLEASE = r"(?:please |pls |can you |could you |请|麻烦)?"
_TAKE = r"(?:[把将]\s*)?"
_TO = r"(?:from \S+ )?(?:to|at|=|:|->|→)\s*"
_TO_ZH = r"(?:[成为到至]|:|：)\s*"
_OF_ZH = r"\s*[，,：:]?\s*的?\s*"
_FROM_ZH = r"\s*(?:[从由自]\s*[^，,]{1,12}?\s*)?"
_NUMBER = re.compile(r"[$€£¥]?\d[\d.,]*\s*(?:%|k|m|bn|万|亿)?", re.IGNORECASE)
_ALSO_TELLS = re.compile(r"(?:[,;]\s|[，；]).*\d")
"""A number apart from the rest: it may be how things stand."""
_SPAN = re.compile(
    r"(?P<count>\d{1,3}|a|an|one|two|three|four|six|[一两二三四六])\s*(?:个\s*)?(?P<unit>day|week|month|天|日|周|星期|月)s?",
    re.IGNORECASE,
)
_COUNTS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "six": 6,
    "一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "六": 6,
}  # fmt: skip
_DAYS = {"day": 1, "天": 1, "日": 1, "week": 7, "周": 7, "星期": 7, "month": 30, "月": 30}
_QUOTED = r"[\"“”„「『].+[\"“”」』].*"


@dataclass(frozen=True, slots=True)
class Understood:
    """The command that was likely meant; not `sure` where the words may as well say how something stands."""

    command: str
    sure: bool


@dataclass(frozen=True, slots=True)
class _Said:
    """The words with `§` for the label, which label that is, and what may be looked up."""

    turn: Turn
    view: PersonView
    label: str

    @property
    def today(self) -> date:
        return self.turn.now.astimezone(self.view.tz).date()


_Makes = Callable[[_Said, re.Match[str]], str | None]


def understood(turn: Turn, view: PersonView, text: str) -> Understood | None:
    """What an order in everyday words asks for; None for everything else."""
    if len(text) > MOST or "\n" in text.strip():
        return None
    head, reason = split_reason(text)
    head = " ".join(head.split()).rstrip(".。!！")
    labels = labels_in(head)
    if len(labels) > 1:
        return None
    words, label = head, ""
    if labels:
        label = labels[0][0]
        words = f"{head[: labels[0].start()]}{_KR}{head[labels[0].end() :]}"
    elif len(view.own) == 1:
        label = view.label(view.own[0])
    said = _Said(turn, view, label)
    for pattern, sure, makes in _ORDERS:
        found = pattern.fullmatch(words)
        made = None if found is None else makes(said, found)
        if made is not None:
            because = f" because {reason}" if reason else ""
            return Understood(f"{made}{because}", sure and _ALSO_TELLS.search(words) is None)
    return None


def asked_which(turn: Turn, meant: Understood, text: str) -> Answer:
    """The one question whether it is the order or an update; both stay one tap away."""
    row = writing.keep(turn.session, turn.person, turn.inbox, {"command": meant.command, "text": text}, ":order")
    return Answer("order_meant", {"text": text, "token": row.token})


# --- what each of them makes --------------------------------------------------------------------------------


def _field(said: _Said, found: re.Match[str]) -> str | None:
    """`edit KR2 target 210`; by how much it changes is left to the form."""
    value = found["value"].strip()
    return f"edit {said.label} {found['field']} {value}".replace("  ", " ")


def _by_how_much(said: _Said, found: re.Match[str]) -> str | None:
    return f"edit {said.label} {found['field']}"


def _field_of_value(said: _Said, found: re.Match[str]) -> str | None:
    """The same without a word that says so: a number alone is a target, and a day a due day."""
    value = found["value"].strip()
    fits = _NUMBER.fullmatch(value) if found["number"] else _is_day(said, value)
    return f"edit {said.label} {found['number'] or found['day']} {value}" if fits else None


def _due(said: _Said, found: re.Match[str]) -> str | None:
    value = found["value"].strip()
    return f"edit {said.label} due {value}" if _is_day(said, value) else None


def _is_day(said: _Said, words: str) -> bool:
    return not words.isdecimal() and read_day(words, said.today) is not None


def _drop(said: _Said, found: re.Match[str]) -> str | None:
    return f"drop {said.label} {found['value'] or ''}".strip()


def _rename(said: _Said, found: re.Match[str]) -> str | None:
    return f"edit {said.label} title {found['value'].strip()}"


def _pause(said: _Said, found: re.Match[str]) -> str | None:
    span = _SPAN.fullmatch(found["value"].strip())
    if span is None:
        return None
    count = int(span["count"]) if span["count"].isdecimal() else _COUNTS[span["count"].casefold()]
    last = said.today + timedelta(days=count * _DAYS[span["unit"].casefold()])
    return f"pause {said.label} until {last.isoformat()}"


def _own(said: _Said, found: re.Match[str]) -> str | None:
    """Whoever is named must be somebody here: `give KR2 to legal` may be a note."""
    named = found["value"].strip()
    known = mentions(named) or (not any(sign.isdigit() for sign in named) and people_meant(said.turn, named))
    return f"own {said.label} {named}" if known else None


def _members(said: _Said, found: re.Match[str]) -> str | None:
    """Teams are archived and merged where their people stand."""
    names = [name for name in (found["team"], found.groupdict().get("other")) if name is not None]
    teams = [visible_teams(said.turn, said.view, name.strip()) for name in names if name.strip()]
    return f"members {teams[0][0].key}" if len(teams) == len(names) and all(teams) else None


def _depends(said: _Said, found: re.Match[str]) -> str | None:
    """A team may be named without its sign."""
    known = visible_teams(said.turn, said.view, found["team"].strip())
    return f"depends {said.label} on {found['team'].strip()} {found['value']}" if known else None


def _order(pattern: str, makes: _Makes, *, sure: bool = True) -> tuple[re.Pattern[str], bool, _Makes]:
    return re.compile(f"{_PLEASE}{pattern}", re.IGNORECASE), sure, makes


_THE = r"(?:(?:the|its|our|my|a|new)\s+)*"
_ORDERS = (
    _order(rf"(?:{_CHANGE}) {_THE}(?P<field>{_FIELDS_EN}) (?:of|for|on) {_KR} by .+", _by_how_much),
    _order(rf"(?:{_CHANGE}) {_THE}(?P<field>{_FIELDS_EN}) (?:of|for|on) {_KR}\s*{_TO}(?P<value>.+)", _field),
    _order(rf"(?:{_CHANGE}) {_KR}(?:['’]s)? {_THE}(?P<field>{_FIELDS_EN}) by .+", _by_how_much),
    _order(rf"(?:{_CHANGE}) {_KR}(?:['’]s)? {_THE}(?P<field>{_FIELDS_EN})\s*{_TO}(?P<value>.+)", _field),
    _order(rf"{_KR}\s*[:,]?\s*(?:{_CHANGE}) {_THE}(?P<field>{_FIELDS_EN})\s*{_TO}(?P<value>.+)", _field),
    _order(
        rf"(?:(?:we|i)(?: have|'ve)? )?(?:{_CHANGED}) {_THE}(?P<field>{_FIELDS_EN})(?: (?:of|for|on) {_KR})?"
        rf"\s*{_TO}(?P<value>.+)",
        _field,
        sure=False,
    ),
    _order(
        rf"(?:{_KR}(?:['’]s)?[:,]?\s*)?{_THE}(?P<field>{_FIELDS_EN})(?: (?:of|for|on) {_KR})?"
        rf" (?:(?:is|was|has been|now)\s+)*(?:{_CHANGED})\s*{_TO}(?P<value>.+)",
        _field,
        sure=False,
    ),
    _order(rf"{_TAKE}{_KR}{_OF_ZH}(?P<field>{_FIELDS_ZH}){_FROM_ZH}(?:{_CHANGE_ZH}){_TO_ZH}(?P<value>[^了].*)", _field),
    _order(
        rf"{_TAKE}(?:{_KR}{_OF_ZH})?(?P<field>{_FIELDS_ZH}){_FROM_ZH}(?:已经?)?(?:{_CHANGE_ZH}){_TO_ZH}了?"
        rf"(?P<value>[^了].*)",
        _field,
        sure=False,
    ),
    _order(rf"(?:{_CHANGE_ZH}){_KR}\s*的?\s*(?P<field>{_FIELDS_ZH})\s*{_TO_ZH}(?P<value>.+)", _field),
    _order(rf"(?:{_CHANGE}) (?:the |its |our |my )(?P<field>{_FIELDS_EN})\s*{_TO}(?P<value>.+)", _field, sure=False),
    _order(
        rf"(?:{_KR}\s*[:：]?\s*的?)?\s*(?:the |new |our |新)*(?:(?P<number>target value|target|goal|目标值|目标)|"
        rf"(?P<day>due date|due|deadline|截止日期|截止))\s*(?:(?:is|now|to|=|:|：|是|为)\s*)*(?P<value>.+)",
        _field_of_value,
        sure=False,
    ),
    _order(rf"(?:delete|remove|scrap) {_KR}(?P<value>)(?: please)?", _drop),
    _order(rf"(?:删除|删掉|移除|去掉|删了)\s*{_KR}(?P<value>)\s*吧?", _drop),
    _order(rf"[把将]\s*{_KR}\s*(?:删除|删掉|移除|去掉|删了|取消)(?P<value>)[掉吧了]?", _drop),
    _order(rf"(?:delete|remove|scrap|删除|删掉|移除)\s*{_KR}\s*[,;:，；：]\s*(?P<value>.+)", _drop, sure=False),
    _order(rf"rename {_KR}\s*(?:to|as|:|->|→)\s*(?P<value>.+)", _rename),
    _order(rf"{_TAKE}{_KR}\s*(?:改名|重命名|更名)\s*[为成叫]?\s*[:：]?\s*(?P<value>.+)", _rename),
    _order(rf"(?:改名|重命名)\s*{_KR}\s*[为成叫]\s*(?P<value>.+)", _rename),
    _order(rf"pause {_KR} for (?:the next )?(?P<value>.+)", _pause),
    _order(rf"暂停\s*{_KR}\s*(?P<value>.+)", _pause),
    _order(rf"{_TAKE}{_KR}\s*暂停\s*(?P<value>.+)", _pause),
    _order(rf"(?:extend|postpone) {_KR} (?:to|until|till) (?P<value>.+)", _due),
    _order(rf"(?:move|push|delay|shift) {_KR} (?:back |out )?(?:to|until|till) (?P<value>.+)", _due, sure=False),
    _order(rf"{_TAKE}{_KR}\s*(?:延期|推迟|延长|延后|延)[到至]\s*(?P<value>.+)", _due),
    _order(rf"(?:延期|推迟|延长|延后)\s*{_KR}\s*[到至]\s*(?P<value>.+)", _due),
    _order(rf"(?:give|hand|assign|transfer|pass) {_KR} (?:over )?to (?P<value>.+)", _own),
    _order(rf"make (?P<value>.+?) (?:the )?(?:new |lead )?owner of {_KR}", _own),
    _order(rf"{_TAKE}{_KR}\s*(?:交给|转给|移交给?|交接给)\s*(?P<value>.+)", _own),
    _order(
        rf"{_KR}(?:['’]s)?\s*的?\s*(?:owner|负责人)\s*(?:is|to|=|:|：|->|→|是|为)?\s*(?P<value>.+)", _own, sure=False
    ),
    _order(rf"(?P<value>.+?) owns {_KR} now", _own, sure=False),
    _order(r"(?:archive|归档)\s*(?:the )?(?:team )?(?P<team>[^\s].*)", _members),
    _order(r"merge\s+(?:team )?(?P<team>.+?)\s+(?:into|with|and)\s+(?:team )?(?P<other>.+)", _members),
    _order(r"[把将]?\s*(?P<team>.+?)\s*(?:并入|合并到|合并进)\s*(?P<other>.+)", _members),
    _order(rf"(?:depends|依赖)\s*{_KR}\s*(?:on|对)\s*(?P<team>[^@<\"“”„「『]+?)\s*(?P<value>{_QUOTED})", _depends),
)
"""Each order as it is said, whether that is sure, and the command that it makes; the first that fits counts."""
