"""`play`: the playground, a small web chat in which one person is everyone in a company and moves its clock."""

import asyncio
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.cards.moments import clock_time, day, weekday
from bot.cli.output import CommandProblem, say
from bot.cli.playing import companies
from bot.cli.playing.companies import Source
from bot.cli.playing.folder import PlayFolder
from bot.cli.playing.world import Playing
from bot.cli.types import BuildHouse
from bot.okr.localtime import local
from bot.platforms.playground.journal import JournalProblem
from bot.platforms.playground.server import Pages
from bot.platforms.playground.world import WorldProblem
from bot.settings import LOOPBACK, Settings
from bot.web.server import Server

NOT_ASKED = (
    "PLAYGROUND_PASSPHRASE is not set; on {host} others can reach the playground, so it must ask for one "
    "(docs/playground.md). Without --host it can be reached from this machine alone."
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was said on the command line."""

    file: Path | None = None
    company: str | None = None
    folder: Path = Path(".playground")
    fresh: bool = False
    host: str = "127.0.0.1"
    port: int = 8080


def play(build_house: BuildHouse, settings: Settings, wanted: Wanted) -> None:
    """Run until SIGTERM or SIGINT. Raises `StorageProblem` and `CommandProblem` where it cannot start."""
    passphrase = settings.playground_passphrase
    if wanted.host not in LOOPBACK and passphrase is None:
        raise CommandProblem(NOT_ASKED.format(host=wanted.host))
    folder = PlayFolder(wanted.folder)
    with folder.held():
        source = _source(folder, wanted)
        secret = None if passphrase is None else passphrase.get_secret_value()
        asyncio.run(_play(build_house, folder, source, wanted, secret))


def _source(folder: PlayFolder, wanted: Wanted) -> Source | None:
    """The company to begin with; None to go on with the one that is there. Raises `CommandProblem`."""
    current = None if wanted.fresh else folder.current()
    try:
        if wanted.file is not None:
            source = companies.own(wanted.file.name, _read(wanted.file), "en")
        elif current is not None and wanted.company is None:
            return None
        else:
            source = companies.built_in(wanted.company or "teebee", "en")
    except WorldProblem as problem:
        raise CommandProblem(str(problem)) from problem
    if current is None:
        return source
    kept = current.kept()
    if (kept.id, kept.digest) == (source.kept.id, source.kept.digest):
        return None
    raise CommandProblem(
        f"In {folder.path} {kept.name} is being played; add --fresh to begin anew with {source.kept.name}, "
        "or choose another --folder."
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandProblem(f"{path} cannot be read: {error.strerror}.") from error


async def _play(
    build_house: BuildHouse, folder: PlayFolder, source: Source | None, wanted: Wanted, passphrase: str | None
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    try:
        world = await Playing.open(build_house, folder, source)
    except (JournalProblem, OSError) as problem:
        raise CommandProblem(str(problem)) from problem
    try:
        await _serve(world, folder, wanted, passphrase, stop)
    finally:
        await world.close()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(sign)


async def _serve(
    world: Playing, folder: PlayFolder, wanted: Wanted, passphrase: str | None, stop: asyncio.Event
) -> None:
    server = Server(Pages(world, passphrase).application())
    try:
        url = await server.start(wanted.host, wanted.port)
    except OSError as error:
        with suppress(OSError):
            await server.stop()
        raise CommandProblem(
            f"The playground cannot listen on {wanted.host}:{wanted.port} ({error.strerror}); choose another --port."
        ) from error
    try:
        _welcome(world, url, folder)
        await stop.wait()
    finally:
        world.halt()
        await server.stop()
    say(f"Stopped. What happened is kept in {folder.path}, and goes on there next time.")


def _welcome(world: Playing, url: str, folder: PlayFolder) -> None:
    here = local(world.now, world.zone)
    say(f"Okra's playground: {world.company.name}, {weekday(here.date())} {day(here.date())} {clock_time(here)}")
    say()
    say(f"    {url}/")
    say()
    say(f"Open it in a browser. Ctrl+C stops it; what happens is kept in {folder.path} (--fresh begins anew).")
