"""Times of day as people type them: 9:30, 09.30, 9.30am, 上午9点半."""

import re
import unicodedata
from datetime import time

_LONGEST = 20
_LATIN = re.compile(
    r"(?P<hour>[0-9]{1,2})(?:[:.h](?P<minute>[0-5][0-9]))?\s*(?P<half>[ap]\.?m\.?|[ap])?", re.IGNORECASE
)
_BARE = re.compile(r"(?P<hour>[0-9]{2})(?P<minute>[0-5][0-9])")
_CHINESE = re.compile(
    r"(?P<part>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上)?\s*(?P<hour>[0-9]{1,2})\s*"
    r"(?::(?P<minutes>[0-5][0-9])|[点點时時]\s*(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>[0-5]?[0-9])\s*分?)?(?:整|钟)?)"
)
_NAMED = {"noon": time(12), "midday": time(12), "中午": time(12), "正午": time(12)}
_AFTERNOON = ("下午", "傍晚", "晚上")
_SIGNS = str.maketrans("零〇一二两三四五六七八九", "001223456789")
_TENS = re.compile("([二三四五]?)十([一二三四五六七八九]?)")


def read_time(text: str) -> time | None:
    """The time of day that `text` names; None where it names none. `9` is nine in the morning, `21` in the evening."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if not plain or len(plain) > _LONGEST:
        return None
    if plain in _NAMED:
        return _NAMED[plain]
    bare = _BARE.fullmatch(plain)
    if bare is not None:
        return _made(int(bare["hour"]), int(bare["minute"]))
    latin = _LATIN.fullmatch(plain)
    return _latin(latin) if latin is not None else _chinese(plain)


def _latin(found: re.Match[str]) -> time | None:
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"].startswith("p") else 0)
    return _made(hour, minute)


def _chinese(plain: str) -> time | None:
    found = _CHINESE.fullmatch(_digits(plain))
    if found is None:
        return None
    hour = int(found["hour"])
    if found["part"] in _AFTERNOON and 1 <= hour <= 11:
        hour += 12
    if found["half"]:
        return _made(hour, 30)
    if found["quarter"]:
        return _made(hour, 15 if found["quarter"] == "一" else 45)
    return _made(hour, int(found["minutes"] or found["minute"] or 0))


def _digits(plain: str) -> str:
    """`九点半` as `9点半`, `十二点` as `12点`; 一刻 and 三刻 stay words."""
    plain = _TENS.sub(lambda ten: f"{(ten[1] or '一').translate(_SIGNS)}{(ten[2] or '零').translate(_SIGNS)}", plain)
    head, quarter, tail = plain.partition("刻")
    if quarter:
        return f"{head[:-1].translate(_SIGNS)}{head[-1:]}{quarter}{tail}"
    return plain.translate(_SIGNS)


def _made(hour: int, minute: int) -> time | None:
    if hour == 24 and minute == 0:
        return time(0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
