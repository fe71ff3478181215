"""What reaches our address and is not what it says, or not ours to hear: a table of bad requests.

Each line is a request, how it is answered, and whether anything was stored. What is not Microsoft's is a 401, what is
of nobody we know a 403, what cannot be read a 400, 413 or 415; none of it is ever a 500, which Teams would send again.
"""

import io
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import jwt
import pytest

from bot.platforms.teams.request import MOST_BYTES
from tests.fakes.teams import TENANT, TeamsFake, rsa_key
from tests.platforms.teams.conftest import App

pytestmark = pytest.mark.usefixtures("platform")

NOW = int(time.time())
EMULATOR = "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"

Make = Callable[[TeamsFake], str | None]


def signed(**wrong: Any) -> Make:
    """A token that is genuine but for `wrong`."""
    return lambda teams: f"Bearer {teams.token(**wrong)}"


def as_it_is(header: str | None) -> Make:
    return lambda _: header


def crafted(header: Mapping[str, Any], key: object = None) -> Make:
    """A token with a header of its own: true claims, signed with `key`, or not at all."""

    def make(teams: TeamsFake) -> str:
        signer: Any = rsa_key("key-1") if key is None else key
        algorithm = str(header.get("alg", "RS256"))
        signer = None if algorithm == "none" else signer
        return f"Bearer {jwt.encode(teams.claims(), signer, algorithm=algorithm, headers=dict(header))}"

    return make


def tampered(teams: TeamsFake) -> str:
    """True in every part, and each part from another token."""
    head, _, signature = teams.token().split(".")
    _, claims, _ = teams.token(exp=NOW + 7200).split(".")
    return f"Bearer {head}.{claims}.{signature}"


GENUINE = signed()


@dataclass(frozen=True, slots=True)
class Case:
    """A request and what becomes of it. `more` changes the activity (None takes a part away), `raw` stands for it."""

    name: str
    status: int
    token: Make = GENUINE
    more: Mapping[str, Any] | None = None
    raw: bytes | None = None
    content_type: str = "application/json"
    times: int = 1
    endorsed: tuple[str, ...] = ("msteams",)
    stored: bool = False


def of(channel: str | None, conversation: str | None) -> dict[str, Any]:
    """An activity whose two places for the tenant hold these."""
    return {
        "channelData": {"tenant": {"id": channel}} if channel else {},
        "conversation": {"id": "a:mei-object-id", "conversationType": "personal", "tenantId": conversation},
    }


SHARED = "a-shared-secret-that-is-long-enough-for-hs256"
OTHER = "bbbbbbbb-0000-0000-0000-00000000other"

