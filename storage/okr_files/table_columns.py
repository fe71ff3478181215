"""The headings by which columns of a spreadsheet are known, in English and Chinese."""

import re
import unicodedata
from enum import StrEnum


class Column(StrEnum):
    """What a column holds."""

    OBJECTIVE = "objective"
    KEY_RESULT = "key_result"
    TITLE = "title"
    """Objectives and key results one below the other; `TYPE` or `ID` says which is which."""
    TYPE = "type"
    ID = "id"
    OWNER = "owner"
    E_MAIL = "e_mail"
    TEAM = "team"
    CYCLE = "cycle"
    FROM = "from"
    TO = "to"
    VALUE = "value"
    UNIT = "unit"
    METRIC = "metric"
    START = "start"
    DUE = "due"
    WEIGHT = "weight"
    SCORE = "score"
    CONFIDENCE = "confidence"
    STATUS = "status"
    NOTE = "note"
    COMMITTED = "committed"
    TAG = "tag"
    WHY = "why"


KNOWN: dict[Column, str] = {
    Column.OBJECTIVE: (
        "objective | objectives | objective title | objective name | company objective | team objective "
        "| parent objective | goal title | o | 目标 | 目标o | 目标名称 | 目标标题 | o目标 | 目标描述 "
        "| 团队目标"
    ),
    Column.KEY_RESULT: (
        "key result | key results | key result title | key result name | key result description | kr | krs "
        "| kr title | kr name | measure of success | key results krs | key result kr | 关键结果 | 关键结果kr "
        "| kr名称 | 关键成果 | 关键结果描述 | 关键结果名称 | kr描述 | kr关键结果"
    ),
    Column.TITLE: (
        "title | name | description | objective key result | objectives key results "
        "| objectives and key results | objective or key result | objective kr | okr | okrs | okr title "
        "| text | item | 标题 | 名称 | 描述 | 内容 | 目标关键结果 | 目标与关键结果 | 目标和关键结果 "
        "| 目标及关键结果"
    ),
    Column.TYPE: (
        "type | kind | level | item type | okr type | kr type | key result type | metric type "
        "| measurement type | 类型 | 类别 | 层级 | kr类型 | 指标类型"
    ),
    Column.ID: "id | nr | no | number | ref | reference | key | code | okr id | 编号 | 序号 | 号",
    Column.OWNER: (
        "owner | owners | owner name | lead | lead owner | kr owner | key result owner | responsible "
        "| assignee | assigned to | accountable | dri | who | person | person responsible | champion | 负责人 "
        "| 责任人 | 所有者 | 归属人 | 主责人 | 执行人 | 负责人姓名"
    ),
    Column.E_MAIL: (
        "owner e mail | owner email | e mail | email | mail | email address | owner mail | 邮箱 | 负责人邮箱 "
        "| 电子邮件 | 电子邮箱"
    ),
    Column.TEAM: (
        "team | team name | team key | department | group | squad | unit name | business unit | area "
        "| function | 团队 | 部门 | 小组 | 组 | 所属团队 | 所属部门 | 事业部"
    ),
    Column.CYCLE: (
        "cycle | quarter | period | time period | okr cycle | timeframe | time frame | 周期 | 季度 | 期间 "
        "| 时间周期 | okr周期"
    ),
    Column.FROM: (
        "from | start value | starting value | start | baseline | initial | initial value | begin | base "
        "| starting point | from value | 起始值 | 起点 | 初始值 | 基线 | 基线值 | 起始 | 基准值 | 开始值 "
        "| 现状值"
    ),
    Column.TO: (
        "to | target | target value | goal | goal value | end value | to value | desired value | success "
        "| 目标值 | 目标数值 | 终值 | 达成值 | 目标数 | 目标指标"
    ),
    Column.VALUE: (
        "current | current value | value | actual | actual value | latest | latest value | present value "
        "| now | current number | today | reading | 当前值 | 现值 | 实际值 | 当前 | 最新值 | 完成值 | 实际 "
        "| 当前数值"
    ),
    Column.UNIT: "unit | units | unit of measure | uom | measurement unit | 单位 | 计量单位",
    Column.METRIC: "metric | kpi | measure | indicator | metric name | 指标 | 度量 | 衡量指标 | 指标名称",
    Column.START: "start date | start day | begins | begin date | from date | 开始日期 | 开始时间 | 起始日期",
    Column.DUE: (
        "due | due date | deadline | end date | target date | by when | due by | finish | end | 截止日期 "
        "| 截止时间 | 截止 | 到期日 | 结束日期 | 结束时间 | 完成时间 | 期限"
    ),
    Column.WEIGHT: "weight | weighting | importance | 权重 | 比重",
    Column.SCORE: (
        "score | progress | grade | final score | completion | complete | completed | percent complete "
        "| rating | attainment | achievement | okr score | 得分 | 评分 | 进度 | 完成度 | 分数 | 完成率 "
        "| 达成率"
    ),
    Column.CONFIDENCE: "confidence | confidence level | likelihood | confidence score | 信心 | 信心指数 | 信心值",
    Column.STATUS: "status | state | health | rag | rag status | colour | color | 状态 | 健康度",
    Column.NOTE: (
        "note | notes | comment | comments | remark | remarks | update | latest update | check in "
        "| check in note | last update | commentary | 备注 | 说明 | 评论 | 注释 | 进展 | 最新进展 | 进展说明"
    ),
    Column.COMMITTED: (
        "committed | commitment | committed or stretch | committed aspirational | aspirational or committed "
        "| commit | 承诺 | 承诺型 | 是否承诺"
    ),
    Column.TAG: "tag | tags | label | labels | 标签",
    Column.WHY: "why | why it matters | rationale | reason | purpose | 为什么 | 原因 | 意义",
}
"""Names in their plain form (see `plain_heading`), divided by `|`; the first is the one that messages name."""

_BY_NAME = {name.strip(): column for column, names in KNOWN.items() for name in names.split("|")}
_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_SIGNS = re.compile(r"[\W_]+")
_OF_A_KR = re.compile(r"(?:key result|kr|关键结果) ?([1-9][0-9]?)")
_PREFIX = re.compile(r"^(?:kr|key result|current|the|okr|关键结果) (?=\w)")
LONGEST = 80


def plain_heading(text: str) -> str:
    """A heading in its plain form: `Owner (e-mail)*` is `owner`, `Key_Result` is `key result`."""
    short = unicodedata.normalize("NFKC", text[:LONGEST]).casefold()
    bare = _SIGNS.sub(" ", _BRACKETS.sub(" ", short)).strip()
    return bare or _SIGNS.sub(" ", short).strip()


def column_of(heading: str) -> Column | None:
    """What a column with this heading holds; None where nobody could know."""
    plain = plain_heading(heading)
    whole = _SIGNS.sub(" ", unicodedata.normalize("NFKC", heading[:LONGEST]).casefold()).strip()
    for name in (whole, plain, _PREFIX.sub("", plain), plain.replace(" ", "")):
        if name in _BY_NAME:
            return _BY_NAME[name]
    return None


def is_numbered_kr(heading: str) -> bool:
    """`KR 1`, `Key Result 2`, `关键结果3`: one objective a row, with its key results beside it."""
    return _OF_A_KR.fullmatch(plain_heading(heading)) is not None


def known_headings() -> str:
    """The headings, as a message names them."""
    return ", ".join(names.split("|")[0].strip() for names in KNOWN.values())
