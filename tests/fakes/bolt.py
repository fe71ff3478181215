"""The least that a Bolt app does with a press: it looks at the signature and acknowledges. A benchmark's floor."""

import re

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult

from tests.fakes.slack.values import SECRET, TEAM, TOKEN


def acknowledging(path: str) -> web.Application:
    """An application that takes Slack's requests at `path`, keeps nothing and asks nobody anything."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_token=TOKEN)

    bolt = AsyncApp(signing_secret=SECRET, authorize=authorize)

    async def pressed(ack: AsyncAck) -> None:
        await ack()

    bolt.block_action(re.compile(".*"))(pressed)

    async def receive(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(request)))

    app = web.Application()
    app.router.add_post(path, receive)
    return app
