"""The words by which the quality checks tell advice is due, in English and Chinese (spec/04 §9.2-9.4).

What can be a harmless word as well has its exceptions beside it, as `NOT_...`.
"""

import re

from bot.okr import kr_words


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _any(english: str, chinese: str = "") -> re.Pattern[str]:
    """Whole English words, or Chinese ones anywhere."""
    return re.compile(rf"(?<![\w-])(?:{english})(?![\w-])" + (f"|{chinese}" if chinese else ""), re.IGNORECASE)


LATIN_WORD = re.compile(r"[^\W\d_\u3400-\u9fff][^\W_\u3400-\u9fff]*(?:['’-][^\W_\u3400-\u9fff]+)*")

# --- objectives -----------------------------------------------------------------------------------------------

OBJECTIVE_VERBS = (
    _set(
        """
    being affect resolve enhance store
    become win make be build give help turn let bring create earn delight grow make prove learn find lead set get
    deliver enable empower establish strengthen improve increase raise reduce simplify speed lower double expand launch
    ship open enter reach achieve attract keep maintain continue transform develop drive ensure unlock inspire own show
    understand validate test explore discover change free protect secure save solve fix stop avoid shape put take move
    connect support serve offer provide gain regain restore renew rebuild redefine reinvent reimagine revive rethink
    accelerate scale boost lift master modernise modernize streamline standardise standardize unify automate tame
    shorten cut remove eliminate eradicate prevent retain hire recruit train teach coach onboard engage convert activate
    monetise monetize position differentiate extend diversify consolidate stabilise stabilize harden sharpen focus
    deepen widen broaden elevate foster cultivate nurture promote celebrate champion evolve embed adopt embrace
    introduce roll start finish complete close bridge align clarify define design craft produce publish sell market
    migrate sunset go have run hold treat surprise wow convince persuade reassure please satisfy know see feel love
    catch beat overtake outperform match stay remain sustain preserve increase minimise minimize maximise maximize
    optimise optimize narrow perfect complete pass raise kick jump lay pave plant grow cement anchor demonstrate
    """
    )
    | kr_words.DELIVERY_VERBS
)
"""What an objective can begin with; a form of a word counts (`becoming`)."""
OBJECTIVE_VERBS_ZH = (
    *("成为", "赢得", "让", "使", "打造", "建立", "建设", "帮助", "提升", "提高", "改善", "实现", "推动", "推进"),
    *("降低", "减少", "缩短", "加快", "加速", "扩大", "拓展", "增强", "增加", "优化", "完善", "达成", "达到", "创造"),
    *("形成", "探索", "验证", "弄清", "了解", "学会", "找到", "发现", "证明", "掌握", "守住", "保持", "维持", "继续"),
    *("保障", "确保", "支撑", "支持", "服务", "满足", "吸引", "留住", "激活", "培养", "培育", "组建", "搭建", "构建"),
    *("夯实", "深耕", "聚焦", "突破", "抢占", "进入", "开拓", "打通", "打开", "重塑", "升级", "转型", "引领", "领先"),
    *("做", "把", "将", "给", "用", "以", "为", "开启", "启动", "上线", "下线", "迁移", "重构", "淘汰", "发布", "推出"),
    *("交付", "完成", "简化", "消除", "解决", "避免", "杜绝", "不要", "停止", "追赶", "赶上", "超越", "对标", "快速"),
    *("全面", "持续", "大幅", "显著", "稳步", "进一步", "变", "走", "拿下", "争取", "积累", "沉淀", "强化", "加强"),
    *("奠定", "塑造", "带来", "带动", "提供", "获得", "获取", "取得", "促进", "凝聚", "激发", "释放", "落地", "规范"),
)

