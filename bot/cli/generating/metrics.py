"""What made-up key results measure, as tables: numbers are whole, in units of their last decimal."""

from dataclasses import dataclass

from bot.cli.generating.words import Both


@dataclass(frozen=True, slots=True)
class Number:
    """Goes from somewhere in `start` by somewhere in `way`, in steps of `step`; a negative way is a decrease."""

    name: Both
    unit: str
    decimals: int
    start: tuple[int, int]
    way: tuple[int, int]
    step: int = 1
    chinese_unit: str | None = None
    """Where Chinese counts with a word of its own."""


@dataclass(frozen=True, slots=True)
class Level:
    """A level to hold between two bounds (either may be absent); `outside` is where it starts if it must be entered."""

    name: Both
    unit: str
    decimals: int
    low: int | None
    high: int | None
    middle: int
    outside: int
    spread: int


@dataclass(frozen=True, slots=True)
class Milestone:
    """Something that is done or not; with steps, or without."""

    title: Both
    short: Both
    steps: tuple[Both, ...] = ()


NUMBERS = (
    Number(("Returning guests", "回头客比例"), "%", 0, (15, 30), (8, 25)),
    Number(("Monthly revenue", "月收入"), "$", 0, (20000, 60000), (10000, 50000), 1000),
    Number(("Shops with a contract", "签约门店数"), "", 0, (10, 60), (10, 60), 5, "家"),
    Number(("Minutes from order to cup", "从下单到出杯的分钟数"), "min", 0, (9, 15), (-6, -3), 1, "分钟"),
    Number(("Satisfaction of new guests", "新客满意度"), "", 1, (62, 72), (6, 18)),
    Number(("Open questions older than a day", "超过一天的未答问题"), "", 0, (40, 90), (-40, -20), 5),
    Number(("Orders through the app", "应用订单占比"), "%", 0, (10, 40), (10, 30)),
    Number(("Faults per thousand orders", "每千单差错数"), "", 1, (40, 80), (-35, -15)),
    Number(("Page load time", "页面加载时间"), "ms", 0, (900, 1800), (-700, -300), 50),
    Number(("People trained", "完成培训人数"), "", 0, (0, 20), (20, 120), 10, "人"),
    Number(("Answers within an hour", "一小时内回复率"), "%", 0, (35, 60), (15, 35)),
    Number(("Cost of a delivery", "单次配送成本"), "¥", 1, (180, 260), (-80, -30), 5),
    Number(("Weekly active shops", "周活跃门店"), "", 0, (100, 400), (50, 400), 10),
    Number(("Returned parcels", "退货率"), "%", 1, (50, 90), (-40, -15)),
    Number(("Applications for open posts", "岗位申请数"), "", 0, (20, 60), (30, 90), 5),
    Number(("Automated checks", "自动检查覆盖率"), "%", 0, (20, 50), (20, 45)),
)

LEVELS = (
    Level(("Utilisation", "人员利用率"), "%", 0, 70, 80, 75, 58, 4),
    Level(("Uptime", "系统可用率"), "%", 2, 9990, None, 9995, 9940, 4),
    Level(("Stock for days", "库存天数"), "days", 0, 12, 20, 16, 30, 3),
    Level(("Serious incidents in a week", "每周严重事故"), "", 0, None, 1, 0, 4, 1),
    Level(("Unsubscribed a month", "月退订率"), "%", 1, None, 15, 11, 32, 3),
)

MILESTONES = (
    Milestone(("Open the shop by the harbour", "港口店开业"), ("Harbour shop", "港口店开业")),
    Milestone(("Sign the contract for the new hall", "签下新场地合同"), ("Contract for the hall", "新场地合同")),
    Milestone(("Launch the guest club", "推出会员俱乐部"), ("Guest club", "会员俱乐部")),
    Milestone(("Pass the yearly audit without findings", "年度审计零问题"), ("Audit", "年度审计")),
)

STEPPED = (
    Milestone(
        ("Guests can order without calling", "客人不打电话也能下单"),
        ("Order without calling", "免电话下单"),
        (
            ("Write the script", "写好话术"),
            ("Try it with ten guests", "找十位客人试用"),
            ("Put the form online", "表单上线"),
            ("Tell everyone", "通知所有人"),
        ),
    ),
    Milestone(
        ("Move the archive to the new system", "档案迁移到新系统"),
        ("New archive", "新档案系统"),
        (
            ("Choose the system", "选定系统"),
            ("Move the first year", "迁移第一年"),
            ("Move the rest", "迁移其余部分"),
        ),
    ),
    Milestone(
        ("Every new colleague has a guide", "每位新同事都有向导"),
        ("Guides for newcomers", "新人向导"),
        (
            ("Find the first guides", "找到第一批向导"),
            ("Run one round", "试行一轮"),
            ("Ask the newcomers", "听取新人意见"),
            ("Make it a habit", "形成惯例"),
            ("Hand it over", "完成交接"),
        ),
    ),
)

BASELINES = (
    Number(("Regulars who bring a friend", "带朋友来的熟客比例"), "%", 0, (5, 30), (1, 1)),
    Number(("Hours lost to searching", "每周找资料花的小时数"), "h", 1, (20, 80), (1, 1)),
    Number(("Guests who find us on foot", "步行到店的客人占比"), "%", 0, (10, 50), (1, 1)),
)
