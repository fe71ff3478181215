"""What somebody says to a request that waits for their yes: a yes, a no with its reason, or neither."""

import re
import unicodedata
from dataclasses import dataclass

_PLAIN_YES = frozenset(
    (
        "approve", "approved", "i approve", "approve it", "批准", "我批准", "批准了", "同意批准", "同意发布",
        "批准发布", "审批通过",
    )
)  # fmt: skip
_HERE_YES = frozenset(
    (
        "ok", "okay", "yes", "yes please", "yep", "y", "sure", "fine", "go ahead", "looks good", "可以", "好", "好的",
        "行", "没问题", "是", "是的", "👍", "✅",
    )
)  # fmt: skip
_AGREES = frozenset(
    (
        "agree", "agreed", "i agree", "accept", "accepted", "i accept", "lgtm", "同意", "我同意", "接受", "我接受",
        "答应", "通过",
    )
)  # fmt: skip
"""A yes that is said to a request alone, and never to a check-in."""
_THANKS = frozenset(("thanks", "thank you", "thx", "谢谢", "多谢"))
_CLAUSES = re.compile(r"[\s]*[,.!;，。！；]+[\s]*|\s+(?=👍|✅)")
_YES_TO_ONE = re.compile(
    r"(?:i )?approved? (?:objective |o\s?)(\d{1,4})|(?:我?批准|同意发布|同意批准)\s*(?:目标\s*|o\s?)(\d{1,4})"
)
_PLAIN_NO = r"reject(?:ed)?|send (?:it )?back|not approved|i (?:do not|don't) approve|退回|驳回|不批准"
_DISAGREES = r"disagree|i disagree|decline(?:d)?|不同意|我不同意|拒绝|不接受"
_HERE_NO = rf"no|not ok|not yet|{_DISAGREES}|不可以|不行|不好|👎"
_BECAUSE = r"(?:[\s,，.。:：;；—–-]*(?:because|since|因为|理由是|理由)?[\s,，:：]*)"
_REASON = rf"(?:$|\s*[,，.。!:：;；—–]\s*|\s+-\s+|\s+(?=because|since)|\s*(?=因为|理由)){_BECAUSE}(?P<reason>.*)"
"""What parts a no from its reason: without it, `reject rate 3%` and `退回率 3%` tell how something stands."""
_NO = re.compile(rf"(?:{_PLAIN_NO})(?![a-z])(?:\s+(?:it|this|please))*{_REASON}", re.IGNORECASE | re.DOTALL)
_NO_HERE = re.compile(rf"(?:{_HERE_NO})(?![a-z]){_REASON}", re.IGNORECASE | re.DOTALL)
_ONLY_A_VALUE = re.compile(r"[\d\s.,+%$€£¥-]+(?:k|m|万)?")
"""`Rejected: 12` is a value of something, and no reason."""

_VALUE = r"(?:kr\s?\d{1,4}\s*[:：]?\s*)?[$€£¥]?\d[\d.,]*\s?(?:%|k|m|万)?"
_YES_WORDS = "|".join(sorted(_PLAIN_YES, key=len, reverse=True))
_BESIDE = re.compile(
    rf"(?P<before>{_VALUE})\s*[,，;；。]\s*(?:{_YES_WORDS})[.!。！]*|(?:{_YES_WORDS})\s*[,，;；。]\s*(?P<after>{_VALUE})",
    re.IGNORECASE,
)
_TO_A_REQUEST = re.compile(
    rf"(?:(?:i )?approved?|lgtm|(?:i )?agreed?|(?:i )?accept|{_DISAGREES})"
    r"(?:\s*[,;:，；：。!]|$|\s+(?:but|if|only|o\s?\d))|approve\s+with\s|"
    r"我?(?:不同意|同意|批准|接受|拒绝)(?:\s*[,;:，；：。!！]|$|\s(?!\d+\s*(?:[单家个人次件位%万]|k\b))|但|不过)|通过(?:\s*[,，;；。!！]|$)",
    re.IGNORECASE,
)
_WITH_A_BUT = re.compile(
    r"(?:ok(?:ay)?|yes|sure|fine|可以|好的?|行|没问题)\s*[,;，；]?\s*(?:but\b|但|不过|只是)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class SaidOfRequest:
    """A yes or a no. `plain`: its words are about nothing else, wherever they are said."""

    yes: bool
    plain: bool
    reason: str = ""
    number: int | None = None
    """The objective that a yes names."""


def read_said(text: str) -> SaidOfRequest | None:
    """The yes or no that a message is as a whole; None for everything else, a yes with a "but" among it."""
    words = _folded(text)
    bare = words.strip(" .!,;。！，").casefold()
    one = _YES_TO_ONE.fullmatch(bare)
    if one is not None:
        return SaidOfRequest(yes=True, plain=True, number=int(one[1] or one[2]))
    if _is_yes(bare):
        return SaidOfRequest(yes=True, plain=any(part in _PLAIN_YES for part in _CLAUSES.split(bare)))
    found = _NO.fullmatch(words)
    if found is not None and not _ONLY_A_VALUE.fullmatch(found["reason"]):
        return SaidOfRequest(yes=False, plain=True, reason=found["reason"].strip())
    here = _NO_HERE.fullmatch(words)
    if here is None or _ONLY_A_VALUE.fullmatch(here["reason"]):
        return None
    return SaidOfRequest(yes=False, plain=False, reason=here["reason"].strip())


def beside_a_yes(text: str) -> str | None:
    """`59, approve`: today's value of something, which is read without the yes; None where it is not just that."""
    found = _BESIDE.fullmatch(_folded(text))
    return None if found is None else found["before"] or found["after"]


def is_to_a_request(text: str) -> bool:
    """True for words that answer a request, though not how: `approve but lower KR6`, and a yes with a condition."""
    words = _folded(text)
    return bool(_TO_A_REQUEST.match(words)) or words.strip(" .!,;。！，👍").casefold() in _AGREES


def has_a_condition(text: str) -> bool:
    """`可以，但要到 27 日` is a yes with a "but": to whatever was asked last."""
    return bool(_WITH_A_BUT.match(_folded(text)))


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).replace("’", "'").split())


def _is_yes(bare: str) -> bool:
    """A yes, or several; with thanks only where it is more than an "ok", which alone may be no more than thanks."""
    parts = [part for part in _CLAUSES.split(bare) if part]
    said = [part for part in parts if part not in _THANKS]
    sure = any(part in _PLAIN_YES or part in _AGREES for part in said)
    if not said or (len(said) < len(parts) and not sure):
        return False
    return all(part in _PLAIN_YES or part in _AGREES or part in _HERE_YES for part in said)
