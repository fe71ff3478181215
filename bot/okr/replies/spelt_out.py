"""Writes out every label of those that a text names together: `KRs 1 and 2`, `KR1-KR3`, 前两个 (spec/05 §10.4)."""

import re
from collections.abc import Iterable

from bot.okr.replies.context import ReplyContext, ReplyKR
from bot.okr.replies.labels import AFTER_NTH, NUMBER_NEXT, WORD_NEXT

_I = re.IGNORECASE
# `KRs 1 and 2`, `KR1/2`, `KR1-3`, `KR1-KR3`, `KR1/KR2`
_PLURAL = re.compile(r"(?<![A-Za-z0-9])KRs ?(?P<all>[0-9](?:\s?(?:,? and|[,&/+-])\s?[0-9])+)(?![0-9.%]|,[0-9])", _I)
_TIGHT = re.compile(r"(?<![A-Za-z0-9])KR ?(?P<all>[0-9](?:[/+&-][0-9])+)(?=\s|:|$)(?!\s?[%$€£¥0-9])", _I)
_SPAN = re.compile(r"(?<![A-Za-z0-9])KR ?(?P<a>[0-9])\s?(?:-|to|through|到)\s?KR ?(?P<b>[0-9])(?![0-9])", _I)
_SLASHED = re.compile(r"(?<=[0-9])\s?/\s?(?=KR ?[0-9])", _I)
# `the first two`, 后两个: by place in the prompt, where something is said of them.
_BY_PLACE = re.compile(
    r"(?<![A-Za-z])(?:the )?(?P<which>first|last) (?P<n>two|three|four|five|[2-5])(?: (?:ones|krs|key results))?"
    rf"(?=\s*(?:$|[:,;.!\n])|{WORD_NEXT.pattern}|{NUMBER_NEXT.pattern})"
    rf"|(?P<han>前|最?后)(?P<count>[两二三四五2-5])个(?:kr|关键结果)?{AFTER_NTH}",
    _I,
)
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5}
_FROM_THE_START = ("first", "前")
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9]{1,4}-[0-9]{1,4}")


def spelt_out(text: str, context: ReplyContext) -> str:
    """The text with a label for each key result that it names together with others."""
    if len(context.everyone()) < 2:
        return text
    text = _SPAN.sub(lambda found: _all_of(range(int(found["a"]), int(found["b"]) + 1)) or found[0], text)
    text = _SLASHED.sub(" and ", text)
    for listed in (_PLURAL, _TIGHT):
        text = listed.sub(lambda found: _all_listed(found, context), text)
    return _BY_PLACE.sub(lambda found: _placed(found, context.key_results), text)


def _all_listed(found: re.Match[str], context: ReplyContext) -> str:
    """Those a list of digits names; `KR1-7` of three KRs is none."""
    numbers = [int(digit) for digit in re.findall("[0-9]", found["all"])]
    if "-" in found["all"] and len(numbers) == 2:
        numbers = list(range(numbers[0], numbers[1] + 1))
    known = {kr.number for kr in context.everyone()}
    return _all_of(numbers) if numbers and known.issuperset(numbers) else found[0]


def _all_of(numbers: Iterable[int]) -> str:
    return " and ".join(f"KR{number}" for number in numbers)


def _placed(found: re.Match[str], shown: tuple[ReplyKR, ...]) -> str:
    """The first, or last, so many of those shown; as it was where there are not so many."""
    typed = (found["n"] or found["count"]).lower()
    count = int(typed) if typed.isdigit() else _COUNTS[typed]
    if count >= len(shown):
        return found[0]
    from_the_start = (found["which"] or found["han"]).lower() in _FROM_THE_START
    meant = shown[:count] if from_the_start else shown[-count:]
    return " and ".join(kr.key if _KEY.fullmatch(kr.key) else kr.label for kr in meant) + " "
