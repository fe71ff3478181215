"""Which time zone counts: the first of those written down that the clock knows."""

from functools import lru_cache

import structlog

from bot.okr.localtime import zone

log = structlog.get_logger()

LAST_RESORT = "UTC"


def known_zone(*names: str | None) -> str:
    """The first of these that is an IANA zone; where none is, UTC.

    A name that was one when it was written down may be none after an update of the time zone database: then the
    next wider zone counts, and it is said once in the log, so that nobody is kept waiting.
    """
    return next((name for name in names if name and _is_known(name)), LAST_RESORT)


@lru_cache(maxsize=1024)
def _is_known(name: str) -> bool:
    try:
        zone(name)
    except ValueError as error:
        log.warning("time zone", problem=str(error))
        return False
    return True
