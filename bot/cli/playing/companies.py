"""The companies that one can play: those that come with Okra, and any file of one's own."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path

from sqlmodel import Session, select

from bot.cards.i18n import Lang
from bot.cli import words as cli_words
from bot.cli.generating.company import company_of
from bot.cli.generating.frame import Order
from bot.cli.output import CommandProblem
from bot.cli.own_file import as_of, asked, beginning, with_running_cycle
from bot.cli.own_source import read_story
from bot.cli.playing import words
from bot.cli.playing.folder import Came, CompanyFolder, Kept
from bot.cli.playing.place import database
from bot.cli.reading import read_file
from bot.cli.stage import put_on
from bot.clock import MovableClock
from bot.okr.localtime import instant
from bot.platforms.playground.world import Company, WorldProblem
from storage import models as m
from storage.generated import write_company
from storage.okr_files import OkrFile, apply
from storage.okr_files.schema import TeamEntry
from storage.okr_files.sources import MOST_BYTES
from storage.okr_files.wanted import OWN_PLATFORMS
from storage.session import bring_up_to_date

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
OWN = "own"
"""The company of a file of one's own."""
MADRID, SHANGHAI = "Europe/Madrid", "Asia/Shanghai"
LARGE_TEAMS = 40
LARGE = Order(teams=LARGE_TEAMS, krs=5, weeks=6, seed=1, today=date(2026, 11, 8))
_WORD = re.compile(r"[^\W_]+")
MOST_PROBLEMS = 2
"""Problems of a file that are told; whoever corrects them finds the next."""


@dataclass(frozen=True, slots=True)
class Source:
    """A company that is about to be entered: what its folder will say, when it begins, and how it is written."""

    kept: Kept
    start: datetime
    write: Callable[[Session], object]
    body: bytes | None = None
    """The contents of the file of one's own."""

    def lay_out(self, folder: CompanyFolder) -> None:
        """Write all of it into an empty folder. Takes a while, and no event loop."""
        bring_up_to_date(folder.url)
        db = database(folder.url, MovableClock(self.start))
        try:
            db.write_now(self.write)
        finally:
            db.close()
        if self.body is not None:
            folder.own_file.write_bytes(self.body)
        folder.keep(self.kept)
        folder.keep_moment(Came(self.start))


BUILT_IN: Mapping[str, Company] = {
    one.id: one
    for one in (
        Company("teebee", "TeeBee", words.TEEBEE_ABOUT.en, "en", about_zh=words.TEEBEE_ABOUT.zh),
        Company("small", "Bluebird", words.SMALL_ABOUT.en, "en", about_zh=words.SMALL_ABOUT.zh),
        Company("empty", "Fern", words.EMPTY_ABOUT.en, "en", about_zh=words.EMPTY_ABOUT.zh),
        Company("chinese", "麦穗面包坊", words.CHINESE_ABOUT.en, "zh", about_zh=words.CHINESE_ABOUT.zh),
        Company(
            "large",
            "Paper Boat",
            words.LARGE_ABOUT.say("en", teams=LARGE_TEAMS),
            "en",
            about_zh=words.LARGE_ABOUT.say("zh", teams=LARGE_TEAMS),
        ),
    )
}
_BEGINNINGS: Mapping[str, tuple[str, date, time, str]] = {
    "teebee": ("teebee.yaml", date(2026, 11, 12), time(9, 30), MADRID),
    "small": ("small.yaml", date(2026, 10, 5), time(8, 30), MADRID),
    "empty": ("nobody-yet.yaml", date(2026, 11, 11), time(9, 0), MADRID),
    "chinese": ("bakery-zh.yaml", date(2026, 11, 16), time(8, 30), SHANGHAI),
}
"""When a company begins: in the morning before its first question, or of a day on which it can be set up."""


def company(kept: Kept) -> Company:
    """How a company is offered and named."""
    known = BUILT_IN.get(kept.id)
    if known is not None:
        return known
    about, about_zh = (words.OWN_ABOUT.say(lang, file=kept.file) for lang in ("en", "zh"))
    return Company(kept.id, kept.name, about, kept.lang, about_zh=about_zh)


