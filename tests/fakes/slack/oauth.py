"""OAuth: a page that asks for consent, codes that work once, and what an installation answers."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit

from aiohttp import web

from tests.fakes.slack.state import State, Token
from tests.fakes.slack.values import APP_ID, CLIENT_ID, CLIENT_SECRET, Json, Refusal

CODE_LIFETIME = timedelta(minutes=10)


@dataclass(slots=True)
class _Code:
    team: str
    user: str
    scopes: set[str]
    redirect_uri: str
    issued: datetime
    org_wide: bool
    used: bool = False


class OAuth:
    """Consent and its codes. `CLIENT_ID` and `CLIENT_SECRET` are the app's."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._codes: dict[str, _Code] = {}

    async def page(self, request: web.Request) -> web.Response:
        """The page that asks: one way in for each workspace, and one out."""
        asked = dict(request.query)
        if problem := _problem(asked):
            return web.Response(status=400, text=problem)
        ways = [_way(f"Allow in {own.name}", {**asked, "allow": team}) for team, own in self._state.workspaces.items()]
        ways.append(_way("Cancel", asked))
        asks = f"<h1>Okra asks for</h1><p>{escape(asked['scope'])}</p>"
        return web.Response(text=f"<!doctype html>{asks}{'<br>'.join(ways)}", content_type="text/html")

    async def decide(self, request: web.Request) -> web.Response:
        """Where the page's ways lead: back to the app."""
        asked = dict(request.query)
        team = asked.pop("allow", None)
        return web.Response(status=302, headers={"Location": self._allowed(asked, team) if team else _denied(asked)})

    def consent(self, authorize_url: str, team: str, user: str = "U1MEI", *, org_wide: bool = False) -> str:
        """Where the browser goes after somebody said yes on the page at `authorize_url`."""
        return self._allowed(_asked(authorize_url), team, user, org_wide=org_wide)

    def refuse(self, authorize_url: str) -> str:
        """Where the browser goes after somebody said no."""
        return _denied(_asked(authorize_url))

    def _allowed(self, asked: Json, team: str, user: str = "U1MEI", *, org_wide: bool = False) -> str:
        code = f"code-{next(self._state.count)}"
        scopes = set(asked["scope"].split(","))
        self._codes[code] = _Code(team, user, scopes, asked["redirect_uri"], self._state.clock.now(), org_wide)
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked.get('state', '')})}"

    def access(self, arguments: Json, authorization: str) -> Json:
        """oauth.v2.access"""
        client_id, client_secret = _client(arguments, authorization)
        if client_id != CLIENT_ID:
            raise Refusal("invalid_client_id")
        if client_secret != CLIENT_SECRET:
            raise Refusal("bad_client_secret")
        code = self._codes.get(arguments.get("code", ""))
        if code is None or self._state.clock.now() - code.issued > CODE_LIFETIME:
            raise Refusal("invalid_code")
        if code.used:
            raise Refusal("code_already_used")
        if arguments.get("redirect_uri", code.redirect_uri) != code.redirect_uri:
            raise Refusal("bad_redirect_uri")
        code.used = True
        return self._installed(code)

    def _installed(self, code: _Code) -> Json:
        workspace = self._state.workspaces[code.team]
        token = self._token(code)
        token.scopes = (token.scopes or set()) | code.scopes
        enterprise = {"id": workspace.enterprise, "name": "Pretend Org"} if workspace.enterprise else None
        return {
            "app_id": APP_ID,
            "authed_user": {"id": code.user},
            "scope": ",".join(sorted(token.scopes)),
            "token_type": "bot",
            "access_token": token.value,
            "bot_user_id": workspace.bot_user,
            "team": None if code.org_wide else {"id": workspace.team, "name": workspace.name},
            "enterprise": enterprise,
            "is_enterprise_install": code.org_wide,
        }

    def _token(self, code: _Code) -> Token:
        """A workspace keeps its token as long as the app is installed there."""
        team = None if code.org_wide else code.team
        enterprise = self._state.workspaces[code.team].enterprise
        for known in self._state.tokens.values():
            if (known.team, known.enterprise if code.org_wide else enterprise) == (team, enterprise) and not known.lost:
                return known
        token = Token(f"xoxb-{code.team}-{next(self._state.count)}", team, enterprise, set())
        self._state.tokens[token.value] = token
        return token


def _asked(authorize_url: str) -> Json:
    asked = dict(parse_qsl(urlsplit(authorize_url).query))
    problem = _problem(asked)
    assert problem is None, problem
    return asked


def _problem(asked: Json) -> str | None:
    """Why Slack shows an error instead of its page; None where it asks."""
    if asked.get("client_id") != CLIENT_ID:
        return "invalid_client_id"
    for name in ("scope", "redirect_uri"):
        if not asked.get(name):
            return f"no {name}"
    return None


def _denied(asked: Json) -> str:
    return f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': asked.get('state', '')})}"


def _way(says: str, query: Json) -> str:
    return f'<a href="{escape("/oauth/v2/consent?" + urlencode(query))}">{escape(says)}</a>'


def _client(arguments: Json, authorization: str) -> tuple[str, str]:
    if authorization.startswith("Basic "):
        try:
            client_id, _, secret = base64.b64decode(authorization[6:]).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise Refusal("invalid_client_id") from error
        return client_id, secret
    return arguments.get("client_id", ""), arguments.get("client_secret", "")
