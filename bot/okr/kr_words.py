"""The words by which a line of text shows what kind of key result it is (spec/04 §9.1, §9.3)."""

import re


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


DELIVERY_VERBS = _set(
    """
    launch ship publish release deliver complete finish build create implement introduce deploy develop design migrate
    open establish set-up setup roll-out rollout go-live automate integrate install replace rewrite refactor sunset
    retire open-source certify sign announce produce relaunch redesign rebuild define document file pass obtain
    """
)
"""A line without numbers that begins with one of these is done or not done."""
DELIVERY_PHRASES = ("set up ", "roll out ", "go live ", "put in place ", "bring live ", "switch on ", "switch off ")
DELIVERY_ZH = (
    *("上线", "发布", "推出", "交付", "完成", "建成", "建立", "搭建", "实现", "开通", "落地", "启动", "迁移", "下线"),
    *("部署", "签署", "通过", "取得", "开发", "制定", "建设", "打通", "接入", "开业", "开放", "重构", "淘汰", "获得"),
)

COUNT_VERBS = (
    DELIVERY_VERBS
    | _set(
        """
    interview survey visit talk-to speak-to hire recruit onboard win close land secure acquire gain get attract sell
    run hold host conduct organize organise write make train collect generate add book test enroll enrol invite
    certify contact earn receive start validate do identify feature amplify elevate post present record mentor
    """
    )
) - {"define", "pass"}
"""`Interview 20 customers` counts what was not there before: it starts at 0."""
COUNT_ZH = (
    *DELIVERY_ZH,
    *("访谈", "采访", "拜访", "调研", "签约", "签下", "招聘", "招募", "举办", "组织", "开展", "新增", "收集", "培训"),
    *("赢得", "拿下", "引入", "引进", "拓展", "发展", "撰写", "产出", "面试", "邀请", "走访", "输出", "录制", "测试"),
)

UP = re.compile(
    r"\b(?:increas\w*|rais(?:e|es|ed|ing)|grow(?:s|n|th|ing)?|grew|improv\w*|boost\w*|lift\w*|expand\w*|rise[sn]?|rising|"
    r"double\w*|gain\w*|accelerat\w*|exceed\w*|higher|maximi[sz]\w*|extend\w*)\b"
    r"|提高|提升|增长|增加|增至|升至|升到|上升|上涨|扩大|涨|超过|突破|翻",
    re.IGNORECASE,
)
DOWN = re.compile(
    r"\b(?:decreas\w*|reduc\w*|lower\w*|cut(?:s|ting)?|shorten\w*|drop\w*|shrink\w*|minimi[sz]\w*|fall(?:s|en|ing)?|"
    r"declin\w*|less|fewer|halv\w*|lessen\w*|eliminat\w*|slash\w*|bring down|speed up|below|under|diminish\w*)\b"
    r"|降低|降至|降到|下降|减少|减至|减到|缩短|缩减|压缩|削减|控制在|低于|少于|不到|以内|以下|消除",
    re.IGNORECASE,
)

KEEP = re.compile(
    r"\b(?:maintain\w*|keep(?:s|ing)?(?! \w+ing\b)|kept|"
    r"hold(?:s|ing)? (?:[\w ]{0,40}?)(?:at|above|below|between|steady|under|over)|"
    r"stay(?:s|ing)?|remain(?:s|ing)?|sustain\w*|preserv\w*|at most|no more than|not more than|not (?:to )?exceed\w*|"
    r"never (?:below|above|under|over|exceed\w*)|no less than|not less than|no fewer than|does not (?:exceed|fall)\w*|"
    r"between (?=[^a-z]{0,3}[0-9]))\b"
    r"|between (?=[^A-Za-z]{0,3}[0-9])"
    r"|保持|维持|稳定在|控制在|不低于|不少于|不超过|不高于|不多于|至多|最多|之间",
    re.IGNORECASE,
)
LEAST = re.compile(
    r"(?:\b(?:above|over|at least|no less than|not less than|no fewer than|more than|minimum(?: of)?|never below|"
    r"never under|higher than|greater than|north of)|>=?|≥|不低于|不少于|至少|不小于"
    r"|(?<!不)(?:高于|大于|超过))\s*(?:about |~)?$",
    re.IGNORECASE,
)
MOST = re.compile(
    r"(?:\b(?:below|under|at most|no more than|not more than|less than|fewer than|lower than|maximum(?: of)?|within|"
    r"up to|(?:not |never )(?:to )?exceed(?:s|ing)?|never above|never over)|<=?|≤|不超过|不高于|不多于|至多|最多"
    r"|(?<!不)(?:低于|小于|少于)|控制在|不大于)"
    r"\s*(?:about |~)?$",
    re.IGNORECASE,
)
LEAST_AFTER = re.compile(
    r"\s*(?:or (?:more|higher|above|better|greater)|and (?:above|up)|\+(?!\w)|以上|及以上|或以上)", re.I
)
MOST_AFTER = re.compile(r"\s*(?:or (?:less|lower|below|fewer|under)|and below|max\b|以内|以下|及以下|之内)", re.I)
BETTER_LOW = re.compile(
    r"\b(?:churn|errors?|defects?|bugs?|costs?|times?|latency|complaints?|incidents?|outages?|downtime|attrition|"
    r"turnover|delays?|spend|backlog|returns?|refunds?|tickets?|escalations?|vacanc\w+|waste|burn)\b"
    r"|流失|错误|缺陷|成本|时长|时间|延迟|投诉|事故|故障|离职|退款|退货|积压|费用|浪费",
    re.IGNORECASE,
)
"""What people want little of: one bare number to keep is then the upper bound."""

