"""The words of made-up companies, in English and Chinese, as tables. Nobody and nothing in them is real."""

from dataclasses import dataclass

Both = tuple[str, str]
"""English and Chinese."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a team sits."""

    name: Both
    zone: str
    calendar: str
    chinese: int
    """How many of ten teams there speak Chinese."""


@dataclass(frozen=True, slots=True)
class Function:
    """What a team does; the code begins its key."""

    code: str
    name: Both


BRANDS = ("Lanternfish", "Paper Boat", "Marzipan", "Cloudberry", "Tin Whistle", "Snowglobe", "Pebble", "Gingerbread")

MISSION = "Pretend things for people who do not exist"

PLACES = (
    Place(("Madrid", "马德里"), "Europe/Madrid", "ES", 1),
    Place(("London", "伦敦"), "Europe/London", "GB", 0),
    Place(("New York", "纽约"), "America/New_York", "US", 1),
    Place(("Shanghai", "上海"), "Asia/Shanghai", "CN", 10),
    Place(("São Paulo", "圣保罗"), "America/Sao_Paulo", "BR", 0),
    Place(("Sydney", "悉尼"), "Australia/Sydney", "AU", 1),
    Place(("Kolkata", "加尔各答"), "Asia/Kolkata", "IN", 0),
    Place(("Berlin", "柏林"), "Europe/Berlin", "DE", 0),
    Place(("Shenzhen", "深圳"), "Asia/Shanghai", "CN", 10),
    Place(("Singapore", "新加坡"), "Asia/Singapore", "SG", 5),
    Place(("Los Angeles", "洛杉矶"), "America/Los_Angeles", "US", 0),
    Place(("Auckland", "奥克兰"), "Pacific/Auckland", "NZ", 0),
)

COMPANY = Function("ALL", ("Company", "公司"))

FUNCTIONS = (
    Function("GRO", ("Growth", "增长组")),
    Function("SUP", ("Support", "客服组")),
    Function("TEA", ("Tea House", "茶室组")),
    Function("PAY", ("Payments", "支付组")),
    Function("APP", ("App", "应用组")),
    Function("OPS", ("Operations", "运营组")),
    Function("PEO", ("People", "人力组")),
    Function("FIN", ("Finance", "财务组")),
    Function("BRA", ("Brand", "品牌组")),
    Function("SRC", ("Sourcing", "采购组")),
    Function("LOG", ("Logistics", "物流组")),
    Function("DAT", ("Data", "数据组")),
    Function("SEC", ("Security", "安全组")),
    Function("RES", ("Research", "研究组")),
    Function("DES", ("Design", "设计组")),
    Function("SAL", ("Sales", "销售组")),
    Function("PAR", ("Partners", "伙伴组")),
    Function("LEG", ("Legal", "法务组")),
    Function("QUA", ("Quality", "质量组")),
    Function("SHO", ("Shops", "门店组")),
    Function("WEB", ("Website", "网站组")),
    Function("INF", ("Platform", "平台组")),
    Function("COM", ("Community", "社区组")),
    Function("EDU", ("Training", "培训组")),
)

GIVEN = (
    "Ada", "Bo", "Cleo", "Dora", "Eli", "Finn", "Gia", "Hugo", "Ines", "Jonas", "Kaya", "Leo", "Mina", "Nico", "Olga",
    "Pia", "Quentin", "Rosa", "Sami", "Tara", "Uma", "Vera", "Wim", "Xenia", "Yara", "Zeno", "Abel", "Bruna", "Cem",
    "Dina", "Emil",
)  # fmt: skip
FAMILY = (
    "Lantern", "Teapot", "Pebble", "Marigold", "Biscuit", "Thimble", "Puddle", "Button", "Clover", "Feather", "Kettle",
    "Lemonade", "Muffin", "Nutmeg", "Paperclip", "Quill", "Raincoat", "Saucer", "Tulip", "Umbrella", "Velvet",
    "Walnut", "Xylophone",
)  # fmt: skip
GIVEN_ZH = (
    ("小舟", "xiaozhou"), ("青竹", "qingzhu"), ("雨点", "yudian"), ("石头", "shitou"), ("晨光", "chenguang"),
    ("纸鸢", "zhiyuan"), ("豆包", "doubao"), ("松果", "songguo"), ("流萤", "liuying"), ("汤圆", "tangyuan"),
    ("山雀", "shanque"), ("芝麻", "zhima"), ("星河", "xinghe"), ("稻香", "daoxiang"), ("莲子", "lianzi"),
    ("糯米", "nuomi"), ("橘子", "juzi"), ("灯花", "denghua"), ("海盐", "haiyan"),
)  # fmt: skip
FAMILY_ZH = (
    ("云", "yun"), ("叶", "ye"), ("白", "bai"), ("江", "jiang"), ("梅", "mei"), ("石", "shi"), ("花", "hua"),
    ("金", "jin"), ("水", "shui"), ("木", "mu"), ("米", "mi"),
)  # fmt: skip

