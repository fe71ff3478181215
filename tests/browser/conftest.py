"""One browser and one playground for all tests of this folder; where there is no browser, each of them is skipped."""

import importlib.util
import os
import signal
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from tests.browser.playing import Playing
from tests.browser.windows import Browser, Windows
from tools import browser

HERE = Path(__file__).parent
Start = Callable[..., Playing]
FAILED = pytest.StashKey[bool]()
NEEDED = "BROWSER_NEEDED"
"""Where this is set, these tests fail without a browser: `.ci/run` sets it."""


def _lacking() -> str | None:
    """What this machine lacks, as a sentence with a way out."""
    for package in ("playwright", "axe_playwright_python"):
        if importlib.util.find_spec(package) is None:
            return "tests/browser: what drives a browser is not installed; say 'make browser'."
    return None if browser.find() is not None else f"tests/browser: {browser.NONE_HERE}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On a laptop without a browser these tests are skipped by name."""
    lacking = _lacking()
    if lacking is not None and not os.environ.get(NEEDED):
        for item in items:
            if item.path.is_relative_to(HERE):
                item.add_marker(pytest.mark.skip(reason=lacking))


def pytest_runtest_setup() -> None:
    """Where a browser is needed, its lack is told at each test."""
    lacking = _lacking()
    if lacking is not None:
        pytest.fail(lacking, pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell the fixtures whether the test failed: then they take pictures."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The machine's own."""
    with Browser() as opened:
        yield opened


@pytest.fixture(scope="package")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playing]:
    """One playground for all tests; each begins its company anew."""
    playing = Playing(tmp_path_factory.mktemp("play"))
    playing.start()
    yield playing
    playing.end()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a playground of the test's own, which is gone after the windows onto it."""
    started: list[Playing] = []

    def begin(*arguments: str) -> Playing:
        started.append(Playing(tmp_path / f"play-{len(started)}", *arguments))
        started[-1].start()
        return started[-1]

    yield begin
    for one in started:
        one.end(signal.SIGKILL)


@pytest.fixture
def windows(chromium: Browser, start: Start, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Windows]:
    """Windows onto playgrounds. Where the test fails, pictures of them are in its `tmp_path`."""
    opened = Windows(chromium)
    yield opened
    failed = request.node.stash.get(FAILED, False)
    if failed:
        opened.picture(tmp_path)
    opened.close()
    if not failed:
        assert opened.complaints == []


@pytest.fixture
def okra(shared_server: Playing) -> str:
    """The address of a playground in which TeeBee's week has just begun."""
    shared_server.begin_anew()
    return shared_server.url