BASELINE = re.compile(r"\bbase[- ]?lines?\b|基线|摸底|基准", re.IGNORECASE)
FIND_OUT = re.compile(
    r"\b(?:obtain|establish|get|measure|define|set|find|determine|collect|gather|create|build|take|identify|understand|"
    r"capture|record|baseline)\w*\b|摸底|建立|确定|摸清|获取|测出|测定|收集|弄清|拿到|得到|明确|制定",
    re.IGNORECASE,
)

RATE = re.compile(
    r"\b(?:per|every|each (?:day|week|month|quarter|year)|daily|weekly|monthly|a (?:day|week|month|year))\b"
    r"|/\s?(?:day|week|month|quarter|year|user|customer|wk|mo)\b|每|平均",
    re.IGNORECASE,
)
"""`2 posts per week` is a level, not a count from 0."""
REACH = re.compile(
    r"(?:\b(?:to|reach(?:es|ed|ing)?|hit(?:s|ting)?|achiev(?:e|es|ed|ing)|attain\w*|at|of|is|are|becomes?|target(?:ing)?|"
    r"goal|equals?|=|:|surpass\w*|exceed\w*|score)|[=:]|达到|达成|达|做到|到|至|为|是|突破|超过|目标)"
    r"\s*(?:an? |about |around |over |~|：|at least |more than )*$",
    re.IGNORECASE,
)
BY = re.compile(
    r"\bby\s*(?:at least |about |around |over |up to |another |a further |an additional |~)*$", re.IGNORECASE
)
BY_ZH = re.compile(
    r"(?:提高|提升|增长|增加|降低|减少|下降|缩短|上涨|上升|扩大|压缩|削减|缩减)了?\s*(?:至少|约|大约|超过)?\s*$"
)
SHARE_MORE = re.compile(
    r"\s*\b(?:more|less|fewer|higher|lower|faster|slower|increase|decrease|growth|reduction|uplift|improvement|drop|"
    r"rise|cut)\b|\s*的?(?:增长|提升|提高|下降|降幅|增幅)",
    re.IGNORECASE,
)
POINTS = re.compile(r"\s*(?:%?\s?(?:percentage[- ]points?|p\.?p\.?s?|% ?points?)(?![a-z])|个?百分点)", re.IGNORECASE)

DOUBLING = (
    (re.compile(r"\b(?:doubl\w+|twofold)\b|翻倍|翻番|翻一番", re.IGNORECASE), 100),
    (re.compile(r"\b(?:tripl\w+|threefold)\b", re.IGNORECASE), 200),
    (re.compile(r"\bhalv\w+|\bby half\b|\bin half\b|减半", re.IGNORECASE), -50),
)
"""Words that are a change in percent."""
NO_DOUBLING = re.compile(r"[ -](?:opt|digits?|check|down|entry|side|booking|blind)", re.IGNORECASE)
"""What makes `double` the name of something."""
TODAY_AFTER = re.compile(
    r"\s*(?:(?:per|a|an) \w{1,12} )?(?:today|now|currently|at present|right now)(?![\w-])", re.IGNORECASE
)
COUNTED_AFTER = re.compile(
    r"\s*(?!(?:per|a|an|by|before|until|till|due|in|on|this|last|today|now|currently|at|when|each|every|and|with|because)"
    r"(?![\w-]))(?P<noun>[a-z][\w-]*)",
    re.IGNORECASE,
)
"""What a number counts."""
SHARE_BEFORE = re.compile(
    r"(?:\b(?:shares?|rates?|ratio|percentage|conversion|retention|churn|margin|coverage|uptime)|率|占比|比例)"
    r"(?: from)?\s*$",
    re.IGNORECASE,
)
