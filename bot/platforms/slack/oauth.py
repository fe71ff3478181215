"""Installing Okra in a Slack workspace from the browser: a page, Slack's own consent, and a page that says how it went.

Bolt's flow is not used: it keeps tokens in clear text and a row for every try.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from bot.cards.clean import clean
from bot.clock import Clock
from bot.delivery.port import ChatError, Rejected
from bot.platforms.slack.api import Answer, SlackApi
from bot.platforms.slack.browser import Browsers
from bot.platforms.slack.install_links import INSTALL_PATH, InstallLinks
from bot.platforms.slack.pages import Link, page
from bot.platforms.slack.tokens import Tokens
from storage import installations
from storage import models as m
from storage.installations import Granted, Installed, Refusal, Refused
from storage.problems import StorageProblem
from storage.session import Database

logger = logging.getLogger(__name__)

REDIRECT_PATH = "/slack/oauth_redirect"

NEEDED = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "channels:read",
        "chat:write",
        "commands",
        "groups:history",
        "groups:read",
        "im:history",
        "im:write",
        "users:read",
        "users:read.email",
    }
)
"""Without one of these something that people rely on would not work (docs/slack.md says what each is for)."""
SCOPES = NEEDED | {"files:read", "files:write", "pins:write"}
"""What is asked for. Without a place for files there is a line of text instead of a chart."""

LONGEST_QUERY = 4000
"""Characters; Slack sends some hundreds."""
_LONGEST_ID = 128

NOT_INSTALLED = "Okra was not installed"
AGAIN = "Start again"
_CODE = re.compile(r"[a-z_]{1,60}")
_SLACK_ID = re.compile(r"[A-Z0-9]{1,40}")
_NOT_OURS = frozenset({"invalid_client_id", "bad_client_secret", "bad_redirect_uri", "invalid_redirect_uri"})
"""Slack's words for settings that do not fit the app; whoever installs can do nothing about them."""
_CODE_IS_OVER = frozenset({"invalid_code", "code_already_used", "code_expired"})


Begun = Callable[[str, str], Awaitable[None]]
"""(workspace, who installed Okra there, by Slack's ids)"""


async def _nobody_told(_team_id: str, _user_id: str) -> None:
    """Nobody wants to know who installed it."""


@dataclass(frozen=True, slots=True)
class App:
    """The Slack app's own credentials."""

    client_id: str
    client_secret: str

    def __repr__(self) -> str:
        return f"App({self.client_id})"


class _Sentence(Exception):
    """The installation ends here; the text is what the browser shows."""

    def __init__(self, text: str, status: int, *, again: bool = True) -> None:
        super().__init__(text)
        self.status = status
        self.again = again


