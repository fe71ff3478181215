"""A process that is frozen at the worst moment: when a message is about to leave. Run by `test_frozen.py`."""

import asyncio
import json
import signal
import sys
import threading
from collections.abc import Awaitable, Callable

from bot.clock import real_seconds
from bot.delivery.port import NO_FENCE, Address, ChatError, Fence
from bot.platforms.slack.grants import Apis, OneGrant
from bot.platforms.slack.port import SlackPort
from bot.platforms.teams.config import Cloud, TeamsConfig
from bot.platforms.teams.connector import Connector
from bot.platforms.teams.credentials import Tokens
from bot.platforms.teams.port import text_activity
from tests.delivery.contract import card

FENCE_SECONDS = 0.2

Send = Callable[[str, Fence], Awaitable[object]]


def frozen() -> float:
    """The time after this process stood still for as long as its parent wanted.

    The signal is for this very thread, which then goes no further; one for the process may be taken by another.
    """
    signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)
    return real_seconds()


async def to_slack(api_url: str, token: str, person: str) -> None:
    apis = Apis(OneGrant(token), api_url)
    mei = Address(1, person, is_person=True)
    await freeze(lambda text, fence: SlackPort(apis).send(mei, card(text), text, fence))
    await apis.close()


async def to_teams(login_url: str, service_url: str, conversation: str, app: str, password: str, tenant: str) -> None:
    config = TeamsConfig(app, password, tenant, cloud=Cloud(login_url=login_url))
    connector = Connector(config, Tokens(config))

    async def send(text: str, fence: Fence) -> object:
        message = text_activity(text, {"bot_id": ""})
        return await connector.call(service_url, lambda calls: calls.send_to_conversation(conversation, message), fence)

    await freeze(send)
    await connector.close()


async def freeze(send: Send) -> None:
    """One message as it should be, and one that is frozen when its fence is asked."""
    await send("in time", NO_FENCE)
    until = real_seconds() + FENCE_SECONDS
    tell(until=until)
    try:
        await send("too late", Fence(until, frozen))
    except ChatError as error:
        tell(error=type(error).__name__)


def tell(**what: object) -> None:
    """A line for the parent."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    platform, *where = sys.argv[1:]
    asyncio.run(to_slack(*where) if platform == "slack" else to_teams(*where))