SAME_AS_EVER = re.compile(
    r"(?<![\w-])(?:maintain(?:s|ing)?|business[ -]as[ -]usual|status quo|as (?:usual|before))(?![\w-])"
    r"|^\W*(?:keep(?:s|ing)?|continu(?:e|es|ing))(?![\w-])|保持|维持|^\W*(?:我们)?(?:继续|照旧|照常)|一如既往|维稳",
    re.IGNORECASE,
)
TOO_FAR = re.compile(
    r"(?<![\w-])(?:market[ -]leaders?(?:hip)?|world[ -](?:class|leading)|long[ -]term|eventually|number[ -]one|"
    r"best in the world|global leaders?|leading provider|undisputed|someday|one day|no\.? ?1)(?![\w-])|#\s?1(?!\d)"
    r"|市场领导者|市场领先|行业第一|行业领先|行业领导者|全国第一|全球第一|世界一流|世界级|国内领先|国际领先|长期|最终|终将",
    re.IGNORECASE,
)
LEARNING = re.compile(
    r"\W*(?:learn|find out|figure out|understand|validate|test|explore|prove|discover|know|decide)(?![\w-])"
    r"|\W*(?:弄清|弄明白|验证|了解|探索|摸清|证明|搞清|确认)",
    re.IGNORECASE,
)
COMPETITOR = _any(
    r"competitors?(?:['’]s?)?|competition|(?:feature |price )?parity|catch(?:ing)? up|rivals?(?:['’]s?)?",
    "竞争对手|竞品|追赶|赶上|对标|对手",
)
_OUTPUTS = r"launch|re-?launch|ship|build|rebuild|sunset|migrate|roll out|rollout|deploy|release|implement"
OUTPUT = re.compile(
    rf"^\W*(?:successfully |finally |fully )?(?:{_OUTPUTS})(?:s|es|ed|ing)?(?![\w-])"
    rf"|(?<![\w-])(?:and|then) (?:{_OUTPUTS})(?![\w-])"
    r"|^(?!\W*(?:让|使|帮|给)).*(?:上线(?!下)|下线|淘汰|重构|迁移)",
    re.IGNORECASE,
)
NO_OUTPUT = _any(
    r"build(?:s|ing)? (?:(?!and\b)[\w-]+ ){0,4}?(?:trust|confidence|relationships?|communit(?:y|ies)|culture|loyalty|"
    r"reputation|habits?|understanding|teams?|organi[sz]ation|momentum|credibility|awareness|skills?|brand|"
    r"partnerships?|company|workplace|place)"
)
NEGATIVE = _any(
    r"stop|stops|stopping|avoid|avoids|avoiding|never", "不要|避免|杜绝|禁止|不再(?!担心|等待|发愁|为|需要)|停止"
)
NOT_NEGATIVE = _any(r"never been|never before|like never|than never")
_STAFF = r"\b(?:employees?|staff|engineers?|managers?|colleagues|people|career|internal)\b"
APPRAISAL = re.compile(
    r"(?<![\w-])(?<!sign-up )(?<!signup )(?<!referral )(?<!welcome )(?<!sales )"
    r"(?:bonus(?:es)?(?! (?:points?|features?|content|levels?|codes?))|appraisals?|performance (?:reviews?|ratings?)|"
    rf"salar(?:y|ies)|pay (?:rises?|raises?)|get promoted|promotions?(?=.*{_STAFF}))(?![\w-])"
    rf"|{_STAFF}.*\bpromotions?(?! (?:codes?|campaigns?))(?![\w-])"
    r"|绩效|奖金|考核|晋升|年终奖|涨薪|加薪|调薪",
    re.IGNORECASE,
)
"""Pay and careers. A sales promotion and a sign-up bonus are neither."""
NOT_APPRAISAL = _any(
    r"(?:sales|price|marketing|summer|winter|spring|holiday|seasonal|product|online|e-?commerce|in-store|trade|brand|"
    r"event|special) promotions?"
)

# --- key results ----------------------------------------------------------------------------------------------

