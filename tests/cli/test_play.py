"""`play` as a process of its own: it says where it is, keeps what happened, and is nobody else's door."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.cli.output import CommandProblem
from bot.cli.playing.folder import PlayFolder
from bot.settings import LEAST_PASSPHRASE
from tests.cli.conftest import EXAMPLES, Line
from tests.cli.played import lay_out
from tests.cli.test_serve import free_port, process

SMALL = str(EXAMPLES / "small.yaml")
_ADDRESS = re.compile(rb"(http://\S+?)/\n")


class Play:
    """A playground that runs."""

    def __init__(self, running: asyncio.subprocess.Process) -> None:
        self.running = running
        self.told = b""
        self.url = ""

    async def is_there(self) -> None:
        """Wait until it says where it is."""
        assert self.running.stdout is not None
        assert self.running.stderr is not None
        async with asyncio.timeout(60):
            while line := await self.running.stdout.readline():
                self.told += line
                if found := _ADDRESS.search(line):
                    self.url = found[1].decode()
                if line.startswith(b"Open it"):
                    return
        raise AssertionError(self.told + await self.running.stderr.read())

    async def page(self, path: str = "/") -> str:
        """A page as a browser gets it, after what it is led on to."""
        async with aiohttp.ClientSession() as browser, browser.get(self.url + path) as answer:
            assert answer.status == 200
            return await answer.text()

    async def ends(self, sign: signal.Signals) -> tuple[int, str, str]:
        """End it; its exit code, and what it said on stdout and stderr."""
        self.running.send_signal(sign)
        out, err = await asyncio.wait_for(self.running.communicate(), 30)
        assert self.running.returncode is not None
        return self.running.returncode, (self.told + out).decode(), err.decode()


@asynccontextmanager
async def play(folder: Path, *arguments: str, **settings: str) -> AsyncIterator[Play]:
    running = await process(folder, "play", "--port", "0", *arguments, **settings)
    try:
        begun = Play(running)
        await begun.is_there()
        yield begun
    finally:
        if running.returncode is None:
            running.kill()
            await running.communicate()


async def refused(folder: Path, *arguments: str, **settings: str) -> str:
    """What `play` says that does not start."""
    running = await process(folder, "play", *arguments, **settings)
    out, err = await asyncio.wait_for(running.communicate(), 60)
    assert (running.returncode, out) == (2, b"")
    (sentence,) = err.decode().strip().split("\n")
    return sentence


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
async def test_it_plays_until_it_is_told_to_stop_even_while_pages_are_open(
    tmp_path: Path, sign: signal.Signals
) -> None:
    lay_out(tmp_path / ".playground", "teebee")
    async with play(tmp_path) as begun:
        assert "Mei" in await begun.page()
        async with aiohttp.ClientSession() as browser, browser.get(f"{begun.url}/events") as live:
            assert live.status == 200
            code, out, err = await begun.ends(sign)

    assert (code, err) == (0, "")
    assert out.startswith("Okra's playground: TeeBee, Thu 12 Nov 09:30\n\n    http://127.0.0.1:")
    assert "Ctrl+C stops it; what happens is kept in .playground (--fresh begins anew)." in out
    assert out.endswith("Stopped. What happened is kept in .playground, and goes on there next time.\n")


async def test_it_goes_on_after_it_was_killed_and_nobody_else_plays_there_meanwhile(tmp_path: Path) -> None:
    lay_out(tmp_path / "mine", "small")
    async with play(tmp_path, "--folder", "mine") as begun:
        assert await refused(tmp_path, "--folder", "mine") == (
            "Somebody plays in mine already; open the address that is printed there, or choose another --folder."
        )
        assert "Bluebird" in await begun.page()
        code, _, _ = await begun.ends(signal.SIGKILL)
        assert code == -signal.SIGKILL

    async with play(tmp_path, "--folder", "mine") as begun:
        assert "Bluebird" in await begun.page()


async def test_a_file_of_one_s_own_goes_on_and_another_one_needs_a_word(tmp_path: Path) -> None:
    async with play(tmp_path, SMALL) as begun:
        assert begun.told.startswith(b"Okra's playground: Bluebird, ")
        await begun.ends(signal.SIGTERM)

    async with play(tmp_path, SMALL) as begun:
        assert begun.told.startswith(b"Okra's playground: Bluebird, ")
        await begun.ends(signal.SIGTERM)

    assert await refused(tmp_path, "--company", "chinese") == (
        "In .playground Bluebird is being played; add --fresh to begin anew with 麦穗面包坊, "
        "or choose another --folder."
    )
    async with play(tmp_path, "--company", "chinese", "--fresh") as begun:
        assert begun.told.startswith("Okra's playground: 麦穗面包坊, Mon 16 Nov 08:30".encode())


async def test_what_cannot_be_read_of_a_folder_is_told_and_beginning_anew_helps(tmp_path: Path) -> None:
    folder = tmp_path / ".playground"
    lay_out(folder, "small")
    (room,) = folder.glob("*/moment.json")
    room.write_text("{", encoding="utf-8")

    assert (await refused(tmp_path)).endswith("cannot be read; begin anew with --fresh.")
    async with play(tmp_path, "--fresh", "--company", "small") as begun:
        assert begun.told.startswith(b"Okra's playground: Bluebird, ")


async def test_what_is_not_the_playground_s_own_stays_where_it_is(tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    (papers / "2026").mkdir(parents=True)
    (papers / "company-7").mkdir()
    (papers / "current").write_text("7", encoding="ascii")
    before = sorted(papers.rglob("*"))

    assert await refused(tmp_path, "--folder", "papers", "--fresh") == (
        "The folder papers holds something else than a playground; choose an empty or a new --folder."
    )
    assert sorted(papers.rglob("*")) == before

    lay_out(tmp_path / "mine", "small")
    for name in ("2026", "company-7"):
        (tmp_path / "mine" / name).mkdir()
        (tmp_path / "mine" / name / "letter").write_text("Dear Ana", encoding="ascii")
    async with play(tmp_path, "--folder", "mine", "--fresh", "--company", "small"):
        pass
    left = sorted(one.name for one in (tmp_path / "mine").iterdir() if one.is_dir())
    assert left == ["2026", "company-7", "company-8"]
    assert (tmp_path / "mine" / "company-7" / "letter").read_text(encoding="ascii") == "Dear Ana"


@pytest.mark.parametrize("told", ["", "2026", "one", "../papers"])
async def test_a_folder_that_does_not_say_which_company_is_played_loses_nothing(tmp_path: Path, told: str) -> None:
    folder = PlayFolder(tmp_path / ".playground")
    lay_out(folder.path, "small")
    (folder.path / "current").write_text(told, encoding="ascii")

    assert await refused(tmp_path) == (
        "Which company is played in .playground cannot be read; begin anew with --fresh."
    )
    with pytest.raises(CommandProblem):
        folder.tidy()
    assert (folder.path / "company-1" / "okra.db").is_file()


async def test_a_port_that_is_taken_is_told_in_one_sentence(tmp_path: Path) -> None:
    lay_out(tmp_path / ".playground", "small")
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", port := free_port())
    async with server:
        sentence = await refused(tmp_path, "--port", str(port))

    assert sentence.startswith(f"The playground cannot listen on 127.0.0.1:{port} (")
    assert sentence.endswith("choose another --port.")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "okra.example.com"])  # noqa: S104 - it must refuse
def test_nobody_else_s_door_is_opened_without_a_passphrase(line: Line, host: str) -> None:
    ended = line.run("play", "--host", host)

    assert (ended.code, ended.out) == (2, "")
    assert ended.complaint.startswith(f"PLAYGROUND_PASSPHRASE is not set; on {host} others can reach the playground")
    assert list(Path().iterdir()) == []


def test_a_passphrase_that_could_be_guessed_is_refused(line: Line) -> None:
    line.set(PLAYGROUND_PASSPHRASE="x" * (LEAST_PASSPHRASE - 1) + "  ")

    ended = line.run("play")

    assert (ended.code, ended.out) == (2, "")
    assert ended.complaint == "PLAYGROUND_PASSPHRASE has fewer than 12 characters, so it could be guessed."


async def test_with_a_passphrase_it_may_be_reached_from_elsewhere_and_asks_for_it(tmp_path: Path) -> None:
    lay_out(tmp_path / ".playground", "small")
    said = "tea before noon"
    async with play(tmp_path, "--host", "0.0.0.0", PLAYGROUND_PASSPHRASE=said) as begun:  # noqa: S104 - what it is about
        begun.url = begun.url.replace("0.0.0.0", "127.0.0.1")  # noqa: S104
        page = await begun.page()
        code, out, err = await begun.ends(signal.SIGTERM)

    assert "Bluebird" not in page
    assert 'name="passphrase"' in page
    assert code == 0
    assert said not in out + err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("gone.yaml",), "gone.yaml cannot be read: No such file or directory."),
        ((SMALL, "--company", "large"), "Give a file or --company, not both."),
        (("--folder", "/dev/null/x"), "The folder /dev/null/x cannot be made: Not a directory."),
    ],
)
def test_what_cannot_be_is_told_in_one_sentence(line: Line, arguments: tuple[str, ...], sentence: str) -> None:
    ended = line.run("play", *arguments)

    assert (ended.code, ended.out, ended.complaint) == (2, "", sentence)


def test_a_file_that_cannot_be_used_is_told_with_its_first_problems(line: Line, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("workspace: {name: 7}\npeople: nobody\n", encoding="utf-8")

    ended = line.run("play", "broken.yaml")

    assert (ended.code, ended.out) == (2, "")
    assert ended.complaint.startswith("broken.yaml cannot be used as it is. Line ")
