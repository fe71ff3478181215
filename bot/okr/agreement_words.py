"""What is typed behind `align`, `depends` and `conflict`, in both languages, as its parts; pure (spec/06 §11.1)."""

import re
import unicodedata
from dataclasses import dataclass

_QUOTED = re.compile(r"[\"“”„「『](?P<text>[^\"“”„「」『』]*)[\"“”」』]")
_LABEL = re.compile(
    r"(?:kr\s*\d+|#\s*\d+|关键结果\s*\d+|[a-z]{2,5}-\d+|objective(?:\s+\d+)?|目标\s*\d*|o\s?\d+)(?![a-z0-9_]|\.\d)",
    re.IGNORECASE,
)
_NEEDS = re.compile(r"(?<!\S)(?:on|from|with)\s+|\s*(?:依赖于?|依靠|需要|由|对|和|与|跟)\s*", re.IGNORECASE)
_SERVES = re.compile(
    r"(?<!\S)(?:supports?|serves?|to|with|for)\s+|\s*(?:→|->|支撑|支持|对齐到?|到|与|和)\s*", re.IGNORECASE
)
_PULLS = re.compile(r"(?<!\S)(?:with|and|against|vs\.?)\s+|\s*(?:和|与|跟|同)\s*", re.IGNORECASE)
_BY = re.compile(r"(?:^|[\s,，])(?:by|before|until|till)\s+(?P<day>[^,，]+?)\s*$", re.IGNORECASE)
_BY_CHINESE = re.compile(
    r"(?:^|[\s,，])?(?P<day>(?:\d{4}年)?\d{1,2}月\d{1,2}[日号]?|下?周[一二三四五六日天])\s*(?:之?前)\s*$"
)
_BECAUSE = re.compile(r"^(?:because\b(?:\s+of\b)?|因为)\s*[:：]?\s*", re.IGNORECASE)
_AT = re.compile(r"<at[^>]*>\s*(?P<name>[^<]+?)\s*</at>")
"""How Teams writes a mention."""
_TEAM = re.compile(r"<!subteam\^[A-Z0-9]+(?:\|@?(?P<group>[^>]*))?>|@(?P<name>[^\s<>@,，。;；:：]+)")


@dataclass(frozen=True, slots=True)
class Asked:
    """The near end, the far end, the words between the two, and the day; as typed, empty where not said."""

    source: str
    target: str
    text: str
    by: str = ""


def read_depends(raw: str) -> Asked:
    """`KR2 on @Support "Phone script" by 20 Nov`, `KR2 对 @支持组 "电话话术" 11月20日前`."""
    head, text, tail = _around(raw)
    source, rest = _source(head, _NEEDS)
    if text is None:
        rest, by = _day_behind(rest)
        target, words = _team_first(rest)
        return Asked(source, target, words, by)
    by = _day_behind(tail)[1] or _bare_day(tail)
    return Asked(source, _team_name(rest), text, by)


def read_align(raw: str) -> Asked:
    """`KR2 supports CO-1`, `objective supports CO`, `KR2 支持 CO-1`; words behind it or in quotes say why."""
    head, text, tail = _around(raw)
    source, rest = _source(head, _SERVES)
    if text is not None:
        return Asked(source, _team_name(rest), text)
    target, words = _label_first(rest)
    return Asked(source, target, _because(f"{words} {tail}"))


def read_conflict(raw: str) -> Asked:
    """`KR2 with SAL-3 "why"`, `KR2 与 SAL-3 因为 …`."""
    head, text, tail = _around(raw)
    source, rest = _source(head, _PULLS)
    target, words = _label_first(rest)
    return Asked(source, target, text if text is not None else _because(f"{words} {tail}"))


def _around(raw: str) -> tuple[str, str | None, str]:
    """What stands before the quotes, within, and behind; None where there are none."""
    line = " ".join(_AT.sub(r"@\g<name>", raw).split())
    found = _QUOTED.search(line)
    if found is None:
        return line, None, ""
    return line[: found.start()].strip(" ,，"), found["text"].strip(), line[found.end() :].strip(" ,，.。")


def _source(head: str, joint: re.Pattern[str]) -> tuple[str, str]:
    """The near end and what follows: a label that stands first, else what stands before the joining word."""
    head = unicodedata.normalize("NFKC", head)
    label = _LABEL.match(head)
    if label is not None:
        rest = head[label.end() :].strip(" ,，")
        joined = joint.match(rest) or joint.match(f" {rest}")
        return label[0], rest[joined.end() :].strip() if joined and joint.match(rest) else rest
    found = joint.search(head)
    if found is None:
        return head, ""
    return head[: found.start()].strip(" ,，"), head[found.end() :].strip(" ,，")


def _day_behind(words: str) -> tuple[str, str]:
    """The words, and the day that they end with: `by 20 Nov`, `11月20日前`."""
    found = _BY.search(words) or _BY_CHINESE.search(words)
    return (words, "") if found is None else (words[: found.start()].strip(" ,，"), found["day"].strip())


def _bare_day(tail: str) -> str:
    """What stands behind the quotes is the day, with or without `by`."""
    return re.sub(r"^(?:by|before|until|till|到|至|于)\s*|(?:之?前)$", "", tail, flags=re.IGNORECASE).strip()


def _team_first(words: str) -> tuple[str, str]:
    found = _TEAM.match(words)
    if found is not None:
        return _team_name(found[0]), words[found.end() :].strip(" ,，:：")
    name, _, rest = words.partition(" ")
    return name.strip(",，:："), rest.strip()


def _team_name(words: str) -> str:
    """`@Support`, Slack's and Teams' mentions of a group, or the name as it stands."""
    found = _TEAM.search(words)
    if found is None:
        return words.strip(" ,，:：")
    if found["name"] is not None:  # a name of several words goes on behind the @
        return words[found.start("name") :].strip(" ,，:：")
    return (found["group"] or "").strip()


def _label_first(words: str) -> tuple[str, str]:
    """A label or a team, and what stands behind it; `CO O2` is one name."""
    found = re.match(r"@?[a-z]{2,5}[\s-]o\s?\d+(?![a-z0-9])", words, re.IGNORECASE) or _LABEL.match(words)
    if found is None:
        name, _, rest = words.partition(" ")
        return name.strip("@,，:：."), rest
    return found[0].lstrip("@"), words[found.end() :]


def _because(words: str) -> str:
    return _BECAUSE.sub("", words.strip(" ,，:：-–—")).strip(" .。")
