"""`read`: how a reply would be read, rule by rule, and what would come of it. Nothing is stored."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import get_args

from rich.console import Console
from rich.text import Text
from sqlmodel import Session, col, select

from bot.cards import format as figures
from bot.cards.i18n import Lang
from bot.cards.render import Cards
from bot.cli.output import CommandProblem, is_terminal, say
from bot.cli.read_krs import read_key_results
from bot.cli.read_result import questions_of, result_lines
from bot.cli.read_steps import Step, Steps
from bot.clock import SystemClock
from bot.okr.model import ScoreMode
from bot.okr.replies import ReplyContext, ReplyKR, read_reply
from bot.okr.replies.context import NumberStyle, PercentMeans
from bot.settings import Settings
from bot.views.person import person_view, reply_context
from storage import models as m
from storage.session import Database, bring_up_to_date

ONE_OF_THE_TWO = "Say what it is about: --kr for key results as you write them, or --from-database for real ones."
NO_OWNER = "Nobody owns {key}, so nobody replies about it."


@dataclass(frozen=True, slots=True)
class Options:
    """What the reply is read against."""

    krs: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    from_database: tuple[str, ...] = ()
    lang: str | None = None
    number_style: str | None = None
    percent_means: str | None = None
    score_mode: str | None = None
    now: str | None = None


@dataclass(frozen=True, slots=True)
class _Against:
    context: ReplyContext
    due: date
    """The day a question may name: the key result's, or the end of the quarter."""


def read(settings: Settings, text: str, options: Options) -> None:
    """Print it. Raises `CommandProblem` and `StorageProblem`."""
    if bool(options.krs) == bool(options.from_database):
        raise CommandProblem(ONE_OF_THE_TWO)
    now = _moment(options.now)
    against = _from_database(settings, options, now) if options.from_database else _as_written(options, now)
    steps = Steps()
    context = replace(_as_asked(against.context, options), trace=steps)
    reply = read_reply(text, context)
    cards = Cards()
    page = _Page()
    page.part("Key results", [_described(kr, context.lang) for kr in context.key_results])
    page.part("Read as", [_settings_line(context)])
    page.part("How it is read", _aligned(steps.lines))
    page.part("Result", result_lines(cards, reply, text, context, now.date()))
    questions = questions_of(cards, reply, context, against.due)
    if questions:
        lines = []
        for number, one in enumerate(questions):
            lines.append(one.text if not number else f"after that: {one.text}")
            lines += [" ".join(f"[{option.label}]" for option in one.options)] if one.options else []
        page.part("Question" if len(questions) == 1 else "Questions, one at a time", lines)
    if reply.defect is not None:
        page.part("Defect", [f"The reader broke: {reply.defect!r}. Please report it with this page."])


def _moment(text: str | None) -> datetime:
    if text is None:
        return SystemClock().now()
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise CommandProblem(f"'{text}' is no moment; write it like 2026-11-12T10:00.") from None


def _as_written(options: Options, now: datetime) -> _Against:
    krs = read_key_results(options.krs, options.last)
    lang: Lang = "zh" if options.lang == "zh" else "en"
    context = ReplyContext(lang=lang, number_style="dot", key_results=krs, known=krs)
    return _Against(context, _end_of_quarter(now.date()))


