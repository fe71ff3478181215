"""Whose browser this is: what leaves for Slack's consent must come back in the same browser, soon, and once."""

import hashlib
import hmac
import re
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from bot.views.sealing import Seal

VALID_FOR = timedelta(minutes=10)
MOST_USED = 10_000
"""Used states that are remembered. Slack's codes work once, too, so forgetting one harms nobody."""

_BROWSER = re.compile(r"[\w-]{43}")


@dataclass(frozen=True, slots=True)
class StateProblem:
    """Why a way back from Slack is not followed: one sentence and an HTTP status."""

    sentence: str
    status: int


@dataclass(frozen=True, slots=True)
class _State:
    id: str
    browser: str
    into: str


class Browsers:
    """Marks a browser with a cookie, makes states that only it can bring back, and checks them.

    One browser keeps its mark, so that two tabs do not take it from each other; each has a state of its own.
    """

    def __init__(self, secret: str, *, is_https: bool) -> None:
        self._seal = Seal(secret, "slack install state")
        self._is_https = is_https
        # A name that no neighbouring host may set (RFC 6265bis: cookie name prefixes).
        self._cookie = "__Host-okra-install" if is_https else "okra-install"
        self._used: OrderedDict[str, datetime] = OrderedDict()

    def known(self, request: web.Request) -> str:
        """The mark of a browser: the one it has, or a new one."""
        mark = request.cookies.get(self._cookie, "")
        return mark if _BROWSER.fullmatch(mark) else secrets.token_urlsafe(32)

    def mark(self, response: web.Response, browser: str) -> None:
        """Let the browser keep its mark for as long as a state holds."""
        response.set_cookie(
            self._cookie,
            browser,
            max_age=int(VALID_FOR.total_seconds()),
            path="/",
            secure=self._is_https,
            httponly=True,
            samesite="Lax",
        )

    def state(self, browser: str, into: str, now: datetime) -> str:
        """What Slack hands back unchanged. `into` is the word of an install link, or nothing."""
        return self._seal.seal(f"{secrets.token_urlsafe(12)} {_digest(browser)} {into}", now + VALID_FOR)

    def into_of(self, state: str, now: datetime) -> str:
        """The word of the install link that a state was made with, however old it is: to begin again with it."""
        opened = self._seal.open(state, now)
        return "" if opened is None else _parsed(opened.text).into

    def problem_of(self, request: web.Request, now: datetime) -> StateProblem | None:
        """Why this way back is not followed; None if it is, and then it is used up."""
        opened = self._seal.open(request.query.get("state", ""), now)
        if opened is None:
            return StateProblem("This installation did not begin on Okra's own page, so nothing was installed.", 400)
        if opened.is_over:
            return StateProblem("It took longer than 10 minutes, so nothing was installed.", 410)
        state = _parsed(opened.text)
        mark = request.cookies.get(self._cookie)
        if mark is None:
            return StateProblem(
                "Your browser did not bring back Okra's cookie, so nothing was installed. Please allow cookies here, "
                "and stay in one browser.",
                403,
            )
        if not hmac.compare_digest(_digest(mark), state.browser):
            return StateProblem("This installation began in another browser, so nothing was installed.", 403)
        if not self._first_use(state.id, now):
            return StateProblem(
                "This page was opened before. If it said then that Okra is installed, all is well; otherwise nothing "
                "was installed.",
                409,
            )
        return None

    def _first_use(self, state: str, now: datetime) -> bool:
        while self._used and (len(self._used) > MOST_USED or next(iter(self._used.values())) <= now):
            self._used.popitem(last=False)
        if state in self._used:
            return False
        self._used[state] = now + VALID_FOR
        return True


def _parsed(text: str) -> _State:
    number, browser, into = text.split(" ", 2)
    return _State(number, browser, into)


def _digest(browser: str) -> str:
    return hashlib.sha256(browser.encode("utf-8", "surrogatepass")).hexdigest()[:32]
