"""Finds what is never a metric number: dates, times, weeks, tickets, versions, links (spec/05 §10.3)."""

import re

from bot.okr.replies.context import ReplyKR

# The dot of a whole name ends a sentence: `slipped to May. 6 out of 10`.
_MONTH = (
    r"(?:(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
)
_HAN = "[一二两三四五六七八九十]"
_SPAN = r"(?:minutes?|mins?|hours?|hrs?|days?|weeks?|wks?|months?|quarters?|years?|working days?|business days?)\b"
_HAN_SPAN = "(?:分钟|个?小时|天|个?工作日|周|个?星期|个?月|年|个季度)"

_NUMBERED = "week|wk|sprint|day|phase|step|milestone|wave|round|version"
# `slipped to May 9/10`, `great week 4/10`, `great week 1 900`: the digit is the day's or week's, or a reading's.
_RATING_OR_MORE = r"\s?/\s?10(?![0-9/]|\.[0-9])|\s[0-9]{3}(?![0-9]|[.,][0-9])"
DAY_OR_WEEK_BEFORE = re.compile(
    rf"(?:(?<![0-9] )(?<!st )(?<!nd )(?<!rd )(?<!th )\b{_MONTH}|\b(?:{_NUMBERED})) $", re.IGNORECASE
)

# Each with signs of which its text holds one: where none is in the reply, the pattern is not tried. "" is always.
_PATTERNS = (
    # links and addresses
    ("/", r"https?://\S+"),
    (".", r"\bwww\.\S+"),
    ("@", r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+"),
    # dates
    ("-", r"\b[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\b"),
    ("/", r"\b[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}\b"),
    ("/", r"\b[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}\b"),
    (".", r"\b[0-9]{1,2}\.[0-9]{1,2}\.(?:[0-9]{4}|[0-9]{2})\b"),
    (
        "",
        rf"\b[0-9]{{1,2}}(?:st|nd|rd|th)?(?:\s?-\s?[0-9]{{1,2}}(?:st|nd|rd|th)?)?(?: of)? {_MONTH}(?:,? (?:19|"
        rf"20)[0-9]{{2}}\b)?",
    ),
    (
        "",
        rf"(?<![0-9] )(?<!st )(?<!nd )(?<!rd )(?<!th )\b{_MONTH} [0-9]{{1,2}}(?:st|nd|rd|th)?(?:\s?-\s?[0-9]{{1,2}})?"
        r"\b(?![.,%][0-9]|%|\s?k\b|" + _RATING_OR_MORE + r")(?:,? (?:19|20)[0-9]{2}\b)?",
    ),
    ("", rf"\b{_MONTH} (?:19|20)[0-9]{{2}}\b"),
    ("/", r"\b(?:on|by|until|till|due|before|after|since|from) [0-9]{1,2}/[0-9]{1,2}\b(?!/)"),
    ("", r"\b(?:in|by|since|until|during|end of|early|late|of) (?:19|20)[0-9]{2}\b(?![.,]?[0-9])"),
    ("年", r"[0-9]{2,4}年(?:[0-9]{1,2}月(?:[0-9]{1,2}[日号]?)?)?"),
    ("月", r"[0-9]{1,2}月(?!活)(?:[0-9]{1,2}[日号]?|底|初|中旬?|份)?"),
    ("月", rf"{_HAN}{{1,3}}月(?!活)(?:{_HAN}{{1,3}}[日号]|底|初|份)?"),
    ("日号", r"[0-9]{1,2}[日号](?!线)"),
    # clock
    (":", r"\b[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\s?[ap]m\b)?"),
    ("", r"\b[0-9]{1,2}(?:\.[0-9]{2})?\s?[ap]m\b"),
    ("点", r"[0-9]{1,2}点(?:[0-9]{1,2}分?|半|整)?(?![0-9])"),
    ("点", rf"(?:上午|下午|早上|晚上|中午){_HAN}{{1,3}}点半?"),
    ("/", r"\b24/7\b"),
    (":", r"\b[0-9]{1,3}:[0-9]{1,3}\b"),
    # quarters, weeks, halves, fiscal years
    ("", r"\b(?:q[1-4]|h[12]|fy ?'?[0-9]{2,4})\b(?: ?'?(?:20)?[0-9]{2}\b(?![.,%]?[0-9%k]))?"),
    (
        "",
        rf"\b(?:{_NUMBERED}|ver|part|section|item|ticket|issue|pr) ?#?[0-9]{{1,6}}\b"
        rf"(?![.,%]?[0-9%k]|{_RATING_OR_MORE})",
    ),
    ("第", r"第\s?[0-9]{1,4}"),
    ("第", rf"第{_HAN}{{1,4}}"),
    # the sign of a list with one item
    (")", r"(?<![^\n])\(?[0-9]{1,2}\)(?=\s)"),
    # telephone numbers
    (
        "",
        r"(?:\b(?:tel|phone|mobile|cell|call|whatsapp|wechat)\b|电话|手机|微信)"
        r"[^0-9\n]{0,12}\+?[0-9][0-9 ()-]{5,20}[0-9]",
    ),
    ("+", r"\+[0-9]{1,3}[ -][0-9]{2,4}[ -][0-9 -]{4,12}[0-9]\b"),
    ("", r"(?<![0-9.,])1[3-9][0-9]{9}(?![0-9.,])"),
    # how long, how long ago
    (
        "",
        rf"\b(?:in|within|for|after|over|next|last|past|another) (?:the )?(?:next |last |past |about |"
        rf"another )?(?:an?|[0-9]+(?:\.[0-9]+)?(?:-[0-9]+)?|one|two|three|four) {_SPAN}",
    ),
    ("", rf"\b[0-9]+(?:\.[0-9]+)?(?:-[0-9]+)? {_SPAN} (?:ago|later|left|to go|from now|remaining|before|after)\b"),
    ("后前来内", rf"[0-9]+{_HAN_SPAN}(?:之?后|之?前|以后|以前|以来|内|左右内)"),
    ("后前来内", rf"[一二两三四五六七八九十半]{{1,4}}{_HAN_SPAN}(?:之?后|之?前|以后|以前|以来|内)"),
    ("去来近", rf"(?:过去|未来|最近|接下来)\s?[0-9]+{_HAN_SPAN}"),
    # a bit
    ("点", r"有一点(?![零〇一二两三四五六七八九])"),
    # versions, ordinals, names with numbers
    ("", r"\bv\.?[0-9]+(?:\.[0-9]+)*\b"),
    ("", r"\b[0-9]+(?:st|nd|rd|th)\b"),
    ("#", r"#[0-9]+\b"),
    ("-", r"\b[A-Z][A-Z0-9]{0,9}-[0-9]+\b"),
    ("-", r"\b[0-9]+(?:\.[0-9]+)?-(?!ish\b)[A-Za-z][\w-]*"),
    ("", r"(?<![\w])[A-Za-z_]\w*[0-9][\w-]*"),
)
# A currency code, or a letter of "~" kind, may touch a number; these names are no identifiers.
_CURRENCY_CODE = re.compile(r"(?:US|USD|EUR|GBP|RMB|CNY)[0-9]", re.IGNORECASE)
_CASED = r"\b[A-Z][A-Z0-9]{0,9}-[0-9]+\b"
# ASCII: a 汉字 beside a digit is a boundary, so that 在5:30 is seen.
_RES = tuple(
    (frozenset(signs), re.compile(p, re.ASCII if p == _CASED else re.ASCII | re.IGNORECASE)) for signs, p in _PATTERNS
)
_VERSION = re.compile(r"(?<![0-9.,])[0-9]+(?:\.[0-9]+){2,}(?![0-9])")
_GROUPS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+")


def masks(text: str, kr: ReplyKR | None) -> list[tuple[int, int]]:
    """Spans of the text whose digits are no metric number; with `kr`, also its own name where that holds digits."""
    there = frozenset(text)
    spans = [
        found.span()
        for signs, pattern in _RES
        if not signs or not signs.isdisjoint(there)
        for found in pattern.finditer(text)
        if not _CURRENCY_CODE.match(found[0])
    ]
    if "." in there:
        spans += [found.span() for found in _VERSION.finditer(text) if not _GROUPS.fullmatch(found[0])]
    for name in kr.names if kr is not None else ():
        if any(sign.isdigit() for sign in name):
            spans += [found.span() for found in re.finditer(re.escape(name), text, re.IGNORECASE)]
    return spans


def overlaps(span: tuple[int, int], spans: list[tuple[int, int]]) -> bool:
    """True if the span touches one of the others."""
    return any(span[0] < end and start < span[1] for start, end in spans)
