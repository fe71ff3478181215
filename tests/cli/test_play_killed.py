"""A playground whose process is killed goes on where it was: nothing is said twice, and nothing is left out."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.platforms.console.room import Spot
from tests.cli.played import Seen, playing, seen, texts
from tests.cli.played_child import MOMENT, somebody_writes

ROOT = Path(__file__).resolve().parents[2]
MADRID = "Europe/Madrid"
LATER = "2026-11-16T12:00"
"""Beyond the weekend, so that what was done before has its consequences."""


def killed(folder: Path, doing: str, point: str, number: int) -> None:
    """Play in a process of its own until it is killed there."""
    command = [sys.executable, "-m", "tests.cli.played_child", str(folder), doing, point, str(number)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=120, check=False)  # noqa: S603 - our own
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()


_UNBROKEN: list[Seen] = []


async def unbroken(folder: Path) -> list[Seen]:
    """What stands there at the end where nothing went wrong; lived once for all tests here."""
    if not _UNBROKEN:
        async with playing(folder) as world:
            await world.move_to(MOMENT, MADRID, "en")
            await world.move_to(LATER, MADRID, "en")
            _UNBROKEN.extend(seen(world.room.standing))
    return _UNBROKEN


@pytest.mark.parametrize(
    ("point", "number"),
    [
        ("before a message stands", 3),
        ("after a message stands", 7),
        ("after a message stands", 14),
        ("before a moment is begun", 6),
        ("after a moment is begun", 3),
        ("before a transaction", 20),
        ("after a transaction", 45),
    ],
)
async def test_time_goes_on_in_the_moment_in_which_the_process_was_killed(
    tmp_path: Path, point: str, number: int
) -> None:
    killed(tmp_path / "killed", "time passes", point, number)

    async with playing(tmp_path / "killed") as world:
        assert all(one.at <= world.now for one in world.room.standing)
        await world.move_to(MOMENT, MADRID, "en")
        await world.move_to(LATER, MADRID, "en")
        after = seen(world.room.standing)

    whole = await unbroken(tmp_path / "whole")
    assert len(whole) > 20
    assert after == whole


@pytest.mark.parametrize(
    ("point", "number", "name"),
    [
        ("before a transaction", 1, "TeeBee"),
        ("after a transaction", 2, "TeeBee"),
        ("before a company counts", 1, "TeeBee"),
        ("after a company counts", 1, "Bluebird"),
    ],
)
async def test_who_is_killed_while_beginning_anew_has_one_company_whole(
    tmp_path: Path, point: str, number: int, name: str
) -> None:
    folder = tmp_path / "play"
    killed(folder, "begins anew", point, number)

    async with playing(folder) as world:
        assert world.company.name == name
        assert len(world.people) == {"TeeBee": 10, "Bluebird": 2}[name]
        await world.to_next_check_in("en")
        assert world.room.standing

    assert len([one for one in folder.iterdir() if one.is_dir()]) == 1


@pytest.mark.parametrize(
    ("point", "number"),
    [("after a person has written", 1), ("before a transaction", 1), ("after a transaction", 1)],
)
async def test_what_somebody_wrote_when_it_was_killed_is_answered_once_when_the_page_sends_it_again(
    tmp_path: Path, point: str, number: int
) -> None:
    for name in ("killed", "whole"):
        async with playing(tmp_path / name) as world:
            await world.to_next_check_in("en")
    killed(tmp_path / "killed", "somebody writes", point, number)

    after: dict[str, list[Seen]] = {}
    for name in ("killed", "whole"):
        async with playing(tmp_path / name) as world:
            await somebody_writes(world)
            await somebody_writes(world)
            after[name] = seen(world.room.standing)

            assert "28% → 31%" in texts(world, "@li")[-1]
            assert [one.text for one in world.room.said if one.spot == Spot("li", is_person=True)] == ["31%"]

    assert after["killed"] == after["whole"]