class Installing:
    """`GET /slack/install` and `GET /slack/oauth_redirect`. `changed` is called when a workspace has a new token.

    `begun` is called with a workspace that is new here, and who installed Okra in it, by Slack's ids.
    """

    def __init__(
        self,
        app: App,
        *,
        base_url: str,
        secret: str,
        tokens: Tokens,
        db: Database,
        clock: Clock,
        api_url: str,
        changed: Callable[[], None],
        begun: Begun = _nobody_told,
        timeout: float = 10.0,
    ) -> None:
        self._app = app
        self._links = InstallLinks(base_url, secret)
        self._redirect_uri = base_url.rstrip("/") + REDIRECT_PATH
        self._browsers = Browsers(secret, is_https=base_url.startswith("https:"))
        self._tokens = tokens
        self._db = db
        self._clock = clock
        self._api_url = api_url
        self._timeout = timeout
        self._api = SlackApi("", api_url, timeout)
        parts = urlsplit(api_url)
        self._slack = f"{parts.scheme}://{parts.netloc}"
        self._changed = changed
        self._begun = begun

    def routes(self) -> list[web.RouteDef]:
        """What to add to the server."""
        return [
            web.get(INSTALL_PATH, self._install, allow_head=False),
            web.get(REDIRECT_PATH, self._redirected, allow_head=False),
        ]

    async def close(self) -> None:
        """Close the connections."""
        await self._api.close()

    # --- the page that begins it ------------------------------------------------------------------

    async def _install(self, request: web.Request) -> web.Response:
        word = request.query.get("into", "")
        try:
            sentence = await self._what_it_does(word)
        except _Sentence as ended:
            return self._ended(ended, "")
        browser = self._browsers.known(request)
        state = self._browsers.state(browser, word, self._clock.now())
        query = {
            "client_id": self._app.client_id,
            "scope": ",".join(sorted(SCOPES)),
            "redirect_uri": self._redirect_uri,
            "state": state,
        }
        response = page(
            "Add Okra to Slack",
            "Okra asks each owner of a key result once a week where it will land, and opens your team's meeting with "
            "the board.",
            sentence,
            "Slack asks you next what Okra may do. This page holds for 10 minutes.",
            link=Link("Add to Slack", f"{self._slack}/oauth/v2/authorize?{urlencode(query)}"),
        )
        self._browsers.mark(response, browser)
        return response

    async def _what_it_does(self, word: str) -> str:
        if not word:
            return (
                "Your Slack workspace becomes a new workspace in Okra, which sees nothing of any other. If your OKRs "
                "are here already, ask whoever runs Okra for a link of your own instead."
            )
        try:
            name = await self._db.read(_name_of, self._into(word))
        except StorageProblem as problem:
            raise _Sentence(
                "Okra cannot read its database just now. Please try again in a few minutes.", 503
            ) from problem
        if name is None:
            raise _gone()
        return f"Your Slack workspace will be connected with “{name}”, which is in Okra already."

    def _into(self, word: str, *, is_late_allowed: bool = False) -> int:
        """The workspace that a link's word is for. Raises `_Sentence`."""
        opened = self._links.open(word, self._clock.now()) if len(word) <= LONGEST_QUERY else None
        if opened is None:
            raise _Sentence(
                "This link is not one that this Okra made. Ask whoever runs Okra for a new one.", 404, again=False
            )
        if opened.is_over and not is_late_allowed:
            raise _Sentence(
                "This link held for a day, and that is over. Ask whoever runs Okra for a new one.", 410, again=False
            )
        return int(opened.text)

    # --- back from Slack --------------------------------------------------------------------------

    async def _redirected(self, request: web.Request) -> web.Response:
        if len(request.query_string) > LONGEST_QUERY:
            return self._ended(_Sentence("This address is too long to be one of Slack's.", 400), "")
        word = self._browsers.into_of(request.query.get("state", ""), self._clock.now())
        try:
            answer = await self._allowed(request)
        except _Sentence as ended:
            return self._ended(ended, word)
        try:
            granted = self._read(answer)
            into = self._into(word, is_late_allowed=True) if word else None
            done = await self._kept(granted, into)
        except _Sentence as ended:
            await self._given_back(answer)
            return self._ended(ended, word)
        app_id = str(answer.get("app_id", ""))
        self._changed()
        installer = answer.get("authed_user")
        who = _id(installer.get("id")) if isinstance(installer, Mapping) else ""
        if done.is_new and who:
            await self._begun(granted.external_id, who)
        logger.info("Okra was installed in the Slack workspace %s (%s).", granted.name, granted.external_id)
        return self._welcome(granted, done, app_id)

    async def _allowed(self, request: web.Request) -> Answer:
        """What Slack gives for the browser's yes. Raises `_Sentence`."""
        error = request.query.get("error")
        if error == "access_denied":
            raise _Sentence("You cancelled it in Slack, so nothing was installed.", 400)
        if error is not None:
            raise _Sentence(f"Slack did not allow it ({_code(error)}), so nothing was installed.", 400)
        problem = self._browsers.problem_of(request, self._clock.now())
        if problem is not None:
            raise _Sentence(problem.sentence, problem.status)
        code = request.query.get("code", "")
        if not code or len(code) > LONGEST_QUERY:
            raise _Sentence("Slack sent no code for the installation, so nothing was installed.", 400)
        return await self._exchanged(code)

    async def _exchanged(self, code: str) -> Answer:
        """Trade the code for a token, once. Raises `_Sentence`."""
        try:
            return await self._api.read(
                "oauth.v2.access",
                client_id=self._app.client_id,
                client_secret=self._app.client_secret,
                code=code,
                redirect_uri=self._redirect_uri,
            )
        except Rejected as error:
            said = str(error).removeprefix("Slack: ")
            if said in _CODE_IS_OVER:
                raise _Sentence(
                    "Slack's permission was used already or is too old, so nothing was installed now.", 400
                ) from error
            logger.error("Slack refuses to install Okra (%s).%s", _code(said), _what_to_check(said))
            raise _Sentence(
                f"Slack did not allow it ({_code(said)}), so nothing was installed. Whoever runs Okra finds in its log "
                "what to check.",
                502,
            ) from error
        except ChatError as error:
            logger.warning("Slack does not answer an installation: %s", error)
            raise _Sentence(
                "Slack does not answer just now, so nothing was installed. Please try again in a few minutes.", 502
            ) from error

    def _read(self, answer: Answer) -> Granted:
        """What stands in Slack's answer. Raises `_Sentence` for what Okra cannot serve."""
        team = answer.get("team")
        if answer.get("is_enterprise_install") or team is None:
            raise _Sentence(
                "Okra cannot be installed for a whole organisation at once; choose one of its workspaces instead.", 400
            )
        token, bot = answer.get("access_token"), answer.get("bot_user_id")
        team_id = _id(team.get("id")) if isinstance(team, Mapping) else ""
        if not isinstance(token, str) or not token or not team_id or not _id(bot):
            raise _Sentence("Slack answered something that Okra does not understand, so nothing was installed.", 502)
        if answer.get("refresh_token") or answer.get("expires_in"):
            logger.error("Token rotation is switched on for the Slack app; Okra needs an app without it.")
            raise _Sentence(
                "This Slack app renews its tokens all the time (token rotation), which Okra does not support; whoever "
                "runs Okra needs an app without it.",
                502,
                again=False,
            )
        scopes = frozenset(str(answer.get("scope", "")).split(",")) - {""}
        missing = sorted(NEEDED - scopes)
        if missing:
            raise _Sentence(f"Okra may do too little there to work; it also needs {', '.join(missing)}.", 400)
        enterprise = answer.get("enterprise")
        return Granted(
            platform=m.Platform.SLACK,
            external_id=team_id,
            name=_name(team, team_id),
            tokens=self._tokens.seal(team_id, token),
            bot_id=_id(bot),
            scopes=scopes,
            enterprise_id=(_id(enterprise.get("id")) or None) if isinstance(enterprise, Mapping) else None,
        )

    async def _kept(self, granted: Granted, into: int | None) -> Installed:
        """Write it down. Raises `_Sentence` where that is not possible, or not meant."""
        try:
            done = await self._db.write(installations.install, granted, self._clock.now(), into)
        except StorageProblem as problem:
            logger.error("An installation in %s could not be saved: %s", granted.external_id, problem)
            raise _Sentence(
                "Slack allowed it, but Okra could not save it just now, and Slack's permission works only once. "
                "Please start again in a few minutes.",
                503,
            ) from problem
        if isinstance(done, Refused):
            raise _refused(done, granted)
        return done

    async def _given_back(self, answer: Answer) -> None:
        """Withdraw a token that Okra does not keep; but a workspace where Okra works has the same one."""
        team, token = answer.get("team"), answer.get("access_token")
        team_id = _id(team.get("id")) if isinstance(team, Mapping) else ""
        if not team_id or not isinstance(token, str) or not token:
            return
        api = SlackApi(token, self._api_url, self._timeout)
        try:
            row = await self._db.read(installations.installation, m.Platform.SLACK, team_id)
            if row is None or row.tokens is None:
                await api.read("auth.revoke")
        except (ChatError, StorageProblem) as problem:
            logger.warning("The token of an installation in %s was not given back to Slack: %s", team_id, problem)
        finally:
            await api.close()

    # --- telling ----------------------------------------------------------------------------------

    def _welcome(self, granted: Granted, done: Installed, app_id: str) -> web.Response:
        if done.is_new:
            begin = (
                f"“{done.workspace}” is a new workspace in Okra, and nothing is in it yet. I wrote to you in Slack how "
                "to set up your first team; /okr setup does the same. Whoever runs Okra can import a file instead "
                "(docs/okr-file.md)."
            )
        else:
            begin = f"It belongs to “{done.workspace}” in Okra, with all that is there."
        link = None
        if _SLACK_ID.fullmatch(app_id) and _SLACK_ID.fullmatch(granted.external_id):
            query = urlencode({"app": app_id, "team": granted.external_id})
            link = Link("Open Okra in Slack", f"{self._slack}/app_redirect?{query}")
        return page(
            f"Okra is installed in {granted.name}",
            begin,
            "In each team's channel type /invite @Okra, so that it can post the board there. Then type /okr to begin.",
            link=link,
        )

    def _ended(self, ended: _Sentence, word: str) -> web.Response:
        link = Link(AGAIN, self._links.page(word)) if ended.again else None
        return page(NOT_INSTALLED, str(ended), link=link, status=ended.status)