MEETING: Both = ("Weekly", "周会")
SECOND_MEETING: Both = ("Midweek look", "周中碰头会")

OBJECTIVES: tuple[Both, ...] = (
    ("Become the place people bring their friends to", "成为大家愿意带朋友来的地方"),
    ("Make the first day a delight", "让第一天就令人惊喜"),
    ("Be the partner that others recommend", "成为别人愿意推荐的伙伴"),
    ("Answer before anyone has to ask twice", "不让任何人问第二遍"),
    ("Run a house that runs itself", "让日常运转不用操心"),
    ("Win the trust of small shops", "赢得小店的信任"),
    ("Turn what we learn into what we ship", "把学到的变成交付的"),
    ("Keep promises without heroics", "不靠加班也能守约"),
    ("Make the numbers easy to believe", "让数据令人信服"),
    ("Be ready for twice as many guests", "为客流翻倍做好准备"),
    ("Grow people as fast as the business", "让人和业务一起成长"),
    ("Make going wrong cheap and rare", "让出错变少、代价变小"),
)
WHYS: tuple[Both, ...] = (
    ("People who trust us stay for years", "信任我们的人会留下来很多年"),
    ("Every month of delay costs a season", "每拖一个月就错过一季"),
    ("Guests told us so, three times in a row", "客人连续三次这样告诉我们"),
)
SERVES: tuple[Both, ...] = (
    ("Shop owners in pretend towns", "虚构小镇的店主"),
    ("Everyone who joined this year", "今年加入的所有人"),
    ("The teams next door", "隔壁的团队"),
)

NOTES: tuple[Both, ...] = (
    ("Two large orders close on Friday", "周五有两个大单签约"),
    ("The new page went out, numbers follow", "新页面已上线，数据随后体现"),
    ("Waiting for the next survey", "等下一次问卷结果"),
    ("Holiday week, fewer people around", "假期这周人少一些"),
    ("The pilot in the harbour shop works", "港口店的试点有效果"),
    ("Slower than hoped, we changed the plan", "比预期慢，已经调整计划"),
    ("Most of it comes from one customer", "主要来自一个客户"),
    ("The fix is in, let us watch it a week", "问题已修复，再观察一周"),
)
BLOCKERS: tuple[Both, ...] = (
    ("the new price list", "新的价目表"),
    ("access to the test account", "测试账号的权限"),
    ("a signature from legal", "法务签字"),
    ("the supplier's answer", "供应商的回复"),
    ("two people on loan elsewhere", "两个人被借调"),
)
HELP: tuple[Both, ...] = (
    ("half a day of a designer", "需要设计师半天时间"),
    ("a word with the supplier", "请帮忙和供应商沟通"),
    ("someone who knows the old system", "需要了解旧系统的人"),
)
NEXT_STEPS: tuple[Both, ...] = (
    ("Call the three shops on the hill", "联系山上的三家店"),
    ("Write the one-page plan", "写一页纸的计划"),
    ("Ask five guests what they missed", "问五位客人缺了什么"),
    ("Try the short form for a week", "试用一周简短表单"),
    ("Move the report to Monday", "把报告改到周一"),
    ("Sit with support for an hour", "和客服一起坐一小时"),
    ("Draft the letter to suppliers", "起草给供应商的信"),
)
WINS: tuple[Both, ...] = (
    ("The tea harbour renewed early", "茶港提前续约"),
    ("First week without a late delivery", "第一周没有延误"),
    ("A guest wrote us a poem", "客人给我们写了一首诗"),
    ("The demo worked at the first try", "演示一次成功"),
    ("Three new shops in one day", "一天新签三家店"),
)
HEALTH: tuple[Both, ...] = (
    ("Hours after six", "六点后的工时"),
    ("Guests' mood", "客人的心情"),
    ("Code we are proud of", "让人自豪的代码"),
    ("Days off taken", "休假天数"),
)
HEALTH_NOTES: tuple[Both, ...] = (
    ("Two long evenings this week", "这周有两晚加班"),
    ("Better since the new rota", "新排班后好转"),
)
AGREEMENTS: tuple[Both, ...] = (
    ("Phone script for online orders", "网上订单的电话话术"),
    ("A data export every Monday", "每周一导出数据"),
    ("Two days of review before launch", "上线前两天评审"),
    ("The new label in stock", "新标签备货"),
)
CONFLICTS: tuple[Both, ...] = (
    ("Both need the same two developers", "都需要同样两位开发"),
    ("Fewer mails here, more mails there", "一边减少邮件，一边增加邮件"),
)
PAUSED: tuple[Both, ...] = (
    ("Waiting for the new contract", "等新合同"),
    ("The team helps with the move until then", "在此之前团队支援搬迁"),
)
DROPPED: tuple[Both, ...] = (
    ("The lease fell through", "租约没谈成"),
    ("Another team does it already", "别的团队已经在做"),
    ("It turned out not to matter to guests", "发现客人并不在意"),
)