CASES = (
    Case("as Teams sends it", 200, stored=True),
    Case("a type with its charset", 200, content_type="application/json; charset=utf-8", stored=True),
    Case("a key that speaks for other channels, too", 200, endorsed=("webchat", "msteams"), stored=True),
    Case("ran out within the tolerance", 200, signed(exp=NOW - 60), stored=True),
    # who says so: the header
    Case("no header", 401, as_it_is(None)),
    Case("an empty header", 401, as_it_is("")),
    Case("a scheme and nothing else", 401, as_it_is("Bearer")),
    Case("a scheme and a space", 401, as_it_is("Bearer ")),
    Case("another scheme", 401, as_it_is("Basic dXNlcjpwYXNz")),
    Case("another scheme with a true token", 401, lambda teams: f"Token {teams.token()}"),
    Case("a true token without its scheme", 401, lambda teams: teams.token()),
    Case("garbage", 401, as_it_is("Bearer garbage")),
    Case("garbage in three parts", 401, as_it_is("Bearer a.b.c")),
    Case("three parts that are no JSON", 401, as_it_is("Bearer YWE.YmI.Y2M")),
    Case("claims that are a list", 401, as_it_is("Bearer eyJhbGciOiJSUzI1NiJ9.W10.c2ln")),
    Case("a header that is a list", 401, as_it_is("Bearer W10.e30.c2ln")),
    Case("two tokens in one header", 401, lambda teams: f"Bearer {teams.token()} {teams.token()}"),
    Case("two tokens with a comma", 401, lambda teams: f"Bearer {teams.token()}, Bearer {teams.token()}"),
    Case("the header twice", 401, times=2),
    Case("a token of 7,000 bytes", 401, as_it_is("Bearer " + "x" * 7_000)),
    # who says so: the signature
    Case("another key under a true name", 401, signed(key="key-of-a-stranger", kid="key-1")),
    Case("another key under its own name", 401, signed(key="key-of-a-stranger")),
    Case("an unknown key id", 401, signed(kid="key-9")),
    Case("no key id", 401, crafted({"alg": "RS256"})),
    Case("a key id of 2,000 letters", 401, crafted({"alg": "RS256", "kid": "k" * 2_000})),
    Case("parts of two true tokens", 401, tampered),
    Case("signed with a shared secret", 401, signed(algorithm="HS256")),
    Case("another algorithm of the same family", 401, signed(algorithm="RS512")),
    Case("not signed", 401, crafted({"alg": "none", "kid": "key-1"})),
    Case(
        "a key of its own in the header", 401, crafted({"alg": "HS256", "kid": "key-1", "jwk": {"kty": "oct"}}, SHARED)
    ),
    Case("a key by address in the header", 401, crafted({"alg": "RS256", "jku": "http://127.0.0.1:9/keys"})),
    Case("a key that speaks for no channel", 401, endorsed=()),
    Case("a key that speaks for other channels", 401, endorsed=("webchat", "directline")),
    # who says so: the claims
    Case("another issuer", 401, signed(iss="https://example.com")),
    Case("no issuer", 401, signed(iss=None)),
    Case("the emulator", 401, signed(iss=EMULATOR, ver="1.0", appid="11111111-0000-0000-0000-00000000okra")),
    Case("another bot", 401, signed(aud="another-app")),
    Case("another bot that calls itself by our id", 401, signed(aud="another-app", appid="11111111-0000-0000-0000")),
    Case("no audience", 401, signed(aud=None)),
    Case("several audiences", 401, signed(aud=["11111111-0000-0000-0000-00000000okra", "another-app"])),
    Case("ran out", 401, signed(exp=NOW - 1000)),
    Case("without an end", 401, signed(exp=None)),
    Case("an end in words", 401, signed(exp="tomorrow")),
    Case("not valid yet", 401, signed(nbf=NOW + 4000)),
    Case("a service in the token that is another", 401, signed(serviceurl="https://elsewhere.example.com/")),
    Case("no service in the token", 401, signed(serviceurl=None)),
    Case("a service in the activity that is another", 401, more={"serviceUrl": "https://elsewhere.example.com/"}),
    Case("no service in the activity", 400, more={"serviceUrl": None}),
    Case("an empty service in the activity", 400, more={"serviceUrl": ""}),
    Case("a service in the activity that is no text", 400, more={"serviceUrl": {"url": "https://example.com"}}),
    Case("another channel", 401, more={"channelId": "webchat"}),
    Case("no channel", 401, more={"channelId": None}),
    Case("a channel that is no text", 401, more={"channelId": ["msteams"]}),
    # whose it is
    Case("another tenant", 403, more=of(OTHER, OTHER)),
    Case("another tenant in one place", 403, more=of(None, OTHER)),
    Case("no tenant", 403, more=of(None, None)),
    Case("a tenant of ours and one of others", 403, more=of(TENANT, OTHER)),
    Case("a tenant of others and one of ours", 403, more=of(OTHER, TENANT)),
    Case("a tenant that is no text", 403, more={**of(None, None), "channelData": {"tenant": {"id": [TENANT]}}}),
    Case("a tenant in one place", 200, more=of(TENANT, None), stored=True),
    Case("a tenant in capitals", 200, more=of(TENANT.upper(), TENANT), stored=True),
    # what it looks like
    Case("nothing at all", 400, raw=b""),
    Case("half a JSON", 400, raw=b'{"type": '),
    Case("a list", 400, raw=b"[]"),
    Case("null", 400, raw=b"null"),
    Case("not UTF-8", 400, raw=b'{"type": "\xff\xfe"}'),
    Case("a number of 5,000 digits", 400, raw=b'{"type": ' + b"1" * 5_000 + b"}"),
    Case("deeply nested", 400, raw=b"[" * 100_000),
    Case("deeply nested, forged", 401, as_it_is("Bearer garbage"), raw=b"[" * 100_000),
    Case("another content type", 415, content_type="text/plain"),
    Case("a form", 415, content_type="application/x-www-form-urlencoded"),
    Case("a huge body", 413, raw=b'{"text": "' + b"a" * MOST_BYTES + b'"}'),
    Case("a body of 2 MB", 413, raw=b"[" + b"1," * 1_000_000 + b"1]"),
    Case("a huge body, forged", 401, as_it_is(None), raw=b"a" * 2_000_000),
    Case("no type", 400, more={"type": None}),
    Case("no id", 400, more={"id": None}),
    Case("no conversation", 403, more={"conversation": None, "channelData": None}),
    Case("no conversation, but a tenant", 400, more={"conversation": None}),
    Case("a conversation without an id", 400, more={"conversation": {"tenantId": TENANT}}),
    Case("nobody it is from", 400, more={"from": None}),
    Case("somebody without an id", 400, more={"from": {"name": "Mei"}}),
    Case("nobody it is for", 400, more={"recipient": None}),
    Case("an id that is a number", 400, more={"id": 17}),
)


async def ask(teams: TeamsFake, case: Case) -> tuple[int, str]:
    """Send the request of a case."""
    teams.endorsements = list(case.endorsed)
    body = {**teams.activity(text="45k"), **(case.more or {})}
    data = json.dumps({name: value for name, value in body.items() if value is not None}).encode()
    token = case.token(teams)
    headers = [("Content-Type", case.content_type)]
    if token is not None:
        headers += [("Authorization", token)] * case.times
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"{teams.app_url}/api/messages", data=io.BytesIO(data if case.raw is None else case.raw), headers=headers
        ) as answer,
    ):
        return answer.status, await answer.text()


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
async def test_what_becomes_of_a_request(teams: TeamsFake, app: App, case: Case) -> None:
    status, _ = await ask(teams, case)
    assert (status, bool(app.recorded)) == (case.status, case.stored)
    assert bool(app.news) == case.stored
    assert teams.calls == []


async def test_a_token_longer_than_any_header_never_reaches_us(teams: TeamsFake, app: App) -> None:
    status, _ = await ask(teams, Case("", 400, as_it_is("Bearer " + "x" * 20_000)))
    assert status == 400
    assert app.heard == []


async def test_a_genuine_token_serves_for_the_next_request_too(teams: TeamsFake, app: App) -> None:
    token = teams.token()
    for text in ("45k", "46k"):
        answer = await teams.post(teams.activity(text=text), authorization=f"Bearer {token}")
        assert answer.status == 200
    assert len(app.recorded) == 2


async def test_a_refusal_is_one_short_line_in_the_log_without_what_was_sent(
    teams: TeamsFake, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="bot")
    await ask(teams, Case("", 401, signed(kid="k" * 2_000), more={"text": "do-not-show"}))
    (record,) = [record for record in caplog.records if record.name.startswith("bot.")]
    assert record.getMessage().startswith("A request to /api/messages was refused with 401: No key has the id 'kkk")
    assert len(record.getMessage()) < 300
    assert "do-not-show" not in caplog.text
