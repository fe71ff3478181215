"""What somebody says to a request that waits for their yes: a yes, a no with its reason, or neither."""

import re
import unicodedata
from dataclasses import dataclass

_PLAIN_YES = frozenset(("approve", "approved", "i approve", "approve it", "批准", "我批准", "批准了", "同意批准"))
_HERE_YES = frozenset(
    (
        "ok", "okay", "yes", "yes please", "yep", "y", "sure", "fine", "go ahead", "agree", "agreed", "i agree", "lgtm",
        "looks good", "同意", "我同意", "可以", "好", "好的", "行", "没问题", "是", "是的", "👍", "✅",
    )
)  # fmt: skip
_PLAIN_NO = r"reject(?:ed)?|send (?:it )?back|not approved|i (?:do not|don't) approve|退回|驳回|不批准"
_HERE_NO = r"no|not ok|disagree|i disagree|不同意|我不同意|不可以|不行|不好|👎"
_BECAUSE = r"(?:[\s,，.。:：;；—–-]*(?:because|since|因为|理由是|理由)?[\s,，:：]*)"
_REASON = rf"(?:$|\s*[,，.。!:：;；—–]\s*|\s+-\s+|\s+(?=because|since)|\s*(?=因为|理由)){_BECAUSE}(?P<reason>.*)"
"""What parts a no from its reason: without it, `reject rate 3%` and `退回率 3%` tell how something stands."""
_NO = re.compile(rf"(?:{_PLAIN_NO})(?![a-z])(?:\s+(?:it|this|please))*{_REASON}", re.IGNORECASE | re.DOTALL)
_NO_HERE = re.compile(rf"(?:{_HERE_NO})(?![a-z]){_REASON}", re.IGNORECASE | re.DOTALL)
_ONLY_A_VALUE = re.compile(r"[\d\s.,+%$€£¥-]+(?:k|m|万)?")
"""`Rejected: 12` is a value of something, and no reason."""


@dataclass(frozen=True, slots=True)
class SaidOfRequest:
    """A yes or a no. `plain`: its words are about nothing else, wherever they are said."""

    yes: bool
    plain: bool
    reason: str = ""


def read_said(text: str) -> SaidOfRequest | None:
    """The yes or no that a message is as a whole; None for everything else, a yes with a "but" among it."""
    words = " ".join(unicodedata.normalize("NFKC", text).replace("’", "'").split())
    bare = words.strip(" .!,;。！，").casefold()
    if bare in _PLAIN_YES or bare in _HERE_YES:
        return SaidOfRequest(yes=True, plain=bare in _PLAIN_YES)
    found = _NO.fullmatch(words)
    if found is not None and not _ONLY_A_VALUE.fullmatch(found["reason"]):
        return SaidOfRequest(yes=False, plain=True, reason=found["reason"].strip())
    here = _NO_HERE.fullmatch(words)
    return None if here is None else SaidOfRequest(yes=False, plain=False, reason=here["reason"].strip())
