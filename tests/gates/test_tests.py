"""`make test` fails on a warning, on a connection beyond loopback and on a test that says it fails and does not."""

import sys
from pathlib import Path

import pytest

from tests.gates.house import PROJECT, House, Outcome, bare

BAD = """
import asyncio
import contextlib
import socket
import warnings

import pytest


def test_warns() -> None:
    warnings.warn("old", DeprecationWarning)


def test_leaves_a_file_open() -> None:
    open(__file__)


def test_reaches_out() -> None:
    with contextlib.suppress(OSError):
        socket.create_connection(("192.0.2.1", 9), timeout=0.1)


async def test_reaches_out_from_a_loop() -> None:
    with contextlib.suppress(OSError, TimeoutError):
        await asyncio.wait_for(asyncio.open_connection("192.0.2.1", 9), 0.1)


@pytest.mark.xfail
def test_is_said_to_fail() -> None:
    pass
"""

GOOD = """
import asyncio
import socket

import pytest


def test_reaches_loopback() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass


async def test_reaches_loopback_from_a_loop() -> None:
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.close()
        await writer.wait_closed()


@pytest.mark.xfail
def test_fails_as_said() -> None:
    assert False
"""

UNKNOWN_MARK = """
import pytest


@pytest.mark.slwo
def test_x() -> None:
    pass
"""

LEAVES_OPEN = """
import gc
from pathlib import Path

import pytest

from bot.clock import MovableClock
from tests.storage.databases import MORNING, Kind, new_database


def test_leaves_a_connection_open(tmp_path: Path, each_database: Kind) -> None:
    new_database(tmp_path, MovableClock(MORNING)).read_now(lambda session: session.connection())


@pytest.mark.parametrize("number", [1, 2])
def test_innocent(number: int) -> None:
    gc.collect()
"""


def run(folder: Path, test: str) -> Outcome:
    house = bare(folder, PYTEST_ADDOPTS="-rf -p no:cacheprovider", COLUMNS="300")
    house.write("tests/test_given.py", test)
    return house.gate("test", "TESTS=tests/test_given.py")


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return run(tmp_path_factory.mktemp("bad"), BAD)


def test_quiet_tests_that_stay_at_home_are_accepted(tmp_path: Path) -> None:
    outcome = run(tmp_path, GOOD)

    assert outcome.accepted, outcome.said
    assert "2 passed, 1 xfailed" in outcome.said


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("test_warns", "DeprecationWarning"),
        ("test_leaves_a_file_open", "Unraisable"),
        ("test_reaches_out", 'tried to use socket.socket.connect() with host "192.0.2.1"'),
        ("test_reaches_out_from_a_loop", 'tried to use socket.socket.connect() with host "192.0.2.1"'),
        ("test_is_said_to_fail", "XPASS(strict)"),
    ],
)
def test_a_bad_test_fails_the_run(bad: Outcome, name: str, reason: str) -> None:
    (line,) = (line for line in bad.said.splitlines() if line.startswith(f"FAILED tests/test_given.py::{name} "))

    assert not bad.accepted
    assert reason in line


def test_a_misspelt_mark_is_rejected(tmp_path: Path) -> None:
    outcome = run(tmp_path, UNKNOWN_MARK)

    assert not outcome.accepted
    assert "'slwo' not found" in outcome.said


def test_an_open_connection_fails_the_test_that_left_it_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "test_given.py").write_text(LEAVES_OPEN)
    options = ("-c", "pyproject.toml", "-p", "tests.conftest", "-p", "no:cacheprovider", "-rE")
    outcome = House(PROJECT).run(sys.executable, "-m", "pytest", *options, str(tmp_path))

    assert "4 passed, 2 errors" in outcome.said, outcome.said
    for kind in ("sqlite", "postgresql"):
        assert f"ERROR at teardown of test_leaves_a_connection_open[{kind}]" in outcome.said
    assert "This test left a connection to okra_test_" in outcome.said
    assert "storage/session.py:" in outcome.said