def _name_of(session: Any, workspace_id: int) -> str | None:
    workspace = session.get(m.Workspace, workspace_id)
    return None if workspace is None else str(workspace.name)


def _gone() -> _Sentence:
    return _Sentence(
        "The workspace that this link was made for is not in Okra any more. Ask whoever runs Okra for a new one.",
        404,
        again=False,
    )


def _refused(refused: Refused, granted: Granted) -> _Sentence:
    match refused.why:
        case Refusal.NO_SUCH_WORKSPACE:
            return _gone()
        case Refusal.BELONGS_ELSEWHERE:
            return _Sentence(
                f"The Slack workspace {granted.name} belongs to “{refused.name}” in Okra, and this link is for another "
                "one; nothing was changed.",
                409,
            )
        case Refusal.HAS_ANOTHER:
            return _Sentence(
                f"The workspace of this link is connected with {refused.name} in Slack already; nothing was changed.",
                409,
            )


def _what_to_check(said: str) -> str:
    return (
        " Check SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and BASE_URL against the app's pages." if said in _NOT_OURS else ""
    )


def _code(said: str) -> str:
    """Slack's code, if it is one: it came through somebody's browser."""
    return said if _CODE.fullmatch(said) else "it did not say why"


def _id(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= _LONGEST_ID and clean(value) == value else ""


def _name(team: Mapping[str, Any], team_id: str) -> str:
    """The name of a workspace in one line."""
    name = team.get("name")
    return (" ".join(clean(name).split()) if isinstance(name, str) else "")[:200] or team_id