TASK_VERBS = _set(
    """
    email e-mail meet attend discuss organise organize prepare follow-up support draft contact contribute participate
    help assist coordinate review schedule plan talk call send update present join collaborate sync brainstorm
    investigate explore look work continue try consider liaise facilitate communicate arrange report monitor manage
    handle coach ask share research analyse analyze assess evaluate study read choose agree decide
    """
)
TASK_WITH_SOMEBODY_ZH = re.compile(
    r"(?:给|与|和|跟|向|同|找)[^0-9%]{1,14}(?:发邮件|发信|写邮件|打电话|见面|会面|开会|沟通|对接|讨论|汇报|联系|交流|反馈)"
)
TASK_PHRASES = (
    "figure out",
    "follow up",
    "reach out",
    "look into",
    "work on",
    "work with",
    "take part",
    "set up a meeting",
)
TASK_ZH = (
    *("联系", "参加", "组织", "跟进", "推进", "协助", "调研", "整理", "对接", "沟通", "讨论", "准备", "配合", "支持"),
    *(
        "参与",
        "安排",
        "协调",
        "汇报",
        "开会",
        "召开",
        "研究",
        "分析",
        "梳理",
        "拜访",
        "发邮件",
        "邮件联系",
        "督促",
        "催",
    ),
    *("负责", "学习", "起草", "撰写", "收集", "关注", "做好", "完善文档", "评审", "走访", "约见", "推动"),
)
PEOPLE_TALKED_TO = _any(
    r"interviews?|interview(?:ed|ing)|customers?|users?|clients?|prospects?|buyers?|patients?|candidates?|survey(?:s|ed)?",
    "访谈|采访|面谈|客户|用户|候选人|买家|患者|问卷",
)
"""`Meet 10 customers` is a count of interviews, and no task."""

