"""Time zones as people name them: by IANA name, by city, and what was probably meant."""

import unicodedata
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import available_timezones

MOST = 3
_LONGEST = 64
_OTHER_NAMES: Mapping[str, str] = {
    "beijing": "Asia/Shanghai",
    "北京": "Asia/Shanghai",
    "上海": "Asia/Shanghai",
    "深圳": "Asia/Shanghai",
    "广州": "Asia/Shanghai",
    "杭州": "Asia/Shanghai",
    "香港": "Asia/Hong_Kong",
    "台北": "Asia/Taipei",
    "东京": "Asia/Tokyo",
    "新加坡": "Asia/Singapore",
    "伦敦": "Europe/London",
    "巴黎": "Europe/Paris",
    "柏林": "Europe/Berlin",
    "马德里": "Europe/Madrid",
    "纽约": "America/New_York",
    "旧金山": "America/Los_Angeles",
    "洛杉矶": "America/Los_Angeles",
    "san francisco": "America/Los_Angeles",
}
"""Cities that many live in and that no zone is named after, and Chinese names of some."""


def read_zone(text: str) -> str | None:
    """The zone that `text` names, whatever its case: `europe/madrid`, `Madrid`, `上海`; None where none, or several."""
    plain = _folded(text)
    names, cities = _known()
    if plain in names:
        return names[plain]
    if plain in _OTHER_NAMES:
        return _OTHER_NAMES[plain]
    found = cities.get(plain, ())
    return found[0] if len(found) == 1 else None


def near_zones(text: str) -> Sequence[str]:
    """At most three zones that may have been meant, the likeliest first."""
    plain = _folded(text)
    names, cities = _known()
    exact = cities.get(plain, ())
    city = plain.rpartition("/")[2]
    by_city = [zone for name in get_close_matches(city, cities, MOST, 0.6) for zone in cities[name]]
    by_name = [names[name] for name in get_close_matches(plain, names, MOST, 0.7)]
    return list(dict.fromkeys((*exact, *by_city, *by_name)))[:MOST]


def _folded(text: str) -> str:
    plain = " ".join(unicodedata.normalize("NFKC", text[: _LONGEST + 1]).casefold().replace("_", " ").split())
    return "" if len(plain) > _LONGEST else plain


@lru_cache(maxsize=1)
def _known() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Every zone by its folded name, and by the folded name of its city."""
    zones = sorted(one for one in available_timezones() if one == "UTC" or ("/" in one and not one.startswith("Etc/")))
    cities: dict[str, tuple[str, ...]] = {}
    for one in zones:
        if "/" in one:
            city = _folded(one.rpartition("/")[2])
            cities[city] = (*cities.get(city, ()), one)
    return {_folded(one): one for one in zones}, cities
