"""OKRs from a table in Markdown: which column is what follows from its header."""

import re

from storage.okr_files.drafts import Unread
from storage.okr_files.markdown_blocks import Row, Table, Words, first_words
from storage.okr_files.markdown_parts import (
    EMPTY,
    KeyResultParts,
    ObjectiveParts,
    key_result_from,
    objective_from,
    take_field,
)

NO_HEAD = "The row has no objective, and none stands above it."
_COLUMNS = {
    "objective": "objective objectives o goal 目标 目的",
    "key_result": "keyresult keyresults kr krs result results 关键结果 关键成果",
    "team": "team squad department 团队 部门",
    "cycle": "cycle quarter period 周期 季度",
    "owner": "owner owners dri lead responsible assignee 负责人 责任人",
    "score": "score grade rating finalscore 评分 得分 打分",
    "from": "from baseline start startvalue 起点 基线 起始值",
    "to": "to target targetvalue 目标值 终点",
    "value": "current currentvalue actual now 当前 当前值 现状",
    "unit": "unit 单位",
    "metric": "metric measure 指标",
    "due": "due duedate deadline 截止 截止日期",
    "weight": "weight 权重",
    "tag": "tag tags priority label 标签 优先级",
    "why": "why rationale 为什么 意义",
    "note": "note notes comment comments outcome update 备注 说明",
    "state": "status state confidence progress 状态 信心 进展 进度",
    "number": "# no nr id number 编号 序号",
}
_BY_WORD = {word: key for key, words in _COLUMNS.items() for word in words.split()}


def objectives_of_table(
    table: Table, above: ObjectiveParts | None, unread: list[Unread]
) -> list[ObjectiveParts] | None:
    """The objectives that a table begins; its key results without one go to the objective `above`.

    None where no column holds objectives or key results.
    """
    columns = [_BY_WORD.get(re.sub(r"[\s_\-*]+", "", cell.lower())) for cell in table.header]
    if "key_result" not in columns:
        return None
    found: list[ObjectiveParts] = []
    for number, head in enumerate(table.header):
        if columns[number] is None and any(len(row.cells) > number and row.cells[number].text for row in table.rows):
            unread.append(Unread(table.line, head, "A column that is not known."))
    for row in table.rows:
        cells = {key: row.cells[at] for at, key in enumerate(columns) if key and at < len(row.cells)}
        named = cells.get("objective")
        last = found[-1] if found else above
        if named is not None and named.text and (last is None or objective_from(named, []).text != last.text):
            found.append(_objective(named, cells, unread))
            last = found[-1]
        _row(row, cells, last, unread)
    return found


def _objective(words: Words, cells: dict[str, Words], unread: list[Unread]) -> ObjectiveParts:
    parts = objective_from(words, unread)
    parts.team = _text(cells, "team")
    parts.cycle = _text(cells, "cycle")
    parts.why = _text(cells, "why")
    return parts


def _row(row: Row, cells: dict[str, Words], objective: ObjectiveParts | None, unread: list[Unread]) -> None:
    words = cells.get("key_result")
    if words is None or not words.text:
        if not _text(cells, "objective"):
            unread.append(Unread(row.line, first_words(" | ".join(one.text for one in row.cells)), EMPTY))
        return
    if objective is None:
        unread.append(Unread(row.line, first_words(words.text), NO_HEAD))
        return
    parts: KeyResultParts = key_result_from(words)
    for key in ("owner", "score", "from", "to", "value", "unit", "metric", "due", "weight", "tag", "note"):
        take_field(parts, row.line, key, _text(cells, key) or "", unread)
    if said := _text(cells, "state"):
        parts.notes.append(said)
    objective.key_results.append(parts)


def _text(cells: dict[str, Words], key: str) -> str | None:
    words = cells.get(key)
    return words.text.strip() or None if words is not None else None