VANITY = _any(
    r"page ?views?|views|video views|log[ -]?ins|downloads?|followers|impressions|likes|web ?hits|"
    r"(?:site |website |web )?visits|visitors|clicks|installs|installations|github stars|stars|subscribers|"
    r"(?:total |registered |number of )(?:number of )?(?:users|accounts|members|registrations)|"
    r"user accounts|registered users|sign-?ups to the newsletter|press mentions|mentions|shares",
    "浏览(?:总)?量|浏览次数|访问(?:总)?量|点击量|阅读量|播放量|登录次数|登录数|下载量|下载次数|安装量|注册用户|注册量|注册数|用户总数|总用户数"
    "|粉丝|关注数|曝光|点赞|转发量",
)
NOT_VANITY = _any(
    r"failed|failing|fraudulent|suspicious|malicious|fake|page ?view (?:time|duration)|download (?:time|speed)|"
    r"shares? of|market shares?|doctor visits|hospital visits|site visits to|click-?through",
    "失败|异常|可疑",
)
RATIO = _any(
    r"rates?|ratio|share of|market share|percentage|percent|per cent|proportion|conversion|retention|average|avg|mean|"
    r"median|per (?:[\w-]+ )?(?:customer|user|account|client|visitor|visit|session|order|employee|member|person|seat|"
    r"team|email|post|page|article|video|developer|contributor|release)|each (?:customer|user|account)",
    "率|占比|比例|比重|人均|平均|均值|每(?:位|个|名|家|人|客户|用户|单)|转化|留存|％",
)
"""A number that can fall as well as rise."""
TOTALS = _any(r"totals?|number of|amount of|cumulative|overall count", "总数|总量|累计|累积|总人数|总额")
VAGUE = re.compile(
    r"(?<![\w-])(maximi[sz](?:e|es|ed|ing)|improv(?:e|es|ed|ing|ement|ements)|"
    r"better|many|more|as (?:much|many|far|well) as possible|"
    r"optimi[sz](?:e|es|ed|ing|ation)|enhanc(?:e|es|ed|ing)|significant(?:ly)?|strengthen(?:s|ed|ing)?|good|great|"
    r"best|faster|easier|stronger|happier|smoother|sufficient|enough|several|lots of|various)(?![\w-])"
    r"|(优化|改善|尽可能|大幅|显著|更好|加强|完善|增强|明显|进一步|有效|一定程度|更多|更快|良好)",
    re.IGNORECASE,
)
SOMEDAY = _any(
    r"eventually|asap|a\.s\.a\.p|as soon as possible|someday|some day|at some point", "最终|尽快|尽早|争取早日|早日"
)
ACTIVE_USERS = _any(
    r"mau|dau|wau|(?:monthly|daily|weekly) active|active (?:users?|accounts?|customers?|members?)",
    "月活|日活|周活|活跃用户|活跃客户",
)
ACTIVE_ONES = _any(r"active|current|open|remaining|paying", "活跃|在职|在用|付费")
"""A number of these falls as well as it rises, so it is no total that only grows."""
AT_THE_END = re.compile(
    r"(?<![\w-])(?:at|by) (?:the )?(?:quarter|year|cycle)[ -]end(?![\w-])|(?<![\w-])end[ -]of[ -](?:the[ -])?"
    r"(?:quarter|year|cycle)[ -](?:survey|report|audit|results?|figures?|numbers?|measurement)(?![\w-])|"
    r"(?<![\w-])(?:annual|yearly|quarterly) (?:survey|audit)(?![\w-])|"
    r"(?<![\w-])(?:survey|audit|measured|score)(?![\w-])[^.]{0,30}(?<![\w-])at (?:the )?end of (?:the )?"
    r"(?:quarter|year|cycle)|(?<![\w-])only (?:known|measured|available) at"
    r"|(?:季度|年度|季|年|期)末(?:才|统计|调查|调研|审计|测评|盘点|出)|年度(?:调查|调研|审计|测评)|季度(?:调查|调研|测评)",
    re.IGNORECASE,
)
"""The number comes once, when it is over."""
DONE_WORDS = _any(
    r"live|in place|in production|available|signed|certified|done|complete|completed|launched|shipped|released|"
    r"published|approved|delivered|finished|closed|opened|passed|ready|decided|installed|implemented|deployed|certification|"
    r"certificate|beta|ga|go-live|rollout|v\d\S*",
    "上线|发布|完成|交付|通过|签署|签约|落地|投产|验收|认证|到位|开业|开通|可用|定稿",
)
"""A title that says when it is done, though it does not begin with a verb: `SSO live`."""
CHANGES_UP = _set("increase raise grow boost lift expand double triple maximise maximize gain")
CHANGES_DOWN = _set("decrease reduce lower cut shorten shrink minimise minimize drop halve slash diminish")
CHANGES_UP_ZH = re.compile(
    r"^(?:提高|提升|增加|扩大|增长)|提高到|提升到|增长到|增加到|提高至|提升至|增长至|增加至|上升到|升到|增至|升至|涨到|扩大到"
)
CHANGES_DOWN_ZH = re.compile(
    r"降低到|减少到|下降到|缩短到|降低至|减少至|下降至|缩短至|降到|降至|减到|减至|缩减到|压缩到"
)
EITHER_WAY = _any(
    r"ranks?|ranking|position|place|speed|speeds|performance|efficiency|quality|velocity|pace|bar|urgency|"
    r"responsiveness|productivity|gap|deficit|loss|losses|debt",
    "排名|名次|位次|速度|效率|性能|质量|体验|水平|能力|响应|时效|节奏|差距|亏损",
)
"""Where more is written as a smaller number: `raise our rank from 10 to 3`."""
SPLITS = re.compile(
    r"\s+and\s+|\s*&\s*|\s+while\s+|\s+plus\s+|[;；]|，?\s*(?:同时|以及|并且|并|和|且|及)\s*", re.IGNORECASE
)
COMMAS = re.compile(r",\s+|，|、|;|；|\s+and\s+|并|和|同时", re.IGNORECASE)
NO_WORDS = _set("of the a an to from in on at by for with our we and or per is as than least most less more about")
NO_WORDS_ZH = re.compile(r"达到|达成|做到|[的了从到由至在和与把将使让我们是为]")

# --- teams ----------------------------------------------------------------------------------------------------

PLAIN_TEAM_NAMES = _set(
    """
    growth sales support product marketing finance people design legal data platform customers company operations
    engineering security research community quality content web mobile core team brand
    产品 市场 销售 设计 运营 增长 客户 数据 技术 财务 内容 平台
    """
)
"""Names that are everyday words: such a team is only named with `team`, an `@`, or its key."""
