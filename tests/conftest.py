"""What holds for every test: the same examples each time, and both databases where a database is concerned."""

import gc
import logging
from collections.abc import Generator, Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests.storage import compiled, left_open
from tests.storage.databases import Kind, on

# How fast the machine is just now is no finding.
settings.register_profile("okra", derandomize=True, deadline=None, suppress_health_check=(HealthCheck.too_slow,))
settings.load_profile("okra")
left_open.watch()
compiled.share()
gc.disable()  # until all tests are collected: nearly everything stays, and looking through it takes as long again

BOTH = "each_database"
ONLY_ON = {"sqlite_only": Kind.SQLITE, "sqlite_is_enough": Kind.SQLITE, "postgresql_only": Kind.POSTGRESQL}
OBJECTS_BETWEEN_COLLECTIONS = 20_000
"""Python's own 700 are for programs that make little garbage in circles; SQLAlchemy makes much."""


def pytest_collection_finish() -> None:
    """What is imported and collected stays: the garbage collector need not look through all of it again and again."""
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, 10, 10)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `each_database` runs on both; one that is marked, on the one of its mark."""
    if BOTH in metafunc.fixturenames:
        marked = [kind for name, kind in ONLY_ON.items() if metafunc.definition.get_closest_marker(name) is not None]
        metafunc.parametrize(BOTH, marked[:1] or list(Kind), indirect=True)


@pytest.fixture
def each_database(request: pytest.FixtureRequest) -> Iterator[Kind]:
    """The kind of database that the test runs on."""
    with on(request.param):
        yield request.param


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """A command that runs within a test sets up the log of its process; that ends with the test."""
    root, config = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.configure(**config)
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """When all is put away again, nothing that only this test had is open."""
    folder = getattr(item, "funcargs", {}).get("tmp_path")
    yield
    told = left_open.close_left_open(folder)
    assert not told, "\n".join(told)