def built_in(name: str, lang: Lang) -> Source:
    """One of those that come with Okra. Raises `WorldProblem`."""
    known = BUILT_IN.get(name)
    if known is None:
        raise WorldProblem(words.NO_SUCH_COMPANY.say(lang))
    kept = Kept(known.id, known.name, known.lang)
    if name == "large":
        return Source(kept, instant(date(2026, 11, 9), time(7, 30), MADRID), _write_large)
    file_name, day, at, zone = _BEGINNINGS[name]
    start = instant(day, at, zone)
    return Source(kept, start, _writing(read_file(EXAMPLES / file_name), start))


def own(file_name: str, body: bytes, lang: Lang) -> Source:
    """A file of one's own, as the import reads it. Raises `WorldProblem` with the first of its problems."""
    name = _plain(file_name)
    if len(body) > MOST_BYTES:
        raise WorldProblem(words.TOO_LARGE.say(lang, file=name))
    try:
        whole = with_running_cycle(read_story(Path(name), body).file)
    except CommandProblem as problem:
        raise WorldProblem(_told(name, problem, lang)) from problem
    known = asked(whole)
    if not known:
        raise WorldProblem(cli_words.NOBODY_TO_ASK.say(lang, name=whole.workspace.name))
    start = beginning(whole, known)
    spoken: Lang = "zh" if whole.workspace.language is m.Language.ZH else "en"
    kept = Kept(OWN, whole.workspace.name, spoken, name, digest_of(body))
    return Source(kept, start, _writing(as_of(whole, start), start), body)


def again(folder: CompanyFolder, lang: Lang) -> Source:
    """The company of a folder from its beginning. Raises `WorldProblem`."""
    kept = folder.kept()
    if kept.id != OWN:
        return built_in(kept.id, lang)
    try:
        return own(kept.file, folder.own_file.read_bytes(), lang)
    except OSError as error:
        raise WorldProblem(words.NO_SUCH_COMPANY.say(lang)) from error


def digest_of(body: bytes) -> str:
    """What tells one file from another."""
    return hashlib.sha256(body).hexdigest()


# --- steps ----------------------------------------------------------------------------------------------


def _writing(file: OkrFile, start: datetime) -> Callable[[Session], object]:
    return lambda session: apply(session, put_on(with_named_channels(file), m.Platform.PLAYGROUND), start)


def with_named_channels(file: OkrFile) -> OkrFile:
    """What another platform knows by an id (`C024BE7LH`) is called like its team; a channel of two teams stays one."""
    taken = {one.channel.external_id for one in file.teams if one.channel and one.channel.platform in OWN_PLATFORMS}
    names: dict[str, str] = {}
    for team in file.teams:
        if team.channel is None or team.channel.platform in OWN_PLATFORMS or team.channel.external_id in names:
            continue
        name = "#" + ("-".join(_WORD.findall(team.name.casefold())) or team.key.casefold())
        while name in taken:
            name += "+"
        taken.add(name)
        names[team.channel.external_id] = name
    return replace(file, teams=tuple(_called(one, names) for one in file.teams))


def _called(team: TeamEntry, names: Mapping[str, str]) -> TeamEntry:
    if team.channel is None or team.channel.platform in OWN_PLATFORMS:
        return team
    return replace(team, channel=replace(team.channel, external_id=names[team.channel.external_id]))


def _write_large(session: Session) -> None:
    write_company(session, replace(company_of(LARGE), name=BUILT_IN["large"].name))
    session.exec(select(m.Installation)).one().platform = m.Platform.PLAYGROUND


def _plain(file_name: str) -> str:
    """What a browser calls the file, without the folders that some put before it."""
    return file_name.replace("\\", "/").rpartition("/")[2].strip()[:100] or "file"


def _told(name: str, problem: CommandProblem, lang: Lang) -> str:
    """The first problems as one sentence."""
    if not problem.lines:
        said = str(problem).removeprefix(f"{name}: ")
        return words.NOT_READ.say(lang, file=name, problem=said)
    first = " ".join(problem.lines[:MOST_PROBLEMS])
    if len(problem.lines) > MOST_PROBLEMS:
        first += " " + words.MORE_PROBLEMS.say(lang, count=len(problem.lines) - MOST_PROBLEMS)
    return words.NOT_READ.say(lang, file=name, problem=first)
