"""The tree lint rejects what the house does not allow, and leaves alone what only looks like it."""

from pathlib import Path

import pytest

from tests.gates.house import House, furnished
from tools import lint_tree

SAYS = '"""Something to live in."""\n\n'


@pytest.fixture
def house(tmp_path: Path) -> House:
    return furnished(tmp_path)


@pytest.mark.parametrize(
    ("path", "text", "complaint"),
    [
        ("bot/okr/pace.py", "X = 1\n", "does not say what the module is for"),
        ("bot/okr/pace.py", '"""\n\nLater.\n"""\n', "does not say what the module is for"),
        ("bot/okr/pace.py", SAYS + "X = 1\n" * 499, "501 lines"),
        ("bot/__init__.py", "# nothing\n", "stays empty"),
        ("bot/cli/run.py", SAYS + "import app\n", "imports app"),
        ("bot/cli/run.py", SAYS + "def f() -> None:\n    from app import main\n", "imports app"),
        ("bot/handlers/home.py", SAYS + "import slack_bolt\n", "only bot/platforms/slack/ may"),
        ("bot/platforms/teams/port.py", SAYS + "from slack_sdk.errors import X\n", "only bot/platforms/slack/ may"),
        ("bot/platforms/slack/port.py", SAYS + "import botbuilder.core\n", "only bot/platforms/teams/ may"),
        ("app.py", SAYS + "from botframework.connector import X\n", "only bot/platforms/teams/ may"),
        ("tests/rituals/test_x.py", SAYS + "import slack_sdk\n", "only bot/platforms/slack/ may"),
        ("bot/cli/run.py", SAYS + "import pytest\n", "not there where Okra runs"),
        ("storage/session.py", SAYS + "from tests.fakes import x\n", "not there where Okra runs"),
        ("bot/okr/pace.py", SAYS + "import datetime\nX = datetime.datetime.now()\n", "reads the system clock"),
        ("bot/okr/pace.py", SAYS + "import datetime as dt\nX = dt.date.today()\n", "reads the system clock"),
        ("bot/okr/pace.py", SAYS + "from datetime import datetime\nX = datetime.utcnow\n", "reads the system clock"),
        ("storage/session.py", SAYS + "from time import time as t\nX = t()\n", "reads the system clock"),
        ("tests/test_x.py", SAYS + "import time\nX = time.time()\n", "reads the system clock"),
        ("bot/rituals/ticker.py", SAYS + "import time\ntime.sleep(1)\n", "waits in real time"),
        ("bot/rituals/ticker.py", SAYS + "def f(s=0):\n    from asyncio import sleep\n    sleep(s)\n", "waits in real"),
        ("bot/rituals/ticker.py", SAYS + "import asyncio\ndef f(s=asyncio.sleep): ...\n", "waits in real time"),
        ("tests/rituals/test_x.py", SAYS + "import asyncio\nX = asyncio.sleep(0.1)\n", "waits in real time"),
        ("bot/okr/pace.py", "def\n", "not Python"),
    ],
)
def test_what_the_house_does_not_allow_is_rejected(house: House, path: str, text: str, complaint: str) -> None:
    house.write(path, text)

    (problem,) = lint_tree.problems(house.root)
    assert problem.startswith(path)
    assert complaint in problem


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("bot/okr/pace.py", SAYS + "X = 1\n" * 498),
        ("tests/okr/test_vectors.py", SAYS + "X = 1\n" * 900),
        ("storage/migrations/versions/0001_all.py", SAYS + "X = 1\n" * 900),
        ("bot/clock/system.py", SAYS),
        ("tests/scenarios/test_week.py", SAYS + "import app\n"),
        ("bot/cli/application.py", SAYS + "from bot.cli import appearance\n"),
        ("bot/platforms/slack/port.py", SAYS + "import slack_bolt\n"),
        ("tests/platforms/slack/test_port.py", SAYS + "import slack_sdk\n"),
        ("bot/platforms/teams/port.py", SAYS + "from botbuilder.core import X\n"),
        ("tests/okr/test_pace.py", SAYS + "import pytest\n"),
        ("bot/clock.py", SAYS + "from datetime import UTC, datetime\nX = datetime.now(UTC)\n"),
        ("bot/delivery/pacing.py", SAYS + "import asyncio\nX = asyncio.sleep(0.1)\n"),
        ("tests/fakes/signing.py", SAYS + "import time\nX = time.time()\n"),
        ("tests/fakes/slow.py", SAYS + "import asyncio\nX = asyncio.sleep(0.1)\n"),
        ("bot/rituals/ticker.py", SAYS + "import asyncio\nX = asyncio.sleep(0)\n"),
        ("bot/okr/pace.py", SAYS + "from bot import clock\nX = clock.now()\n"),
        ("bot/delivery/lease.py", SAYS + "import time\nX = time.monotonic\n"),
    ],
)
def test_what_only_looks_like_it_is_left_alone(house: House, path: str, text: str) -> None:
    house.write(path, text)

    assert lint_tree.problems(house.root) == []