def _end_of_quarter(day: date) -> date:
    last_month = (day.month + 2) // 3 * 3
    return date(day.year + last_month // 12, last_month % 12 + 1, 1) - timedelta(days=1)


def _as_asked(context: ReplyContext, options: Options) -> ReplyContext:
    """With what the options say instead. Raises `CommandProblem` for a word that is none of theirs."""
    lang = _one_of(options.lang, ("en", "zh"), "--lang")
    style = _one_of(options.number_style, get_args(NumberStyle), "--number-style")
    means = _one_of(options.percent_means, get_args(PercentMeans), "--percent-means")
    mode = _one_of(options.score_mode, [one.value for one in ScoreMode], "--score-mode")
    return replace(
        context,
        lang=lang or context.lang,  # type: ignore[arg-type]  # checked to be one of its words
        number_style=style or context.number_style,  # type: ignore[arg-type]  # as above
        percent_means=means or context.percent_means,  # type: ignore[arg-type]  # as above
        score_mode=context.score_mode if mode is None else ScoreMode(mode),
    )


def _one_of(word: str | None, words: Sequence[str], option: str) -> str | None:
    if word is not None and word not in words:
        raise CommandProblem(f"{option} is one of {', '.join(words)}, not '{word}'.")
    return word


def _from_database(settings: Settings, options: Options, now: datetime) -> _Against:
    """The key results as they stand, read as their owner's reply. Nothing is written, not even by looking."""
    bring_up_to_date(settings.database_url)
    clock = SystemClock()
    db = Database(settings.database_url, clock)
    try:
        return db.read_now(_stored, options.from_database, now if now.tzinfo is not None else clock.now())
    finally:
        db.close()


def _stored(session: Session, keys: Sequence[str], now: datetime) -> _Against:
    rows = [_row(session, key) for key in keys]
    owner_id = rows[0].lead_owner_id
    if owner_id is None:
        raise CommandProblem(NO_OWNER.format(key=keys[0]))
    view = person_view(session, session.get_one(m.Person, owner_id), now)
    unknown = next((key for key, row in zip(keys, rows, strict=True) if row.id not in view.by_id), None)
    if unknown is not None:
        raise CommandProblem(f"{unknown} is in no running cycle of the teams of {keys[0]}'s owner; read it by itself.")
    context = reply_context(view, [row.id for row in rows])
    return _Against(context, view.by_id[rows[0].id].kr.due)


def _row(session: Session, key: str) -> m.KeyResult:
    """The newest key result of this name; that of an earlier cycle is over."""
    team, dash, number = key.strip().upper().rpartition("-")
    found = None
    if dash and number.isascii() and number.isdigit() and len(number) < 5:
        found = session.exec(
            select(m.KeyResult)
            .join(m.Team, col(m.Team.id) == col(m.KeyResult.team_id))
            .where(m.Team.key == team, m.KeyResult.number == int(number))
            .order_by(col(m.KeyResult.id).desc())
        ).first()
    if found is None:
        raise CommandProblem(f"There is no key result '{key}' here; name it by its key, such as GRO-2.")
    return found


# --- how it looks -----------------------------------------------------------------------------------------


class _Page:
    """Headings and lines: bold in a terminal, plain in a pipe."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, soft_wrap=True) if is_terminal() else None
        self._begun = False

    def part(self, heading: str, lines: Sequence[str]) -> None:
        if self._begun:
            say()
        self._begun = True
        if self._console is None:
            say(heading)
        else:
            self._console.print(Text(heading, style="bold"))
        for line in lines:
            if self._console is None:
                say(f"  {line}")
            else:
                about, gap, found = line.partition("  ")
                self._console.print(Text.assemble("  ", (about, "cyan") if gap else about, gap, found))


def _aligned(steps: Sequence[Step]) -> list[str]:
    return [f"{('  ' if one.inner else '') + one.about:<12}  {one.found}" for one in steps]


def _settings_line(context: ReplyContext) -> str:
    told = [f"language {context.lang}", f"number style {context.number_style}", f"% means {context.percent_means}"]
    return ", ".join([*told, f"{context.score_mode.value} mode"])


def _described(kr: ReplyKR, lang: Lang) -> str:
    def amount(value: object) -> str:
        return "?" if value is None else figures.amount_exact(value, kr.unit, lang)  # type: ignore[arg-type]

    told = [kr.type.value + (" with steps" if kr.has_steps else "")]
    if kr.range_lo is not None or kr.range_hi is not None:
        told.append(f"{amount(kr.range_lo)} to {amount(kr.range_hi)}")
    elif kr.goal is not None:
        told.append(f"{amount(kr.baseline)} → {amount(kr.goal)}")
    if kr.anchors:
        told.append("anchors " + ", ".join(amount(one) for one in kr.anchors))
    if kr.last_value is not None:
        told.append(f"last {amount(kr.last_value)}")
    if kr.last_confidence is not None:
        told.append(f"last {figures.likelihood(kr.last_confidence)}")
    if kr.proposed_self_score is not None:
        told.append(f"proposes {figures.self_score(kr.proposed_self_score)}")
    return f"{kr.label} {kr.short_title}: {', '.join(told)}"
