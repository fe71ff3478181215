"""Who may talk to the playground: this machine's own pages and nobody else, or whoever knows the passphrase."""

import hashlib
import hmac
import re
import secrets
from collections import OrderedDict

from aiohttp import web
from aiohttp.typedefs import Handler
from multidict import MultiDictProxy
from yarl import URL

from bot.cards.i18n import N_
from bot.clock import Monotonic, real_seconds
from bot.platforms.playground.tries import Tries

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
"""What this machine calls itself. Any other name may be one that leads here by a trick (DNS rebinding)."""
LONGEST_BODY = 512 * 1024
"""Bytes of a form: a message of 40,000 Chinese characters fits in."""
LONGEST_FILE = 5 * 1024 * 1024
"""Bytes of a file of one's own, with all around it."""
MOST_BROWSERS = 100
"""Browsers that are let in by the passphrase at a time; the one that came first is asked again."""
LOGIN = "/login"
STATIC = "/static/"
"""What pages bring along. Beside the login, the only thing that can be seen without the passphrase."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": with it a browser sends its own forms without their origin, which is asked for below.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
    "Server": "Okra",
}

OTHER_HOST = N_("This playground answers only under the name of this machine: open it as http://localhost.")
OTHER_ORIGIN = N_("This came from another page than the playground's own, so nothing was done.")
OLD_PAGE = N_("This page is older than the playground's last start, so nothing was sent. Open it again and send it once more.")  # fmt: skip # noqa: E501
TOO_BIG = N_("That is too big to be taken, so nothing was sent.")
NO_LENGTH = N_("That came without its length, so nothing was sent.")
UNREADABLE = N_("That could not be read, so nothing was done.")
NEEDS_PASSPHRASE = N_("This playground asks for a passphrase first.")

Fields = MultiDictProxy[str | bytes | bytearray | web.FileField]

_BROWSER = re.compile(r"[\w-]{43}")
_MARK: web.RequestKey[str] = web.RequestKey("browser", str)


class Refused(Exception):
    """A request that is not done. The text is the msgid of one sentence for the person."""

    def __init__(self, sentence: str, status: int, *, is_ours: bool = True) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status
        self.is_ours = is_ours
        """Whether it came from one of our own pages, so that the answer may be a page with a way on."""


class Guard:
    """Looks at each request before anything is done for it.

    With a `passphrase`, whoever knows it is let in under any host name; without one, this machine alone.
    Raises ValueError for an empty passphrase, which would let everybody in.
    """

    def __init__(self, passphrase: str | None = None, now: Monotonic = real_seconds) -> None:
        if passphrase is not None and not passphrase.strip():
            raise ValueError("The passphrase of the playground is empty.")
        self._passphrase = None if passphrase is None else _digest(passphrase)
        self._secret = secrets.token_bytes(32)
        self._let_in: OrderedDict[str, None] = OrderedDict()
        self.tries = Tries(now)

    @property
    def asks(self) -> bool:
        """Whether there is a passphrase."""
        return self._passphrase is not None

    @web.middleware
    async def check(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a request through, with the mark of its browser. Raises `Refused`."""
        _check_host(request, any_name=self.asks)
        _check_site(request)
        known = request.cookies.get(_cookie(request), "")
        is_known = _BROWSER.fullmatch(known) is not None
        request[_MARK] = known if is_known else secrets.token_urlsafe(32)
        if request.method == "POST":
            _check_origin(request)
            _check_length(request)
            if request.path != LOGIN:
                self._check_let_in(request)
            given = (await _fields(request)).get("csrf", "")
            if not isinstance(given, str) or not hmac.compare_digest(_digest(given), _digest(self.token(request))):
                raise Refused(OLD_PAGE, 403)
        elif not self.is_let_in(request) and request.path != LOGIN and not request.path.startswith(STATIC):
            if request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate":
                raise web.HTTPSeeOther(LOGIN)
            self._check_let_in(request)
        response = await handler(request)
        if not is_known and not response.prepared:
            self.mark(request, response)
        return response

    def token(self, request: web.Request) -> str:
        """What a form on a page for this browser carries, and no other page can know."""
        return hmac.new(self._secret, request[_MARK].encode(), hashlib.sha256).hexdigest()

    def is_let_in(self, request: web.Request) -> bool:
        """Whether this browser may see the company."""
        return self._passphrase is None or request[_MARK] in self._let_in

    def let_in(self, request: web.Request, passphrase: str) -> bool:
        """Try a passphrase. If it is the one, the browser gets a new mark, which is let in from now on."""
        if self._passphrase is None or not hmac.compare_digest(_digest(passphrase), self._passphrase):
            return False
        request[_MARK] = secrets.token_urlsafe(32)
        self._let_in[request[_MARK]] = None
        while len(self._let_in) > MOST_BROWSERS:
            self._let_in.popitem(last=False)
        return True

    def _check_let_in(self, request: web.Request) -> None:
        if not self.is_let_in(request):
            raise Refused(NEEDS_PASSPHRASE, 401)

    def mark(self, request: web.Request, response: web.StreamResponse) -> None:
        """Let the browser keep its mark until it is closed. It comes along with a link from another site as well."""
        response.set_cookie(
            _cookie(request), request[_MARK], path="/", secure=request.secure, httponly=True, samesite="Lax"
        )


async def put_headers(_: web.Request, response: web.StreamResponse) -> None:
    """On every response, whatever made it: nothing from elsewhere, nothing inline, in no frame."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")


async def _fields(request: web.Request) -> Fields:
    try:
        return await request.post()
    except (LookupError, ValueError):  # no text, or in a character set that nobody knows
        raise Refused(UNREADABLE, 400) from None


def _check_host(request: web.Request, *, any_name: bool) -> None:
    try:
        host = URL(f"http://{request.headers.get('Host', '')}").host
    except ValueError:
        host = None
    if not host or (not any_name and host.lower() not in LOOPBACK_NAMES):
        raise Refused(OTHER_HOST, 403, is_ours=False)


def _check_site(request: web.Request) -> None:
    """Another site may lead here by a link, and that is all it may do."""
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    if site == "same-origin" or (site == "none" and request.method == "GET"):
        return
    is_link = (
        request.headers.get("Sec-Fetch-Mode") == "navigate" and request.headers.get("Sec-Fetch-Dest") == "document"
    )
    if request.method != "GET" or not is_link:
        raise Refused(OTHER_ORIGIN, 403, is_ours=False)


def _check_origin(request: web.Request) -> None:
    """A form comes from a page of ours: browsers say so with each."""
    try:
        origin = URL(request.headers.get("Origin", ""))
        host = URL(f"{origin.scheme}://{request.headers.get('Host', '')}")
    except ValueError:
        raise Refused(OTHER_ORIGIN, 403, is_ours=False) from None
    if origin.scheme not in ("http", "https") or origin.origin() != host.origin():
        raise Refused(OTHER_ORIGIN, 403, is_ours=False)


def _check_length(request: web.Request) -> None:
    if request.content_length is None:
        raise Refused(NO_LENGTH, 411)
    is_file = request.content_type == "multipart/form-data" and request.path != LOGIN
    if request.content_length > (LONGEST_FILE if is_file else LONGEST_BODY):
        raise Refused(TOO_BIG, 413)


def _cookie(request: web.Request) -> str:
    """Cookies know no ports, so that the name tells two playgrounds on one machine apart."""
    port = re.search(r":(\d+)$", request.headers.get("Host", ""))
    return f"okra-playground-{port[1] if port else 'web'}"


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
