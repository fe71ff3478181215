"""Reads what a row of a spreadsheet says of its key result beside the title: numbers, days, people, status."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from bot.okr import kr_words
from bot.okr.replies import units
from bot.okr.replies.context import NumberStyle
from storage.okr_files import scalars, table_values
from storage.okr_files.scalars import Unreadable
from storage.okr_files.table_columns import Column, plain_heading
from storage.okr_files.table_headings import Heading, Row

MOST_CELL = 5_000
MOST_REASON = 200
OTHER_STATUS = "This status is not known here; known are ahead, on track, at risk, off track, done and dropped."
OTHER_TYPE = "This type does not go with what the row says otherwise."

KEY_RESULTS = frozenset(("key result", "key results", "kr", "krs", "keyresult", "关键结果", "kr关键结果", "关键成果"))
_MILESTONES = frozenset(
    ("milestone", "binary", "boolean", "yes no", "done not done", "deliverable", "checkbox", "里程碑", "是否", "是非")
)
_BASELINES = frozenset(("baseline", "基线", "摸底"))
_KEPT = frozenset(("range", "maintain", "keep", "control", "threshold", "保持", "维持", "区间"))
_RISING = frozenset(("increase", "increasing", "grow", "up", "提升", "增长", "提高"))
_FALLING = frozenset(("decrease", "decreasing", "reduce", "down", "降低", "下降", "减少"))
_PERCENTS = frozenset(("percent", "percentage", "百分比", "%"))
_PLAIN_TYPES = frozenset(
    ("number", "numeric", "numerical", "metric", "currency", "money", "amount", "count", "quantitative", "integer")
) | {"value", "unit", "数值", "数字", "金额", "定量"}
_COMMITTED = frozenset(("committed", "commit", "commitment", "roofshot", "roof shot", "must have", "承诺", "承诺型"))
_STRETCH = frozenset(("stretch", "aspirational", "moonshot", "moon shot", "ambitious", "挑战", "挑战型", "愿景型"))
_NO_UNIT = frozenset(("number", "count", "numeric", "#", "no", "none", "integer", "quantity", "数值", "数量"))
_DONE = frozenset(
    ("done", "complete", "completed", "achieved", "closed", "finished", "已完成", "完成", "达成", "已达成")
)
_DROPPED = frozenset(
    (
        "dropped",
        "cancelled",
        "canceled",
        "abandoned",
        "deprioritized",
        "deprioritised",
        "已取消",
        "取消",
        "放弃",
        "已放弃",
    )
)
_OUTLOOK_WORDS = {
    "ahead": "ahead | exceeding | above plan | blue | 超前 | 领先",
    "on_track": "on track | ontrack | green | on plan | good | healthy | 正常 | 顺利 | 绿 | 绿色 | 按计划 | 正轨",
    "at_risk": "at risk | atrisk | yellow | amber | orange | some risk | needs attention | 有风险 | 风险 | 黄 | 黄色",
    "off_track": "off track | offtrack | red | behind | delayed | blocked | 偏离 | 落后 | 延期 | 红 | 红色 | 滞后",
}
_OUTLOOKS = {word.strip(): status for status, words in _OUTLOOK_WORDS.items() for word in words.split("|")}
_QUIET = frozenset(("active", "open", "进行中", "in progress"))
_PEOPLE = re.compile(r"\s*(?:[,;/&，、；\n]|\band\b|\+| 和 )\s*")
_IN_HEADING = re.compile(r"[(（\[]\s*([%$€£¥￥]|USD|EUR|GBP|RMB|CNY)\s*[)）\]]|(%)\s*$", re.IGNORECASE)


MEASURES = _MILESTONES | _BASELINES | _KEPT | _RISING | _FALLING | _PERCENTS | _PLAIN_TYPES
"""What a type may say of a key result without saying that it is one."""


class Leave(Protocol):
    """Notes a part that is not taken over: its line, its text, and why."""

    def __call__(self, line: int, text: str, why: str) -> None: ...


class Cells:
    """The cells of a table by what their column holds. What cannot be read is told to `leave`."""

    def __init__(self, heading: Heading, body: Sequence[Row], leave: Leave, *, comma_is_likely: bool) -> None:
        self._heading = heading
        self._body = body
        self.leave = leave
        numbers = [*self._all(Column.FROM), *self._all(Column.TO), *self._all(Column.VALUE), *self._all(Column.SCORE)]
        self._style: NumberStyle = table_values.number_style(numbers, comma_is_likely=comma_is_likely)
        self._highest_score = table_values.highest(self._all(Column.SCORE), self._style)
        self._day_first = table_values.day_first([*self._all(Column.DUE), *self._all(Column.START)])

    # --- cells ------------------------------------------------------------------------------------------

    def fields(self, row: Row, title: str) -> Iterator[tuple[str, str]]:
        yield from self._measure(row, title)
        for column in (Column.START, Column.DUE):
            found = self._tried(row, column, lambda text: table_values.day(text, self._day_first).isoformat())
            if found:
                yield column.value, found
        if found := self._tried(row, Column.WEIGHT, lambda text: table_values.weight(text, self._style)):
            yield "weight", found
        if found := self._tried(row, Column.CONFIDENCE, lambda text: table_values.likelihood(text, self._style)):
            yield "confidence", found
        if metric := self.limited(row, Column.METRIC, 60):
            yield "metric", metric
        if found := self._tried(row, Column.COMMITTED, _commitment):
            yield "committed", found
        yield from self._status(row)

    def _measure(self, row: Row, title: str) -> Iterator[tuple[str, str]]:
        kind = plain_heading(self.filled(row, Column.TYPE)) or self.filled(row, Column.TYPE)
        unit = self._unit(row)
        if kind in _PERCENTS and not unit:
            unit = "%"
        numbers = {one: self._number(row, one, unit) for one in (Column.FROM, Column.TO, Column.VALUE)}
        told = {one: found for one, found in numbers.items() if found is not None}
        if kind in _MILESTONES:
            yield "type", "milestone"
            if self._is_reached(told):
                yield "done", "yes"
            return
        if kind in _BASELINES:
            yield "type", "baseline"
        elif kind in _KEPT and Column.TO in told:
            bound = "at_most" if kr_words.BETTER_LOW.search(title) else "at_least"
            yield bound, told.pop(Column.TO).text
            told.pop(Column.FROM, None)
        elif kind in _COMMITTED | _STRETCH and Column.COMMITTED not in self._heading.columns:
            yield "committed", "yes" if kind in _COMMITTED else "no"
        elif kind and not self._is_known_type(kind, told):
            self.leave(row.line, self.at(row, Column.TYPE), OTHER_TYPE)
        for column, found in told.items():
            yield column.value, found.text
        words = [found.unit for found in told.values() if found.unit]
        if unit or words:
            yield "unit", unit or words[0]

    def _is_known_type(self, kind: str, told: Mapping[Column, table_values.Number]) -> bool:
        if kind in KEY_RESULTS | _PERCENTS | _PLAIN_TYPES | _KEPT:
            return True
        if kind not in _RISING | _FALLING:
            return False
        if Column.FROM not in told or Column.TO not in told:
            return True
        start, end = (scalars.amount(told[one].text).value for one in (Column.FROM, Column.TO))
        return (end > start) is (kind in _RISING)

    @staticmethod
    def _is_reached(told: Mapping[Column, table_values.Number]) -> bool:
        if Column.VALUE not in told:
            return False
        value = scalars.amount(told[Column.VALUE].text).value
        goal = scalars.amount(told[Column.TO].text).value if Column.TO in told else Decimal(1)
        return value >= goal > 0

    def _number(self, row: Row, column: Column, unit: str) -> table_values.Number | None:
        cell = self.filled(row, column)
        if not cell:
            return None
        try:
            found = table_values.number(cell, self._style)
        except Unreadable as error:
            self.leave(row.line, cell, str(error))
            return None
        sign = self._sign_of(column)
        if sign and not unit and scalars.amount(found.text).unit is None:
            return table_values.Number(found.text + sign, found.unit)
        return found

    def _sign_of(self, column: Column) -> str:
        """The `%` of a heading `Target (%)`."""
        at = self._heading.columns.get(column)
        found = _IN_HEADING.search(self._heading.row.cells[at].strip()) if at is not None else None
        if found is None:
            return ""
        sign = (found[1] or found[2]).replace("￥", "¥")
        return units.currency_of(sign) or sign

    def _unit(self, row: Row) -> str:
        cell = self.filled(row, Column.UNIT)
        plain = plain_heading(cell)
        if not cell or plain in _NO_UNIT or plain in _PLAIN_TYPES:
            return ""
        if plain in _PERCENTS:
            return "%"
        if currency := units.currency_of(cell):
            return currency
        return self.limited(row, Column.UNIT, table_values.MOST_UNIT) or ""

    def score(self, row: Row) -> Decimal | None:
        cell = self.filled(row, Column.SCORE)
        if not cell:
            return None
        try:
            return table_values.share(cell, self._style, self._highest_score)
        except Unreadable as error:
            self.leave(row.line, cell, str(error))
            return None

    def _status(self, row: Row) -> Iterator[tuple[str, str]]:
        """What was said of the outlook, or that it is over."""
        cell = self.filled(row, Column.STATUS)
        word = plain_heading(cell)
        if word in _DROPPED:
            yield "state", "dropped"
            yield "reason", cell[:MOST_REASON]
        elif word in _DONE:
            yield "done", "yes"
        elif word in _OUTLOOKS:
            yield "status", _OUTLOOKS[word]
        elif cell and word not in _QUIET:
            self.leave(row.line, cell, OTHER_STATUS)

    def people(self, row: Row) -> tuple[str | None, list[str]]:
        """Who answers, and further names; an e-mail address tells people apart better than a name."""
        mail, cell = self.filled(row, Column.E_MAIL), self.filled(row, Column.OWNER)
        names = [one for one in _PEOPLE.split(cell) if one]
        if mail and names:
            return f"{names[0]} <{mail}>", names[1:]
        return (mail or next(iter(names), None)), names[1:]

    def limited(self, row: Row, column: Column, most: int) -> str | None:
        cell = self.filled(row, column)
        if len(cell) > most:
            self.leave(row.line, cell, f"It has {len(cell)} characters; at most {most} fit.")
            return None
        return cell or None

    def _tried(self, row: Row, column: Column, read: Callable[[str], str]) -> str | None:
        cell = self.filled(row, column)
        try:
            return read(cell) if cell else None
        except Unreadable as error:
            self.leave(row.line, cell, str(error))
            return None

    def filled(self, row: Row, column: Column) -> str:
        cell = self.at(row, column)
        return "" if table_values.is_nothing(cell) else cell

    def at(self, row: Row, column: Column) -> str:
        at = self._heading.columns.get(column)
        return "" if at is None else self.cell(row, at)

    @staticmethod
    def cell(row: Row, at: int) -> str:
        return scalars.tidy(row.cells[at][:MOST_CELL]) if at < len(row.cells) else ""

    def _all(self, column: Column) -> Iterable[str]:
        at = self._heading.columns.get(column)
        return [] if at is None else [row.cells[at].strip()[:60] for row in self._body if at < len(row.cells)]


def _commitment(text: str) -> str:
    word = plain_heading(text)
    if word in _COMMITTED or text.strip().casefold() in ("yes", "y", "true", "x", "1", "✓", "✔", "是"):
        return "yes"
    if word in _STRETCH or text.strip().casefold() in ("no", "n", "false", "0", "否"):
        return "no"
    raise Unreadable(f"'{text[:40]}' does not say whether it is committed; write yes or no.")
